/**
 * Keeps what a person wants of the plan on the screen, for the one that may come in its place.
 *
 * In: the plan, its changes, and what was remembered before. Out: what waits for an answer, and the ways to give one. The rules are in `carried.ts`.
 */
import { useEffect, useMemo } from "react";
import type { Plan } from "../../api/plan";
import { NO_WISHES, remembered, waitingAt, wishesOf, type Before, type Wish } from "./carried";
import type { Changes } from "./rows";

export interface Remembering {
    /** What is wanted of this plan. */
    readonly wishes: readonly Wish[];
    /** What was wanted of plans before it. */
    readonly waiting: readonly Wish[];
    /** What waits was put on this plan, or dropped. */
    readonly answered: () => void;
    /** What is wanted of this plan is kept as a plan of its own. */
    readonly kept: () => void;
}

export function useRemembered(
    household: string,
    plan: Plan,
    changes: Changes,
    before: Before | null,
    remember: (before: Before | null) => void,
): Remembering {
    const name = plan.plan_hash;
    const wishes = useMemo(() => wishesOf(plan, changes), [plan, changes]);
    const waiting = useMemo(() => waitingAt(name, before), [name, before]);
    useEffect(() => {
        remember(remembered({ household, plan: name, wishes, waiting }));
    }, [household, name, wishes, waiting, remember]);
    return {
        wishes,
        waiting,
        answered: () => remember(remembered({ household, plan: name, wishes, waiting: NO_WISHES })),
        kept: () => remember(remembered({ household, plan: name, wishes: NO_WISHES, waiting })),
    };
}
