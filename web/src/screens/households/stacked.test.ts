import { expect, it } from "vitest";
import { stacked } from "./stacked";

const ALL = ["name", "state", "worst", "use", "out", "value", "cash", "tax", "age", "priced", "follows"];

it("has the name and the state on one line of a phone, and two figures beside each other, three where it is wider", () => {
    expect(stacked(ALL, { width: 375, scale: 1 })).toEqual({ across: 2, isBeside: true, height: 229 });
    expect(stacked(ALL, { width: 500, scale: 1 })).toEqual({ across: 3, isBeside: true, height: 189 });
    expect(stacked(["name"], { width: 375, scale: 1 })).toMatchObject({ height: 43 });
});

it("is higher where the text is larger, and has fewer figures on a line", () => {
    const twice = stacked(ALL, { width: 375, scale: 2 });
    expect(twice).toMatchObject({ across: 1, isBeside: false });
    expect(twice.height).toBeGreaterThan(2 * 229);
    expect(stacked(ALL, { width: 320, scale: 1 })).toMatchObject({ across: 1, isBeside: false });
});

it("takes no line for what is hidden", () => {
    const whole = stacked(ALL, { width: 375, scale: 1 }).height;
    expect(
        stacked(
            ALL.filter((id) => id !== "follows"),
            { width: 375, scale: 1 },
        ).height,
    ).toBe(whole - 40);
    expect(
        stacked(
            ALL.filter((id) => id !== "worst" && id !== "use"),
            { width: 375, scale: 1 },
        ).height,
    ).toBe(whole - 26);
});
