import { describe, expect, it } from "vitest";
import type { Household } from "../../api/questions";
import { asColumns, kindOf, NEEDS, type Columns } from "./columns";
import { freeze, thawing } from "./frozen";
import { asTableSearch, chosen, counts, filtered, needing, nextSort, sorted, sortOf, toggled } from "./view";

const household = (change: Partial<Household>): Household =>
    ({
        id: "h",
        name: "House",
        owner: "ann",
        breaches: [],
        rights: ["read"],
        portfolio_version: 1,
        value_usd: "1",
        band_use: "0.5",
        opened_at: "2026-01-01T00:00:00Z",
        ...change,
    }) as Household;

/** Numbers that are always the same. */
function draws(seed: number): () => number {
    let state = seed;
    return () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state / 2 ** 32;
    };
}

function many(number: number): Household[] {
    const draw = draws(7);
    return Array.from({ length: number }, (_, at) => {
        const out = draw() < 0.8 ? 0 : 1 + Math.floor(draw() * 3);
        const state = draw() < 0.1 ? "Pending_Approval" : draw() < 0.02 ? "Execution_Failed" : null;
        return household({
            id: `id-${String(at).padStart(5, "0")}`,
            name: `Family ${Math.floor(draw() * 4000)}`,
            breaches: ["Bonds", "Stocks", "Cash"].slice(0, out),
            band_use: draw() < 0.02 ? null : (draw() * (out > 0 ? 4 : 1)).toFixed(4),
            value_usd:
                draw() < 0.01
                    ? null
                    : `${Math.floor(draw() * 9_000_000)}.${String(Math.floor(draw() * 100)).padStart(2, "0")}`,
            cash_usd: (draw() * 50_000).toFixed(2),
            proposal: state === null ? null : { id: `p-${at}`, state },
        });
    });
}

describe("what a household is in", () => {
    const none = { isPaused: false, state: null, out: 0, isPriced: true };
    it("is what is most urgent about it", () => {
        expect(kindOf(none)).toBe("inside");
        expect(kindOf({ ...none, out: 2 })).toBe("out");
        expect(kindOf({ ...none, out: 2, state: "Pending_Approval" })).toBe("waiting");
        expect(kindOf({ ...none, isPaused: true, state: "Execution_Failed" })).toBe("failed");
        expect(kindOf({ ...none, isPaused: true, out: 1 })).toBe("paused");
        expect(kindOf({ ...none, isPriced: false })).toBe("unpriced");
        expect(kindOf({ ...none, state: "Approved", out: 1 })).toBe("busy");
    });
});

describe("ten thousand households", () => {
    const all = many(10_000);
    const columns = asColumns(all);
    const every = filtered(columns, {});

    it("are all there, and each facet counts every one once", () => {
        expect(every).toHaveLength(10_000);
        for (const facet of ["show", "out"] as const) {
            const sum = [...counts(columns, {}, facet).values()].reduce((total, value) => total + value, 0);
            expect(sum).toBe(10_000);
        }
        expect(counts(columns, {}, "out").get("2")).toBe(all.filter((each) => each.breaches.length >= 2).length);
    });

    it("fit a filter when their figures do, compared one by one", () => {
        const search = { find: "family 12", out: "1,2", show: "needs" };
        const byHand = all.flatMap((each, at) =>
            each.name.toLowerCase().includes("family") &&
            `${each.name} ${each.id}`.includes("12") &&
            each.breaches.length > 0 &&
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
            const kinds = ["failed", "waiting", "out", "unpriced", "busy", "paused", "inside"];
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
    const columns = asColumns([
        household({ id: "a", value_usd: "9007199254740993.15" }),
        household({ id: "b", value_usd: "9007199254740993.16" }),
        household({ id: "c", value_usd: "9007199254740993.14" }),
    ]);
    expect(sorted(columns, [0, 1, 2], sortOf({ sort: "-value" }))).toEqual([1, 0, 2]);
});

describe("an order that stands still", () => {
    const before = many(50);
    const columns = asColumns(before);
    const frozen = freeze(columns, {});
    const change = (edit: (all: Household[]) => Household[]): Columns => asColumns(edit([...before]));

    it("has changed nothing while nothing changes", () => {
        const now = thawing(asColumns([...before].reverse()), frozen);
        expect(now.changed.size).toBe(0);
        expect(now.places.map((at) => [...before].reverse()[at]?.id)).toEqual(frozen.ids);
    });

    it("keeps every row where it is and counts what changed, came and went", () => {
        const now = change((all) => [
            { ...(all[0] as Household), band_use: "99" },
            ...all.slice(1, 49),
            household({ id: "new", name: "New" }),
        ]);
        const gone = before[49]?.id ?? "";
        const { places, changed } = thawing(now, frozen);
        expect(places.map((at) => now.id[at])).toEqual(frozen.ids.filter((id) => id !== gone));
        expect([...changed].sort()).toEqual([before[0]?.id, gone, "new"].sort());
    });
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

    it("drops what nobody understands", () => {
        expect(asTableSearch({ find: "", sort: "-use", page: 3, other: "x" })).toEqual({ sort: "-use", page: "3" });
        expect(sortOf({ sort: "-nothing" })).toEqual({ by: "needs", isDown: false });
    });
});
