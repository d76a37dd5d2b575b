import { expect, it } from "vitest";
import type { Plan } from "../../api/plan";
import { nearness } from "./gap";

it("tells a proof, a gap, and that there is no plan", () => {
    const of = (status: Plan["status"], relative_gap: string) => nearness({ status, relative_gap } as Plan);
    expect(of("optimal", "0.00000001")).toBe("Best there is");
    expect(of("feasible", "0.0312")).toBe("Within 3.12%");
    expect(of("infeasible", "0")).toBe("No plan");
});
