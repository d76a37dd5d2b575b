/** What models were sent for this proposal and what came back, in full, as it stands in the log. */
import { useQuery } from "@tanstack/react-query";
import { records } from "../../api/history";
import type { Proposal } from "../../api/questions";
import { Coded } from "../../parts/coded";
import { Answer, Empty } from "../../parts/panel";
import { inWords, ROLES } from "../../text/codes";
import { atSecond } from "../../text/times";
import { messages, type Message } from "./body";
import { BodyText } from "./records";

const NAMES: Readonly<Record<Message["kind"], string>> = {
    prompt: "Sent to the model",
    reply: "Reply of the model",
    findings: "Found in the reply",
};

export function Messages({ of }: { readonly of: Proposal }) {
    const found = useQuery(records(of.id));
    return (
        <Answer of={found} rows={6}>
            {(all) => {
                const said = messages(all);
                if (said.length === 0) {
                    return (
                        <Empty
                            title="No model was asked"
                            why="The plan and its reasons were computed by the optimiser alone, so there are no messages."
                        />
                    );
                }
                return (
                    <ol className="messages">
                        {said.map((message) => (
                            <li key={message.record} className={`message ${message.kind}`}>
                                <h3>
                                    {NAMES[message.kind]}
                                    {message.number === null ? "" : `, attempt ${message.number}`}
                                </h3>
                                <p className="small faint">
                                    record {message.record} · {atSecond(message.at)}
                                    {message.kind === "reply" && message.actor ? ` · ${message.actor}` : ""}
                                </p>
                                {message.parts.map((part, at) => (
                                    <div key={at}>
                                        {message.parts.length > 1 || message.kind === "prompt" ? (
                                            <p className="small strong">
                                                <Coded of={ROLES} code={part.role} />
                                            </p>
                                        ) : null}
                                        <BodyText
                                            text={part.text}
                                            name={`${NAMES[message.kind]}, ${inWords(ROLES, part.role)}`}
                                        />
                                    </div>
                                ))}
                            </li>
                        ))}
                    </ol>
                );
            }}
        </Answer>
    );
}
