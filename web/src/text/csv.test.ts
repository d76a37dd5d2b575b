import { describe, expect, it } from "vitest";
import { cell, csv, fileName } from "./csv";

describe("a cell", () => {
    it("keeps every digit of a decimal, and its sign", () => {
        expect(cell("9007199254740993.15")).toBe("9007199254740993.15");
        expect(cell("-0.0000001")).toBe("-0.0000001");
    });

    it("quotes what would break a row, and doubles quotes", () => {
        expect(cell('a "b", c')).toBe('"a ""b"", c"');
        expect(cell("two\nlines")).toBe('"two\nlines"');
    });

    it.each(['=HYPERLINK("x")', "+1+1", "-1+1", "@SUM(A1)", "\tx", " =1+1", "\u2212x"])(
        "turns the formula %j into text",
        (text) => {
            expect(cell(text).replace(/^"/, "")).toMatch(/^'/);
        },
    );

    it("writes nothing for what is not there", () => {
        expect(cell(null)).toBe("");
        expect(cell(undefined)).toBe("");
        expect(cell(0)).toBe("0");
    });
});

describe("a table", () => {
    it("ends every line with CRLF", () => {
        expect(csv(["a", "b"], [["1", "x,y"]])).toBe('a,b\r\n1,"x,y"\r\n');
    });

    it("refuses a row that does not fit its head", () => {
        expect(() => csv(["a", "b"], [["1"]])).toThrow("1 cells under a head of 2");
    });
});

it("names a file without what a file system refuses", () => {
    expect(fileName("Alex & Sam", "orders/fills", "")).toBe("alex-sam-orders-fills");
});
