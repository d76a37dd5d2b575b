/**
 * A person's changes to a plan, with what undoes and redoes them, and the questions about what they come to.
 *
 * Invariants: an answer to an older question never replaces one to a newer; while one is awaited the old figures stay, marked as old;
 * what was typed stays whatever the answer.
 */
import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { answered, api, Refused, type Schemas } from "../../api/client";
import type { Changes } from "./rows";

export interface Edits {
    readonly past: readonly Changes[];
    readonly now: Changes;
    readonly future: readonly Changes[];
}

export type Edit =
    | { readonly kind: "set"; readonly at: number; readonly quantity: string }
    | { readonly kind: "restore"; readonly at: number }
    | { readonly kind: "undo" }
    | { readonly kind: "redo" }
    | { readonly kind: "reset" };

export const UNCHANGED: Edits = { past: [], now: {}, future: [] };

export function edited(edits: Edits, edit: Edit): Edits {
    const { past, now, future } = edits;
    switch (edit.kind) {
        case "set":
            if (now[edit.at]?.quantity === edit.quantity) return edits;
            return { past: [...past, now], now: { ...now, [edit.at]: { quantity: edit.quantity } }, future: [] };
        case "restore": {
            if (!(edit.at in now)) return edits;
            const rest = Object.fromEntries(Object.entries(now).filter(([at]) => Number(at) !== edit.at));
            return { past: [...past, now], now: rest, future: [] };
        }
        case "undo": {
            const before = past.at(-1);
            return before === undefined ? edits : { past: past.slice(0, -1), now: before, future: [now, ...future] };
        }
        case "redo": {
            const [after, ...rest] = future;
            return after === undefined ? edits : { past: [...past, now], now: after, future: rest };
        }
        case "reset":
            return Object.keys(now).length === 0 ? edits : { past: [...past, now], now: {}, future: [] };
    }
}

export function useEdits() {
    return useReducer(edited, UNCHANGED);
}

/** A question is asked once nothing was typed for so long. */
const PAUSE_MS = 300;

export interface Judged {
    readonly answer: Schemas["WhatIf"] | null;
    readonly isAsking: boolean;
    readonly error: Error | null;
}

/** What trades come to, asked of the server; `body` is `null` where there is nothing to ask. */
export function useWhatIf(proposal: string, body: string | null): Judged & { readonly again: () => void } {
    const [judged, setJudged] = useState<Judged>({ answer: null, isAsking: false, error: null });
    const latest = useRef(0);
    const [turn, setTurn] = useState(0);
    useEffect(() => {
        const sequence = (latest.current += 1);
        if (body === null) {
            setJudged({ answer: null, isAsking: false, error: null });
            return undefined;
        }
        const aborted = new AbortController();
        setJudged((before) => ({ ...before, isAsking: true, error: null }));
        const timer = setTimeout(() => {
            ask(proposal, body, aborted.signal).then(
                (answer) => {
                    if (sequence === latest.current) setJudged({ answer, isAsking: false, error: null });
                },
                (error: unknown) => {
                    if (sequence !== latest.current || aborted.signal.aborted) return;
                    const told = error instanceof Error ? error : new Error(String(error));
                    setJudged((before) => ({ ...before, isAsking: false, error: told }));
                },
            );
        }, PAUSE_MS);
        return () => {
            clearTimeout(timer);
            aborted.abort();
        };
    }, [proposal, body, turn]);
    return { ...judged, again: useCallback(() => setTurn((before) => before + 1), []) };
}

function ask(proposal: string, body: string, signal: AbortSignal): Promise<Schemas["WhatIf"]> {
    return answered(
        api.POST("/api/v1/proposals/{proposal}/what-if", {
            params: { path: { proposal } },
            // The text is ready: its quantities have every digit that was typed.
            body: body as never,
            bodySerializer: (text) => text as unknown as string,
            signal,
        }),
    );
}

/** Whether nobody knows if an answer was carried out: the line broke before the server spoke. */
export function isUnknown(error: Error | null): boolean {
    return error instanceof Refused && error.isUnknown;
}
