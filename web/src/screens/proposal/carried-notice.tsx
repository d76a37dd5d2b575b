/**
 * That edits were made on a plan that waits no more, and the way to put them onto the one that came in its place.
 *
 * Invariant: nothing of them is put anywhere, nor dropped, before a person says so; what can't be put on the new plan is named.
 */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Plan } from "../../api/plan";
import { household, type Proposal } from "../../api/questions";
import { Note } from "../../parts/panel";
import { several } from "../../text/figures";
import { inWords, putOn, type Wish } from "./carried";
import type { Edit } from "./edits";
import { PlanNow } from "./plan-now";
import type { Before } from "./proposal";
import type { Changes, Lot } from "./rows";

export function Carried(given: {
    readonly proposal: Proposal;
    readonly plan: Plan;
    readonly lots: readonly Lot[];
    readonly before: Before | null;
    readonly edits: Changes;
    readonly edit: (edit: Edit) => void;
    readonly done: () => void;
}) {
    const { proposal, plan, before, edits } = given;
    const [lost, setLost] = useState<readonly Wish[]>([]);
    const waits = proposal.state === "Pending_Approval";
    const own = Object.keys(edits).length;
    if (!waits && proposal.state === "Rejected" && own > 0) return <Gone proposal={proposal} count={own} />;
    return (
        <>
            {lost.length > 0 ? (
                <Note kind="warn">
                    {several(lost.length, "edit")} could not be put on this plan, since what it sells is held no more or
                    its number can’t be read: {lost.map(inWords).join("; ")}.
                </Note>
            ) : null}
            {waits && before && before.plan !== plan.plan_hash ? (
                <Note kind="warn">
                    <p>
                        This is another plan than the one that you changed. Your {several(before.wishes.length, "edit")}
                        : {before.wishes.slice(0, 5).map(inWords).join("; ")}
                        {before.wishes.length > 5 ? "; and more" : ""}.
                    </p>
                    <p className="tools">
                        <button
                            type="button"
                            className="button slim"
                            onClick={() => {
                                const carried = putOn(before.wishes, plan, given.lots);
                                setLost(carried.lost);
                                given.done();
                                if (Object.keys(carried.changes).length > 0) {
                                    given.edit({ kind: "carry", changes: carried.changes });
                                }
                            }}
                        >
                            Put them on this plan
                        </button>
                        <button type="button" className="button slim" onClick={given.done}>
                            Drop them
                        </button>
                    </p>
                </Note>
            ) : null}
        </>
    );
}

/** The plan under the edits has ended; they are kept on the screen. */
function Gone({ proposal, count }: { readonly proposal: Proposal; readonly count: number }) {
    const who = useQuery(household(proposal.household));
    const next = who.data?.proposal;
    return (
        <Note kind="warn">
            <p>
                This plan has ended while you were changing it
                {proposal.rejection === "superseded" ? ", since the portfolio was changed" : ""}. Your{" "}
                {several(count, "edit")} {count === 1 ? "is" : "are"} kept here.
            </p>
            <div className="tools">
                {next && next.id !== proposal.id ? (
                    <Link
                        className="button slim"
                        to="/h/$household/proposal/$proposal"
                        params={{ household: proposal.household, proposal: next.id }}
                        ignoreBlocker
                    >
                        Take them to the new plan
                    </Link>
                ) : (
                    <PlanNow household={proposal.household} />
                )}
            </div>
        </Note>
    );
}
