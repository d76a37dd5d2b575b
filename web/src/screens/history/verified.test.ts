import { expect, it } from "vitest";
import { asChecked, isBad } from "./verified";

const found = {
    sound: true,
    records: 5,
    root: "r",
    checkpoint_faults: [] as string[],
    end_is_vouched_for: true,
    uncovered: 0,
    words: ["5 records"],
};

it("keeps a failed check red, also where only a checkpoint is wrong", () => {
    expect(isBad({ at: "2026-11-26T10:00:00Z", found })).toBe(false);
    expect(isBad({ at: "2026-11-26T10:00:00Z", found: { ...found, sound: false, first_bad: 3 } })).toBe(true);
    expect(isBad({ at: "2026-11-26T10:00:00Z", found: { ...found, checkpoint_faults: ["a signature"] } })).toBe(true);
});

it("takes nothing else for a check", () => {
    expect(asChecked({ at: "2026-11-26T10:00:00Z", found })).toEqual({ at: "2026-11-26T10:00:00Z", found });
    expect(asChecked({ at: "2026-11-26T10:00:00Z" })).toBeNull();
    expect(asChecked("sound")).toBeNull();
});
