/**
 * The way out where the plan that waits can't be approved now: to look again, or a new plan.
 *
 * Invariant: a plan is rejected for a new one only by a click that says so.
 */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { answered, api } from "../../api/client";
import { answeredFor, propose } from "../../api/desk";
import { proposal as proposalOf, type Proposal } from "../../api/questions";
import { Fault, Note } from "../../parts/panel";
import type { Refusal } from "../../parts/refusal";
import { Told } from "../../parts/told";

/** Refusals that only another plan ends. */
const NEEDS_ANOTHER = ["approval.price_moved", "approval.holding_moved", "approval.portfolio_changed"];

/** What can be done about a refusal. */
export function WayOut({ proposal, refused }: { readonly proposal: Proposal; readonly refused: Refusal }) {
    const client = useQueryClient();
    if (NEEDS_ANOTHER.includes(refused.code)) return <PlanAnew proposal={proposal} refused={refused} />;
    if (refused.code !== "approval.price_unknown") return null;
    return (
        <button
            type="button"
            className="button slim"
            onClick={() => void client.invalidateQueries({ queryKey: proposalOf(proposal.id).queryKey })}
        >
            Look again
        </button>
    );
}

function PlanAnew({ proposal, refused }: { readonly proposal: Proposal; readonly refused: Refusal }) {
    const client = useQueryClient();
    const navigate = useNavigate();
    // Where only the second step fails, the first is not taken again.
    const isRejected = useRef(false);
    const { household } = proposal;
    const anew = useMutation({
        mutationFn: async () => {
            if (!isRejected.current) {
                const reason = `It no longer fits, and a new plan is asked for: ${refused.words}`.slice(0, 1000);
                const params = { path: { proposal: proposal.id } };
                await answered(api.POST("/api/v1/proposals/{proposal}/reject", { params, body: { reason } }));
                isRejected.current = true;
            }
            return propose(household);
        },
        onSuccess: async (made) => {
            await answeredFor(client, household);
            if (!made.proposal) return client.invalidateQueries({ queryKey: proposalOf(proposal.id).queryKey });
            const params = { household, proposal: made.proposal.id };
            await navigate({ to: "/h/$household/proposal/$proposal", params, ignoreBlocker: true });
        },
    });
    return (
        <>
            <button type="button" className="button" disabled={anew.isPending} onClick={() => anew.mutate()}>
                {anew.isPending ? "Planning…" : "Reject and plan anew"}
            </button>
            {anew.error ? <Fault error={anew.error} /> : null}
            {anew.data && !anew.data.proposal ? (
                <Note kind="plain">
                    <Told>{anew.data.why ?? ""}</Told>
                </Note>
            ) : null}
        </>
    );
}
