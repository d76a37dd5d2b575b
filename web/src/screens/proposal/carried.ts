/**
 * A person's changes to a plan, remembered while other plans come in its place, and put onto one of them.
 *
 * In: changes by the rows of one plan; another plan with the lots that are held. Out: changes by its rows, and what could not be put on it.
 * Invariants: a change is never dropped without a word: it waits, or is in the result, or lost with its name, or means nothing there (a trade that
 * was left out and is not proposed again); of the same trade the later change counts.
 */
import type { Plan } from "../../api/plan";
import { compared, isPlain, isZero } from "../../text/figures";
import { keyOf, type Change, type Changes, type Lot, type NewTrade } from "./rows";

/** A trade as a person wants it, whatever the plan. */
export interface Wish extends NewTrade {
    /** As typed. */
    readonly quantity: string;
}

/** What a person wanted of the plan that was on the screen last, and of plans before it. */
export interface Before {
    readonly household: string;
    readonly plan: string;
    /** Of this plan. */
    readonly wishes: readonly Wish[];
    /** Of plans before it: they wait until a person puts them on a plan, or drops them. */
    readonly waiting: readonly Wish[];
}

export const NO_WISHES: readonly Wish[] = [];

/** Wishes of two plans as those of one. */
export function together(earlier: readonly Wish[], later: readonly Wish[]): readonly Wish[] {
    const anew = new Set(later.map(keyOf));
    return [...earlier.filter((wish) => !anew.has(keyOf(wish))), ...later];
}

/** What waits for a person's word while a plan is on the screen. */
export function waitingAt(plan: string, before: Before | null): readonly Wish[] {
    if (before === null) return NO_WISHES;
    return before.plan === plan ? before.waiting : together(before.waiting, before.wishes);
}

/** What is worth remembering of it. */
export function remembered(of: Before): Before | null {
    return of.wishes.length + of.waiting.length > 0 ? of : null;
}

/** What a person wants of a plan, trade by trade. */
export function wishesOf(plan: Plan, changes: Changes): readonly Wish[] {
    return Object.entries(changes).flatMap(([at, { quantity, trade }]) => {
        const of = trade ?? plan.trades[Number(at)];
        if (!of) return [];
        const { action, account_id, ticker, lot_id, estimated_price } = of;
        return [{ action, account_id, ticker, estimated_price, ...(lot_id === undefined ? {} : { lot_id }), quantity }];
    });
}

/** The same wishes on another plan, beside the changes that were made to it: of the same trade these count. */
export function putOn(
    wishes: readonly Wish[],
    plan: Plan,
    lots: readonly Lot[],
    own: Changes = {},
): { readonly changes: Changes; readonly lost: readonly Wish[] } {
    const places = new Map(plan.trades.map((trade, at) => [keyOf(trade), at]));
    const held = new Set(lots.map((lot) => keyOf({ ...lot, action: "SELL", estimated_price: "0" })));
    const changes: Record<number, Change> = { ...own };
    const anew = new Set(wishesOf(plan, own).map(keyOf));
    const lost: Wish[] = [];
    let next = Math.max(plan.trades.length - 1, ...Object.keys(own).map(Number)) + 1;
    for (const wish of wishes) {
        if (anew.has(keyOf(wish))) continue;
        const { quantity, ...trade } = wish;
        const at = places.get(keyOf(wish));
        const proposed = at === undefined ? "0" : (plan.trades[at]?.quantity ?? "0");
        if (isPlain(quantity) && compared(quantity, proposed) === 0) continue;
        if (at !== undefined) changes[at] = { quantity };
        else if (!isPlain(quantity) || (wish.action === "SELL" && !held.has(keyOf(wish)))) lost.push(wish);
        else if (!isZero(quantity)) {
            changes[next] = { quantity, trade };
            next += 1;
        }
    }
    return { changes, lost };
}

/** Wishes as a person reads them, the first of them. */
export function listed(wishes: readonly Wish[]): string {
    return `${wishes.slice(0, 5).map(inWords).join("; ")}${wishes.length > 5 ? "; and more" : ""}`;
}

/** A wish as a person reads it: `Sell 12 VTI, lot A-1, in joint`. */
export function inWords({ action, quantity, ticker, lot_id, account_id }: Wish): string {
    const side = action === "SELL" ? "Sell" : "Buy";
    return `${side} ${quantity} ${ticker}${lot_id === undefined ? "" : `, lot ${lot_id},`} in ${account_id}`;
}
