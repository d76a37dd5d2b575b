import { expect, it } from "vitest";
import type { Plan } from "../../api/plan";
import { read } from "../../text/lossless";
import { factsOf } from "../preferences/facts";
import { pricesOf, purchases, sales } from "./offered";
import { orderCount, rows, tradesOf, type Lot } from "./rows";

const lot = (lot_id: string, more: Partial<Lot> = {}): Lot => ({
    account_id: "joint",
    ticker: "VTI",
    lot_id,
    quantity: "10",
    acquired: "2020-01-02",
    basis_per_share: "100",
    gain_usd: "250.40",
    term: "long",
    ...more,
});
const PLAN = {
    trades: [
        {
            action: "SELL",
            account_id: "joint",
            ticker: "VTI",
            lot_id: "A",
            quantity: "3",
            estimated_price: "125",
            rationale: "why",
        },
    ],
} as unknown as Plan;
const LOTS = [lot("A"), lot("B"), lot("C", { account_id: "roth" }), lot("D", { ticker: "OLD" })];
const PRICES = pricesOf([
    { ticker: "VTI", price_usd: "125.04" },
    { ticker: "BND", price_usd: "72", finding: null },
    { ticker: "OLD", price_usd: "1", finding: "made too long ago" },
]);

it("offers lots of the account that the plan does not sell, at whatever price is known", () => {
    const offered = sales("joint", LOTS, rows(PLAN, LOTS, [], {}), PRICES);
    expect(offered.map((each) => each.text)).toEqual([
        "VTI · lot B: 10 of Jan 2, 2020, +$250 long-term",
        "OLD · lot D: 10 of Jan 2, 2020, +$250 long-term",
    ]);
    expect(offered[0]?.trade).toMatchObject({ lot_id: "B", estimated_price: "125.04" });
});

it("offers what the document lists to buy, once, and nothing that is bought already", () => {
    const document = JSON.stringify({
        securities: [{ ticker: "BND" }, { ticker: "VTI" }],
        holdings: [{ ticker: "BND" }],
    });
    const known = factsOf(read(document)).securities.map((each) => each.ticker);
    const none = rows(PLAN, LOTS, [], {});
    expect(purchases("joint", known, none, PRICES).map((each) => each.text)).toEqual(["BND", "VTI"]);
    const [first] = purchases("joint", known, none, PRICES);
    const changes = first ? { 1: { quantity: "2", trade: first.trade } } : {};
    expect(purchases("joint", known, rows(PLAN, LOTS, [], changes), PRICES).map((each) => each.text)).toEqual(["VTI"]);
});

it("a trade that was added is a row like the others, and is sent with them", () => {
    const [offer] = sales("joint", LOTS, rows(PLAN, LOTS, [], {}), PRICES);
    if (!offer) throw new Error("there is one");
    const all = rows(PLAN, LOTS, [], { 1: { quantity: "2.5", trade: offer.trade } });
    expect(all[1]).toMatchObject({ isAdded: true, isChanged: true, isExcluded: false, amount: "312.6", term: "long" });
    expect(all[1]?.gain).toBe("62.6");
    expect(orderCount(all)).toBe(1);
    expect(tradesOf(all).map((each) => each.quantity)).toEqual(["3", "2.5"]);
    const tooMuch = rows(PLAN, LOTS, [], { 1: { quantity: "11", trade: offer.trade } });
    expect(tooMuch[1]?.fault).toContain("has 10 shares");
    expect(tooMuch[1]?.amount).toBe("0");
});
