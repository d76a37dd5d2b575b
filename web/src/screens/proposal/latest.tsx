/** The proposal that is open, or the last one; where there is none yet, what would make one. */
import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, useParams } from "@tanstack/react-router";
import { household, proposals } from "../../api/questions";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Answer, Empty, Panel } from "../../parts/panel";
import { Told } from "../../parts/told";
import { reason } from "../dashboard/verdict";
import { PlanNow } from "./plan-now";

export function LatestProposal() {
    const { household: id } = useParams({ from: "/h/$household/proposal" });
    const who = useQuery(household(id));
    const all = useInfiniteQuery(proposals(id));
    if (who.data?.proposal) {
        return (
            <Navigate
                to="/h/$household/proposal/$proposal"
                params={{ household: id, proposal: who.data.proposal.id }}
                replace
            />
        );
    }
    if (who.error) {
        return (
            <Panel>
                <Answer of={who}>{() => null}</Answer>
            </Panel>
        );
    }
    const last = all.data?.pages[0]?.items[0];
    return (
        <>
            <header className="screen-head">
                <div>
                    <h1>No proposal is open.</h1>
                    <p className="quiet lead">
                        <Told>
                            {reason(who.data?.why ?? "A proposal comes by itself once a class leaves its band.")}
                        </Told>
                    </p>
                </div>
            </header>
            <Panel>
                <Answer of={who} rows={3}>
                    {(found) => (
                        <Empty
                            title={found.paused ? "The household is paused" : "Nothing waits for you"}
                            why="Cash that came in, losses that could be harvested or a change of the target can be planned for at once."
                            action={
                                <div className="screen-actions">
                                    <PlanNow household={id} />
                                    {last ? (
                                        <Link
                                            className="button"
                                            to="/h/$household/proposal/$proposal"
                                            params={{ household: id, proposal: last.id }}
                                        >
                                            See the last proposal
                                        </Link>
                                    ) : null}
                                </div>
                            }
                        />
                    )}
                </Answer>
            </Panel>
        </>
    );
}
