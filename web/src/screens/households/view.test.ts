import { describe, expect, it } from "vitest";
import { asColumns, kindOf, NEEDS, type Columns } from "../../api/columns";
import { freeze, longestRise, thawing } from "./frozen";
import {
    asTableSearch,
    changedBy,
    chosen,
    counts,
    filtered,
    hiddenOf,
    hiding,
    needing,
    nextSort,
    sorted,
    sortOf,
    toggled,
} from "./view";

interface One {
    readonly id: string;
    readonly name: string;
    readonly out: number;
    readonly use: string | null;
    readonly value: string | null;
    readonly state: string | null;
    readonly cash: string;
}

const household = (change: Partial<One>): One => ({
    id: "h",
    name: "House",
    out: 0,
    use: "0.5",
    value: "1",
    state: null,
    cash: "0",
    ...change,
});

function table(all: readonly One[]): Columns {
    return asColumns({
        id: all.map((each) => each.id),
        name: all.map((each) => each.name),
        value_usd: all.map((each) => each.value),
        cash_usd: all.map((each) => each.cash),
        worst_class: all.map((each) => (each.out > 0 ? "Bonds" : null)),
        band_use: all.map((each) => each.use?.replace("-", "") ?? null),
        worst_side: all.map((each) => (each.use?.startsWith("-") ? "under" : "over")),
        classes_out: all.map((each) => each.out),
        proposal: all.map((each) => (each.state ? `p-${each.id}` : null)),
        proposal_state: all.map((each) => each.state),
        proposal_age_secs: all.map((each, at) => (each.state ? at * 60 : null)),
        tax_usd: all.map(() => "0"),
        price_age_secs: all.map((_, at) => at),
        paused: all.map(() => false),
        follows: all.map((each) => (each.name === "Follower" ? "Growth" : null)),
    });
}

/** Numbers that are always the same. */
function draws(seed: number): () => number {
    let state = seed;
    return () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state / 2 ** 32;
    };
}

function many(number: number): One[] {
    const draw = draws(7);
    return Array.from({ length: number }, (_, at) => {
        const out = draw() < 0.8 ? 0 : 1 + Math.floor(draw() * 3);
        const state = draw() < 0.1 ? "Pending_Approval" : draw() < 0.02 ? "Execution_Failed" : null;
        return household({
            id: `id-${String(at).padStart(5, "0")}`,
            name: `Family ${Math.floor(draw() * 4000)}`,
            out,
            use: draw() < 0.02 ? null : (draw() * (out > 0 ? 4 : 1)).toFixed(4),
            value:
                draw() < 0.01
                    ? null
                    : `${Math.floor(draw() * 9_000_000)}.${String(Math.floor(draw() * 100)).padStart(2, "0")}`,
            cash: (draw() * 50_000).toFixed(2),
            state,
        });
    });
}

describe("what a household is in", () => {
    const none = { isPaused: false, state: null, out: 0, isMeasured: true };
    it("is what is most urgent about it", () => {
        expect(kindOf(none)).toBe("inside");
        expect(kindOf({ ...none, out: 2 })).toBe("out");
        expect(kindOf({ ...none, out: 2, state: "Pending_Approval" })).toBe("waiting");
        expect(kindOf({ ...none, isPaused: true, state: "Execution_Failed" })).toBe("failed");
        expect(kindOf({ ...none, isPaused: true, out: 1 })).toBe("paused");
        expect(kindOf({ ...none, isMeasured: false })).toBe("unmeasured");
        expect(kindOf({ ...none, state: "Approved", out: 1 })).toBe("busy");
    });
});

describe("ten thousand households", () => {
    const all = many(10_000);
    const columns = table(all);
    const every = filtered(columns, {});

    it("are all there, and each facet counts every one once", () => {
        expect(every).toHaveLength(10_000);
        for (const facet of ["show", "out"] as const) {
            const sum = [...counts(columns, {}, facet).values()].reduce((total, value) => total + value, 0);
            expect(sum).toBe(10_000);
        }
        expect(counts(columns, {}, "out").get("2")).toBe(all.filter((each) => each.out >= 2).length);
    });

    it("fit a filter when their figures do, compared one by one", () => {
        const search = { find: "family 12", out: "1,2", show: "needs" };
        const byHand = all.flatMap((each, at) =>
            each.name.toLowerCase().includes("family") &&
            `${each.name} ${each.id}`.includes("12") &&
            each.out > 0 &&
            NEEDS.has(columns.kind[at] ?? "inside")
                ? [at]
                : [],
        );
        expect(byHand.length).toBeGreaterThan(10);
        expect(filtered(columns, search)).toEqual(byHand);
    });

    it("count a facet as if nothing of it were chosen, and everything else were", () => {
        const search = { out: "2", show: "waiting" };
        const shown = counts(columns, search, "show");
        for (const [kind, number] of shown) expect(filtered(columns, { out: "2", show: kind })).toHaveLength(number);
        expect(counts(columns, search, "out").get("0")).toBe(filtered(columns, { out: "0", show: "waiting" }).length);
    });

    it.each(["-value", "value", "-cash", "-use", "out", "name", "-state"])("are in order by %s", (sort) => {
        const order = sorted(columns, every, sortOf({ sort }));
        expect(new Set(order).size).toBe(10_000);
        const by = sort.replace("-", "") as "value" | "cash" | "use" | "out" | "name" | "state";
        if (by === "name" || by === "state") {
            const kinds = ["failed", "waiting", "out", "unmeasured", "busy", "paused", "inside"];
            const key = (at: number) =>
                by === "name" ? Number(columns.name[at]?.slice(7)) : -kinds.indexOf(columns.kind[at] ?? "");
            for (let at = 1; at < order.length; at += 1) {
                expect(key(order[at - 1] ?? 0)).toBeLessThanOrEqual(key(order[at] ?? 0));
            }
            return;
        }
        const values = order.map((at) => columns[by][at] ?? null);
        const known = values.filter((value) => value !== null).map(Number);
        expect(values.slice(0, known.length).every((value) => value !== null)).toBe(true);
        const down = sort.startsWith("-");
        expect(known).toEqual([...known].sort((left, right) => (down ? right - left : left - right)));
    });

    it("begin with what needs somebody, then with what uses most of its band", () => {
        const order = sorted(columns, every, sortOf({}));
        const need = needing(columns, every);
        expect(need).toBe(columns.kind.filter((kind) => NEEDS.has(kind)).length);
        expect(order.slice(0, need).every((at) => NEEDS.has(columns.kind[at] ?? "inside"))).toBe(true);
        const uses = order.slice(0, need).flatMap((at) => columns.use[at] ?? []);
        expect(uses.map(Number)).toEqual(uses.map(Number).sort((left, right) => right - left));
    });
});

it("tells amounts apart that a binary float can't", () => {
    const columns = table([
        household({ id: "a", value: "9007199254740993.15" }),
        household({ id: "b", value: "9007199254740993.16" }),
        household({ id: "c", value: "9007199254740993.14" }),
    ]);
    expect(sorted(columns, [0, 1, 2], sortOf({ sort: "-value" }))).toEqual([1, 0, 2]);
});

describe("an order that stands still", () => {
    const before = many(50);
    const columns = table(before);
    const frozen = freeze(columns, {});
    const change = (edit: (all: One[]) => One[]): Columns => table(edit([...before]));

    it("has changed nothing while every figure changes and no order does", () => {
        const later = [...before].reverse().map((each) => ({ ...each, value: `${each.value ?? "0"}1`, cash: "7" }));
        const now = thawing(table(later), frozen, {});
        expect(now.changed.size).toBe(0);
        expect(now.places.map((at) => later[at]?.id)).toEqual(frozen.ids);
    });

    it("keeps every row where it is and names what would move, come and go", () => {
        const last = frozen.ids.at(-1) ?? "";
        const gone = frozen.ids[20] ?? "";
        const now = change((all) => [
            ...all
                .filter((each) => each.id !== gone)
                .map((each) => (each.id === last ? { ...each, use: "99", out: 1 } : each)),
            household({ id: "new", name: "New" }),
        ]);
        const { places, changed } = thawing(now, frozen, {});
        expect(places.map((at) => now.id[at])).toEqual(frozen.ids.filter((id) => id !== gone));
        expect([...changed].sort()).toEqual([gone, last, "new"].sort());
        expect(freeze(now, {}).ids[0]).toBe(last);
    });

    it("goes, where a filter no longer fits, only when one sorts again", () => {
        const search = { show: "inside" };
        const first = freeze(columns, search);
        const one = first.ids[0] ?? "";
        const now = change((all) => all.map((each) => (each.id === one ? { ...each, out: 2, use: "3" } : each)));
        const { places, changed } = thawing(now, first, search);
        expect(now.id[places[0] ?? -1]).toBe(one);
        expect([...changed]).toEqual([one]);
    });
});

it("leaves out as few as can be of a run that rises", () => {
    expect(longestRise([0, 1, 5, 2, 3, 4]).size).toBe(5);
    expect(longestRise([3, 2, 1]).size).toBe(1);
    expect(longestRise([]).size).toBe(0);
});

describe("the address", () => {
    it("turns facets on and off, also behind `needs`", () => {
        expect(toggled({}, "show", "out")).toBe("out");
        expect(toggled({ show: "out" }, "show", "out")).toBeUndefined();
        expect(chosen({ show: "needs" }, "show")).toEqual(NEEDS);
        expect(toggled({ show: "needs" }, "show", "out")).toBe("failed,waiting");
    });

    it("sorts by the largest first, then the smallest, then as at the beginning", () => {
        expect(nextSort({}, "value")).toBe("-value");
        expect(nextSort({ sort: "-value" }, "value")).toBe("value");
        expect(nextSort({ sort: "value" }, "value")).toBeUndefined();
        expect(nextSort({ sort: "-value" }, "name")).toBe("name");
    });

    it("a change of what is shown begins at the first page again, and takes out what is none", () => {
        const before = { find: "ann", page: "3", hide: "cash" };
        expect(changedBy(before, { find: "" })).toEqual({ hide: "cash" });
        expect(changedBy(before, { hide: undefined })).toEqual({ find: "ann" });
        expect(changedBy(before, { open: "a" })).toEqual({ ...before, open: "a" });
        expect(changedBy(before, { page: "4" })).toEqual({ ...before, page: "4" });
    });

    it("drops what nobody understands", () => {
        expect(asTableSearch({ find: "", sort: "-use", page: 3, other: "x" })).toEqual({ sort: "-use", page: "3" });
        expect(sortOf({ sort: "-nothing" })).toEqual({ by: "needs", isDown: false });
    });
});

it("tells the side of a band's use by its sign, and hides columns but never the name", () => {
    const columns = table([
        household({ id: "a", use: "-1.5" }),
        household({ id: "b", use: "0.5" }),
        household({ use: null }),
    ]);
    expect(columns.use).toEqual(["-1.5", "0.5", null]);
    const search = asTableSearch({ hide: hiding({}, "cash") });
    expect([...hiddenOf(search)]).toEqual(["cash"]);
    expect([...hiddenOf({ hide: "name,cash,tax" })]).toEqual(["cash", "tax"]);
    expect(hiding({ hide: "cash,tax" }, "cash")).toBe("tax");
    expect(hiding({ hide: "tax" }, "tax")).toBeUndefined();
});

it("finds households by the model portfolio that they follow, and sorts those that follow none last", () => {
    const columns = table([household({ id: "a", name: "Alone" }), household({ id: "b", name: "Follower" })]);
    expect(filtered(columns, { find: "growth" })).toEqual([1]);
    expect(sorted(columns, [0, 1], sortOf({ sort: "follows" }))).toEqual([1, 0]);
    expect(sorted(columns, [0, 1], sortOf({ sort: "-follows" }))).toEqual([1, 0]);
});
