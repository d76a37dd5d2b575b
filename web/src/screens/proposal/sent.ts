/**
 * Orders of a proposal as they were approved: one for an account, a security and a side, whatever lots it is of.
 *
 * In: entries of the API, one for a row of a plan. Out: how many orders they are and how many are filled, of the plan at hand or of those before it; which
 * of them are not.
 */
import type { Schemas } from "../../api/client";
import { orderKeyOf } from "../../api/plan";

/** Where the orders of a proposal stand on its page, for links that lead there. */
export const ORDERS = "progress";

type Entry = Schemas["OrderView"];

export interface Sent {
    readonly entries: readonly Entry[];
    readonly orders: number;
    readonly filled: number;
}

/** The last plan before this one of which orders went to the broker; a plan that was only made, such as a model's that broke a rule, has none. */
export function sentBefore(all: readonly Entry[], attempt: number): number | null {
    const before = all.map((entry) => entry.attempt).filter((each) => each < attempt);
    return before.length === 0 ? null : Math.max(...before);
}

/** How many orders of a plan were not filled in full, as a clause. */
export function missed(open: number, all: number): string {
    if (all === 1) return "its order could not be filled in full";
    if (open === all) return `none of its ${all} orders could be filled in full`;
    return `${open} of its ${all} orders could not be filled in full`;
}

/** Those of one plan of the proposal. */
export function sentOf(all: readonly Entry[], attempt: number): Sent {
    const entries = all.filter((entry) => entry.attempt === attempt);
    const orders = new Map<string, boolean>();
    for (const entry of entries) {
        const order = orderKeyOf(entry);
        orders.set(order, (orders.get(order) ?? true) && entry.state === "filled");
    }
    return { entries, orders: orders.size, filled: [...orders.values()].filter(Boolean).length };
}

/** An order of which something is missing, with how it ended. */
export interface Unfilled {
    readonly action: string;
    readonly ticker: string;
    readonly account: string;
    readonly state: string;
}

/** What came to nothing, or to a part, of one plan of the proposal; of an order with several lots the first that is not filled speaks. */
export function unfilledOf(all: readonly Entry[], attempt: number): readonly Unfilled[] {
    const orders = new Map<string, Unfilled>();
    for (const entry of all) {
        if (entry.attempt !== attempt || entry.state === "filled" || orders.has(orderKeyOf(entry))) continue;
        const { action, ticker, account_id: account, state } = entry;
        orders.set(orderKeyOf(entry), { action, ticker, account, state });
    }
    return [...orders.values()];
}
