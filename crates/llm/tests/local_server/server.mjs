// A small model on this machine behind OpenAI's Chat Completions, for tests: node server.mjs MODEL.gguf
//
// Prints `listening PORT` when it can be asked. Takes messages, response_format with a JSON Schema, max_tokens, temperature, seed
// and stream, one request at a time; ends when its standard input ends, so that no test leaves it behind.
import http from "node:http";
import {getLlama, LlamaChatSession, LlamaLogLevel} from "node-llama-cpp";

const llama = await getLlama({gpu: false, build: "never", maxThreads: 2, logLevel: LlamaLogLevel.error});
const model = await llama.loadModel({modelPath: process.argv[2]});
// All that the model was made for: with less the beginning of a long prompt would be dropped unseen.
const context = await model.createContext({contextSize: 8192});

async function complete(body, onText) {
    const sequence = context.getSequence();
    try {
        const said = (role) => body.messages.filter((message) => message.role === role).map((message) => message.content);
        const session = new LlamaChatSession({contextSequence: sequence, systemPrompt: said("system").join("\n")});
        const schema = body.response_format?.json_schema?.schema;
        const grammar = schema && await llama.createGrammarForJsonSchema(schema);
        const {responseText, stopReason} = await session.promptWithMeta(said("user").join("\n"), {
            grammar, maxTokens: body.max_tokens, temperature: body.temperature ?? 0, seed: body.seed, onTextChunk: onText,
        });
        const counted = sequence.tokenMeter.getState();
        return {
            text: responseText,
            finish_reason: stopReason === "maxTokens" ? "length" : "stop",
            usage: {
                prompt_tokens: counted.usedInputTokens, completion_tokens: counted.usedOutputTokens,
                total_tokens: counted.usedInputTokens + counted.usedOutputTokens,
            },
        };
    } finally {
        sequence.dispose();
    }
}

async function answer(body, response) {
    const head = {id: "chatcmpl-local", created: Math.floor(Date.now() / 1000), model: body.model};
    const event = (value) => response.write(`data: ${typeof value === "string" ? value : JSON.stringify(value)}\n\n`);
    const chunk = (delta, finish_reason, more) => event({
        ...head, object: "chat.completion.chunk", choices: [{index: 0, delta, finish_reason}], ...more,
    });
    if (body.stream) response.writeHead(200, {"content-type": "text/event-stream"});
    const done = await complete(body, body.stream ? (content) => chunk({content}, null) : undefined);
    if (body.stream) {
        chunk({}, done.finish_reason);
        event({...head, object: "chat.completion.chunk", choices: [], usage: done.usage});
        event("[DONE]");
        return response.end();
    }
    const message = {role: "assistant", content: done.text};
    response.writeHead(200, {"content-type": "application/json"});
    response.end(JSON.stringify({
        ...head, object: "chat.completion", choices: [{index: 0, message, finish_reason: done.finish_reason}], usage: done.usage,
    }));
}

let last = Promise.resolve();
const server = http.createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
        last = last.then(() => answer(JSON.parse(Buffer.concat(parts)), response)).catch((error) => {
            if (!response.headersSent) response.writeHead(500, {"content-type": "application/json"});
            response.end(JSON.stringify({error: {message: String(error), type: "server_error", param: null, code: null}}));
        });
    });
});
server.listen(0, "127.0.0.1", () => console.log(`listening ${server.address().port}`));
process.stdin.resume().on("end", () => process.exit(0));
