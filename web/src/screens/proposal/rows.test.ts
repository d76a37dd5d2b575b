import { describe, expect, it } from "vitest";
import type { Plan } from "../../api/plan";
import {
    asBody,
    byAccount,
    daysToLongTerm,
    gainsByTerm,
    isOverdrawn,
    orderCount,
    rows,
    tradesOf,
    type Account,
    type Lot,
    type Sold,
} from "./rows";

const plan = {
    trades: [
        {
            action: "SELL",
            account_id: "joint",
            ticker: "VXUS",
            lot_id: "A",
            quantity: "172.028",
            estimated_price: "74.2",
            rationale: "",
        },
        {
            action: "SELL",
            account_id: "joint",
            ticker: "VXUS",
            lot_id: "B",
            quantity: "10",
            estimated_price: "74.2",
            rationale: "",
        },
        { action: "BUY", account_id: "joint", ticker: "AGG", quantity: "5.5", estimated_price: "100", rationale: "" },
        {
            action: "SELL",
            account_id: "ira",
            ticker: "VTI",
            lot_id: "C",
            quantity: "1",
            estimated_price: "300",
            rationale: "",
        },
    ],
} as unknown as Plan;
const lot = (
    account_id: string,
    ticker: string,
    lot_id: string,
    quantity: string,
    basis_per_share: string,
    acquired: string,
): Lot => ({
    account_id,
    ticker,
    lot_id,
    quantity,
    basis_per_share,
    acquired,
    term: "short",
});
const lots = [
    lot("joint", "VXUS", "A", "420", "81.35", "2026-02-18"),
    lot("joint", "VXUS", "B", "300", "52.10", "2018-08-08"),
    lot("ira", "VTI", "C", "350", "107", "2015-04-09"),
];
const account = (account_id: string, kind: string, cash: string): Account => ({
    account_id,
    kind,
    cash,
    cash_flow: "0",
});
const accounts = [account("joint", "taxable", "100"), account("ira", "traditional", "0")];
const DAY = "2026-11-23";

const sold = (lot_id: string, ticker: string, quantity: string, gain_usd: string, term: string): Sold => ({
    account_id: "joint",
    ticker,
    lot_id,
    quantity,
    gain_usd,
    term,
});
const SOLD = [sold("A", "VXUS", "172.028", "-1230", "short"), sold("B", "VXUS", "10", "221", "long")];

describe("what the engine says of a sale", () => {
    it("is its term, whatever the day of purchase would make of it", () => {
        // A wash sale has carried a holding period over: the lot is of this year, and the sale long-term.
        const [first] = rows(plan, lots, [sold("A", "VXUS", "172.028", "-1230", "long")], {});
        expect(first?.term).toBe("long");
        expect(first && daysToLongTerm(first, DAY)).toBeNull();
    });
    it("tells in how many days a short-term lot is long-term, from the day after its anniversary on", () => {
        const days = (acquired: string, day: string) =>
            daysToLongTerm({ term: "short", lot: lot("joint", "VXUS", "A", "1", "1", acquired) }, day);
        expect(days("2026-02-18", DAY)).toBe(88);
        expect(days("2025-11-23", "2026-11-23")).toBe(1);
        // Month ends, as the test vectors of the engine (HP-2, HP-3, HP-4) have them.
        expect(days("2024-02-29", "2025-02-28")).toBe(1);
        expect(days("2023-02-28", "2024-02-29")).toBe(1);
        expect(days("2024-02-28", "2025-02-28")).toBe(1);
        expect(days("2025-11-22", "2026-11-23")).toBeNull();
    });
    it("is there when the lots are gone", () => {
        const [first] = rows(plan, [], SOLD, {});
        expect(first).toMatchObject({ lot: null, gain: "-1230", term: "short" });
    });
});

describe("rows", () => {
    it("have the exact gain of their lot", () => {
        const [first, second, buy] = rows(plan, lots, SOLD, {});
        expect(first).toMatchObject({ gain: "-1230", term: "short", amount: "12764.4776", isChanged: false });
        expect(second).toMatchObject({ gain: "221", term: "long" });
        expect(buy).toMatchObject({ gain: null, term: null, amount: "550" });
    });
    it("keep what was typed, and say what would do", () => {
        const [first, second] = rows(plan, lots, SOLD, { 0: { quantity: "421" }, 1: { quantity: "ten" } });
        expect(first?.quantity).toBe("421");
        expect(first?.fault).toContain("420");
        expect(second).toMatchObject({ quantity: "ten", amount: "742", isChanged: true, isExcluded: false });
        expect(second?.fault).toContain("number");
    });
    it("typed back to what was proposed is no change", () => {
        expect(rows(plan, lots, SOLD, { 0: { quantity: "172.0280" } })[0]?.isChanged).toBe(false);
    });
    it("are those of the plan as it was proposed wherever nothing was changed", () => {
        const proposed = rows(plan, lots, SOLD, {});
        const changes = { 1: { quantity: "3" } };
        const changed = rows(plan, lots, SOLD, changes, proposed);
        expect(changed).toEqual(rows(plan, lots, SOLD, changes));
        expect(changed[1]?.quantity).toBe("3");
        expect(changed[0]).toBe(proposed[0]);
        expect(rows(plan, lots, SOLD, {}, proposed)).toEqual(proposed);
    });
    it("count orders once per account, security and side", () => {
        expect(orderCount(rows(plan, lots, SOLD, {}))).toBe(3);
        expect(orderCount(rows(plan, lots, SOLD, { 2: { quantity: "0" } }))).toBe(2);
    });
    it("tell gains of taxable accounts alone", () => {
        expect(gainsByTerm(rows(plan, lots, SOLD, {}), accounts)).toEqual({ short: "-1230", long: "221" });
    });
});

describe("accounts", () => {
    it("add up to their cash, to the last digit", () => {
        const [joint] = byAccount(rows(plan, lots, SOLD, {}), accounts, true);
        expect(joint).toMatchObject({ sold: "13506.4776", bought: "550", cashBefore: "100", cashAfter: "13056.4776" });
    });
    it("tell no cash of now once something may have been executed", () => {
        const [joint] = byAccount(rows(plan, [], [], {}), accounts, false);
        expect(joint).toMatchObject({ cashBefore: null, cashAfter: null, gain: null });
    });
    it("are overdrawn where purchases are more than there is", () => {
        const changed = rows(plan, lots, SOLD, { 0: { quantity: "0" }, 1: { quantity: "0" } });
        const [joint] = byAccount(changed, accounts, true);
        expect(joint && isOverdrawn(joint)).toBe(true);
    });
});

describe("what is sent", () => {
    it("leaves out what was left out, and keeps every digit", () => {
        const changed = rows(plan, lots, SOLD, { 0: { quantity: "0" }, 2: { quantity: "5.50000000001" } });
        const body = asBody(tradesOf(changed), { plan_hash: "ab" });
        expect(body).toContain('"quantity":5.50000000001}');
        expect(body).not.toContain('"A"');
        expect(body).toContain('"plan_hash":"ab"');
        expect(JSON.parse(body).trades).toHaveLength(3);
    });
    it.each([
        ["007", "7"],
        ["00.50", "0.50"],
        ["0.5", "0.5"],
        ["100", "100"],
    ])("is JSON where somebody typed %s", (typed, sent) => {
        const body = asBody(tradesOf(rows(plan, lots, SOLD, { 0: { quantity: typed } })));
        expect(JSON.parse(body)).toMatchObject({ trades: [{ quantity: Number(sent) }, {}, {}, {}] });
        expect(body).toContain(`"quantity":${sent}}`);
    });
    it("leaves out what was typed as zero, however many zeros", () => {
        expect(tradesOf(rows(plan, lots, SOLD, { 0: { quantity: "000" } }))).toHaveLength(3);
    });
});

it("shares that a lot does not have count as those that were proposed", () => {
    const [row] = rows(plan, lots, [], { 0: { quantity: "421" } });
    expect(row?.fault).toBe("Lot A has 420 shares; no more can be sold of it.");
    expect(row?.amount).toBe(rows(plan, lots, [], {})[0]?.amount);
});
