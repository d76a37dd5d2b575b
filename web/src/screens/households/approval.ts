/**
 * Which of the selected households can be approved together, and what that comes to.
 *
 * In: households with the proposal and plan that were just read. Out: those to approve, each with the hash of the plan that was read, and those
 * left out with the reason, which are told before anything is sent. Invariants: nobody is approved whose plan the server would refuse, or has a
 * warning of a kind that the person has not confirmed; sums are exact.
 */
import { orderKeyOf } from "../../api/plan";
import type { ProposalAndPlan } from "../../api/questions";
import { refusalInWords } from "../../parts/refusal";
import { stateInWords } from "../../parts/state-pill";
import { product, several, sum, type Decimal } from "../../text/figures";

/** The most frequent reason to leave one out. */
export const NO_PROPOSAL = "No proposal is open.";

export interface Candidate {
    readonly id: string;
    readonly name: string;
    readonly isPaused: boolean;
    readonly mayApprove: boolean;
    /** The open proposal; none where there is none, an error where it could not be read. */
    readonly found: ProposalAndPlan | Error | null;
}

export interface ToApprove {
    readonly id: string;
    readonly name: string;
    readonly proposal: string;
    readonly plan_hash: string;
    /** Orders, as the bar of the proposal counts them: lots of one security that one account sells are one. */
    readonly orders: number;
    readonly traded: Decimal;
    readonly tax: Decimal;
    readonly expires: string | null;
}

export interface LeftOut {
    readonly id: string;
    readonly name: string;
    readonly why: string;
}

export interface Sorted {
    readonly leftOut: readonly LeftOut[];
    readonly approve: readonly ToApprove[];
}

/** A kind of warning among plans that could be approved but for warnings. */
export interface WarningKind {
    readonly code: string;
    /** Households whose plan has one. */
    readonly households: number;
    /** One of them in words, with whose it is. */
    readonly example: string;
}

/** The kinds of warnings that stand against an approval together, the most frequent first. */
export function warningKinds(candidates: readonly Candidate[]): WarningKind[] {
    const kinds = new Map<string, WarningKind>();
    for (const { name, ...candidate } of candidates) {
        const { found } = candidate;
        if (found === null || found instanceof Error || !found.plan) continue;
        const { warnings } = found.plan.validation;
        const all = new Set(warnings.map((warning) => warning.code));
        if (warnings.length === 0 || reason(candidate, all) !== null) continue;
        for (const code of all) {
            const known = kinds.get(code);
            const first = warnings.find((warning) => warning.code === code);
            kinds.set(code, {
                code,
                households: (known?.households ?? 0) + 1,
                example: known?.example ?? `${name}: ${first?.detail ?? ""}`,
            });
        }
    }
    return [...kinds.values()].sort((a, b) => b.households - a.households || a.code.localeCompare(b.code));
}

/** `confirmed` = the kinds of warnings that the person has read and accepts. */
export function sortOut(candidates: readonly Candidate[], confirmed: ReadonlySet<string> = new Set()): Sorted {
    const leftOut: LeftOut[] = [];
    const approve: ToApprove[] = [];
    for (const { id, name, isPaused, mayApprove, found } of candidates) {
        const why = reason({ isPaused, mayApprove, found }, confirmed);
        if (why !== null || found === null || found instanceof Error || !found.plan) {
            leftOut.push({ id, name, why: why ?? "It has no plan." });
            continue;
        }
        const { proposal, plan } = found;
        approve.push({
            id,
            name,
            proposal: proposal.id,
            plan_hash: plan.plan_hash,
            orders: new Set(plan.trades.map(orderKeyOf)).size,
            traded: sum(plan.trades.map((trade) => product(trade.quantity, trade.estimated_price))),
            tax: plan.objective.tax_usd,
            expires: proposal.expires_at ?? null,
        });
    }
    return { leftOut, approve };
}

function reason(
    { isPaused, mayApprove, found }: Pick<Candidate, "isPaused" | "mayApprove" | "found">,
    confirmed: ReadonlySet<string>,
): string | null {
    if (!mayApprove) return "You may not approve for this household.";
    if (found instanceof Error) return `Its plan could not be read: ${found.message}`;
    if (found === null) return NO_PROPOSAL;
    const { proposal, refused, plan } = found;
    if (proposal.state !== "Pending_Approval") {
        return `Its proposal does not wait for approval: ${stateInWords(proposal.state, proposal.rejection).toLowerCase()}.`;
    }
    if (isPaused) return "The household is paused.";
    // What only another plan, or another person, could mend is told before what this one could confirm.
    if (refused) return refusalInWords(refused);
    if (!plan) return "It has no plan.";
    if (!plan.validation.passed) return "Its plan does not keep every rule.";
    const open = plan.validation.warnings.filter((warning) => !confirmed.has(warning.code));
    if (open.length > 0) return `${several(open.length, "warning")} to confirm: ${open[0]?.detail ?? ""}`;
    if (proposal.plan_hash !== plan.plan_hash) return "Its plan has just changed; look at it again.";
    return null;
}

export interface Together {
    readonly households: number;
    readonly orders: number;
    readonly traded: Decimal;
    readonly tax: Decimal;
}

export function summary(approve: readonly ToApprove[]): Together {
    return {
        households: approve.length,
        orders: approve.reduce((total, each) => total + each.orders, 0),
        traded: sum(approve.map((each) => each.traded)),
        tax: sum(approve.map((each) => each.tax)),
    };
}
