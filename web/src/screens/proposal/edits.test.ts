import { expect, it } from "vitest";
import { edited, pauseBefore, UNCHANGED } from "./edits";

it("undoes and redoes, one change at a time", () => {
    let edits = edited(UNCHANGED, { kind: "set", at: 0, quantity: "5" });
    edits = edited(edits, { kind: "set", at: 2, quantity: "0" });
    expect(edits.now).toEqual({ 0: { quantity: "5" }, 2: { quantity: "0" } });
    edits = edited(edits, { kind: "undo" });
    expect(edits.now).toEqual({ 0: { quantity: "5" } });
    edits = edited(edits, { kind: "redo" });
    expect(edits.now[2]).toEqual({ quantity: "0" });
    edits = edited(edits, { kind: "reset" });
    expect(edits.now).toEqual({});
    expect(edited(edits, { kind: "undo" }).now).toEqual({ 0: { quantity: "5" }, 2: { quantity: "0" } });
});

it("a new change forgets what was undone", () => {
    let edits = edited(UNCHANGED, { kind: "set", at: 0, quantity: "5" });
    edits = edited(edits, { kind: "undo" });
    edits = edited(edits, { kind: "set", at: 1, quantity: "7" });
    expect(edited(edits, { kind: "redo" })).toBe(edits);
});

it("what changes nothing adds no step", () => {
    expect(edited(UNCHANGED, { kind: "undo" })).toBe(UNCHANGED);
    expect(edited(UNCHANGED, { kind: "reset" })).toBe(UNCHANGED);
    expect(edited(UNCHANGED, { kind: "restore", at: 3 })).toBe(UNCHANGED);
    const once = edited(UNCHANGED, { kind: "set", at: 0, quantity: "5" });
    expect(edited(once, { kind: "set", at: 0, quantity: "5" })).toBe(once);
});

it("keeps what was added a trade while its shares are changed, and takes changes of another plan as one step", () => {
    const trade = { action: "BUY", account_id: "joint", ticker: "BND", estimated_price: "72" } as const;
    let edits = edited(UNCHANGED, { kind: "set", at: 4, quantity: "2", trade });
    edits = edited(edits, { kind: "set", at: 4, quantity: "3" });
    expect(edits.now).toEqual({ 4: { quantity: "3", trade } });
    expect(edited(edits, { kind: "restore", at: 4 }).now).toEqual({});
    const carried = edited(edits, { kind: "carry", changes: { 0: { quantity: "1" } } });
    expect(carried.now).toEqual({ 0: { quantity: "1" } });
    expect(edited(carried, { kind: "undo" }).now).toEqual({ 4: { quantity: "3", trade } });
});

it("a single edit is asked about at once, and those of a row once they have ended", () => {
    expect(pauseBefore(1000, -Infinity, 300)).toBe(0);
    expect(pauseBefore(1000, 700, 300)).toBe(0);
    expect(pauseBefore(1000, 701, 300)).toBe(300);
});
