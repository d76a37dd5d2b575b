import { describe, expect, it } from "vitest";
import { budgetInWords, budgetsOf } from "./budget";

const limits = (tax_max_usd: string | null, gains_max_usd: string | null) => ({ tax_max_usd, gains_max_usd });
const proposal = (tax_usd: string, short_term_usd: string, long_term_usd: string) =>
    ({ tax_usd, realised: { short_term_usd, long_term_usd } }) as never;

describe("what of a limit is used", () => {
    it("is told of every limit that is set, and of no other", () => {
        expect(budgetsOf({ limits: limits(null, null) })).toEqual([]);
        expect(budgetInWords({ limits: limits(null, null) })).toBe("no limit is set for a plan");
        const both = budgetsOf({ limits: limits("1000", "2500.50"), proposal: proposal("120.25", "-100", "600.10") });
        expect(both).toEqual([
            { name: "tax", most: "1000", used: "120.25", left: "879.75" },
            { name: "net gains", most: "2500.50", used: "500.1", left: "2000.4" },
        ]);
    });

    it("uses nothing where a plan saves tax, and tells what is over", () => {
        expect(budgetInWords({ limits: limits("1000", null), proposal: proposal("-50", "0", "0") })).toBe(
            "a plan’s tax: $1,000 left of $1,000",
        );
        expect(budgetInWords({ limits: limits("1000", null), proposal: proposal("1200", "0", "0") })).toBe(
            "a plan’s tax: $200 over $1,000",
        );
    });

    it("is told of the limit that is broken, where another one is kept", () => {
        const gains = proposal("120", "3000", "0.10");
        expect(budgetInWords({ limits: limits("1000", "2500"), proposal: gains })).toBe(
            "a plan’s net gains: $500 over $2,500",
        );
        expect(budgetInWords({ limits: limits("1000", "2500"), proposal: proposal("120", "0", "0") })).toBe(
            "a plan’s tax: $880 left of $1,000",
        );
    });
});
