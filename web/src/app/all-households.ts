/**
 * Keeps the answer that holds all households as new as it can be: asked again after something happened, at most once a second, or once in ten where
 * it is large. The shell does it, for the switcher, the rail and the table alike.
 */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { table } from "../api/desk";
import { useLive } from "../live/live";

/** More than so many households are asked for less often. */
const MANY = 1000;

export function useKeptLately(): void {
    const { data, refetch } = useQuery(table);
    const rev = useLive().latest?.rev;
    const asked = useRef(0);
    const pause = (data?.id.length ?? 0) > MANY ? 10_000 : 1000;
    useEffect(() => {
        if (rev === undefined) return undefined;
        const timer = setTimeout(
            () => {
                asked.current = Date.now();
                void refetch();
            },
            Math.max(0, asked.current + pause - Date.now()),
        );
        return () => clearTimeout(timer);
    }, [rev, pause, refetch]);
}
