/** Asks for a plan now: a proposal, or why there is nothing to do. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { answeredFor, propose } from "../../api/desk";
import { Fault, Note } from "../../parts/panel";
import { Told } from "../../parts/told";

export function PlanNow({ household }: { readonly household: string }) {
    const client = useQueryClient();
    const navigate = useNavigate();
    const ask = useMutation({
        mutationFn: () => propose(household),
        onSuccess: async ({ proposal }) => {
            await answeredFor(client, household);
            if (proposal) {
                const params = { household, proposal: proposal.id };
                await navigate({ to: "/h/$household/proposal/$proposal", params, ignoreBlocker: true });
            }
        },
    });
    return (
        <>
            <button type="button" className="button first" disabled={ask.isPending} onClick={() => ask.mutate()}>
                {ask.isPending ? "Planning…" : "Plan now"}
            </button>
            {ask.error ? <Fault error={ask.error} /> : null}
            {ask.data && !ask.data.proposal ? (
                <Note kind="plain">
                    <Told>{ask.data.why ?? ""}</Told>
                </Note>
            ) : null}
        </>
    );
}
