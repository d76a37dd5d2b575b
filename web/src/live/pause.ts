/**
 * Holds events back while a person has paused the page.
 *
 * In: batches of events, and a person's word. Out: the same batches, in their order. Invariant: nothing is passed on under a pause, and nothing that
 * came meanwhile is lost: it is passed on as one batch when it goes on, like any other.
 */
import type { Happened } from "./stream";

type Batch = readonly Happened[] | null;

export interface Pausable {
    happened(events: Batch): void;
    pause(isPaused: boolean): void;
}

/** `null` is a reset, as in `stream.ts`: it swallows what waits with it. */
export function pausable(pass: (events: Batch) => void): Pausable {
    let isPaused = false;
    let missed: Batch = [];
    return {
        happened(events) {
            if (!isPaused) pass(events);
            else missed = events === null || missed === null ? null : [...missed, ...events];
        },
        pause(next) {
            isPaused = next;
            if (isPaused) return;
            const events = missed;
            missed = [];
            if (events === null || events.length > 0) pass(events);
        },
    };
}
