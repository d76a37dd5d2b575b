/**
 * A person's changes to a plan, with what undoes and redoes them, and the questions about what they come to.
 *
 * Invariants: an answer to an older question never replaces one to a newer; while one is awaited the old figures stay, marked as old;
 * what was typed stays whatever the answer.
 */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useReducer, useRef, useState } from "react";
import { answered, api, type Schemas } from "../../api/client";
import type { Changes, NewTrade } from "./rows";

export interface Edits {
    readonly past: readonly Changes[];
    readonly now: Changes;
    readonly future: readonly Changes[];
}

export type Edit =
    /** With a trade: a row that the plan does not have. */
    | { readonly kind: "set"; readonly at: number; readonly quantity: string; readonly trade?: NewTrade }
    /** All changes at once, as they were made on another plan. */
    | { readonly kind: "carry"; readonly changes: Changes }
    | { readonly kind: "restore"; readonly at: number }
    | { readonly kind: "undo" }
    | { readonly kind: "redo" }
    | { readonly kind: "reset" };

export const UNCHANGED: Edits = { past: [], now: {}, future: [] };

export function edited(edits: Edits, edit: Edit): Edits {
    const { past, now, future } = edits;
    switch (edit.kind) {
        case "set": {
            if (now[edit.at]?.quantity === edit.quantity) return edits;
            const trade = edit.trade ?? now[edit.at]?.trade;
            const change = { quantity: edit.quantity, ...(trade ? { trade } : {}) };
            return { past: [...past, now], now: { ...now, [edit.at]: change }, future: [] };
        }
        case "carry":
            return { past: [...past, now], now: edit.changes, future: [] };
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

/** The first of a row of edits is asked about at once; those that follow sooner than this, once there was a pause as long. */
const PAUSE_MS = 300;

export interface Judged {
    readonly answer: Schemas["WhatIf"] | null;
    readonly isAsking: boolean;
    readonly error: Error | null;
}

/** What trades come to, asked of the server; `body` is `null` where there is nothing to ask. */
export function useWhatIf(proposal: string, body: string | null): Judged & { readonly again: () => void } {
    const settled = useSettled(body, PAUSE_MS);
    // The key is the whole question: an answer to another one is never taken for it, and a question that is no longer asked is given up.
    const asked = useQuery({
        queryKey: ["what-if", proposal, settled],
        queryFn: ({ signal }) => ask(proposal, settled ?? "", signal),
        enabled: settled !== null && body !== null,
        placeholderData: (before) => before,
        staleTime: Infinity,
        retry: false,
    });
    if (body === null) return { answer: null, isAsking: false, error: null, again: () => undefined };
    return {
        answer: asked.data ?? null,
        isAsking: body !== settled || asked.isFetching,
        error: body === settled ? asked.error : null,
        again: () => void asked.refetch(),
    };
}

/** A value at once where it had stayed the same for some time, and otherwise once it has. */
function useSettled<T>(value: T, milliseconds: number): T {
    const [settled, setSettled] = useState(value);
    const changedAt = useRef(-Infinity);
    useEffect(() => {
        const now = performance.now();
        const wait = pauseBefore(now, changedAt.current, milliseconds);
        changedAt.current = now;
        const timer = setTimeout(() => setSettled(value), wait);
        return () => clearTimeout(timer);
    }, [value, milliseconds]);
    return settled;
}

/** How long to wait with what has changed now, where the change before it was at `before`. */
export function pauseBefore(now: number, before: number, pause: number): number {
    return now - before >= pause ? 0 : pause;
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
