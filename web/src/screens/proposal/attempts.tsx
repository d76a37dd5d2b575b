/** What was asked of a model and what it answered, attempt by attempt; where no model was asked, that; nothing for who may not read the records. */
import { useQuery } from "@tanstack/react-query";
import { records } from "../../api/history";
import { household, type Proposal } from "../../api/questions";
import { Coded } from "../../parts/coded";
import { Answer, Panel } from "../../parts/panel";
import { ACTORS, inWords, RECORDS } from "../../text/codes";
import { atSecond } from "../../text/times";

/** Kinds of records that belong to a conversation with a model. */
const SPOKEN = ["prompt", "reply", "reply_findings"];

export function Attempts({ proposal }: { readonly proposal: Proposal }) {
    const of = useQuery(household(proposal.household));
    const mayRead = of.data?.rights.includes("audit") ?? false;
    const asked = useQuery({ ...records(proposal.id), enabled: mayRead });
    if (!mayRead) return null;
    return (
        <Panel id="attempts" title="What a model was asked">
            <Answer of={asked} rows={4}>
                {(found) => {
                    const spoken = found.filter((each) => SPOKEN.includes(each.kind));
                    if (spoken.length === 0) {
                        return (
                            <p className="quiet">
                                No model was asked: the plan is the optimiser's, and every sentence on this page is made
                                of its figures.
                            </p>
                        );
                    }
                    return (
                        <ul className="spoken">
                            {spoken.map((each) => (
                                <li key={each.record}>
                                    <details>
                                        <summary>
                                            <span className="strong">
                                                <Coded of={RECORDS} code={each.kind} />
                                            </span>{" "}
                                            <span className="small quiet">
                                                {each.actor_name ?? inWords(ACTORS, each.actor ?? "")} ·{" "}
                                                {atSecond(each.at)} · record {each.record}
                                            </span>
                                        </summary>
                                        <pre className="scroll" tabIndex={0}>
                                            {each.body ?? "erased"}
                                        </pre>
                                    </details>
                                </li>
                            ))}
                        </ul>
                    );
                }}
            </Answer>
            <p className="small faint">
                Words of a model are marked as such, and every figure comes from the plan. A model never decides: its
                trades are checked and priced like anybody's.
            </p>
        </Panel>
    );
}
