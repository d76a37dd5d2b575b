import { describe, expect, it } from "vitest";
import type { Plan } from "../../api/plan";
import { inWords, putOn, wishesOf } from "./carried";
import type { Lot } from "./rows";

const row = (action: "BUY" | "SELL", ticker: string, quantity: string, lot_id?: string) => ({
    action,
    account_id: "joint",
    ticker,
    quantity,
    estimated_price: "10",
    rationale: "",
    ...(lot_id === undefined ? {} : { lot_id }),
});
const plan = (...trades: ReturnType<typeof row>[]) => ({ trades }) as unknown as Plan;
const lot = (ticker: string, lot_id: string): Lot => ({
    account_id: "joint",
    ticker,
    lot_id,
    quantity: "100",
    basis_per_share: "1",
    term: "long",
});

const OLD = plan(row("SELL", "VTI", "12", "A"), row("BUY", "BND", "5"), row("BUY", "VNQ", "7"));
const ADDED = { action: "SELL", account_id: "joint", ticker: "IXUS", lot_id: "C", estimated_price: "60" } as const;
const CHANGES = { 0: { quantity: "6" }, 2: { quantity: "0" }, 3: { quantity: "2.5", trade: ADDED } };

describe("changes that were made on another plan", () => {
    it("go to the rows of the same trade, wherever they stand by now", () => {
        const next = plan(row("BUY", "VNQ", "8"), row("SELL", "VTI", "11", "A"));
        const { changes, lost } = putOn(wishesOf(OLD, CHANGES), next, [lot("IXUS", "C")]);
        expect(lost).toEqual([]);
        expect(changes).toEqual({
            0: { quantity: "0" },
            1: { quantity: "6" },
            2: { quantity: "2.5", trade: ADDED },
        });
    });

    it("add a trade that the new plan does not have, and nothing for one that it leaves out anyway", () => {
        const { changes } = putOn(wishesOf(OLD, { 1: { quantity: "4" }, 2: { quantity: "0" } }), plan(), []);
        expect(Object.values(changes)).toMatchObject([{ quantity: "4", trade: { ticker: "BND", action: "BUY" } }]);
    });

    it("are no change where the new plan is as was wanted", () => {
        const next = plan(row("SELL", "VTI", "6.0", "A"));
        expect(putOn(wishesOf(OLD, { 0: { quantity: "6" } }), next, [lot("VTI", "A")]).changes).toEqual({});
    });

    it("are named where they can't be put on it: a lot that is gone, a number that can't be read", () => {
        const { changes, lost } = putOn(wishesOf(OLD, { 0: { quantity: "6" }, 1: { quantity: "many" } }), plan(), []);
        expect(changes).toEqual({});
        expect(lost.map(inWords)).toEqual(["Sell 6 VTI, lot A, in joint", "Buy many BND in joint"]);
    });
});
