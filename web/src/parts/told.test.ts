import { expect, test } from "vitest";
import { holdsAmount } from "./told";

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
