/**
 * The plan document (interface.md) as the page reads it.
 *
 * In: its JSON, from a proposal or an attempt. Out: a {@link Plan} whose figures are decimal text. A field that is missing is missing here as
 * well; nothing is made up.
 */
import type { Decimal } from "../text/figures";

export interface Trade {
    readonly action: "BUY" | "SELL";
    readonly account_id: string;
    readonly ticker: string;
    readonly lot_id?: string;
    readonly quantity: Decimal;
    readonly estimated_price: Decimal;
    readonly rationale: string;
}

export interface Finding {
    readonly code: string;
    readonly where: string;
    readonly detail: string;
}

export interface Weights {
    readonly weights: Readonly<Record<string, Decimal>>;
    readonly drift: Decimal;
}

/** What makes trades one order, whatever lots they are of: account, security and side. */
export function orderKeyOf({
    account_id,
    ticker,
    action,
}: {
    readonly account_id: string;
    readonly ticker: string;
    readonly action: string;
}): string {
    return JSON.stringify([account_id, ticker, action]);
}

/** Something that the plan does not do, and why. */
export interface Kept {
    readonly reason: string;
    readonly why: string;
    readonly text: string;
    readonly cost_usd?: Decimal;
    readonly lot_id?: string;
    readonly class?: string;
}

export interface Plan {
    readonly trades: readonly Trade[];
    readonly summary_rationale: string;
    readonly status: "optimal" | "feasible" | "no_trade_needed" | "infeasible";
    readonly planner: string;
    readonly objective: {
        readonly total: Decimal;
        readonly cost_usd: Decimal;
        readonly fee_usd: Decimal;
        readonly tax_usd: Decimal;
        readonly location_drag_usd: Decimal;
    };
    readonly bound: Decimal;
    readonly relative_gap: Decimal;
    readonly objective_without_trades: Decimal;
    readonly before: Weights;
    readonly after: Weights;
    readonly validation: {
        readonly passed: boolean;
        readonly violations: readonly Finding[];
        readonly warnings: readonly Finding[];
        /** The version of the rules of the house that it was judged under; missing where there were none. */
        readonly rules_version?: Decimal;
    };
    readonly plan_hash: string;
    readonly gains?: {
        readonly short_term_usd: Decimal;
        readonly long_term_usd: Decimal;
        readonly turnover_usd: Decimal;
        readonly cash_usd: Decimal;
        readonly value_usd: Decimal;
    };
    readonly monitoring?: { readonly act: boolean; readonly breaches: readonly string[]; readonly why: string };
    readonly not_sold?: readonly Kept[];
    readonly off_target?: readonly Kept[];
}

/** A plan document, or an exception that says why it is none. */
export function asPlan(value: unknown): Plan {
    if (typeof value !== "object" || value === null) throw new Error("a plan document is an object");
    for (const field of ["trades", "objective", "before", "after", "validation", "plan_hash"]) {
        if (!(field in value)) throw new Error(`the plan document has no \`${field}\``);
    }
    return value as Plan;
}

/** USD of a trade at the price that the plan was made with, for sums and bars: shares times price. */
export { product as amount } from "../text/figures";
