/** Asks before somebody leaves with edits that are not saved. */
import { useEffect, useRef } from "react";
import { several } from "../../text/figures";

interface Blocker {
    readonly status: "blocked" | "idle";
    readonly proceed?: (() => void) | undefined;
    readonly reset?: (() => void) | undefined;
}

export function Leaving({ blocker, count }: { readonly blocker: Blocker; readonly count: number }) {
    const dialog = useRef<HTMLDialogElement>(null);
    const isBlocked = blocker.status === "blocked";
    useEffect(() => {
        if (isBlocked) dialog.current?.showModal();
        else dialog.current?.close();
    }, [isBlocked]);
    return (
        <dialog ref={dialog} className="leaving" aria-labelledby="leaving-title" onCancel={() => blocker.reset?.()}>
            <h2 id="leaving-title">Leave without saving?</h2>
            <p>{several(count, "change")} would be lost.</p>
            <div className="words-actions">
                <button type="button" className="button first" autoFocus onClick={() => blocker.reset?.()}>
                    Stay here
                </button>
                <button type="button" className="button" onClick={() => blocker.proceed?.()}>
                    Leave without saving
                </button>
            </div>
        </dialog>
    );
}
