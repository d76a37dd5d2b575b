import { expect, test } from "vitest";
import type { Drift } from "../../api/questions";
import { effectOf } from "./effect";

const drift = (...breaches: string[]): Drift => ({
    as_of: "2026-11-20",
    value_usd: "1",
    classes: [],
    breaches,
    act: breaches.length > 0,
    why: "",
});

test.each([
    [drift(), drift("A"), "1 class would leave its band (A)."],
    [drift(), drift("A", "B"), "2 classes would leave their band (A, B)."],
    [drift("A", "B"), drift("B"), "1 class would come back inside (A)."],
    [drift("A"), drift("B"), "1 class would leave its band (B); 1 class would come back inside (A)."],
    [drift(), drift(), "Every class stays inside its band."],
    [drift("A"), drift("A"), "No class would leave its band or come back: 1 class outside, as now."],
])("%#", (before, after, told) => {
    expect(effectOf(before, after)).toBe(told);
});
