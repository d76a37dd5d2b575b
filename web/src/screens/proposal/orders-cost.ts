/**
 * What the orders of a plan cost, each to the cent as a broker charges it.
 *
 * In: a proposal and one of its plans. Out: the cost as the server reckons it beside the alternatives; none while it is not known, and for a plan that is no
 * longer the one of the proposal. The figure in the plan itself is that of the model, a few cents beside it, since it rounds nothing.
 */
import { useQuery } from "@tanstack/react-query";
import type { Plan } from "../../api/plan";
import { alternatives } from "../../api/questions";
import type { Decimal } from "../../text/figures";

export function useOrdersCost(proposal: string, plan: Plan): Decimal | null {
    const all = useQuery(alternatives(proposal, plan.plan_hash)).data?.items;
    return all?.find((each) => each.plan_hash === plan.plan_hash)?.figures.cost_usd ?? null;
}
