/** What is selected, also where it is not shown. In: ids. Out: ids, and how many of them are out of sight. */

/** With everything from one row to another selected as well. */
export function ranged(
    selected: ReadonlySet<string>,
    order: readonly string[],
    from: number,
    to: number,
): ReadonlySet<string> {
    const next = new Set(selected);
    for (const id of order.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(id);
    return next;
}

/** `312 selected, 40 not shown`. */
export function inWords(selected: ReadonlySet<string>, shown: ReadonlySet<string>): string {
    let hidden = 0;
    for (const id of selected) if (!shown.has(id)) hidden += 1;
    const number = selected.size.toLocaleString("en-US");
    return hidden === 0 ? `${number} selected` : `${number} selected, ${hidden.toLocaleString("en-US")} not shown`;
}
