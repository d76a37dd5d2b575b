/** The stages of a proposal, each with the time that it took beside the time that it may take. */
import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "../../api/client";
import { timeline, type Proposal } from "../../api/questions";
import { Answer, Panel } from "../../parts/panel";
import { atTime, took } from "../../text/times";

type Stage = Schemas["StageView"];

/** A person's answer has no time but that until which it counts. */
export const REVIEW = "review and approval";

const isLate = (stage: Stage) => stage.stage !== REVIEW && (stage.took_ms ?? 0) > stage.budget_ms;

/** As they began: a plan that is made again begins with the first stage anew. */
export function inOrder(stages: readonly Stage[]): readonly Stage[] {
    return stages.toSorted((a, b) => Date.parse(a.begun_at) - Date.parse(b.begun_at));
}

export function Timeline({ proposal }: { readonly proposal: Proposal }) {
    const asked = useQuery(timeline(proposal.id));
    return (
        <Panel id="timeline" title="Stage by stage">
            <Answer of={asked} rows={6}>
                {(stages) => (
                    <div className="scroll" tabIndex={0} role="group" aria-label="Stages">
                        <table className="stages stacks">
                            <thead>
                                <tr>
                                    <th scope="col">Stage</th>
                                    <th scope="col">Begun, New York</th>
                                    <th scope="col" className="number">
                                        Took
                                    </th>
                                    <th scope="col" className="number">
                                        May take
                                    </th>
                                </tr>
                            </thead>
                            <tbody>
                                {inOrder(stages).map((stage, index) => (
                                    <tr key={`${stage.stage}/${index}`}>
                                        <th scope="row" className="stage-name">
                                            {stage.stage}
                                        </th>
                                        <td className="nowrap" data-label="Begun">
                                            {atTime(stage.begun_at)}
                                        </td>
                                        <td
                                            className={`number ${isLate(stage) ? "warn strong" : ""}`}
                                            data-label="Took"
                                        >
                                            {stage.took_ms === null || stage.took_ms === undefined
                                                ? "now"
                                                : `${isLate(stage) ? "⚠ " : ""}${took(stage.took_ms)}`}
                                        </td>
                                        <td className="number quiet" data-label="May take">
                                            {stage.stage === REVIEW && proposal.expires_at
                                                ? `until ${atTime(proposal.expires_at)}`
                                                : took(stage.budget_ms)}
                                        </td>
                                    </tr>
                                ))}
                            </tbody>
                        </table>
                    </div>
                )}
            </Answer>
        </Panel>
    );
}
