import { describe, expect, it } from "vitest";
import type { Plan } from "../../api/plan";
import { inWords, putOn, remembered, together, waitingAt, wishesOf, type Before } from "./carried";
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

describe("changes that wait while a person goes on typing", () => {
    const wish = (ticker: string, quantity: string) => ({
        action: "BUY" as const,
        account_id: "joint",
        ticker,
        estimated_price: "10",
        quantity,
    });
    /** What is remembered once a plan is on the screen, with changes of its own. */
    const shown = (before: Before | null, name: string, ...wishes: ReturnType<typeof wish>[]) =>
        remembered({ household: "h", plan: name, wishes, waiting: waitingAt(name, before) });

    it("are kept beside those of the new plan, and of the plan after it, until somebody answers", () => {
        const first = shown(null, "one", wish("VTI", "6"), wish("BND", "4"));
        expect(waitingAt("one", first)).toEqual([]);
        const second = shown(shown(first, "two"), "two", wish("BND", "9"));
        expect(waitingAt("two", second)).toEqual([wish("VTI", "6"), wish("BND", "4")]);
        const third = shown(second, "three");
        expect(waitingAt("three", third)).toEqual([wish("VTI", "6"), wish("BND", "9")]);
        // Looking again at a plan makes nothing of it twice.
        expect(waitingAt("three", shown(third, "three"))).toEqual(waitingAt("three", third));
    });

    it("are forgotten where there is nothing to remember", () => {
        const first = shown(null, "one", wish("VTI", "6"));
        expect(shown(first, "one")).toBeNull();
        expect(remembered({ household: "h", plan: "two", wishes: [], waiting: [] })).toBeNull();
    });

    it("give way to a later change of the same trade, and to no other", () => {
        const later = [wish("VTI", "7")];
        expect(together([wish("VTI", "6"), { ...wish("VTI", "6"), account_id: "ira" }], later)).toEqual([
            { ...wish("VTI", "6"), account_id: "ira" },
            wish("VTI", "7"),
        ]);
    });

    it("are put beside the changes of the new plan, which stay as they are", () => {
        const next = plan(row("SELL", "VTI", "11", "A"), row("BUY", "BND", "5"));
        const own = { 0: { quantity: "2" }, 2: { quantity: "many", trade: ADDED } };
        const wishes = wishesOf(OLD, { 0: { quantity: "6" }, 1: { quantity: "4" }, 2: { quantity: "3" } });
        const { changes, lost } = putOn(wishes, next, [lot("VTI", "A"), lot("IXUS", "C")], own);
        expect(lost).toEqual([]);
        expect(changes).toMatchObject({
            ...own,
            1: { quantity: "4" },
            3: { quantity: "3", trade: { ticker: "VNQ", action: "BUY" } },
        });
    });
});
