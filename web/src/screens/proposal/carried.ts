/**
 * A person's changes to a plan, put onto the plan that came in its place.
 *
 * In: changes by the rows of one plan; another plan with the lots that are held. Out: changes by its rows, and what could not be put on it.
 * Invariants: a change is never dropped without a word: it is in the result, or lost with its name, or means nothing there (a trade that was left
 * out and is not proposed again).
 */
import type { Plan, Trade } from "../../api/plan";
import { compared, isZero } from "../../text/figures";
import type { Change, Changes, Lot, NewTrade } from "./rows";

/** A trade as a person wants it, whatever the plan. */
export interface Wish extends NewTrade {
    /** As typed. */
    readonly quantity: string;
}

const NUMBER = /^\d+(\.\d+)?$/;
const keyOf = ({ action, account_id, ticker, lot_id }: NewTrade | Trade) =>
    JSON.stringify([action, account_id, ticker, lot_id ?? ""]);

/** What a person wants of a plan, trade by trade. */
export function wishesOf(plan: Plan, changes: Changes): readonly Wish[] {
    return Object.entries(changes).flatMap(([at, { quantity, trade }]) => {
        const of = trade ?? plan.trades[Number(at)];
        if (!of) return [];
        const { action, account_id, ticker, lot_id, estimated_price } = of;
        return [{ action, account_id, ticker, estimated_price, ...(lot_id === undefined ? {} : { lot_id }), quantity }];
    });
}

/** The same wishes on another plan. */
export function putOn(
    wishes: readonly Wish[],
    plan: Plan,
    lots: readonly Lot[],
): { readonly changes: Changes; readonly lost: readonly Wish[] } {
    const places = new Map(plan.trades.map((trade, at) => [keyOf(trade), at]));
    const held = new Set(lots.map((lot) => keyOf({ ...lot, action: "SELL", estimated_price: "0" })));
    const changes: Record<number, Change> = {};
    const lost: Wish[] = [];
    let next = plan.trades.length;
    for (const wish of wishes) {
        const { quantity, ...trade } = wish;
        const at = places.get(keyOf(wish));
        const proposed = at === undefined ? "0" : (plan.trades[at]?.quantity ?? "0");
        if (NUMBER.test(quantity) && compared(quantity, proposed) === 0) continue;
        if (at !== undefined) changes[at] = { quantity };
        else if (!NUMBER.test(quantity) || (wish.action === "SELL" && !held.has(keyOf(wish)))) lost.push(wish);
        else if (!isZero(quantity)) {
            changes[next] = { quantity, trade };
            next += 1;
        }
    }
    return { changes, lost };
}

/** A wish as a person reads it: `Sell 12 VTI, lot A-1, in joint`. */
export function inWords({ action, quantity, ticker, lot_id, account_id }: Wish): string {
    const side = action === "SELL" ? "Sell" : "Buy";
    return `${side} ${quantity} ${ticker}${lot_id === undefined ? "" : `, lot ${lot_id},`} in ${account_id}`;
}
