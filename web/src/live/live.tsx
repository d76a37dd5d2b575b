/**
 * The live state of the page: events make what they concern be asked again, and everybody can see how the line is.
 *
 * Invariant: what is under a pause is not replaced; events that came meanwhile count when it goes on.
 */
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import { useHasEnded } from "../api/ended";
import { pausable } from "./pause";
import { listen, type Happened, type Line } from "./stream";

interface Live {
    readonly line: Line;
    readonly isPaused: boolean;
    readonly pause: (paused: boolean) => void;
    /** The last event that was passed on, for who counts. */
    readonly latest: Happened | null;
}

const LiveContext = createContext<Live>({ line: "connecting", isPaused: false, pause: () => undefined, latest: null });

export function useLive(): Live {
    return use(LiveContext);
}

/** Kinds of questions whose answers hang on a household. */
const OF_A_HOUSEHOLD = [
    "household",
    "drift",
    "drift-history",
    "accounts",
    "lots",
    "gains",
    "transactions",
    "tax",
    "document",
];
/** Kinds whose answers hang on several. */
const OF_ALL = ["proposals", "prices", "notices"];
/** Kinds of the house itself: what everybody follows or keeps. A settings record of no household tells of a change. */
const OF_THE_HOUSE = ["model-portfolios", "model-portfolio", "house-rules"];
/** Kinds whose answers hang on a proposal. */
const OF_A_PROPOSAL = ["proposal", "attempts", "orders", "records", "timeline"];

/** Makes what events concern be asked again. */
export function refresh(client: QueryClient, events: readonly Happened[] | null): void {
    if (events === null) {
        void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "session" });
        return;
    }
    const owners = new Set(events.map((event) => event.household));
    const subjects = new Set(events.map((event) => event.subject));
    void client.invalidateQueries({
        predicate: ({ queryKey: [kind, of] }) => {
            if (OF_ALL.includes(String(kind))) return of === undefined || owners.has(String(of)) || owners.size === 0;
            if (OF_THE_HOUSE.includes(String(kind))) return events.some((event) => event.type === "settings");
            if (OF_A_HOUSEHOLD.includes(String(kind))) return owners.has(String(of));
            // An order or a fill is on record under its own name: what is open of its household is asked again.
            if (OF_A_PROPOSAL.includes(String(kind))) return subjects.has(String(of)) || events.some(isOfOrders);
            return false;
        },
    });
}

function isOfOrders(event: Happened): boolean {
    return /order|fill|execution|approval|state|proposal|recommendation/.test(event.type);
}

/** Listens while somebody is signed in. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
    const client = useQueryClient();
    const hasEnded = useHasEnded();
    const [line, setLine] = useState<Line>("connecting");
    const [isPaused, setPaused] = useState(false);
    const [latest, setLatest] = useState<Happened | null>(null);
    const gate = useMemo(
        () =>
            pausable((events) => {
                setLatest((before) => events?.at(-1) ?? before);
                refresh(client, events);
            }),
        [client],
    );

    // Nobody is told anything while nobody is signed in.
    useEffect(() => (hasEnded ? undefined : listen({ happened: gate.happened, line: setLine })), [gate, hasEnded]);

    const pause = useCallback(
        (next: boolean) => {
            setPaused(next);
            gate.pause(next);
        },
        [gate],
    );

    const live = useMemo<Live>(
        () => ({ line: isPaused ? "paused" : line, isPaused, pause, latest }),
        [line, isPaused, pause, latest],
    );
    return <LiveContext value={live}>{children}</LiveContext>;
}
