/**
 * An order that stands still while figures change under it, until somebody asks to sort again.
 *
 * In: the order as it was made, with what it was made of, and the columns of now. Out: the places of now in the old order, and what would move,
 * come or go. Invariant: a household keeps its row until `Re-sort`, whatever its figures do.
 */
import type { Columns } from "./columns";
import { filtered, sorted, sortOf, type TableSearch } from "./view";

export interface Frozen {
    /** Of which view. */
    readonly of: string;
    readonly ids: readonly string[];
    /** What each household was sorted by, by id. */
    readonly basis: ReadonlyMap<string, string>;
}

/** What of the address decides about rows and their order. */
export function viewOf({ find, sort, show, out, worst }: TableSearch): string {
    return JSON.stringify([find, sort, show, out, worst]);
}

/** What decides about the place of a household. */
function basisOf(columns: Columns, at: number): string {
    const { kind, use, out, worst, value, cash, tax, begun, priced, name } = columns;
    return [kind[at], use[at], out[at], worst[at], value[at], cash[at], tax[at], begun[at], priced[at], name[at]].join(
        "|",
    );
}

export function freeze(columns: Columns, search: TableSearch): Frozen {
    const order = sorted(columns, filtered(columns, search), sortOf(search));
    return {
        of: viewOf(search),
        ids: order.map((at) => columns.id[at] ?? ""),
        basis: new Map(columns.id.map((id, at) => [id, basisOf(columns, at)])),
    };
}

export interface Thawing {
    /** Places of now, in the frozen order. */
    readonly places: readonly number[];
    /** Households whose figures changed since, came or went, so that an order of now could differ. */
    readonly changed: ReadonlySet<string>;
}

export function thawing(columns: Columns, frozen: Frozen): Thawing {
    const now = new Map(columns.id.map((id, at) => [id, at]));
    const changed = new Set<string>();
    for (const [id, at] of now) if (frozen.basis.get(id) !== basisOf(columns, at)) changed.add(id);
    for (const id of frozen.basis.keys()) if (!now.has(id)) changed.add(id);
    return { places: frozen.ids.flatMap((id) => now.get(id) ?? []), changed };
}
