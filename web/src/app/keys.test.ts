import { describe, expect, it } from "vitest";
import { called, isPlainKey, type Pressed } from "./keys";

const commands = ["g d", "g p", "d", "n", "n"].map((keys, at) => ({ keys, at }));

describe("keys", () => {
    it("call the whole sequence, and not the command of its last key", () => {
        const first = called(commands, "", "g");
        expect(first).toEqual({ command: null, kept: "g" });
        expect(called(commands, first.kept, "d")).toEqual({ command: { keys: "g d", at: 0 }, kept: "" });
        expect(called(commands, "", "d")).toEqual({ command: { keys: "d", at: 2 }, kept: "" });
    });

    it("call nothing where a sequence leads nowhere, and begin anew with its first key", () => {
        expect(called(commands, "g", "n")).toEqual({ command: null, kept: "" });
        expect(called(commands, "g", "g")).toEqual({ command: null, kept: "g" });
        expect(called(commands, "", "z")).toEqual({ command: null, kept: "" });
    });

    it("call the later of two, which is that of the screen", () => {
        expect(called(commands, "", "n").command?.at).toBe(4);
    });
});

describe("a key", () => {
    const key: Pressed = {
        key: "d",
        ctrlKey: false,
        metaKey: false,
        altKey: false,
        isComposing: false,
        repeat: false,
    };

    it("counts alone, or with Shift, as `?` needs it", () => {
        expect(isPlainKey(key)).toBe(true);
        expect(isPlainKey({ ...key, key: "?" })).toBe(true);
    });

    it.each(["ctrlKey", "metaKey", "altKey", "isComposing"] as const)("counts not with %s", (held) => {
        expect(isPlainKey({ ...key, [held]: true })).toBe(false);
    });

    it("that is held down counts once, unless it goes from row to row", () => {
        expect(isPlainKey({ ...key, repeat: true })).toBe(false);
        expect(isPlainKey({ ...key, key: "j", repeat: true })).toBe(true);
    });
});
