/** The stages of a proposal, each with the time that it took beside the time that it may take. */
import { useQuery } from "@tanstack/react-query";
import { timeline, type Proposal } from "../../api/questions";
import { Answer, Panel } from "../../parts/panel";
import { atTime, took } from "../../text/times";

export function Timeline({ proposal }: { readonly proposal: Proposal }) {
    const asked = useQuery(timeline(proposal.id));
    return (
        <Panel id="timeline" title="Stage by stage">
            <Answer of={asked} rows={6}>
                {(stages) => (
                    <div className="scroll" tabIndex={0} role="group" aria-label="Stages">
                        <table>
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
                                {stages.map((stage, index) => (
                                    <tr key={`${stage.stage}/${index}`}>
                                        <th scope="row">{stage.stage}</th>
                                        <td className="nowrap">{atTime(stage.begun_at)}</td>
                                        <td
                                            className={`number ${(stage.took_ms ?? 0) > stage.budget_ms ? "warn strong" : ""}`}
                                        >
                                            {stage.took_ms === null || stage.took_ms === undefined
                                                ? "now"
                                                : `${(stage.took_ms ?? 0) > stage.budget_ms ? "⚠ " : ""}${took(stage.took_ms)}`}
                                        </td>
                                        <td className="number quiet">{took(stage.budget_ms)}</td>
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
