/**
 * Tables as files for spreadsheets (RFC 4180).
 *
 * In: a head and rows of cells, amounts as decimal text. Out: text with CRLF, every digit kept. Invariants: a cell that a spreadsheet would take
 * for a formula is written as text, with an apostrophe before it; a plain decimal, also below zero, stays a number.
 */

export type Cell = string | number | boolean | null | undefined;

const NUMBER = /^-?\d+(\.\d+)?$/;
/** What a spreadsheet may read as the beginning of a formula, also behind blanks and as full-width signs. */
const FORMULA = /^[\s]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20\u2212]|^[\t\r\n]/;

/** One cell as it stands in the file. */
export function cell(value: Cell): string {
    if (value === null || value === undefined) return "";
    const text = String(value);
    const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
    return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A whole table. A row with another number of cells than the head is an error of ours. */
export function csv(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
    for (const row of rows) {
        if (row.length !== head.length) throw new Error(`a row of ${row.length} cells under a head of ${head.length}`);
    }
    return [head, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** A name for a file of letters, digits and hyphens. */
export function fileName(...parts: readonly string[]): string {
    return parts
        .map((part) => part.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-+|-+$/g, ""))
        .filter((part) => part !== "")
        .join("-")
        .toLowerCase();
}
