/**
 * All households as columns, one array per figure, so that ten thousand of them are sorted and filtered in memory.
 *
 * In: the table of the API. Out: {@link Columns}, every array as long as `id`. A figure that is not known is `null`, never made up; amounts stay
 * decimal text.
 */
import type { Schemas } from "./client";
import { isZero, negated, type Decimal } from "../text/figures";

/** What a household is in, the most urgent first. */
export const KINDS = ["failed", "waiting", "out", "unmeasured", "busy", "paused", "inside"] as const;
export type Kind = (typeof KINDS)[number];

/** Those that somebody has to do something about. */
export const NEEDS: ReadonlySet<Kind> = new Set<Kind>(["failed", "waiting", "out"]);

export interface Columns {
    readonly id: readonly string[];
    readonly name: readonly string[];
    readonly kind: readonly Kind[];
    readonly value: readonly (Decimal | null)[];
    readonly cash: readonly (Decimal | null)[];
    /** The class that uses most of its band. */
    readonly worst: readonly (string | null)[];
    /** Drift of the worst class as a part of its band; below 0 where it is under its target. */
    readonly use: readonly (Decimal | null)[];
    readonly out: readonly number[];
    readonly state: readonly (string | null)[];
    readonly proposal: readonly (string | null)[];
    /** Seconds that the proposal has been open. */
    readonly age: readonly (number | null)[];
    /** Tax of the year so far, USD. */
    readonly tax: readonly (Decimal | null)[];
    /** Age of the oldest price, seconds. */
    readonly priced: readonly (number | null)[];
    /** The model portfolio that it follows. */
    readonly follows: readonly (string | null)[];
}

/** What one is in, out of its figures. */
export function kindOf(of: {
    readonly isPaused: boolean;
    readonly state: string | null;
    readonly out: number;
    readonly isMeasured: boolean;
}): Kind {
    if (of.state === "Execution_Failed") return "failed";
    if (of.isPaused) return "paused";
    if (of.state === "Pending_Approval") return "waiting";
    if (of.state !== null) return "busy";
    if (!of.isMeasured) return "unmeasured";
    return of.out > 0 ? "out" : "inside";
}

/** The table of the API with what each household is in. */
export function asColumns(table: Schemas["TableView"]): Columns {
    const known = <T>(values: readonly (T | null | undefined)[]): (T | null)[] => values.map((value) => value ?? null);
    const out = table.classes_out.map((number) => number ?? 0);
    const state = known(table.proposal_state);
    const sided = (use: Decimal | null, at: number) =>
        use !== null && table.worst_side[at] === "under" && !isZero(use) ? negated(use) : use;
    return {
        id: table.id,
        name: table.name,
        kind: table.id.map((_, at) =>
            kindOf({
                isPaused: table.paused[at] ?? false,
                state: state[at] ?? null,
                out: out[at] ?? 0,
                isMeasured: typeof table.band_use[at] === "string",
            }),
        ),
        value: known(table.value_usd),
        cash: known(table.cash_usd),
        worst: known(table.worst_class),
        use: known(table.band_use).map(sided),
        out,
        state,
        proposal: known(table.proposal),
        age: known(table.proposal_age_secs),
        tax: known(table.tax_usd),
        priced: known(table.price_age_secs),
        follows: known(table.follows),
    };
}
