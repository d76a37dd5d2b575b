/** The time by now, a minute at a time: ages and countdowns are in words and don't tick. */
import { useSyncExternalStore } from "react";

let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    timer ??= setInterval(() => {
        now = Date.now();
        for (const each of listeners) each();
    }, 15_000);
    return () => {
        listeners.delete(listener);
        if (listeners.size === 0) {
            clearInterval(timer);
            timer = undefined;
        }
    };
}

export function useNow(): number {
    return useSyncExternalStore(subscribe, () => now);
}
