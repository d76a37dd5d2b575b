import { describe, expect, it } from "vitest";
import type { Problem } from "../../api/client";
import { asKept } from "../../api/model-portfolios";
import { typedInto } from "../preferences/wanted";
import { draftOf, editsOf, entriesOfDocument, faultsOf, faultsOfRefusal, NOTHING, targetOf, withClass } from "./draft";

const KEPT =
    asKept(`{"name": "Growth", "about": "for the young", "version": 3, "at": "2026-11-23T15:00:00Z", "maker": "ann",
  "publisher": "ann", "followers": 2, "may_publish": true,
  "target": {"target_allocation": {"Stocks": "0.7", "Bonds": "0.299999999999"}, "security_targets": {"VTI": "0.5"},
             "securities": [{"ticker": "IAU", "asset_class": "Gold", "current_price": 80.05000000000000001}]}}`);

const typed = (draft: ReturnType<typeof draftOf>, name: string, text: string) => ({
    ...draft,
    entries: draft.entries.map((each) => (each.name === name ? typedInto(each, text) : each)),
});

describe("the target of a draft", () => {
    it("keeps every digit of what was not typed, and what the page does not edit", () => {
        const target = targetOf(typed(draftOf(KEPT), "Stocks", "70.0000000001"), KEPT);
        expect(target).toContain('"Bonds": "0.299999999999"');
        expect(target).toContain('"Stocks": "0.700000000001"');
        expect(target).toContain('"security_targets": {"VTI":"0.5"}');
        expect(target).toContain('"current_price": 80.05000000000000001');
        expect(JSON.parse(target)).toBeTruthy();
    });
    it("names nothing that is wanted at 0", () => {
        expect(JSON.parse(targetOf(typed(draftOf(KEPT), "Bonds", "0"), null))).toEqual({
            target_allocation: { Stocks: "0.7" },
        });
        expect(targetOf(NOTHING, null)).toBe("{}");
    });
});

describe("a draft", () => {
    it("begins with what a household wants anything of", () => {
        const { entries, hasSecurities } = entriesOfDocument(
            '{"target_allocation": {"US_Stocks": 0.6, "Bonds": 0.4, "Gold": 0}, "accounts": [], "security_targets": {"A": 1}}',
        );
        expect(entries.map((each) => each.name)).toEqual(["US Stocks", "Bonds"]);
        expect(hasSecurities).toBe(true);
        expect(targetOf({ ...NOTHING, entries }, null)).toBe(
            '{"target_allocation": {"US Stocks": "0.6", "Bonds": "0.4"}}',
        );
    });
    it("takes a class once, however it is written", () => {
        const one = withClass([], " Real_Estate ");
        expect(one.map((each) => each.name)).toEqual(["Real Estate"]);
        expect(withClass(one, "real estate")).toBe(one);
        expect(withClass(one, "  ")).toBe(one);
    });
    it("counts edits, not typing what stands there", () => {
        const draft = draftOf(KEPT);
        expect(editsOf(draft, typed(draft, "Stocks", "70"))).toBe(0);
        expect(editsOf(draft, { ...typed(draft, "Stocks", "60"), about: "x" })).toBe(2);
        expect(editsOf(draft, { ...draft, entries: withClass(draft.entries, "Gold") })).toBe(1);
        expect(editsOf(draft, typed(draft, "Stocks", "sixty"))).toBe(1);
    });
});

describe("what is wrong", () => {
    it("is told at its field", () => {
        const fields = (draft: ReturnType<typeof draftOf>) => faultsOf(draft, null).map((each) => each.field);
        expect(fields(NOTHING)).toEqual(["model-name", "model-classes"]);
        expect(fields(draftOf(KEPT))).toEqual([]);
        expect(fields(typed(draftOf(KEPT), "Stocks", "60"))).toEqual(["f-sum-targets"]);
        expect(fields(typed(draftOf(KEPT), "Stocks", "much"))).toContain("f-target-Stocks");
    });
    it("is told of the server as well", () => {
        const problem = (path: string, status = 422) =>
            ({ status, code: "invalid", title: "", detail: "no such class", path }) as Problem;
        const at = (path: string) => faultsOfRefusal(problem(path), draftOf(KEPT)).map((each) => each.field);
        expect(at("target.target_allocation")).toEqual(["f-sum-targets"]);
        expect(at("target.target_allocation.stocks")).toEqual(["f-target-Stocks"]);
        expect(at("target.securities[0]")).toEqual([]);
        expect(faultsOfRefusal(problem("target.target_allocation", 409), draftOf(KEPT))).toEqual([]);
    });
});
