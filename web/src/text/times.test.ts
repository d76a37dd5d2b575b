import { expect, it } from "vitest";
import { ago, atTime, day, daysBetween, duration, fromNewYork, inNewYork, took } from "./times";

it("tells times in New York, whatever the machine's zone", () => {
    expect(atTime("2026-11-23T21:00:00Z")).toBe("Nov 23, 16:00");
    expect(atTime("2026-07-01T04:30:00Z")).toBe("Jul 1, 00:30");
});

it("tells a day as it is", () => {
    expect(day("2026-11-23")).toBe("Nov 23, 2026");
    expect(day("2026-01-01")).toBe("Jan 1, 2026");
    expect(daysBetween("2026-11-23", "2027-02-19")).toBe(88);
});

it("tells how long in words that don't tick", () => {
    expect(duration(30_000)).toBe("less than a minute");
    expect(duration(60_000)).toBe("1 minute");
    expect(duration(2 * 3_600_000 + 5 * 60_000)).toBe("2 hours 5 minutes");
    expect(duration(4 * 86_400_000)).toBe("4 days");
    expect(ago("2026-11-23T20:57:00Z", Date.parse("2026-11-23T21:00:00Z"))).toBe("3 minutes ago");
    expect(took(0.42)).toBe("under 1 ms");
    expect(took(4.2)).toBe("4.2 ms");
    expect(took(1234)).toBe("1.2 s");
});

it("writes a time of New York for a field, and reads it back, summer and winter", () => {
    expect(inNewYork("2026-11-23T15:04:05.123Z")).toBe("2026-11-23T10:04:05");
    expect(inNewYork("2026-07-01T04:30:00Z")).toBe("2026-07-01T00:30:00");
    expect(fromNewYork("2026-11-23T10:04:05")).toBe("2026-11-23T15:04:05.000Z");
    expect(fromNewYork("2026-07-01T00:30")).toBe("2026-07-01T04:30:00.000Z");
});

it("knows the days on which the clocks change: an hour that comes twice is the first, one that never comes is none", () => {
    expect(fromNewYork("2026-11-01T01:30")).toBe("2026-11-01T05:30:00.000Z");
    expect(fromNewYork("2026-11-01T02:30")).toBe("2026-11-01T07:30:00.000Z");
    expect(fromNewYork("2026-03-08T02:30")).toBeNull();
    for (const wrong of ["", "2026-11-23", "2026-13-40T10:00", "ten o'clock"]) expect(fromNewYork(wrong)).toBeNull();
});
