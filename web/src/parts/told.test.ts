import { expect, test } from "vitest";
import { holdsAmount, oneByOne } from "./told";

test.each([
    ["4,700.00 USD of cash have to be raised.", true],
    ["Harvest lot L1: a loss of $1,234.50", true],
    ["Sell 12.5 shares of VTI first", true],
    ["a loss of −USD 5", true],
    ["Bonds is 18.18 % above its target, band 3.52 %", false],
    ["US Stocks is outside its band, for 1 of 2 ticks", false],
    ["no shares were bought within 30 days", false],
])("%s", (text, is) => {
    expect(holdsAmount(text)).toBe(is);
});

test("sentences are told one by one, and nothing is lost between them", () => {
    const text =
        "Sells shares for 5.00 USD. U.S. Stocks goes from 7.71 % below its target to 0.02 % below. Cash stays.";
    expect(oneByOne(text)).toEqual([
        "Sells shares for 5.00 USD.",
        "U.S. Stocks goes from 7.71 % below its target to 0.02 % below.",
        "Cash stays.",
    ]);
    expect(oneByOne(text).join(" ")).toBe(text);
});
