/** What was read in the inbox, kept on this machine and shared by its tabs. */
import { useSyncExternalStore } from "react";
import { asReadUp, type ReadUp } from "./notices";

const NAME = "equipoise-inbox-read";

let current = load();
const listeners = new Set<() => void>();

function load(): ReadUp {
    try {
        return asReadUp(localStorage.getItem(NAME));
    } catch {
        return asReadUp(null);
    }
}

function tell(): void {
    for (const listener of listeners) listener();
}

function hear(event: StorageEvent): void {
    if (event.key !== NAME) return;
    current = load();
    tell();
}

export function setRead(next: ReadUp): void {
    current = next;
    try {
        localStorage.setItem(NAME, JSON.stringify(next));
    } catch {
        // Kept as long as the page is open.
    }
    tell();
}

export function useRead(): ReadUp {
    return useSyncExternalStore(
        (listener) => {
            if (listeners.size === 0) window.addEventListener("storage", hear);
            listeners.add(listener);
            return () => {
                listeners.delete(listener);
                if (listeners.size === 0) window.removeEventListener("storage", hear);
            };
        },
        () => current,
    );
}
