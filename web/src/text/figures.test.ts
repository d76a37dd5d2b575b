import { describe, expect, it, test } from "vitest";
import {
    aboutDollars,
    basisPoints,
    cents,
    change,
    commaFault,
    compared,
    difference,
    distance,
    dollars,
    percent,
    percentsOfWhole,
    points,
    product,
    shares,
    shifted,
    several,
    sum,
    ungrouped,
} from "./figures";

const MINUS = "\u2212";

describe("amounts", () => {
    it("keep every digit, whatever a binary float would do", () => {
        expect(cents("9007199254740993.15")).toBe("$9,007,199,254,740,993.15");
        expect(shares("0.1234567891")).toBe("0.1234567891");
    });
    it("have a real minus before the currency", () => {
        expect(dollars("-1234.4")).toBe(`${MINUS}$1,234`);
        expect(cents("-0.5")).toBe(`${MINUS}$0.50`);
    });
    it("have no sign where they round to nothing", () => {
        expect(dollars("-0.2")).toBe("$0");
        expect(change("-0.2")).toBe("$0");
        expect(change("0")).toBe("$0");
        expect(change("12.6")).toBe("+$13");
    });
});

describe("parts", () => {
    it("are percents, and their differences percentage points", () => {
        expect(percent("0.4461")).toBe("44.6%");
        expect(points("0.0461")).toBe("+4.6 pp");
        expect(points("-0.0461", 2)).toBe(`${MINUS}4.61 pp`);
        expect(distance("-0.016")).toBe("1.6 pp");
        expect(basisPoints("0.00123")).toBe("12 bps");
        expect(basisPoints("0.0001")).toBe("1 bp");
        expect(basisPoints("0.000048")).toBe("under 1 bp");
        expect(basisPoints("0.00005")).toBe("1 bp");
        expect(basisPoints("0")).toBe("0 bps");
    });
    it("sum to the whole as they are shown", () => {
        expect(percentsOfWhole(["0.3333", "0.3333", "0.3334"])).toEqual(["33.3%", "33.3%", "33.4%"]);
        const thirds = percentsOfWhole(["0.33333", "0.33333", "0.33334"]);
        expect(thirds.reduce((total, text) => total + Math.round(Number(text.replace("%", "")) * 10), 0)).toBe(1000);
    });
});

describe("decimals", () => {
    it("move their point", () => {
        expect(shifted("0.5", 2)).toBe("50");
        expect(shifted("-0.0461", 2)).toBe("-4.61");
        expect(shifted("12", 4)).toBe("120000");
    });
    it("are summed, subtracted and multiplied exactly", () => {
        expect(sum(["0.1", "0.2"])).toBe("0.3");
        expect(sum(["-1.05", "1"])).toBe("-0.05");
        expect(sum([])).toBe("0");
        expect(difference("74.2", "81.35")).toBe("-7.15");
        expect(product("172.028", "-7.15")).toBe("-1230.0002");
        expect(product("900", "72.4")).toBe("65160");
        expect(product("-0.05", "-.5")).toBe("0.025");
        expect(sum(["9007199254740993.15", "-0.15", "5.", "-5"])).toBe("9007199254740993");
    });
    it("are compared by value, not by digits", () => {
        expect(compared("1.0", "1.00")).toBe(0);
        expect(compared("-2", "1")).toBeLessThan(0);
        expect(compared("10", "9.99")).toBeGreaterThan(0);
        expect(compared("123456789012345.67", "123456789012345.68")).toBeLessThan(0);
        expect(compared("9007199254740993", "9007199254740992")).toBeGreaterThan(0);
        expect(compared("0.30000000000000001", "0.3")).toBeGreaterThan(0);
    });
});

it("counts in words", () => {
    expect(several(1, "trade")).toBe("1 trade");
    expect(several(1284, "household")).toBe("1,284 households");
    expect(several(2, "class", "classes")).toBe("2 classes");
});

test.each([
    ["1,234", "1234", null],
    ["1,234,567.8", "1234567.8", null],
    ["172,028", "172028", null],
    ["12.5", "12.5", null],
    ["1,5", null, "Write 1.5 with a point."],
    ["12,5", null, "Write 12.5 with a point."],
    ["0,250", null, "Write 0.250 with a point."],
    ["1.234,56", null, "Write 1234.56 with a point."],
    ["1,", null, "Write it with a point and without commas, such as 1234.5."],
    ["12,34,567", null, "Write it with a point and without commas, such as 1234.5."],
])("%s as typed is %s", (typed, plain, fault) => {
    expect(ungrouped(typed)).toBe(plain);
    expect(commaFault(typed)).toBe(fault);
});

it("an estimate says that it is one, and what is less than a dollar is not nothing", () => {
    expect(aboutDollars("28.8514")).toBe("about $29");
    expect(aboutDollars("0.004")).toBe("under $1");
    expect(aboutDollars("0")).toBe("$0");
});
