/**
 * The bar at the foot of a model portfolio: first what it would do, then to publish it, with what that comes to unmistakably.
 *
 * Invariant: there is one filled button, the next step; what would be published is told in words before it can be clicked.
 */
import { useId } from "react";
import type { Effect } from "../../api/model-portfolios";
import { dollars, several } from "../../text/figures";
import { inWords, together } from "./effect";

export function PublishBar(given: {
    readonly name: string;
    readonly edits: number;
    readonly faults: number;
    /** Of what stands on the screen; nothing before it was looked at. */
    readonly effect: Effect | null;
    readonly isLooking: boolean;
    readonly isPublishing: boolean;
    readonly look: () => void;
    readonly publish: () => void;
    readonly discard: (() => void) | null;
}) {
    const { effect } = given;
    const id = useId();
    return (
        <div className="save-bar no-print" role="region" aria-label="Publish">
            <div className="save-words publish-what">
                {effect ? (
                    <Summary name={given.name} effect={effect} id={id} />
                ) : (
                    <p role="status">
                        <strong>
                            {given.edits === 0 ? "Nothing edited" : several(given.edits, "edit")}
                            {given.edits === 0 ? "" : ", not published"}
                        </strong>
                        {given.faults > 0 && given.edits > 0 ? (
                            <span className="danger"> · ✕ {several(given.faults, "thing")} to put right first</span>
                        ) : null}
                    </p>
                )}
            </div>
            <div className="save-actions">
                {given.discard ? (
                    <button
                        type="button"
                        className="button"
                        disabled={given.isPublishing || given.isLooking}
                        onClick={given.discard}
                    >
                        Discard edits
                    </button>
                ) : null}
                {effect ? (
                    <button
                        type="button"
                        className="button first"
                        aria-disabled={given.isPublishing}
                        aria-describedby={id}
                        onClick={given.publish}
                    >
                        {given.isPublishing ? "Publishing…" : `Publish version ${effect.present + 1}`}
                    </button>
                ) : (
                    <button type="button" className="button first" aria-disabled={given.isLooking} onClick={given.look}>
                        {given.isLooking ? "Working it out…" : "Show what it would do"}
                    </button>
                )}
            </div>
        </div>
    );
}

function Summary({ name, effect, id }: { readonly name: string; readonly effect: Effect; readonly id: string }) {
    const sums = together(effect);
    return (
        <p id={id}>
            <strong>
                Publish {name}, version {effect.present + 1}.
            </strong>{" "}
            {inWords(sums)}
            {sums.takes + sums.later > 0 ? (
                <>
                    {" "}
                    To be at their targets they would trade <span className="private">
                        {dollars(sums.then)}
                    </span> (now <span className="private">{dollars(sums.now)}</span>).
                </>
            ) : null}
            {sums.takes + sums.later + sums.unseen > 0 ? (
                <span className="small quiet">
                    {" "}
                    A plan that waits for another target is superseded; nothing is traded before its next plan was
                    approved.
                </span>
            ) : null}
        </p>
    );
}
