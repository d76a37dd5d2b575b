/**
 * Keeps somebody from losing edits by leaving: asks first, within the page and before the browser closes it.
 *
 * In: how many edits are not saved. Out: a dialog while somebody is about to leave. What leaves on purpose navigates with `ignoreBlocker`.
 */
import { useBlocker } from "@tanstack/react-router";
import { isBegunAnew } from "../api/ended";
import { several } from "../text/figures";
import { Dialog } from "./dialog";

export function Leaving({ count }: { readonly count: number }) {
    const isDirty = count > 0;
    const blocker = useBlocker({
        shouldBlockFn: ({ current, next }) => isDirty && current.pathname !== next.pathname,
        enableBeforeUnload: () => isDirty && !isBegunAnew(),
        withResolver: true,
    });
    if (blocker.status !== "blocked") return null;
    return (
        <Dialog title="Leave without saving?" close={blocker.reset}>
            <div className="dialog-form">
                <p>{several(count, "change")} would be lost.</p>
                <div className="dialog-actions">
                    <button type="button" className="button" onClick={blocker.proceed}>
                        Leave without saving
                    </button>
                    <button type="button" className="button first" autoFocus onClick={blocker.reset}>
                        Stay here
                    </button>
                </div>
            </div>
        </Dialog>
    );
}
