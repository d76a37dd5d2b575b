/**
 * All households as columns, one array per figure, so that ten thousand of them are sorted and filtered in memory.
 *
 * In: the API's list. Out: {@link Columns}, every array as long as `id`. A figure that is not known is `null`, never made up; amounts stay
 * decimal text.
 */
import type { Household } from "../../api/questions";
import type { Decimal } from "../../text/figures";

/** What a household is in, the most urgent first. */
export const KINDS = ["failed", "waiting", "out", "unpriced", "busy", "paused", "inside"] as const;
export type Kind = (typeof KINDS)[number];

/** Those that somebody has to do something about. */
export const NEEDS: ReadonlySet<Kind> = new Set<Kind>(["failed", "waiting", "out"]);

export interface Columns {
    readonly id: readonly string[];
    readonly name: readonly string[];
    readonly kind: readonly Kind[];
    readonly value: readonly (Decimal | null)[];
    readonly cash: readonly (Decimal | null)[];
    /** The class that uses most of its band; none where several are outside and it is not said which. */
    readonly worst: readonly (string | null)[];
    /** Drift as a part of the band of the worst class; below 0 under the target where the side is known. */
    readonly use: readonly (Decimal | null)[];
    readonly isSided: boolean;
    readonly out: readonly number[];
    readonly state: readonly (string | null)[];
    readonly proposal: readonly (string | null)[];
    /** When the proposal began. */
    readonly begun: readonly (string | null)[];
    /** Tax of the year by the proposal, USD. */
    readonly tax: readonly (Decimal | null)[];
    /** When the oldest price is of. */
    readonly priced: readonly (string | null)[];
    readonly mayApprove: readonly boolean[];
}

/** What one is in, out of its figures. */
export function kindOf(of: {
    readonly isPaused: boolean;
    readonly state: string | null;
    readonly out: number;
    readonly isPriced: boolean;
}): Kind {
    if (of.state === "Execution_Failed") return "failed";
    if (of.isPaused) return "paused";
    if (of.state === "Pending_Approval") return "waiting";
    if (of.state !== null) return "busy";
    if (!of.isPriced) return "unpriced";
    return of.out > 0 ? "out" : "inside";
}

/** The list of the API as columns. */
export function asColumns(households: readonly Household[]): Columns {
    const each = <T>(pick: (household: Household) => T): T[] => households.map(pick);
    return {
        id: each((of) => of.id),
        name: each((of) => of.name),
        kind: each((of) =>
            kindOf({
                isPaused: Boolean(of.paused),
                state: of.proposal?.state ?? null,
                out: of.breaches.length,
                isPriced: of.portfolio_version === 0 || typeof of.value_usd === "string",
            }),
        ),
        value: each((of) => of.value_usd ?? null),
        cash: each((of) => of.cash_usd ?? null),
        worst: each((of) => (of.breaches.length === 1 ? (of.breaches[0] ?? null) : null)),
        use: each((of) => of.band_use ?? null),
        isSided: false,
        out: each((of) => of.breaches.length),
        state: each((of) => of.proposal?.state ?? null),
        proposal: each((of) => of.proposal?.id ?? null),
        begun: each(() => null),
        tax: each(() => null),
        priced: each(() => null),
        mayApprove: each((of) => of.rights.includes("approve")),
    };
}
