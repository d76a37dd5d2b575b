/** How near to the best that there is a plan is proven to be, in words for a person. */
import type { Plan } from "../../api/plan";
import { measured, percent } from "../../text/figures";

/** The gap in a few characters. */
export function nearness(plan: Plan): string {
    if (plan.status === "infeasible") return "No plan";
    const gap = measured(plan.relative_gap);
    if (gap <= 1e-4) return "Best there is";
    return `Within ${percent(String(gap), 2)}`;
}
