/**
 * Which rows of a long plan are shown before somebody asks for all.
 *
 * In: the rows. Out: places in the plan, or `null` where all are shown. Invariants: what a person has changed is always shown; an edit of one row
 * neither shows nor folds another one.
 */
import { compared, product } from "../../text/figures";
import type { Row } from "./rows";

/** A plan of no more rows is shown whole. */
const WHOLE_UP_TO = 100;
/** Of a longer one, so many of the largest. */
const LARGEST = 50;

export function shownAtFirst(rows: readonly Row[]): ReadonlySet<number> | null {
    if (rows.length <= WHOLE_UP_TO) return null;
    const proposed = rows.filter((row) => !row.isAdded);
    const largest = proposed
        .map(({ at, trade }) => ({ at, amount: product(trade.quantity, trade.estimated_price) }))
        .sort((a, b) => compared(b.amount, a.amount) || a.at - b.at)
        .slice(0, LARGEST);
    const touched = rows.filter((row) => row.isChanged || row.isAdded);
    return new Set([...largest, ...touched].map((each) => each.at));
}
