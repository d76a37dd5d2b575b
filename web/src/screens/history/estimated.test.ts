import { describe, expect, it } from "vitest";
import type { Attempt, OrderView, RecordView } from "../../api/history";
import { against, booked, fillsOf, quotient, realised, together } from "./estimated";

const order = (change: Partial<OrderView>): OrderView =>
    ({
        client_order_id: "o",
        attempt: 1,
        broker: "paper",
        account_id: "a",
        ticker: "VTI",
        action: "SELL",
        lot_id: "L1",
        quantity: "3",
        state: "filled",
        at: "2026-11-23T15:00:00Z",
        fills: [],
        ...change,
    }) as OrderView;

const fill = (id: string, quantity: string, price: string, fees = "0") => ({
    execution_id: id,
    quantity,
    price,
    fees,
    at: "2026-11-23T15:00:00Z",
});

const attempt = (trades: readonly object[], number = 1) =>
    ({ attempt: number, plan: { trades } }) as unknown as Attempt;

const sale = { action: "SELL", account_id: "a", ticker: "VTI", lot_id: "L1", quantity: "3", estimated_price: "10.1" };
const purchase = { action: "BUY", account_id: "a", ticker: "AGG", quantity: "2", estimated_price: "5" };

describe("an order beside its plan", () => {
    it("compares the filled shares at the plan's price with what was booked, exactly", () => {
        const [row] = against(
            [order({ fills: [fill("x1", "1", "10"), fill("x2", "1.5", "10.2", "0.01")] })],
            [attempt([sale])],
            [],
        );
        expect(row).toMatchObject({
            planned: "10.1",
            filled: "2.5",
            unfilled: "0.5",
            price: "10.12",
            fees: "0.01",
            expected: "25.25",
            actual: "25.29",
            difference: "0.04",
        });
    });

    it("pays for a purchase, so that a dearer fill is below zero", () => {
        const [row] = against(
            [order({ action: "BUY", ticker: "AGG", lot_id: null, quantity: "2", fills: [fill("x", "2", "5.1", "1")] })],
            [attempt([purchase])],
            [],
        );
        expect(row).toMatchObject({ expected: "-10", actual: "-11.2", difference: "-1.2" });
    });

    it("takes the cash that the books have before shares times price", () => {
        const [row] = against(
            [order({ fills: [fill("x", "3", "10.3333")] })],
            [attempt([sale])],
            [{ execution_id: "x", account_id: "a", cash: "31.00", gain: null }],
        );
        expect(row?.actual).toBe("31");
        expect(row?.difference).toBe("0.7");
    });

    it("belongs to the plan of its own attempt, lot by lot", () => {
        const other = { ...sale, estimated_price: "11" };
        const rows = against(
            [order({ attempt: 2 }), order({ lot_id: "L9" })],
            [attempt([sale]), attempt([other], 2)],
            [],
        );
        expect(rows.map((row) => row.planned)).toEqual(["11", null]);
        expect(together(rows).unplanned).toBe(1);
    });

    it("has no price and no money where nothing was filled", () => {
        const [row] = against([order({})], [attempt([sale])], []);
        expect(row).toMatchObject({ price: null, actual: "0", expected: "0", difference: "0", unfilled: "3" });
    });
});

it("sums what it shows", () => {
    const rows = against(
        [
            order({ fills: [fill("x", "3", "10")] }),
            order({
                action: "BUY",
                ticker: "AGG",
                lot_id: null,
                quantity: "2",
                fills: [fill("y", "2", "4.9", "0.05")],
            }),
        ],
        [attempt([sale, purchase])],
        [],
    );
    expect(together(rows)).toEqual({
        expected: "20.3",
        actual: "20.15",
        fees: "0.05",
        difference: "-0.15",
        unplanned: 0,
    });
});

describe("fills on record", () => {
    const record = (kind: string, body: string | null) => ({ record: 1, kind, at: "", body }) as RecordView;

    it("are read with every digit; others and erased ones are left out", () => {
        const body =
            '{"execution_id":"x","account_id":"a","cash":"-9007199254740993.15","gain":{"usd":"1.10","long_term":true}}';
        const found = booked([record("fill", body), record("order", body), record("fill", null), record("fill", "{")]);
        expect(found).toEqual([
            {
                execution_id: "x",
                account_id: "a",
                cash: "-9007199254740993.15",
                gain: { usd: "1.10", long_term: true },
            },
        ]);
    });

    it("count as taxed only in taxable accounts", () => {
        const of = (account_id: string, usd: string, long_term: boolean) => ({
            execution_id: usd,
            account_id,
            cash: "0",
            gain: { usd, long_term },
        });
        const fills = [of("a", "-1.5", false), of("a", "2", true), of("ira", "100", true), of("a", "0.25", true)];
        expect(realised(fills, new Set(["a"]))).toEqual({ short: "-1.5", long: "2.25", untaxed: "100" });
    });
});

describe("a quotient", () => {
    it.each([
        ["1", "3", 4, "0.3333"],
        ["2", "3", 4, "0.6667"],
        ["-1", "8", 2, "-0.13"],
        ["10", "5", 2, "2"],
        ["0.3", "0.001", 0, "300"],
    ])("%s / %s to %d digits is %s", (left, right, digits, result) => {
        expect(quotient(left, right, digits)).toBe(result);
    });

    it("is none of nothing", () => {
        expect(quotient("1", "0", 2)).toBeNull();
    });
});

it("what was filled is compared with the plan that it was filled for", () => {
    const orders = [order({ attempt: 1, fills: [fill("x1", "1", "10")] }), order({ attempt: 2, fills: [] })];
    const fills = [{ execution_id: "x1", account_id: "a", cash: "10", gain: { usd: "2", long_term: true } }];
    expect(fillsOf(1, orders, fills)).toEqual(fills);
    expect(fillsOf(2, orders, fills)).toEqual([]);
});
