/**
 * Views that a person has saved under a name: what was searched, filtered and sorted by, and which columns were hidden. Kept on this machine alone.
 *
 * In: text of the browser's store. Out: views, without what is none.
 */
import { asTableSearch, type TableSearch } from "./view";

export interface View {
    readonly name: string;
    readonly search: TableSearch;
}

const NAME = "equipoise-views";

/** Views that are always there. */
export const BUILT_IN: readonly View[] = [
    { name: "All households", search: {} },
    { name: "Needs action", search: { show: "needs" } },
    { name: "Plans that wait", search: { show: "waiting", sort: "-use" } },
    { name: "Outside, most first", search: { out: "1,2", sort: "-out" } },
    { name: "Most cash", search: { sort: "-cash" } },
];

export function asViews(text: string | null): View[] {
    try {
        const value: unknown = JSON.parse(text ?? "[]");
        if (!Array.isArray(value)) return [];
        return value.flatMap((each: { name?: unknown; search?: unknown }) =>
            typeof each?.name === "string" && typeof each.search === "object" && each.search !== null
                ? [{ name: each.name, search: asTableSearch(each.search as Record<string, unknown>) }]
                : [],
        );
    } catch {
        return [];
    }
}

/** With one more; a view of the same name is replaced. */
export function added(views: readonly View[], name: string, search: TableSearch): View[] {
    const { find, sort, show, out, worst, hide } = search;
    const kept = asTableSearch({ find, sort, show, out, worst, hide });
    return [...views.filter((each) => each.name !== name), { name, search: kept }];
}

export function savedViews(): View[] {
    try {
        return asViews(localStorage.getItem(NAME));
    } catch {
        return [];
    }
}

export function saveViews(views: readonly View[]): void {
    try {
        localStorage.setItem(NAME, JSON.stringify(views));
    } catch {
        // A browser that keeps nothing forgets them with the page.
    }
}
