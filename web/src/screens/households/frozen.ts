/**
 * An order that stands still while figures change under it, until somebody asks to sort again.
 *
 * In: the order as it was made and the columns of now. Out: the places of now in the old order, and which households would move, come or go.
 * Invariants: a household keeps its row until one sorts again, whatever its figures do; as few as can be count as moved, so that prices which
 * change every figure and no order change nothing.
 */
import type { Columns } from "../../api/columns";
import { filtered, sorted, sortOf, type TableSearch } from "./view";

export interface Frozen {
    /** Of which view. */
    readonly of: string;
    readonly ids: readonly string[];
}

/** What of the address decides about rows and their order. */
export function viewOf({ find, sort, show, out, worst }: TableSearch): string {
    return JSON.stringify([find, sort, show, out, worst]);
}

function orderOf(columns: Columns, search: TableSearch): string[] {
    return sorted(columns, filtered(columns, search), sortOf(search)).map((at) => columns.id[at] ?? "");
}

export function freeze(columns: Columns, search: TableSearch): Frozen {
    return { of: viewOf(search), ids: orderOf(columns, search) };
}

export interface Thawing {
    /** Places of now, in the frozen order. */
    readonly places: readonly number[];
    /** Households that would move, come or go if one sorted again. */
    readonly changed: ReadonlySet<string>;
}

export function thawing(columns: Columns, frozen: Frozen, search: TableSearch): Thawing {
    const now = new Map(columns.id.map((id, at) => [id, at]));
    const places = frozen.ids.flatMap((id) => now.get(id) ?? []);
    const fresh = orderOf(columns, search);
    const rank = new Map(fresh.map((id, at) => [id, at]));
    const before = new Set(frozen.ids);
    const changed = new Set(fresh.filter((id) => !before.has(id)));
    const still: string[] = [];
    for (const id of frozen.ids) {
        if (rank.has(id)) still.push(id);
        else changed.add(id);
    }
    const inOrder = longestRise(still.map((id) => rank.get(id) ?? 0));
    still.forEach((id, at) => {
        if (!inOrder.has(at)) changed.add(id);
    });
    return { places, changed };
}

/** Places of a longest run of values that rise, leaving out as few as can be. */
export function longestRise(values: readonly number[]): Set<number> {
    const ends: number[] = [];
    const before = new Int32Array(values.length).fill(-1);
    values.forEach((value, at) => {
        let low = 0;
        let high = ends.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            if ((values[ends[middle] ?? 0] ?? 0) < value) low = middle + 1;
            else high = middle;
        }
        before[at] = low > 0 ? (ends[low - 1] ?? -1) : -1;
        ends[low] = at;
    });
    const found = new Set<number>();
    for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) found.add(at);
    return found;
}
