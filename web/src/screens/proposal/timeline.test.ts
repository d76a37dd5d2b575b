import { expect, it } from "vitest";
import { inOrder } from "./timeline";

it("a plan that was made again has its stages behind those of the one before", () => {
    const stage = (name: string, begun_at: string) => ({ stage: name, begun_at, budget_ms: 1 });
    const told = [
        stage("review and approval", "2026-11-23T19:24:00Z"),
        stage("data aggregation", "2026-11-23T19:23:59.999Z"),
        stage("validation", "2026-11-23T19:24:00Z"),
    ];
    expect(inOrder(told).map((each) => each.stage)).toEqual(["data aggregation", "review and approval", "validation"]);
});
