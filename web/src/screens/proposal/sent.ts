/**
 * Orders of a proposal as they were approved: one for an account, a security and a side, whatever lots it is of.
 *
 * In: entries of the API, one for a row of a plan. Out: how many orders they are and how many are filled, of the plan at hand or of those before it.
 */
import type { Schemas } from "../../api/client";

type Entry = Schemas["OrderView"];

export interface Sent {
    readonly entries: readonly Entry[];
    readonly orders: number;
    readonly filled: number;
}

/** Those of one plan of the proposal. */
export function sentOf(all: readonly Entry[], attempt: number): Sent {
    const entries = all.filter((entry) => entry.attempt === attempt);
    const orders = new Map<string, boolean>();
    for (const { account_id, ticker, action, state } of entries) {
        const order = JSON.stringify([account_id, ticker, action]);
        orders.set(order, (orders.get(order) ?? true) && state === "filled");
    }
    return { entries, orders: orders.size, filled: [...orders.values()].filter(Boolean).length };
}
