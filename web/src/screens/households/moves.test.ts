import { describe, expect, it } from "vitest";
import { moved, within } from "./moves";
import { inWords, ranged } from "./selection";

const size = { rows: 100, columns: 8, page: 20, hasKeys: true };
const go = (row: number, column: number, key: string, ctrlKey = false, change = {}) =>
    moved({ row, column }, { key, ctrlKey }, { ...size, ...change });

describe("keys in a grid", () => {
    it.each([
        ["ArrowDown", 5, 2, false, 6, 2],
        ["ArrowDown", 99, 2, false, 99, 2],
        ["ArrowUp", 0, 2, false, -1, 2],
        ["ArrowRight", 5, 7, false, 5, 7],
        ["Home", 5, 3, false, 5, 0],
        ["End", 5, 3, false, 5, 7],
        ["Home", 50, 3, true, 0, 0],
        ["End", 5, 3, true, 99, 7],
        ["PageDown", 5, 3, false, 25, 3],
        ["PageDown", 95, 3, false, 99, 3],
        ["PageUp", 95, 3, false, 75, 3],
        ["PageUp", 5, 3, false, 0, 3],
        ["j", 5, 3, false, 6, 3],
        ["k", 0, 3, false, 0, 3],
    ] as const)(
        "%s from row %d, column %d (control %s) is row %d, column %d",
        (key, row, column, ctrl, toRow, toColumn) => {
            expect(go(row, column, key, ctrl)).toEqual({ row: toRow, column: toColumn });
        },
    );

    it("are no move where they mean something else, or single keys are off", () => {
        expect(go(5, 3, " ")).toBeNull();
        expect(go(5, 3, "j", false, { hasKeys: false })).toBeNull();
    });

    it("stay in the head where there is no row", () => {
        for (const key of ["ArrowDown", "PageDown", "PageUp", "End"]) {
            expect(go(-1, 1, key, true, { rows: 0 })?.row).toBe(-1);
        }
    });
});

it("a place stays in the grid where rows or columns go from under it", () => {
    expect(within({ row: 5, column: 9 }, { rows: 100, columns: 4 })).toEqual({ row: 5, column: 3 });
    expect(within({ row: 5, column: 2 }, { rows: 3, columns: 4 })).toEqual({ row: 2, column: 2 });
    expect(within({ row: 5, column: 2 }, { rows: 0, columns: 1 })).toEqual({ row: -1, column: 0 });
});

it("selects from one row to another, whichever way, and keeps what was selected", () => {
    const order = ["a", "b", "c", "d"];
    expect([...ranged(new Set(["z"]), order, 3, 1)]).toEqual(["z", "b", "c", "d"]);
});

it("tells what is selected and not shown", () => {
    expect(inWords(new Set(["a", "b"]), new Set(["a", "b", "c"]))).toBe("2 selected");
    expect(inWords(new Set(["a", "b", "x"]), new Set(["a"]))).toBe("3 selected, 2 not shown");
});
