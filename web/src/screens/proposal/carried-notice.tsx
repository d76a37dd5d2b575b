/**
 * That edits were made on a plan that waits no more, and the way to put them onto the one that came in its place.
 *
 * Invariant: nothing of them is put anywhere, nor dropped, before a person says so; what can't be put on a plan, and what is no part of the one that
 * was approved, is named.
 */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Plan } from "../../api/plan";
import { household, type Proposal } from "../../api/questions";
import { Note } from "../../parts/panel";
import { several } from "../../text/figures";
import { inWords, listed, putOn, together, wishesOf, type Wish } from "./carried";
import type { Edit } from "./edits";
import { PlanNow } from "./plan-now";
import type { Remembering } from "./remembering";
import type { Changes, Lot } from "./rows";
import { Told } from "../../parts/told";

export function Carried(given: {
    readonly proposal: Proposal;
    readonly plan: Plan;
    readonly lots: readonly Lot[];
    readonly remembering: Remembering;
    /** What was typed on this plan, whether or not it counts. */
    readonly edits: Changes;
    readonly edit: (edit: Edit) => void;
}) {
    const { proposal, plan, remembering, edits } = given;
    const { waiting, wishes } = remembering;
    const [lost, setLost] = useState<readonly Wish[]>([]);
    const own = Object.keys(edits).length;
    if (proposal.state === "Rejected") {
        const count = together(waiting, wishes).length;
        return count > 0 ? <Gone proposal={proposal} count={count} isOwn={own > 0} /> : null;
    }
    if (proposal.state !== "Pending_Approval") {
        return <LeftOut proposal={proposal} wishes={wishesOf(plan, edits)} waiting={waiting} />;
    }
    return (
        <>
            {lost.length > 0 ? (
                <Note kind="warn">
                    {several(lost.length, "edit")} could not be put on this plan, since what it sells is held no more or
                    its number can’t be read: <Told>{lost.map(inWords).join("; ")}</Told>.
                </Note>
            ) : null}
            {waiting.length > 0 ? (
                <Note kind="warn">
                    <p>
                        This is another plan than the one that you changed. Your {several(waiting.length, "edit")}:{" "}
                        <Told>{listed(waiting)}</Told>.
                        {own > 0 ? " Where you have changed the same trade here, this counts." : ""}
                    </p>
                    <p className="tools">
                        <button
                            type="button"
                            className="button slim"
                            onClick={() => {
                                const carried = putOn(waiting, plan, given.lots, edits);
                                setLost(carried.lost);
                                remembering.answered();
                                if (Object.keys(carried.changes).length > own) {
                                    given.edit({ kind: "carry", changes: carried.changes });
                                }
                            }}
                        >
                            Put them on this plan
                        </button>
                        <button type="button" className="button slim" onClick={remembering.answered}>
                            Drop them
                        </button>
                    </p>
                </Note>
            ) : null}
        </>
    );
}

/** Somebody else has answered for the plan: what was typed on it meanwhile is no part of it. */
function LeftOut({
    proposal,
    wishes,
    waiting,
}: {
    readonly proposal: Proposal;
    readonly wishes: readonly Wish[];
    readonly waiting: readonly Wish[];
}) {
    return (
        <>
            {wishes.length > 0 ? (
                <Note kind="warn">
                    {APPROVED.includes(proposal.state)
                        ? "This plan was approved as it was proposed, while you were changing it."
                        : "This plan does not wait for approval any more."}{" "}
                    Your {several(wishes.length, "edit")} {wishes.length === 1 ? "is" : "are"} no part of it:{" "}
                    <Told>{listed(wishes)}</Told>.
                </Note>
            ) : null}
            {waiting.length > 0 ? (
                <Note kind="warn">
                    Your {several(waiting.length, "edit")} of a plan before this one can’t be put on it:{" "}
                    <Told>{listed(waiting)}</Told>.
                </Note>
            ) : null}
        </>
    );
}

const APPROVED = ["Approved", "Execution_In_Progress", "Executed_Successfully", "Execution_Failed"];

/** The plan under the edits has ended; they are kept on the screen. */
function Gone({
    proposal,
    count,
    isOwn,
}: {
    readonly proposal: Proposal;
    readonly count: number;
    /** Whether they were made on this plan, or all of them on one before it. */
    readonly isOwn: boolean;
}) {
    const who = useQuery(household(proposal.household));
    const next = who.data?.proposal;
    return (
        <Note kind="warn">
            <p>
                {isOwn ? "This plan has ended while you were changing it" : "This plan has ended"}
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
