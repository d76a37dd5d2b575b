import { expect, it } from "vitest";
import { gridLines, halfRange, linear, roundedUp } from "./scale";

it("rounds an axis up to 1, 2, 5 or 6 times a power of ten", () => {
    expect(halfRange([17.2, -8.4], [2.6])).toBe(20);
    expect(halfRange([4.6], [3])).toBe(6);
    expect(halfRange([0.1], [3])).toBe(5);
    expect(halfRange([], [])).toBe(1);
    expect(halfRange([0, 0], [0])).toBe(1);
    expect(roundedUp(0.07, [1, 2, 5])).toBeCloseTo(0.1);
});

it("draws its lines on round values, on both sides, none at the edge", () => {
    expect(gridLines(20)).toEqual([-10, 10]);
    expect(gridLines(6)).toEqual([-4, -2, 2, 4]);
});

it("puts a value where it belongs", () => {
    const x = linear(-10, 10, 200);
    expect([x(-10), x(0), x(5)]).toEqual([0, 100, 150]);
});
