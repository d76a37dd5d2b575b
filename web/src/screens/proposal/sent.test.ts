import { expect, it } from "vitest";
import type { Schemas } from "../../api/client";
import { missed, sentBefore, sentOf, unfilledOf } from "./sent";

const entry = (more: Partial<Schemas["OrderView"]>) => ({
    client_order_id: "o",
    attempt: 1,
    broker: "paper",
    account_id: "joint",
    ticker: "SPY",
    action: "SELL",
    quantity: "1",
    state: "filled",
    at: "2026-11-27T15:00:00Z",
    fills: [],
    ...more,
});

it("counts lots of one security in one account as one order, filled once all of them are", () => {
    const all = [
        entry({ lot_id: "A" }),
        entry({ lot_id: "B", state: "partly_filled" }),
        entry({ account_id: "ira" }),
        entry({ ticker: "AGG", action: "BUY", state: "refused" }),
        entry({ attempt: 2, state: "waiting" }),
    ];
    expect(sentOf(all, 1)).toMatchObject({ orders: 3, filled: 1 });
    expect(sentOf(all, 2)).toMatchObject({ orders: 1, filled: 0 });
    expect(sentOf(all, 3)).toMatchObject({ orders: 0, filled: 0, entries: [] });
});

it("the plan before is the last one that went to the broker, and none where none did", () => {
    const all = [entry({ attempt: 1 }), entry({ attempt: 3 }), entry({ attempt: 5 })];
    expect(sentBefore(all, 5)).toBe(3);
    expect(sentBefore(all, 1)).toBeNull();
    expect(sentBefore([], 4)).toBeNull();
});

it("names each order that was not filled once, with how it ended", () => {
    const all = [
        entry({ lot_id: "A" }),
        entry({ lot_id: "B", state: "cancelled" }),
        entry({ lot_id: "C", state: "expired" }),
        entry({ ticker: "AGG", action: "BUY", account_id: "ira", state: "refused" }),
        entry({ ticker: "VNQ" }),
        entry({ ticker: "VTI", state: "refused", attempt: 2 }),
    ];
    expect(unfilledOf(all, 1)).toEqual([
        { action: "SELL", ticker: "SPY", account: "joint", state: "cancelled" },
        { action: "BUY", ticker: "AGG", account: "ira", state: "refused" },
    ]);
    expect(unfilledOf([], 1)).toEqual([]);
});

it("says in whole words how many orders of a plan were not filled", () => {
    expect(missed(1, 1)).toBe("its order could not be filled in full");
    expect(missed(3, 3)).toBe("none of its 3 orders could be filled in full");
    expect(missed(2, 3)).toBe("2 of its 3 orders could not be filled in full");
});
