/**
 * A model portfolio that nobody follows is removed, after one was asked.
 *
 * In: the model portfolio. Out: it is there no more, and its list is shown. Invariant: where somebody follows it, why it stays is said in place of the button.
 */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { modelPortfolios, remove, targetsMoved, type ModelPortfolio } from "../../api/model-portfolios";
import { Dialog } from "../../parts/dialog";
import { Fault, Panel } from "../../parts/panel";
import { several } from "../../text/figures";

export function Removal({ model }: { readonly model: ModelPortfolio }) {
    const client = useQueryClient();
    const navigate = useNavigate();
    const [isAsking, setAsking] = useState(false);
    const removing = useMutation({
        mutationFn: () => remove(model.name),
        onSuccess: async () => {
            // The list is shown before it is asked for again.
            client.setQueryData(modelPortfolios.queryKey, (all) => all?.filter((one) => one.name !== model.name));
            await navigate({ to: "/models" });
            await targetsMoved(client);
        },
    });
    return (
        <Panel id="model-removal" title="Remove it">
            {model.followers > 0 ? (
                <p className="quiet">
                    {several(model.followers, "household follows it", "households follow it")}. It can be removed once
                    nobody does.
                </p>
            ) : (
                <p>
                    <button type="button" className="button slim" onClick={() => setAsking(true)}>
                        Remove {model.name}…
                    </button>
                </p>
            )}
            {isAsking ? (
                <Dialog title={`Remove ${model.name}?`} close={() => setAsking(false)} isBusy={removing.isPending}>
                    <div className="dialog-form">
                        <p>
                            Nobody follows it, so no household changes. What was published stays in the record, and one
                            of this name can be made anew.
                        </p>
                        {removing.error ? <Fault error={removing.error} /> : null}
                        <div className="dialog-actions">
                            <button type="button" className="button" onClick={() => setAsking(false)}>
                                Keep it
                            </button>
                            <button
                                type="button"
                                className="button first"
                                aria-disabled={removing.isPending}
                                onClick={() => (removing.isPending ? undefined : removing.mutate())}
                            >
                                {removing.isPending ? "Removing…" : "Remove it"}
                            </button>
                        </div>
                    </div>
                </Dialog>
            ) : null}
        </Panel>
    );
}
