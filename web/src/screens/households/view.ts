/**
 * Which households are shown, in which order, and how many each facet holds: pure functions over columns.
 *
 * In: {@link Columns} and what the address says. Out: places in the columns. Invariants: an order is total (ties go by name, then id), so that
 * the same data is always shown the same way; what is not known is last whichever way one sorts.
 */
import { KINDS, NEEDS, type Columns, type Kind } from "../../api/columns";
import { compared, type Decimal } from "../../text/figures";

export interface TableSearch {
    readonly find?: string;
    readonly sort?: string;
    /** Kinds, apart by commas; `needs` is all that need somebody. */
    readonly show?: string;
    readonly out?: string;
    readonly worst?: string;
    /** Columns that are hidden, apart by commas. */
    readonly hide?: string;
    readonly open?: string;
    readonly as?: string;
    readonly page?: string;
}

/** What becomes of a part of the address: another value, or none. */
export type TableChange = { readonly [Field in keyof TableSearch]: TableSearch[Field] | undefined };

const FIELDS = ["find", "sort", "show", "out", "worst", "hide", "open", "as", "page"] as const;

/** What the address says, without what nobody understands. */
export function asTableSearch(search: Record<string, unknown>): TableSearch {
    const found: { -readonly [Field in keyof TableSearch]: TableSearch[Field] } = {};
    for (const field of FIELDS) {
        const value = search[field];
        const text = typeof value === "number" ? String(value) : value;
        if (typeof text === "string" && text !== "") found[field] = text;
    }
    return found;
}

/** The address with a change. Where it decides which rows there are, or their order, one begins at the first page again. */
export function changedBy(before: TableSearch, to: TableChange): TableSearch {
    const page = "open" in to || "page" in to ? {} : { page: undefined };
    return asTableSearch({ ...before, ...page, ...to });
}

/** The columns that are hidden; the name of a household never is. */
export function hiddenOf(search: TableSearch): ReadonlySet<string> {
    return new Set((search.hide ?? "").split(",").filter((id) => id !== "" && id !== "name"));
}

/** What is hidden with one column more, or less. */
export function hiding(search: TableSearch, id: string): string | undefined {
    const now = new Set(hiddenOf(search));
    if (!now.delete(id)) now.add(id);
    return now.size === 0 ? undefined : [...now].join(",");
}

export const OUTS = ["0", "1", "2"] as const;
export type Facet = "show" | "out" | "worst";

/** What of one facet a household has. */
function facetOf(columns: Columns, at: number, facet: Facet): string {
    if (facet === "show") return columns.kind[at] ?? "inside";
    if (facet === "worst") return columns.worst[at] ?? "";
    return String(Math.min(2, columns.out[at] ?? 0));
}

/** What is chosen of a facet. */
export function chosen(search: TableSearch, facet: Facet): ReadonlySet<string> {
    const words = (search[facet] ?? "").split(",").filter(Boolean);
    return new Set(words.flatMap((word) => (facet === "show" && word === "needs" ? [...NEEDS] : [word])));
}

/** A facet with one value more, or less. */
export function toggled(search: TableSearch, facet: Facet, value: string): string | undefined {
    const now = new Set(chosen(search, facet));
    if (!now.delete(value)) now.add(value);
    return now.size === 0 ? undefined : [...now].join(",");
}

const texts = new WeakMap<Columns, readonly string[]>();

/** What is searched of each household, made once for the same columns. */
function textOf(columns: Columns): readonly string[] {
    let found = texts.get(columns);
    if (!found) {
        found = columns.name.map((name, at) => `${name} ${columns.id[at]} ${columns.follows[at] ?? ""}`.toLowerCase());
        texts.set(columns, found);
    }
    return found;
}

interface Wanted {
    readonly words: readonly string[];
    readonly facets: readonly (readonly [Facet, ReadonlySet<string>])[];
}

function wanted(search: TableSearch, without?: Facet): Wanted {
    const facets = (["show", "out", "worst"] as const)
        .filter((facet) => facet !== without)
        .map((facet) => [facet, chosen(search, facet)] as const)
        .filter(([, values]) => values.size > 0);
    return { words: (search.find ?? "").toLowerCase().split(/\s+/).filter(Boolean), facets };
}

function fits(columns: Columns, at: number, { words, facets }: Wanted): boolean {
    for (const [facet, values] of facets) if (!values.has(facetOf(columns, at, facet))) return false;
    if (words.length === 0) return true;
    const text = textOf(columns)[at] ?? "";
    return words.every((word) => text.includes(word));
}

/** The places of those that fit, in the order of the columns. */
export function filtered(columns: Columns, search: TableSearch): number[] {
    const want = wanted(search);
    const found: number[] = [];
    for (let at = 0; at < columns.id.length; at += 1) if (fits(columns, at, want)) found.push(at);
    return found;
}

/** How many each value of a facet would show, given everything else that is chosen. */
export function counts(columns: Columns, search: TableSearch, facet: Facet): Map<string, number> {
    const want = wanted(search, facet);
    const found = new Map<string, number>();
    for (let at = 0; at < columns.id.length; at += 1) {
        if (!fits(columns, at, want)) continue;
        const value = facetOf(columns, at, facet);
        found.set(value, (found.get(value) ?? 0) + 1);
    }
    return found;
}

/** How many need somebody. */
export function needing(columns: Columns, places: readonly number[]): number {
    let found = 0;
    for (const at of places) if (NEEDS.has(columns.kind[at] ?? "inside")) found += 1;
    return found;
}

export const SORTS = [
    "name",
    "state",
    "worst",
    "use",
    "out",
    "value",
    "cash",
    "tax",
    "age",
    "priced",
    "follows",
] as const;
export type SortBy = (typeof SORTS)[number];
export interface Sort {
    readonly by: SortBy | "needs";
    readonly isDown: boolean;
}

/** `-use` is by band use, the largest first. Without one: what needs somebody first, then what uses most of its band. */
export function sortOf(search: TableSearch): Sort {
    const text = search.sort ?? "";
    const by = SORTS.find((each) => each === text.replace(/^-/, ""));
    return by ? { by, isDown: text.startsWith("-") } : { by: "needs", isDown: false };
}

/** What the head of a column does next: down first where the largest matter, then up, then the first order again. */
export function nextSort(search: TableSearch, by: SortBy): string | undefined {
    const now = sortOf(search);
    const isText = by === "name" || by === "state" || by === "worst" || by === "follows";
    const [first, second] = isText ? [by, `-${by}`] : [`-${by}`, by];
    if (now.by !== by) return first;
    return (now.isDown ? `-${by}` : by) === first ? second : undefined;
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
const rank = new Map<Kind, number>(KINDS.map((kind, at) => [kind, at]));

type Compare = (left: number, right: number) => number;

/** The places in their order. */
export function sorted(columns: Columns, places: readonly number[], sort: Sort): number[] {
    const down = sort.isDown ? -1 : 1;
    const name: Compare = (left, right) =>
        collator.compare(columns.name[left] ?? "", columns.name[right] ?? "") ||
        ((columns.id[left] ?? "") < (columns.id[right] ?? "") ? -1 : 1);
    const first = comparison(columns, sort, down);
    return [...places].sort((left, right) => first(left, right) || name(left, right));
}

function comparison(columns: Columns, sort: Sort, down: number): Compare {
    const text = (values: readonly (string | null)[]): Compare =>
        missingLast(values, (left, right) => down * collator.compare(left, right));
    switch (sort.by) {
        case "name":
            return text(columns.name);
        case "worst":
            return text(columns.worst);
        case "follows":
            return text(columns.follows);
        case "priced":
            return numbers(columns.priced, down);
        case "age":
            return numbers(columns.age, down);
        case "state":
            return (left, right) => down * ((rankOf(columns, left) ?? 0) - (rankOf(columns, right) ?? 0));
        case "out":
            return (left, right) => down * ((columns.out[left] ?? 0) - (columns.out[right] ?? 0));
        case "use":
            return decimals(columns.use, down, true);
        case "value":
            return decimals(columns.value, down);
        case "cash":
            return decimals(columns.cash, down);
        case "tax":
            return decimals(columns.tax, down);
        case "needs": {
            const use = decimals(columns.use, -1, true);
            const need = (at: number) => (NEEDS.has(columns.kind[at] ?? "inside") ? 0 : 1);
            return (left, right) => need(left) - need(right) || use(left, right);
        }
    }
}

const rankOf = (columns: Columns, at: number) => rank.get(columns.kind[at] ?? "inside");

function missingLast<T>(values: readonly (T | null)[], compare: (left: T, right: T) => number): Compare {
    return (at, other) => {
        const left = values[at] ?? null;
        const right = values[other] ?? null;
        if (left === null || right === null) return (left === null ? 1 : 0) - (right === null ? 1 : 0);
        return compare(left, right);
    };
}

function numbers(values: readonly (number | null)[], down: number): Compare {
    return missingLast(values, (left, right) => down * (left - right));
}

/** Decimals by their value: by binary floats where those differ, which is fast, and exactly where they don't. */
function decimals(values: readonly (Decimal | null)[], down: number, isSize = false): Compare {
    const keys = Float64Array.from(values, (value) => {
        const key = value === null ? NaN : Number(value);
        return isSize ? Math.abs(key) : key;
    });
    return missingLast(
        values.map((value, at) => (value === null ? null : at)),
        (left, right) => {
            const rest = (keys[left] ?? 0) - (keys[right] ?? 0);
            if (rest !== 0) return down * rest;
            if (isSize) return 0;
            return down * compared(values[left] ?? "0", values[right] ?? "0");
        },
    );
}
