import { expect, it } from "vitest";
import { pausable } from "./pause";
import type { Happened } from "./stream";

const event = (rev: number): Happened => ({ rev, type: "fill", at: "2026-11-23T15:00:00Z" });

function listened() {
    const passed: (readonly Happened[] | null)[] = [];
    return { passed, gate: pausable((events) => passed.push(events)) };
}

it("passes on what came under a pause as it does everything else, so that whoever counts sees the last of it", () => {
    const { passed, gate } = listened();
    gate.happened([event(1)]);
    gate.pause(true);
    gate.happened([event(2)]);
    gate.happened([event(3)]);
    expect(passed).toEqual([[event(1)]]);
    gate.pause(false);
    expect(passed).toEqual([[event(1)], [event(2), event(3)]]);
    gate.happened([event(4)]);
    expect(passed.at(-1)).toEqual([event(4)]);
});

it("a reset under a pause is a reset when it goes on", () => {
    const { passed, gate } = listened();
    gate.pause(true);
    gate.happened([event(2)]);
    gate.happened(null);
    gate.happened([event(3)]);
    gate.pause(false);
    expect(passed).toEqual([null]);
});

it("passes nothing on where nothing came, nor the same twice", () => {
    const { passed, gate } = listened();
    gate.pause(true);
    gate.pause(false);
    expect(passed).toEqual([]);
    gate.pause(true);
    gate.happened([event(2)]);
    gate.pause(false);
    gate.pause(false);
    expect(passed).toHaveLength(1);
});
