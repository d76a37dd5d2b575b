/**
 * Orders of a proposal as they were approved: one for an account, a security and a side, whatever lots it is of.
 *
 * In: entries of the API, one for a row of a plan. Out: how many orders they are and how many are filled, of the plan at hand or of those before it.
 */
import type { Schemas } from "../../api/client";
import { orderKeyOf } from "../../api/plan";

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
