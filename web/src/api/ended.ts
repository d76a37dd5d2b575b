/**
 * What happens when a session ends while the page is open: requests wait until the person has signed in again, and then go out.
 *
 * In: answers that say that nobody is signed in. Out: whether that is so now, and a promise that is kept once the same person is back. Invariants:
 * nothing of one person is ever sent for another, whose page is loaded anew; all tabs of a browser learn of a sign-in or a sign-out at once.
 */
import { useSyncExternalStore } from "react";

const CHANNEL = "equipoise-session";

/** What goes out once the person is back; nothing while somebody is signed in. */
let waiting: (() => void)[] | null = null;
const listeners = new Set<() => void>();

function put(next: typeof waiting): void {
    const isOther = (waiting === null) !== (next === null);
    waiting = next;
    if (isOther) for (const listener of listeners) listener();
}

/** Nobody is signed in any more; kept once the same person is again. */
export function signedInAgain(): Promise<void> {
    return new Promise<void>((done) => put([...(waiting ?? []), done]));
}

/** The same person is signed in: what waited goes out. */
export function goOn(): void {
    const before = waiting ?? [];
    put(null);
    for (const send of before) send();
}

/** Whether the session has ended. */
export function useHasEnded(): boolean {
    return useSyncExternalStore(
        (listener) => {
            listeners.add(listener);
            return () => listeners.delete(listener);
        },
        () => waiting !== null,
    );
}

let isLeaving = false;

/** Whether this page is being left for good. */
export const isBegunAnew = () => isLeaving;

/** The page of somebody else, or of nobody, begins anew: what this one shows is hidden at once, and not even a question about unsaved edits may keep it. */
export function beginAnew(): void {
    isLeaving = true;
    put(waiting ?? []);
    sessionStorage.clear();
    window.location.assign("/");
}

const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(CHANNEL);

/** Tells the other tabs that somebody has signed in or out. */
export function tellOtherTabs(): void {
    channel?.postMessage("changed");
}

/** Hears of sign-ins and sign-outs in other tabs, and looks again whenever the tab is seen; the answer ends it. */
export function whenItMayHaveChanged(look: () => void): () => void {
    const seen = () => {
        if (!document.hidden) look();
    };
    channel?.addEventListener("message", look);
    document.addEventListener("visibilitychange", seen);
    return () => {
        channel?.removeEventListener("message", look);
        document.removeEventListener("visibilitychange", seen);
    };
}
