import { expect, it } from "vitest";
import type { Plan } from "../../api/plan";
import { shownAtFirst } from "./folding";
import { rows } from "./rows";

const plan = (count: number): Plan =>
    ({
        trades: Array.from({ length: count }, (_, at) => ({
            action: "BUY",
            account_id: "direct",
            ticker: `S${String(at)}`,
            quantity: String(at + 1),
            estimated_price: "10",
            rationale: "",
        })),
    }) as unknown as Plan;

it("shows a plan of a hundred trades whole", () => {
    expect(shownAtFirst(rows(plan(100), [], [], {}))).toBeNull();
});

it("shows the fifty largest of five hundred, and what was changed whatever it is worth", () => {
    const long = plan(500);
    const shown = shownAtFirst(rows(long, [], [], {}));
    expect(shown?.size).toBe(50);
    expect(shown?.has(499)).toBe(true);
    expect(shown?.has(0)).toBe(false);
    const edited = shownAtFirst(rows(long, [], [], { 0: { quantity: "2" }, 499: { quantity: "0" } }));
    expect(edited?.size).toBe(51);
    expect(edited?.has(0)).toBe(true);
    expect(edited?.has(449)).toBe(false);
});
