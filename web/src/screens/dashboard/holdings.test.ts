import { describe, expect, it } from "vitest";
import { cashOf, positionsOf } from "./holdings";

const lot = (lot_id: string, more: object) => ({
    account_id: "joint",
    ticker: "VTI",
    lot_id,
    quantity: "10",
    acquired: "2020-01-02",
    basis_per_share: "100",
    class: "US Stocks",
    value_usd: "1200.10",
    gain_usd: "200.10",
    term: "long",
    ...more,
});

describe("what a class is held in", () => {
    it("sums the lots of a security account by account, the most valuable first", () => {
        const found = positionsOf("US Stocks", [
            lot("a", {}),
            lot("b", { gain_usd: "-50.05", term: "short" }),
            lot("c", { account_id: "roth", value_usd: "9000" }),
            lot("d", { class: "Bonds", ticker: "BND" }),
        ]);
        expect(
            found.map(({ account, ticker, quantity, value, short, long }) => ({
                account,
                ticker,
                quantity,
                value,
                short,
                long,
            })),
        ).toEqual([
            { account: "roth", ticker: "VTI", quantity: "10", value: "9000", short: "0", long: "200.1" },
            { account: "joint", ticker: "VTI", quantity: "20", value: "2400.2", short: "-50.05", long: "200.1" },
        ]);
    });

    it("makes up no value where a price is not known, and puts it last", () => {
        const found = positionsOf("US Stocks", [
            lot("a", { ticker: "XYZ", value_usd: null, gain_usd: null }),
            lot("b", { value_usd: "1" }),
        ]);
        expect(found.map(({ ticker, value, long }) => [ticker, value, long])).toEqual([
            ["VTI", "1", "200.1"],
            ["XYZ", null, null],
        ]);
    });

    it("counts cash that comes in, and leaves out accounts without any", () => {
        const account = (account_id: string, cash: string, cash_flow: string) => ({
            account_id,
            kind: "taxable",
            cash,
            cash_flow,
        });
        expect(cashOf([account("a", "10.50", "5"), account("b", "0", "0")])).toEqual([{ account: "a", usd: "15.5" }]);
    });
});
