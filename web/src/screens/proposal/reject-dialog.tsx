/** Rejects a proposal with a reason, which goes on record. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { answered, api } from "../../api/client";
import { drift, proposal as proposalOf, type Proposal } from "../../api/questions";
import { useNow } from "../../app/clock";
import { Dialog } from "../../parts/dialog";
import { Fault } from "../../parts/panel";
import { onDay } from "../../text/times";

/** How long a class is quiet that was answered, where a household's policy says nothing else. */
const QUIET_MS = 30 * 86_400_000;

const COMMON = ["Not now", "Too much tax", "Too many trades", "I want another target", "I don't agree with a sale"];

export function RejectDialog({ proposal, close }: { readonly proposal: Proposal; readonly close: () => void }) {
    const client = useQueryClient();
    const id = useId();
    const [reason, setReason] = useState("");
    const outside = (useQuery(drift(proposal.household)).data?.breaches ?? []).join(", ");
    const until = onDay(new Date(useNow() + QUIET_MS).toISOString());
    const reject = useMutation({
        mutationFn: () =>
            answered(
                api.POST("/api/v1/proposals/{proposal}/reject", {
                    params: { path: { proposal: proposal.id } },
                    body: { reason: reason.trim() },
                }),
            ),
        onSuccess: async () => {
            close();
            await client.invalidateQueries({ queryKey: proposalOf(proposal.id).queryKey });
        },
    });
    return (
        <Dialog title="Reject this proposal" close={close}>
            <form
                className="dialog-form"
                onSubmit={(event) => {
                    event.preventDefault();
                    reject.mutate();
                }}
            >
                <p className="quiet">
                    Nothing is traded, and your reason goes on record. Of{" "}
                    {outside ? outside : "the classes outside their bands"} nothing is said after that for 30 days as a
                    rule, until about {until}, unless the drift grows; the dashboard tells until when. You can ask for a
                    plan at any time.
                </p>
                <div className="chips">
                    {COMMON.map((each) => (
                        <button key={each} type="button" className="button slim" onClick={() => setReason(each)}>
                            {each}
                        </button>
                    ))}
                </div>
                <div className="field">
                    <label htmlFor={id}>Reason</label>
                    <textarea
                        id={id}
                        required
                        maxLength={1000}
                        value={reason}
                        onChange={(event) => setReason(event.target.value)}
                    />
                </div>
                {reject.error ? <Fault error={reject.error} /> : null}
                <div className="dialog-actions">
                    <button type="button" className="button" onClick={close}>
                        Keep it open
                    </button>
                    <button type="submit" className="button first" disabled={reject.isPending || reason.trim() === ""}>
                        {reject.isPending ? "Rejecting…" : "Reject"}
                    </button>
                </div>
            </form>
        </Dialog>
    );
}
