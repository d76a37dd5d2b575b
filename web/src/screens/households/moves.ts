/** Where the keys lead in a grid: row -1 is its head. In: a place and a key. Out: the next place, within the grid; none where the key is no move. */

export interface Place {
    readonly row: number;
    readonly column: number;
}

export interface Size {
    readonly rows: number;
    readonly columns: number;
    /** Rows of a page. */
    readonly page: number;
    /** Whether single letters move (j, k). */
    readonly hasKeys: boolean;
}

/** A place where there is one: the nearest within the grid. */
export function within({ row, column }: Place, { rows, columns }: Pick<Size, "rows" | "columns">): Place {
    return { row: Math.max(-1, Math.min(rows - 1, row)), column: Math.max(0, Math.min(columns - 1, column)) };
}

export function moved(
    { row, column }: Place,
    { key, ctrlKey }: { readonly key: string; readonly ctrlKey: boolean },
    { rows, columns, page, hasKeys }: Size,
): Place | null {
    const last = rows - 1;
    const at = (to: number, across = column) => within({ row: to, column: across }, { rows, columns });
    switch (key) {
        case "ArrowDown":
            return at(ctrlKey ? last : row + 1);
        case "ArrowUp":
            return at(ctrlKey ? -1 : row - 1);
        case "ArrowRight":
            return at(row, column + 1);
        case "ArrowLeft":
            return at(row, column - 1);
        case "Home":
            return ctrlKey ? at(Math.min(0, last), 0) : at(row, 0);
        case "End":
            return ctrlKey ? at(last, columns - 1) : at(row, columns - 1);
        case "PageDown":
            return at(Math.max(row, 0) + page);
        case "PageUp":
            return at(Math.max(row - page, Math.min(0, last)));
        case "j":
            return hasKeys && !ctrlKey ? at(row + 1) : null;
        case "k":
            return hasKeys && !ctrlKey ? at(Math.max(0, row - 1)) : null;
        default:
            return null;
    }
}
