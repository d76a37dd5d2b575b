import { expect, it } from "vitest";
import { next } from "./rows";

it("goes to the next row in the order of the page, and stays at either end", () => {
    expect(next(["before", "here", "after", "after"], 1)).toBe(2);
    expect(next(["before", "before", "here", "after"], -1)).toBe(1);
    expect(next(["before", "here"], 1)).toBe(-1);
    expect(next(["here", "after"], -1)).toBe(-1);
    expect(next([], 1)).toBe(-1);
});

it("goes on from between two rows, such as from what one of them has unfolded", () => {
    expect(next(["before", "before", "after"], 1)).toBe(2);
    expect(next(["before", "before", "after"], -1)).toBe(1);
});
