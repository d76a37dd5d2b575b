import { expect, it } from "vitest";
import type { Effect, HouseholdEffect } from "../../api/model-portfolios";
import { becomes, inWords, outside, reasonOf, together, whyLater } from "./effect";

const distance = (off: string, breaches: string[] = []) => ({ breaches, off_target_usd: off });
const household = (more: Partial<HouseholdEffect>): HouseholdEffect => ({
    household: "1",
    name: "Smith",
    before: distance("100.10"),
    after: distance("2000.20", ["Stocks"]),
    is_executing: false,
    is_offered: false,
    ...more,
});
const effect = (households: HouseholdEffect[], unseen = 0): Effect => ({
    present: 1,
    effect: "word",
    households,
    unseen,
});

it("tells what becomes of each household", () => {
    expect(becomes(household({}))).toBe("takes");
    expect(becomes(household({ is_executing: true }))).toBe("later");
    expect(becomes(household({ before: null, after: null }))).toBe("later");
    expect(becomes(household({ after: null, refused: "no gold", is_executing: true }))).toBe("keeps");
    expect(becomes(household({ is_offered: true, is_executing: true }))).toBe("offered");
    expect(becomes(household({ is_offered: true, after: null, refused: "no gold" }))).toBe("keeps");
    expect(whyLater(household({ is_executing: true }))).toContain("at the broker");
    expect(whyLater(household({ after: null }))).toContain("no document");
});

it("adds up exactly, and leaves out what keeps its target", () => {
    const refused = household({ after: null, refused: "no gold", before: distance("9999") });
    const offered = household({ is_offered: true, before: distance("9999") });
    const sums = together(effect([household({}), household({ is_executing: true }), offered, refused], 3));
    expect(sums).toEqual({ takes: 1, later: 1, offered: 1, keeps: 1, unseen: 3, now: "200.2", then: "4000.4" });
    expect(inWords(sums)).toBe(
        "1 household takes the target over at once; 1 household does later; 1 household is offered it; 1 household keeps the target that it has; 3 more that you may not see are offered it.",
    );
    expect(inWords(together(effect([])))).toBe("Nobody follows it: no household changes.");
});

it("tells three things apart: outside, nothing outside, nothing known", () => {
    expect([outside(["Stocks", "Bonds"]), outside([]), outside(undefined)]).toEqual(["Stocks, Bonds", "None", "—"]);
});

it("tells why a document can't have a target, without places in a text that nobody sees", () => {
    expect(reasonOf("line 3: target_allocation.Gold: asset class `Gold` is not in this document\n")).toBe(
        "asset class `Gold` is not in this document",
    );
    expect(reasonOf("its orders are at a broker, or it has no document yet")).toBe(
        "its orders are at a broker, or it has no document yet",
    );
});
