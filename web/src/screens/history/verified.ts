/**
 * What the last check of the log found, kept on this machine.
 *
 * Invariant: a check that failed stays until a later one succeeds; neither a new screen nor a new page makes it go away.
 */
import { useSyncExternalStore } from "react";
import type { Verified } from "../../api/history";

export interface Checked {
    readonly at: string;
    readonly found: Verified;
}

const NAME = "equipoise-log-check";

let current: Checked | null = read();
const listeners = new Set<() => void>();

function read(): Checked | null {
    try {
        return asChecked(JSON.parse(localStorage.getItem(NAME) ?? "null"));
    } catch {
        return null;
    }
}

/** A check as it was kept, or none where the text is something else. */
export function asChecked(value: unknown): Checked | null {
    if (typeof value !== "object" || value === null) return null;
    const { at, found } = value as Partial<Checked>;
    const isOne = typeof at === "string" && typeof found?.sound === "boolean" && Array.isArray(found.words);
    return isOne ? { at, found } : null;
}

/** Whether something is wrong that has to be seen: a bad record, or a checkpoint that can't be believed. */
export function isBad({ found }: Checked): boolean {
    return !found.sound || found.checkpoint_faults.length > 0;
}

export function keep(checked: Checked): void {
    current = checked;
    try {
        localStorage.setItem(NAME, JSON.stringify(checked));
    } catch {
        // Kept as long as the page is open.
    }
    for (const listener of listeners) listener();
}

export function useChecked(): Checked | null {
    return useSyncExternalStore(
        (listener) => {
            listeners.add(listener);
            return () => listeners.delete(listener);
        },
        () => current,
    );
}
