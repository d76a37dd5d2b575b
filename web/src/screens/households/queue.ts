/**
 * Many requests, one after the other, each with its own result: never one that nobody can see into.
 *
 * In: items and what is done with one. Out: a result per item, told as it comes. Invariants: nothing is begun after a stop; what was begun is
 * always told; an item that fails stops no other.
 */
export type Outcome = "done" | "failed" | "unknown" | "not_sent";

export interface Result {
    readonly outcome: Outcome;
    readonly words: string;
}

export async function runQueue<T>(
    items: readonly T[],
    work: (item: T) => Promise<Result>,
    told: (item: T, result: Result) => void,
    options: { readonly width: number; readonly isStopped: () => boolean },
): Promise<void> {
    let next = 0;
    const lane = async () => {
        while (next < items.length) {
            const item = items[next] as T;
            next += 1;
            if (options.isStopped()) {
                told(item, { outcome: "not_sent", words: "Stopped before it was sent." });
                continue;
            }
            let result: Result;
            try {
                result = await work(item);
            } catch (error) {
                result = { outcome: "failed", words: error instanceof Error ? error.message : String(error) };
            }
            told(item, result);
        }
    };
    await Promise.all(Array.from({ length: Math.max(1, Math.min(options.width, items.length)) }, lane));
}

/** How many came to what. */
export function tally(results: Iterable<Result>): Record<Outcome, number> {
    const found = { done: 0, failed: 0, unknown: 0, not_sent: 0 };
    for (const { outcome } of results) found[outcome] += 1;
    return found;
}
