import { describe, expect, it } from "vitest";
import type { Proposal } from "../../api/questions";
import {
    asNotice,
    asReadUp,
    isUnread,
    NOTHING_READ,
    sortedNotices,
    withAllRead,
    withRead,
    type Notice,
} from "./notices";

const proposal = (id: string, change: Partial<Proposal>): Proposal =>
    ({
        id,
        household: "h",
        state: "Pending_Approval",
        rejection: null,
        attempt: 1,
        expires_at: null,
        begun_at: "2026-11-23T10:00:00Z",
        moved_at: "2026-11-23T10:00:00Z",
        approved_by: [],
        ...change,
    }) as Proposal;

const one = (id: string, change: Partial<Proposal> = {}) => asNotice(proposal(id, change)) as Notice;

describe("notices", () => {
    it("put first what needs somebody, by when it expires, then the rest, newest first", () => {
        const { needsYou, others } = sortedNotices([
            [
                proposal("later", { expires_at: "2026-11-25T10:00:00Z" }),
                proposal("done", { state: "Executed_Successfully", moved_at: "2026-11-24T10:00:00Z" }),
                proposal("expired", { state: "Rejected", rejection: "expired", moved_at: "2026-11-24T11:00:00Z" }),
            ],
            [
                proposal("sooner", { expires_at: "2026-11-24T10:00:00Z" }),
                proposal("failed", { state: "Execution_Failed" }),
            ],
        ]);
        expect(needsYou.map((each) => each.proposal)).toEqual(["sooner", "later", "failed"]);
        expect(others.map((each) => each.proposal)).toEqual(["expired", "done"]);
    });

    it("tell of a proposal once, where it stood last", () => {
        const before = proposal("p", {});
        const after = proposal("p", { state: "Approved", moved_at: "2026-11-23T11:00:00Z" });
        for (const lists of [
            [[before], [after]],
            [[after], [before]],
        ]) {
            const { needsYou, others } = sortedNotices(lists);
            expect([needsYou.length, others.map((each) => each.state)]).toEqual([0, ["Approved"]]);
        }
    });

    it("are none of what is still being computed", () => {
        expect(asNotice(proposal("p", { state: "Pending_Validation" }))).toBeNull();
    });

    it("say why a plan was rejected", () => {
        expect(one("p", { state: "Rejected", rejection: "expired" }).words).toContain("nobody answered");
        expect(one("p", { state: "Rejected", rejection: "superseded" }).words).toContain("newer");
    });
});

describe("what was read", () => {
    it("is unread again when the proposal has moved on", () => {
        const first = one("p");
        const read = withRead(NOTHING_READ, first);
        expect(isUnread(first, read)).toBe(false);
        expect(isUnread(one("p", { state: "Approved", moved_at: "2026-11-23T12:00:00Z" }), read)).toBe(true);
    });

    it("is all there is after one says so, and what comes later is not", () => {
        const read = withAllRead(NOTHING_READ, [one("a"), one("b", { moved_at: "2026-11-24T10:00:00Z" })]);
        expect(isUnread(one("b", { moved_at: "2026-11-24T10:00:00Z" }), read)).toBe(false);
        expect(isUnread(one("c", { moved_at: "2026-11-24T10:00:01Z" }), read)).toBe(true);
        expect(asReadUp(JSON.stringify(read))).toEqual(read);
    });

    it("is nothing where the store holds something else", () => {
        expect(asReadUp("{")).toEqual(NOTHING_READ);
        expect(asReadUp('{"upTo":3}')).toEqual(NOTHING_READ);
    });
});
