import { describe, expect, it } from "vitest";
import type { Problem } from "../../api/client";
import type { Outcome, Taken } from "../../api/fills";
import type { OrderView } from "../../api/history";
import {
    afterwards,
    cashOf,
    changes,
    correctionOf,
    doneInWords,
    draftOf,
    faultsOf,
    foreseenChanges,
    isAnother,
    refusedInWords,
    rightOf,
    takingBack,
} from "./correction";

const fill = {
    execution_id: "A-1001",
    quantity: "11.4835",
    price: "449.9",
    fees: "1",
    at: "2026-11-23T15:00:00.123456Z",
};
const order = {
    client_order_id: "rec-1-0",
    attempt: 1,
    broker: "manual",
    account_id: "default",
    action: "SELL",
    ticker: "SPY",
    lot_id: "L2",
    quantity: "11.4835",
    state: "filled",
    at: "2026-11-23T15:00:00Z",
    fills: [fill],
} as OrderView;

describe("what is sent", () => {
    it("has the right figures, and no time where none was changed", () => {
        const draft = { ...draftOf(fill), price: "449.09", name: " A-1001c " };
        expect(correctionOf(order, fill, draft, false)).toEqual({
            accept_price: false,
            fills: [
                {
                    order: "rec-1-0",
                    corrects: "A-1001",
                    quantity: "11.4835",
                    price: "449.09",
                    fees: "1",
                    execution_id: "A-1001c",
                },
            ],
        });
    });

    it("has the time where that was wrong, as New York's clocks tell it", () => {
        const draft = { ...draftOf(fill), at: "2026-11-23T10:30:00" };
        expect(correctionOf(order, fill, draft, true)?.fills?.[0]).toMatchObject({ at: "2026-11-23T15:30:00.000Z" });
    });

    it("is nothing while something typed can't be", () => {
        const draft = { ...draftOf(fill), quantity: "0", price: "1.2.3", fees: "", at: "" };
        expect(Object.keys(faultsOf(draft))).toEqual(["quantity", "price", "fees", "at"]);
        expect(correctionOf(order, fill, draft, false)).toBeNull();
        expect(faultsOf({ ...draftOf(fill), fees: "0" })).toEqual({});
    });

    it("takes a fill back with the reason alone", () => {
        expect(takingBack(order, fill, " typed in twice ")).toEqual({
            fills: [{ order: "rec-1-0", corrects: "A-1001", cancelled: "typed in twice" }],
        });
    });
});

it("the same figures written otherwise change nothing", () => {
    const right = rightOf(fill, { ...draftOf(fill), price: "449.900", fees: "1.00" });
    expect(right && isAnother(fill, right)).toBe(false);
    const other = rightOf(fill, { ...draftOf(fill), fees: "1.01" });
    expect(other && isAnother(fill, other)).toBe(true);
});

describe("what changes", () => {
    it("is told figure by figure, to the cent, and what stays is told as that", () => {
        const right = rightOf(fill, { ...draftOf(fill), quantity: "10", price: "449.09" });
        const lines = changes(order, fill, right).map(({ what, was, becomes }) => [what, was, becomes]);
        expect(lines).toEqual([
            ["Shares", "11.4835", "10"],
            ["Price", "$449.90", "$449.09"],
            ["Fees", "$1.00", null],
            ["Executed", "Nov 23, 2026, 10:00:00", null],
            ["Cash of account default", "+$5,165.43", "+$4,489.90"],
            ["Filled of the order", "11.4835 of 11.4835", "10 of 11.4835"],
        ]);
    });

    it("is shares, cash and order where nothing of it happened", () => {
        const lines = changes(order, fill, null).map(({ becomes }) => becomes);
        expect(lines).toEqual(["none", "$0.00", "0 of 11.4835"]);
    });

    it("is cash out of the account for a purchase, fees on top", () => {
        expect(cashOf({ ...order, action: "BUY" }, { ...fill, quantity: "2", price: "10", fees: "0.5" })).toBe("-20.5");
    });

    it("says whether the rest may still be filled, and what a plan that has ended makes of it", () => {
        const right = rightOf(fill, { ...draftOf(fill), quantity: "10" });
        expect(afterwards(order, fill, right, true)).toEqual([
            "Account default has $667.43 less cash.",
            "1.4835 shares of the order are open, and may still be filled.",
        ]);
        expect(afterwards({ ...order, state: "cancelled" }, fill, right, true)[1]).toBe(
            "1.4835 shares of the order are not filled.",
        );
        expect(afterwards(order, fill, right, false).at(-1)).toMatch(/^The plan has ended/);
        const same = rightOf(fill, { ...draftOf(fill), at: "2026-11-23T10:30:00" });
        expect(afterwards(order, fill, same, true)).toEqual(["The cash of account default stays as it is."]);
    });
});

describe("what the server foresees", () => {
    const outcome = {
        account_id: "default",
        lot_id: "L2",
        filled: { before: "11.4835", after: "10", difference: "-1.4835" },
        cash_usd: { before: "5165.43", after: "4489.9", difference: "-675.53" },
        realised_usd: { before: "-50.5", after: "120.25", difference: "170.75" },
        was_long_term: true,
        is_long_term: false,
        tax_usd: { before: "0", after: "42.09", difference: "42.09" },
        order_state: "filled",
        portfolio_version: null,
    } as Outcome;

    it("is the gain of the lot with its term, and the tax", () => {
        const lines = foreseenChanges(outcome).map(({ what, was, becomes }) => [what, was, becomes]);
        expect(lines).toEqual([
            ["Realised gain of lot L2", "−$50.50 long-term", "+$120.25 short-term"],
            ["Estimated tax of the year’s sales", "$0.00", "+$42.09"],
        ]);
    });

    it("is no gain for a purchase, and none where nothing of a sale happened", () => {
        expect(foreseenChanges({ ...outcome, realised_usd: null, tax_usd: null })).toEqual([]);
        const back = {
            ...outcome,
            is_long_term: null,
            realised_usd: { before: "-50.5", after: "0", difference: "50.5" },
        };
        expect(foreseenChanges(back)[0]?.becomes).toBe("none");
    });
});

describe("an answer in words", () => {
    it("says what stands now, and that it was on record where it was", () => {
        const taken = {
            order: "rec-1-0",
            is_new: true,
            execution_id: "A-1001c",
            quantity: "11.4835",
            price: "449.09",
            fees: "1",
            corrects: "A-1001",
        } as Taken;
        expect(doneInWords(taken)).toBe(
            "A-1001 is corrected: 11.4835 shares at $449.09 with fees of $1.00 stand in its place as A-1001c.",
        );
        const back = { order: "rec-1-0", is_new: false, corrects: "A-1001", cancelled: "twice" } as Taken;
        expect(doneInWords(back)).toBe("A-1001 is taken back. That was on record already.");
    });

    const refusal = (detail: string, field = "", code = "fill.refused") =>
        refusedInWords({
            status: 422,
            code: "invalid",
            title: "Not taken",
            detail,
            path: `fills[0]${field}`,
            findings: [{ code, where: `fills[0]${field}`, detail }],
        } as Problem);

    it("asks whether an unlikely price is right, without words of the API", () => {
        const { problem, field, asks } = refusal(
            "a price of 8.97 USD is below the limit of 87.25 USD; `accept_price` takes it if it is right; nothing was taken",
            ".price",
            "fill.needs_acceptance",
        );
        expect([asks, field]).toEqual([true, "price"]);
        expect(problem.detail).toBe(
            "A price of 8.97 USD is below the limit of 87.25 USD; if that is right, say so below; nothing was taken.",
        );
        expect(problem.path).toBeNull();
    });

    it("says what to do where something that came later rests on the fill", () => {
        const { problem } = refusal(
            "`A-1` can't be corrected any more: a later plan is at the broker, or about to be; hand in a document of what the broker holds; nothing was taken",
        );
        expect(problem.detail).toBe(
            "`A-1` can't be corrected any more: a later plan is at the broker, or about to be. Have the books take over what the broker holds (equipoise sync); nothing was taken.",
        );
    });

    it("stands at the field that it is of, where there is one", () => {
        expect(refusal("30 shares are more than are left", ".quantity").field).toBe("quantity");
        expect(refusal("on record already", ".execution_id").field).toBe("name");
        expect(refusal("it is not booked yet", ".corrects").field).toBeNull();
        expect(refusal("send a correction by itself").field).toBeNull();
        // What merely speaks of the acceptance asks for nothing.
        expect(refusal("the lot is named `accept_price`", ".price").asks).toBe(false);
    });

    it("leaves what it has no other words for as it is", () => {
        const { problem, asks } = refusal(
            "`A-1` is not booked yet; the service that leads books it: correct it after that",
        );
        expect(asks).toBe(false);
        expect(problem.detail).toBe("`A-1` is not booked yet; the service that leads books it: correct it after that.");
    });
});
