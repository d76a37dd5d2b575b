import { describe, expect, it } from "vitest";
import type { Proposal } from "../../api/questions";
import { asSearch, dayIn, fitting, mayHaveOlder, STATES, stateOf } from "./filters";

function proposal(change: Partial<Proposal>): Proposal {
    return {
        id: "p-1",
        household: "h",
        state: "Executed_Successfully",
        rejection: null,
        attempt: 1,
        plan_hash: "abc123",
        traded_usd: "10.5",
        expires_at: null,
        begun_at: "2026-11-23T15:00:00Z",
        moved_at: "2026-11-23T15:00:00Z",
        approved_by: [],
        ...change,
    } as Proposal;
}

const ids = (found: readonly Proposal[]) => found.map((each) => each.id);

describe("past proposals", () => {
    const list = [
        proposal({ id: "late", begun_at: "2026-11-25T04:59:00Z" }),
        proposal({ id: "gone", state: "Rejected", rejection: "expired", begun_at: "2026-11-24T15:00:00Z" }),
        proposal({ id: "no", state: "Rejected", rejection: "by_person", begun_at: "2026-11-23T15:00:00Z" }),
    ];

    it("are of the day it is in New York, both ends included", () => {
        expect(dayIn("2026-11-25T04:59:00Z")).toBe("2026-11-24");
        expect(ids(fitting(list, { from: "2026-11-24", to: "2026-11-24" }))).toEqual(["late", "gone"]);
        expect(ids(fitting(list, { from: "2026-11-25" }))).toEqual([]);
    });

    it("are told apart by why they were rejected", () => {
        expect(ids(fitting(list, { state: "Rejected.expired" }))).toEqual(["gone"]);
        expect(ids(fitting(list, { state: "Rejected" }))).toEqual(["gone", "no"]);
        expect(stateOf("Rejected.expired")).toBe("Rejected");
    });

    it("are found by every word, in their state, hash or id", () => {
        expect(ids(fitting(list, { find: "EXPIRED abc" }))).toEqual(["gone"]);
        expect(ids(fitting(list, { find: "expired nothing" }))).toEqual([]);
    });

    it("need no older ones behind the first day", () => {
        expect(mayHaveOlder(list, { from: "2026-11-24" }, true)).toBe(false);
        expect(mayHaveOlder(list, { from: "2026-11-20" }, true)).toBe(true);
        expect(mayHaveOlder(list, {}, false)).toBe(false);
    });
});

it("drops from the address what nobody understands", () => {
    expect(asSearch({ from: "soon", to: "2026-11-24", tab: "records", other: "x", plan: 2 })).toEqual({
        to: "2026-11-24",
        tab: "records",
        plan: "2",
    });
});

it("has words for every state", () => {
    for (const [value, words] of STATES) expect(words).not.toContain(value.split(".")[0]?.includes("_") ? "_" : "?");
});
