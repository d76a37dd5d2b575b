import { describe, expect, it } from "vitest";
import type { ProposalAndPlan } from "../../api/questions";
import { sortOut, summary, warningKinds, type Candidate } from "./approval";
import { runQueue, tally, type Result } from "./queue";

describe("a queue", () => {
    const done: Result = { outcome: "done", words: "" };

    it("tells every item's own result, and goes on behind one that fails", async () => {
        const told = new Map<number, Result>();
        await runQueue(
            [1, 2, 3],
            (item) => (item === 2 ? Promise.reject(new Error("refused")) : Promise.resolve(done)),
            (item, result) => told.set(item, result),
            { width: 2, isStopped: () => false },
        );
        expect([...told.entries()].sort()).toEqual([
            [1, done],
            [2, { outcome: "failed", words: "refused" }],
            [3, done],
        ]);
    });

    it("sends nothing after a stop, and still tells what was under way", async () => {
        const sent: number[] = [];
        const told = new Map<number, Result>();
        let isStopped = false;
        await runQueue(
            [1, 2, 3, 4],
            (item) => {
                sent.push(item);
                if (item === 2) isStopped = true;
                return Promise.resolve(done);
            },
            (item, result) => told.set(item, result),
            { width: 1, isStopped: () => isStopped },
        );
        expect(sent).toEqual([1, 2]);
        expect(tally(told.values())).toEqual({ done: 2, failed: 0, unknown: 0, not_sent: 2 });
    });

    it("never has more under way than it is wide", async () => {
        let now = 0;
        let most = 0;
        await runQueue(
            Array.from({ length: 20 }, (_, at) => at),
            async () => {
                now += 1;
                most = Math.max(most, now);
                await Promise.resolve();
                now -= 1;
                return done;
            },
            () => undefined,
            { width: 3, isStopped: () => false },
        );
        expect(most).toBe(3);
    });
});

describe("approving together", () => {
    const found = (change: object, plan: object = {}) =>
        ({
            proposal: { id: "p", state: "Pending_Approval", plan_hash: "h1", expires_at: null, ...change },
            plan: {
                plan_hash: "h1",
                trades: [
                    { account_id: "a", ticker: "VTI", action: "SELL", quantity: "2.5", estimated_price: "10.02" },
                    { account_id: "a", ticker: "BND", action: "BUY", quantity: "1", estimated_price: "0.1" },
                ],
                objective: { tax_usd: "-12.5" },
                validation: { passed: true, warnings: [], violations: [] },
                ...plan,
            },
        }) as unknown as ProposalAndPlan;
    const candidate = (id: string, change: Partial<Candidate>): Candidate => ({
        id,
        name: id,
        isPaused: false,
        mayApprove: true,
        found: found({}),
        ...change,
    });

    it("leaves out who does not wait, and whose plan has something to confirm", () => {
        const warned = {
            validation: {
                passed: true,
                violations: [],
                warnings: [{ code: "c", where: "w", detail: "cash is short" }],
            },
        };
        const { leftOut, approve } = sortOut([
            candidate("good", {}),
            candidate("none", { found: null }),
            candidate("sent", { found: found({ state: "Execution_In_Progress" }) }),
            candidate("warned", { found: found({}, warned) }),
            candidate("paused", { isPaused: true }),
            candidate("foreign", { mayApprove: false }),
            candidate("moved", { found: found({ plan_hash: "h2" }) }),
            candidate("broken", { found: new Error("no answer") }),
        ]);
        expect(approve.map((each) => [each.id, each.plan_hash])).toEqual([["good", "h1"]]);
        expect(leftOut.map((each) => each.id)).toEqual([
            "none",
            "sent",
            "warned",
            "paused",
            "foreign",
            "moved",
            "broken",
        ]);
        expect(leftOut[2]?.why).toContain("cash is short");
    });

    it("leaves out whose approval the server would refuse, in its words, whatever was confirmed", () => {
        const refused = (code: string, words: string, plan: object = {}) => ({
            ...found({}, plan),
            refused: { code, words },
        });
        const warnings = [{ code: "odd_lot", where: "w", detail: "an odd lot" }];
        const warned = { validation: { passed: true, violations: [], warnings } };
        const all = [
            candidate("moved", { found: refused("approval.price_moved", "VTI has moved by 3%") }),
            candidate("mine", { found: refused("approval.same_person", "not by one person", warned) }),
            candidate("good", { found: { ...found({}), refused: null } }),
        ];
        const { leftOut, approve } = sortOut(all, new Set(["odd_lot"]));
        expect(approve.map((each) => each.id)).toEqual(["good"]);
        expect(leftOut.map((each) => each.why)).toEqual([
            "VTI has moved by 3%.",
            "You have approved it; a second person has to approve it as well.",
        ]);
        // Nobody is asked to confirm a warning of a plan that can't be approved anyway.
        expect(warningKinds(all)).toEqual([]);
    });

    it("takes plans whose every kind of warning was confirmed, and no other", () => {
        const warned = (...codes: string[]) =>
            found(
                {},
                {
                    validation: {
                        passed: true,
                        violations: [],
                        warnings: codes.map((code) => ({ code, where: "w", detail: `${code} in words` })),
                    },
                },
            );
        const all = [
            candidate("one", { found: warned("odd_lot") }),
            candidate("both", { found: warned("odd_lot", "settlement") }),
            candidate("paused", { found: warned("settlement"), isPaused: true }),
            candidate("none", {}),
        ];
        expect(warningKinds(all)).toEqual([
            { code: "odd_lot", households: 2, example: "one: odd_lot in words" },
            { code: "settlement", households: 1, example: "both: settlement in words" },
        ]);
        const taken = (...codes: string[]) => sortOut(all, new Set(codes)).approve.map((each) => each.id);
        expect(taken()).toEqual(["none"]);
        expect(taken("odd_lot")).toEqual(["one", "none"]);
        expect(taken("odd_lot", "settlement")).toEqual(["one", "both", "none"]);
    });

    it("sums exactly", () => {
        const { approve } = sortOut([candidate("a", {}), candidate("b", {})]);
        expect(summary(approve)).toEqual({ households: 2, orders: 4, traded: "50.3", tax: "-25" });
    });

    it("counts what is sold of two lots as one order, as the bar of the proposal does", () => {
        const sold = { ticker: "VTI", action: "SELL", quantity: "1", estimated_price: "10" };
        const trades = [
            { ...sold, account_id: "a" },
            { ...sold, account_id: "a" },
            { ...sold, account_id: "b" },
        ];
        const { approve } = sortOut([candidate("a", { found: found({}, { trades }) })]);
        expect(approve[0]?.orders).toBe(2);
    });
});
