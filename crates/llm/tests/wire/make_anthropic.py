#!/usr/bin/env python3
"""Fixtures and request schema of Anthropic's Messages, from the typed models of its official Python package.

    python3 -m venv V && V/bin/pip install anthropic==2.14.0 && V/bin/python make_anthropic.py

Each fixture is made by the package's own model of it, so that no field is misspelt or of another kind; the schema of requests
is what pydantic makes of the package's parameters. Written: ../fixtures/anthropic/ and anthropic.schema.json beside this file.
"""
import json
import pathlib

import anthropic
from anthropic import types
from anthropic.types import shared
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming, MessageCreateParamsStreaming
from pydantic import TypeAdapter

VERSION = "2.14.0"
HERE = pathlib.Path(__file__).parent
FIXTURES = HERE.parent / "fixtures" / "anthropic"
MODEL = "claude-opus-5"
ANSWER = '{"city": "Paris", "inhabitants": 2102650.10}'


def usage(output_tokens):
    return types.Usage(input_tokens=41, cache_read_input_tokens=10, cache_creation_input_tokens=2,
                       output_tokens=output_tokens, service_tier="standard")


def message(content, stop_reason, output_tokens=17, stop_details=None):
    return types.Message(id="msg_01Fixture", content=content, model=MODEL, role="assistant", type="message",
                         stop_reason=stop_reason, stop_details=stop_details, usage=usage(output_tokens))


def text(words):
    return types.TextBlock(type="text", text=words, citations=None)


REFUSAL = types.RefusalStopDetails(type="refusal", category="general_harms", explanation="I can't help with that.")

WHOLE = {
    "success": message([text(ANSWER)], "end_turn"),
    "thinking": message([types.ThinkingBlock(type="thinking", thinking="Hm.", signature="c2ln"), text(ANSWER)], "end_turn"),
    "tool": message([types.ToolUseBlock(type="tool_use", id="toolu_01Fixture", name="city",
                                        input={"city": "Paris", "inhabitants": 2102650.1})], "tool_use"),
    "refusal": message([], "refusal", 3, REFUSAL),
    "truncated": message([text('{"city": "Par')], "max_tokens"),
    "empty": message([], "end_turn", 0),
    "text_around": message([text("Of course. " + ANSWER + " Is there more?")], "end_turn"),
    "fenced": message([text("Here you are:\n```json\n" + ANSWER + "\n```")], "end_turn"),
    "not_json": message([text("Paris has about two million inhabitants.")], "end_turn"),
    "schema_broken": message([text('{"city": "Paris", "inhabitants": -5}')], "end_turn"),
    "paused": message([text("")], "pause_turn"),
}

ERRORS = {
    "rate_limit": shared.RateLimitError(type="rate_limit_error", message="This request would exceed your rate limit."),
    "overload": shared.OverloadedError(type="overloaded_error", message="Overloaded"),
    "server_error": shared.APIErrorObject(type="api_error", message="Internal server error"),
    "bad_key": shared.AuthenticationError(type="authentication_error", message="invalid x-api-key"),
    "unknown_model": shared.NotFoundError(type="not_found_error", message="model: claude-nothing"),
    "quota": shared.BillingError(type="billing_error", message="Your credit balance is too low."),
    "bad_request": shared.InvalidRequestError(type="invalid_request_error",
                                              message="output_config.format.schema: For 'integer' type, property 'minimum' is not supported"),
    "too_long": shared.InvalidRequestError(type="invalid_request_error", message="prompt is too long: 250000 tokens > 200000 maximum"),
    "temperature": shared.InvalidRequestError(type="invalid_request_error",
                                              message="`temperature` is deprecated for this model."),
}


def stream(blocks, stop_reason, stop_details=None):
    """The events of a streamed message."""
    begun = message([], None, 1)
    yield types.RawMessageStartEvent(type="message_start", message=begun)
    for index, (block, deltas) in enumerate(blocks):
        yield types.RawContentBlockStartEvent(type="content_block_start", index=index, content_block=block)
        for delta in deltas:
            yield types.RawContentBlockDeltaEvent(type="content_block_delta", index=index, delta=delta)
        yield types.RawContentBlockStopEvent(type="content_block_stop", index=index)
    yield types.RawMessageDeltaEvent(
        type="message_delta", usage=types.MessageDeltaUsage(output_tokens=17, input_tokens=41),
        delta=types.raw_message_delta_event.Delta(stop_reason=stop_reason, stop_details=stop_details))
    yield types.RawMessageStopEvent(type="message_stop")


def text_deltas(words):
    return [types.TextDelta(type="text_delta", text=words[at:at + 9]) for at in range(0, len(words), 9)]


def json_deltas(words):
    return [types.InputJSONDelta(type="input_json_delta", partial_json=words[at:at + 9]) for at in range(0, len(words), 9)]


TOOL = types.ToolUseBlock(type="tool_use", id="toolu_01Fixture", name="city", input={})
STREAMS = {
    "success": stream([(text(""), text_deltas(ANSWER))], "end_turn"),
    "tool": stream([(TOOL, json_deltas(ANSWER))], "tool_use"),
    "refusal": stream([], "refusal", REFUSAL),
    "truncated": stream([(text(""), text_deltas('{"city": "Par'))], "max_tokens"),
    "empty": stream([], "end_turn"),
}


def event(model):
    return f"event: {model.type}\ndata: {model.model_dump_json()}\n\n"


def slim(node, by_name=False):
    """A schema without what does not check anything."""
    if isinstance(node, list):
        return [slim(value) for value in node]
    if not isinstance(node, dict):
        return node
    return {key: slim(value, key in ("properties", "$defs")) for key, value in node.items()
            if by_name or key not in ("description", "title", "default", "discriminator")}


def request_schema(parameters):
    schema = slim(TypeAdapter(parameters).json_schema())
    # A parameter that the package does not know is one that the API need not take.
    schema["additionalProperties"] = False
    # Of the kinds of tools and of contents only those that are sent by us are kept; the others are most of the text.
    schema["properties"]["tools"]["items"] = {"$ref": "#/$defs/ToolParam"}
    for name, message in schema["$defs"].items():
        if name.endswith("MessageParam"):
            message["properties"]["content"] = {"type": "string"}
    schema["properties"]["system"] = {"type": "string"}
    kept, open_ = set(), [{key: value for key, value in schema.items() if key != "$defs"}]
    while open_:
        for name in names(open_.pop()) - kept:
            kept.add(name)
            open_.append(schema["$defs"][name])
    schema["$defs"] = {name: schema["$defs"][name] for name in sorted(kept)}
    return schema


def names(node):
    """The definitions that a schema refers to."""
    if isinstance(node, list):
        return set().union(*map(names, node))
    if not isinstance(node, dict):
        return set()
    own = {node["$ref"].rsplit("/", 1)[1]} if isinstance(node.get("$ref"), str) else set()
    return own.union(*map(names, node.values()))


if __name__ == "__main__":
    assert anthropic.__version__ == VERSION, anthropic.__version__
    FIXTURES.mkdir(parents=True, exist_ok=True)
    for name, model in WHOLE.items():
        # A float has no trailing zero; the answer is text, where it does.
        (FIXTURES / f"{name}.json").write_text(model.model_dump_json(indent=1) + "\n")
    for name, error in ERRORS.items():
        body = shared.ErrorResponse(type="error", error=error, request_id="req_01Fixture")
        (FIXTURES / f"{name}.json").write_text(body.model_dump_json(indent=1) + "\n")
    for name, events in STREAMS.items():
        sent = [event(one) for one in events]
        sent.insert(1, 'event: ping\ndata: {"type": "ping"}\n\n')
        (FIXTURES / f"{name}.sse").write_text("".join(sent))
        if name == "success":
            error = shared.ErrorResponse(type="error", error=ERRORS["overload"])
            (FIXTURES / "overload.sse").write_text("".join(sent[:5]) + f"event: error\ndata: {error.model_dump_json()}\n\n")
    result = {"$comment": f"Python package anthropic {VERSION}, MIT; made by make_anthropic.py",
              "whole": request_schema(MessageCreateParamsNonStreaming),
              "streamed": request_schema(MessageCreateParamsStreaming)}
    # Both have the same definitions; one copy is enough.
    assert result["whole"]["$defs"] == result["streamed"]["$defs"]
    result["$defs"] = result["whole"].pop("$defs")
    result["streamed"].pop("$defs")
    (HERE / "anthropic.schema.json").write_text(json.dumps(result, indent=1) + "\n")
    print(f"anthropic {VERSION}: {len(list(FIXTURES.iterdir()))} fixtures")
