/**
 * Keeps the answer that holds all households as new as it can be: asked again after something happened, at most once a second, or once in ten where
 * it is large. The shell does it, for the switcher, the rail and the table alike. A tab that nobody sees asks nothing, and once when it is seen again.
 */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { table } from "../api/desk";
import { useLive } from "../live/live";

/** More than so many households are asked for less often. */
const MANY = 1000;

export function useKeptLately(): void {
    const { data, refetch } = useQuery(table);
    const rev = useLive().latest?.rev;
    const isHidden = useSyncExternalStore(whenSeen, () => document.hidden);
    const asked = useRef<{ readonly at: number; readonly rev: number | undefined }>({ at: 0, rev: undefined });
    const pause = (data?.id.length ?? 0) > MANY ? 10_000 : 1000;
    useEffect(() => {
        if (isHidden || rev === asked.current.rev) return undefined;
        const timer = setTimeout(
            () => {
                asked.current = { at: Date.now(), rev };
                void refetch();
            },
            Math.max(0, asked.current.at + pause - Date.now()),
        );
        return () => clearTimeout(timer);
    }, [rev, isHidden, pause, refetch]);
}

function whenSeen(tell: () => void): () => void {
    document.addEventListener("visibilitychange", tell);
    return () => document.removeEventListener("visibilitychange", tell);
}
