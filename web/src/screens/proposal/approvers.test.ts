import { describe, expect, it } from "vitest";
import type { Grant, Known } from "../../api/people";
import { inNames, othersOf, whoMayStill } from "./approvers";

const grant = (name: string, more: Partial<Grant> = {}): Grant => ({
    id: `grant of ${name}`,
    person: `id of ${name}`,
    name,
    household: "h",
    role: "approver",
    at: "2026-11-23T10:00:00Z",
    until: null,
    ...more,
});
const ann = { person: "id of ann", name: "ann" };
const known = (...grants: Grant[]): Known => ({ me: ann, grants });
const asked = { household: "h", owner: "ann", approvedBy: [] as string[], now: Date.parse("2026-11-24T10:00:00Z") };

describe("who has approved", () => {
    it("is named where it is known, oneself first", () => {
        expect(inNames(["id of cleo", "id of bob", "id of ann"], known(grant("bob"), grant("cleo")))).toBe(
            "you, bob and cleo",
        );
        expect(inNames(["id of bob"], known(grant("bob")))).toBe("bob");
    });

    it("is counted where it is not", () => {
        expect(inNames(["id of bob"], known())).toBe("1 person");
        expect(inNames(["id of bob", "id of ann"], known())).toBe("you and 1 other person");
        expect(inNames(["id of x", "id of y", "id of bob"], known(grant("bob")))).toBe("bob and 2 other people");
    });
});

describe("names that the API tells beside the ids", () => {
    it("come before those that are known by roles, and whoever looks is not among the others", () => {
        const told = [
            { id: "id of olga", name: "olga" },
            { id: "id of ann", name: "ann" },
        ];
        expect(inNames(["id of olga", "id of x"], known(), told)).toBe("olga and 1 other person");
        expect(othersOf(told, known())).toBe("olga");
        expect(othersOf([], known())).toBe("");
    });
});

describe("who may still", () => {
    it("is everybody with a role that approves, here and now, who has not", () => {
        const all = known(
            grant("bob"),
            grant("cleo", { household: null }),
            grant("dan", { role: "adviser" }),
            grant("eve", { household: "another" }),
            grant("fay", { until: "2026-11-24T09:00:00Z" }),
            grant("ann"),
        );
        expect(whoMayStill(asked, all)).toBe("bob or cleo");
        expect(whoMayStill({ ...asked, approvedBy: ["id of bob"] }, all)).toBe("cleo");
    });

    it("is the owner as well, unless somebody unknown has approved, who may have been that", () => {
        const owner = { ...asked, owner: "olga" };
        expect(whoMayStill(owner, known())).toBe("olga");
        expect(whoMayStill({ ...owner, approvedBy: ["id of ann"] }, known())).toBe("olga");
        expect(whoMayStill({ ...owner, approvedBy: ["id of olga"] }, known())).toBe("");
        expect(whoMayStill({ ...asked, owner: null }, known())).toBe("");
    });
});
