import { expect, it } from "vitest";
import { ago, atTime, day, daysBetween, duration, took } from "./times";

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
