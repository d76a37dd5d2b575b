/**
 * How long the page takes, as Chromium's own trace and timings of events have it.
 *
 * In: a page and what is done on it. Out: milliseconds. Invariant: nothing of it is guessed by a clock outside of the browser.
 */
import type { Browser, Page } from "playwright-core";

interface Traced {
    readonly name: string;
    readonly ph: string;
    readonly pid: number;
    readonly tid: number;
    readonly dur?: number;
    readonly tdur?: number;
    readonly args?: { readonly name?: string };
}

/** A task of a page's main thread, in milliseconds: by the clock, and of the processor's time, which another program does not lengthen. */
export interface Task {
    readonly clock: number;
    readonly processor: number;
}

/** The tasks of the page's main thread while something is done, those that took the processor longest first. */
export async function tasksWhile(browser: Browser, page: Page, act: () => Promise<void>): Promise<Task[]> {
    await browser.startTracing(page, { categories: ["toplevel", "disabled-by-default-devtools.timeline"] });
    await act();
    const text = (await browser.stopTracing()).toString("utf8");
    const { traceEvents: events } = JSON.parse(text) as { traceEvents: Traced[] };
    const threads = events.filter((each) => each.name === "thread_name" && each.args?.name === "CrRendererMain");
    const all = threads.map(({ pid, tid }) =>
        events.flatMap((each): Task[] =>
            each.name === "RunTask" && each.pid === pid && each.tid === tid && each.dur !== undefined
                ? [{ clock: each.dur / 1000, processor: (each.tdur ?? each.dur) / 1000 }]
                : [],
        ),
    );
    const spent = (tasks: readonly Task[]) => tasks.reduce((total, each) => total + each.processor, 0);
    // Of several renderers the one that worked is that of the page.
    const [own = []] = all.sort((left, right) => spent(right) - spent(left));
    return own.sort((left, right) => right.processor - left.processor);
}

/** From what a person does to the next picture of it: the longest of the events of each act, in milliseconds, to eight. */
export async function untilPainted(page: Page, act: () => Promise<void>): Promise<number> {
    await page.evaluate(() => {
        const kept = window as unknown as { seen?: PerformanceObserver; longest: number };
        kept.longest = 0;
        kept.seen?.disconnect();
        kept.seen = new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) kept.longest = Math.max(kept.longest, entry.duration);
        });
        kept.seen.observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
    });
    await act();
    // Entries come once the picture is there and nothing else is to be done.
    await page.evaluate(
        () =>
            new Promise<void>((done) => {
                requestAnimationFrame(() => setTimeout(() => requestIdleCallback(() => done()), 50));
            }),
    );
    return page.evaluate(() => (window as unknown as { longest: number }).longest);
}

/** From the beginning of a document on: how far what is shown has jumped (cumulative layout shift), where nobody did anything. */
export async function watchShifts(page: Page): Promise<() => Promise<{ score: number; of: string[] }>> {
    await page.addInitScript(() => {
        interface Shift extends PerformanceEntry {
            readonly value: number;
            readonly hadRecentInput: boolean;
            readonly sources: readonly { readonly node: Node | null }[];
        }
        const kept = window as unknown as { shifts: { value: number; of: string }[] };
        kept.shifts = [];
        new PerformanceObserver((list) => {
            for (const entry of list.getEntries() as Shift[]) {
                if (entry.hadRecentInput) continue;
                const named = entry.sources.map(({ node }) => {
                    const element = node instanceof Element ? node : node?.parentElement;
                    return element ? `${element.tagName.toLowerCase()}.${element.className}` : "?";
                });
                kept.shifts.push({ value: entry.value, of: named.join(", ") });
            }
        }).observe({ type: "layout-shift", buffered: true });
    });
    return () =>
        page.evaluate(() => {
            const { shifts } = window as unknown as { shifts: { value: number; of: string }[] };
            return {
                score: shifts.reduce((sum, each) => sum + each.value, 0),
                of: shifts.map((each) => `${each.value.toFixed(4)} ${each.of}`),
            };
        });
}

/** The one in the middle. */
export function median(of: readonly number[]): number {
    const sorted = [...of].sort((left, right) => left - right);
    return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
