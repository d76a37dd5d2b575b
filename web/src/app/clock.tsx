/**
 * The time by now, in which the households live: that of the machine, or that of a simulated market.
 *
 * Ages and countdowns are in words and don't tick; they move a few times a minute.
 */
import { createContext, use, useMemo, useSyncExternalStore, type ReactNode } from "react";
import { useLive } from "../live/live";

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

/** The time of the machine, milliseconds. */
export function useMachineTime(): number {
    return useSyncExternalStore(subscribe, () => now);
}

interface Time {
    readonly isSimulated: boolean;
    /** Milliseconds of the books' time when the page began. */
    readonly since: number;
}

const TimeContext = createContext<Time>({ isSimulated: false, since: 0 });

export function TimeProvider({
    since,
    isSimulated,
    children,
}: {
    readonly since: string;
    readonly isSimulated: boolean;
    readonly children: ReactNode;
}) {
    const time = useMemo(() => ({ isSimulated, since: Date.parse(since) }), [since, isSimulated]);
    return <TimeContext value={time}>{children}</TimeContext>;
}

/** Whether the households live in a simulated market. */
export function useIsSimulated(): boolean {
    return use(TimeContext).isSimulated;
}

/** The time in which the households live, milliseconds: a simulated one moves with what is on record. */
export function useNow(): number {
    const machine = useMachineTime();
    const { isSimulated, since } = use(TimeContext);
    const { latest } = useLive();
    if (!isSimulated) return machine;
    const told = latest ? Date.parse(latest.at) : 0;
    return Math.max(told, since);
}
