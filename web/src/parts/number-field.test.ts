import { expect, test } from "vitest";
import { stepped } from "./number-field";

test.each([
    ["45", "0.1", "45.1"],
    ["0.05", "-0.1", "0"],
    ["", "0.1", "0.1"],
    ["97.12070272704638", "0.1", "97.22070272704638"],
    ["2x", "0.1", "2x"],
    ["0.3", "-0.1", "0.2"],
])("%s and %s make %s", (value, step, next) => {
    expect(stepped(value, step)).toBe(next);
});
