import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { asHappened, batched, type Happened } from "./stream";

const event = (rev: number): Happened => ({
    rev,
    type: "fill",
    household: "h",
    subject: null,
    at: "2026-11-23T15:00:00Z",
});

beforeEach(() => {
    vi.useFakeTimers();
});
afterEach(() => {
    vi.useRealTimers();
});

it("passes events on together, each once", () => {
    const passed: (readonly Happened[] | null)[] = [];
    const batch = batched((events) => passed.push(events), 1000);
    batch.add([event(5)]);
    batch.add([event(6), event(5)]);
    expect(passed).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(passed).toEqual([[event(5), event(6)]]);
    batch.add([event(6)]);
    vi.advanceTimersByTime(5000);
    expect(passed).toHaveLength(1);
});

it("a reset swallows what waits with it, since everything is asked anew", () => {
    const passed: (readonly Happened[] | null)[] = [];
    const batch = batched((events) => passed.push(events), 1000);
    batch.add([event(5)]);
    batch.add(null);
    batch.add([event(7)]);
    vi.advanceTimersByTime(1000);
    expect(passed).toEqual([null]);
});

it("believes nothing that is no event", () => {
    expect(asHappened('{"rev": 4, "type": "fill", "at": "x"}')).toMatchObject({ rev: 4 });
    expect(asHappened('{"rev": "4"}')).toBeNull();
    expect(asHappened("<html>")).toBeNull();
});
