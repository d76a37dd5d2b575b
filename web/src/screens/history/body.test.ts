import { describe, expect, it } from "vitest";
import type { RecordView } from "../../api/history";
import { messages, pretty } from "./body";
import { way } from "./way";

describe("a body", () => {
    it("keeps digits that a binary float would lose, and strings with signs of JSON", () => {
        const text = '{"cash":9007199254740993.150,"say":"a {\\"b\\": [1,2]}, c","none":[],"list":[1,{"x":null}]}';
        expect(pretty(text)).toBe(
            [
                "{",
                '  "cash": 9007199254740993.150,',
                '  "say": "a {\\"b\\": [1,2]}, c",',
                '  "none": [],',
                '  "list": [',
                "    1,",
                "    {",
                '      "x": null',
                "    }",
                "  ]",
                "}",
            ].join("\n"),
        );
    });

    it("is left alone where it is no JSON", () => {
        expect(pretty("Sell {everything}")).toBe("Sell {everything}");
    });
});

const record = (number: number, kind: string, body: unknown, actor = "cycle") =>
    ({
        record: number,
        kind,
        at: "2026-11-23T15:00:00Z",
        actor,
        body: typeof body === "string" ? body : JSON.stringify(body),
    }) as RecordView;

it("tells prompts, replies and what was found in them in order", () => {
    const found = messages([
        record(1, "move", {}),
        record(2, "prompt", {
            number: 1,
            messages: [
                { role: "system", content: "Be exact." },
                { role: "user", content: "Plan." },
            ],
        }),
        record(3, "reply", "I would sell.", "small-model"),
        record(4, "reply_findings", { number: 1, findings: ["no trades"] }),
        record(5, "prompt", { number: 2, messages: [] }),
    ]);
    expect(found.map((each) => [each.record, each.kind, each.number])).toEqual([
        [2, "prompt", 1],
        [3, "reply", 1],
        [4, "findings", 1],
        [5, "prompt", 2],
    ]);
    expect(found[0]?.parts).toEqual([
        { role: "system", text: "Be exact." },
        { role: "user", text: "Plan." },
    ]);
    expect(found[1]?.parts[0]?.text).toBe("I would sell.");
});

it("tells the way of a proposal, who decided and why", () => {
    const steps = way([
        record(1, "move", { from: "Pending_Validation", to: "Pending_Approval" }),
        record(2, "approval", { from: "Pending_Approval", to: "Rejected", reason: "by_person" }, "01a2"),
        record(3, "rejection", { reason: "by_person", words: "Not this year." }, "01a2"),
        record(4, "move", "{broken"),
    ]);
    expect(steps.map((step) => [step.to, step.rejection, step.person, step.words])).toEqual([
        ["Pending_Approval", null, null, null],
        ["Rejected", "by_person", "01a2", "Not this year."],
    ]);
});
