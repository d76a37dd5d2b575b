import { describe, expect, it } from "vitest";
import type { Problem } from "../../api/client";
import type { Rulebook } from "../../api/house-rules";
import { days, differences, draftOf, editsOf, faultOfRefusal, faultsOf, isSame, most, rulesOf, withRow } from "./book";

const RULES: Rulebook = {
    restricted: [{ ticker: "XYZ", from: "2026-12-01", until: "2026-12-31", reason: "we advise them" }],
    limits: [{ limit: "order_notional_max", most: "250000", from: null, until: null, reason: "small desk" }],
    exemptions: [{ household: "h1", ticker: "XYZ", owner: "ann", reason: "inherited", until: "2026-12-15" }],
};

const typed = (draft: ReturnType<typeof draftOf>, kind: "restricted" | "limits" | "exemptions", more: object) => ({
    ...draft,
    [kind]: draft[kind].map((row) => ({ ...row, ...more })),
});

describe("rows", () => {
    it("make the rules that they were made of, without what nobody filled in", () => {
        expect(rulesOf(draftOf(RULES))).toEqual({
            ...RULES,
            limits: [{ limit: "order_notional_max", most: "250000", reason: "small desk" }],
        });
        expect(isSame(draftOf(RULES), typed(draftOf(RULES), "limits", { most: "$250,000" }))).toBe(true);
    });
    it("get keys of their own", () => {
        const twice = withRow(withRow(draftOf(RULES), "restricted"), "restricted");
        expect(new Set(twice.restricted.map((row) => row.key)).size).toBe(3);
    });
});

describe("what is wrong", () => {
    const at = (draft: ReturnType<typeof draftOf>) => faultsOf(draft).map((fault) => `${fault.row} ${fault.field}`);
    it("is told at its row and field", () => {
        expect(at(draftOf(RULES))).toEqual([]);
        expect(at(withRow(draftOf({}), "restricted"))).toEqual(["restricted-0 ticker", "restricted-0 reason"]);
        expect(at(typed(draftOf(RULES), "limits", { most: "0" }))).toEqual(["limits-0 most"]);
        expect(at(typed(draftOf(RULES), "limits", { limit: "orders_max", most: "2.5" }))).toEqual(["limits-0 most"]);
        expect(at(typed(draftOf(RULES), "restricted", { until: "2026-11-30" }))).toEqual(["restricted-0 until"]);
        expect(at(typed(draftOf(RULES), "exemptions", { ticker: "ABC", until: "" }))).toEqual([
            "exemptions-0 until",
            "exemptions-0 ticker",
        ]);
    });
    it("is told of the server as well", () => {
        const fault = (path: string) => faultOfRefusal({ path, detail: "no" } as Problem, draftOf(RULES));
        expect(fault("rules.restricted[0].reason")).toMatchObject({ row: "restricted-0", field: "reason" });
        expect(fault("rules.exemptions[0]")).toMatchObject({ row: "exemptions-0", field: "household" });
        expect(fault("rules.limits[7].most")).toBeNull();
        expect(fault("over")).toBeNull();
    });
});

describe("differences", () => {
    it("are told as new, gone or changed", () => {
        const after: Rulebook = {
            restricted: [{ ticker: "XYZ", from: "2026-12-01", until: "2027-01-31", reason: "we advise them" }],
            limits: [],
            exemptions: [...(RULES.exemptions ?? []), { ...RULES.exemptions?.[0], household: "h2" } as never],
        };
        expect(differences(RULES, after).map(({ what, about }) => `${what} ${about}`)).toEqual([
            "changed XYZ",
            "gone order_notional_max",
            "new XYZ h2",
        ]);
        expect(differences(RULES, RULES)).toEqual([]);
        expect(differences({}, RULES)).toHaveLength(3);
    });
    it("count a rule that stands twice twice", () => {
        const twice = { ...RULES, restricted: [...(RULES.restricted ?? []), ...(RULES.restricted ?? [])] };
        expect(differences(RULES, twice).map((each) => each.what)).toEqual(["new"]);
        expect(editsOf(draftOf(twice), draftOf(RULES))).toBe(1);
    });
    it("survive a row that is half typed", () => {
        const half = (kind: "limits" | "exemptions") => differences({}, rulesOf(withRow(draftOf({}), kind)))[0];
        expect(half("exemptions")).toMatchObject({ about: "… …", after: "until …, … answers for it: …" });
        expect(half("limits")).toMatchObject({ after: "… at most, always: …" });
    });
});

it("tells days and limits in words", () => {
    expect(days({})).toBe("always");
    expect(days({ from: "2026-12-01" })).toBe("from Dec 1, 2026");
    expect(days({ from: "2026-12-01", until: "2026-12-01" })).toBe("on Dec 1, 2026");
    expect(days({ until: "2026-12-31" })).toBe("until Dec 31, 2026");
    expect(most({ limit: "order_notional_max", most: "250000", reason: "" })).toBe("$250,000");
    expect(most({ limit: "orders_max", most: "12", reason: "" })).toBe("12");
    expect(most({ limit: "price_collar_pct", most: "0.5", reason: "" })).toBe("0.5%");
});
