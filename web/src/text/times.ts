/**
 * Times and days as a person reads them: markets and dates are those of New York.
 *
 * In: RFC 3339 in UTC, or a day. Out: text. `now` comes in as an argument, so that nothing here looks at a clock.
 */

const ZONE = "America/New_York";
const clock = new Intl.DateTimeFormat("en-US", {
    timeZone: ZONE,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
});
const dayAndClock = new Intl.DateTimeFormat("en-US", {
    timeZone: ZONE,
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
});
const whole = new Intl.DateTimeFormat("en-US", { timeZone: ZONE, day: "numeric", month: "short", year: "numeric" });
const seconds = new Intl.DateTimeFormat("en-US", {
    timeZone: ZONE,
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
});
const numbers = new Intl.DateTimeFormat("en-US", {
    timeZone: ZONE,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
});

/** `16:00`, in New York. */
export function atClock(time: string): string {
    return clock.format(new Date(time));
}

/** `Nov 23, 16:00`, in New York. */
export function atTime(time: string): string {
    return dayAndClock.format(new Date(time));
}

/** `Nov 23, 2026, 16:00:05`, in New York. */
export function atSecond(time: string): string {
    return seconds.format(new Date(time));
}

/** `Nov 23, 2026` of a time, in New York. */
export function onDay(time: string): string {
    return whole.format(new Date(time));
}

/** `Nov 23, 2026` of a day without a time, `2026-11-23`. */
export function day(date: string): string {
    // Noon is on the same day in New York whatever the hour of the clocks.
    return whole.format(new Date(`${date}T17:00:00Z`));
}

/** A time as New York writes it, for a field: `2026-11-23T10:04:05`. */
export function inNewYork(time: string): string {
    const part = new Map(numbers.formatToParts(new Date(time)).map(({ type, value }) => [type, value]));
    const of = (name: Intl.DateTimeFormatPartTypes) => part.get(name) ?? "";
    return `${of("year")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}:${of("second")}`;
}

/** The time that a clock in New York showed so, in UTC; none where it is no time. Of the hour that comes twice in autumn it is the first. */
export function fromNewYork(local: string): string | null {
    const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::(\d{2}))?$/.exec(local);
    if (!match) return null;
    const wanted = `${match[1]}T${match[2]}:${match[3] ?? "00"}`;
    for (const behind of [4, 5]) {
        const time = new Date(`${wanted}Z`).getTime() + behind * 3_600_000;
        if (Number.isNaN(time)) return null;
        const told = new Date(time).toISOString();
        if (inNewYork(told) === wanted) return told;
    }
    return null;
}

/** How long in words: `3 minutes`, `2 hours 5 minutes`, `4 days`. */
export function duration(milliseconds: number): string {
    const minutes = Math.floor(Math.max(0, milliseconds) / 60_000);
    if (minutes < 1) return "less than a minute";
    if (minutes < 60) return unit(minutes, "minute");
    const hours = Math.floor(minutes / 60);
    if (hours < 48)
        return minutes % 60 === 0 || hours > 5
            ? unit(hours, "hour")
            : `${unit(hours, "hour")} ${unit(minutes % 60, "minute")}`;
    return unit(Math.floor(hours / 24), "day");
}

/** How long ago: `3 minutes ago`. */
export function ago(time: string, now: number): string {
    return `${duration(now - Date.parse(time))} ago`;
}

/** How long something took: `0.4 ms`, `38 ms`, `1.2 s`, `3 min`. */
export function took(milliseconds: number): string {
    if (milliseconds < 1) return "under 1 ms";
    if (milliseconds < 10) return `${Number(milliseconds.toFixed(1))} ms`;
    if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
    if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
    return duration(milliseconds);
}

/** Days from one day to another, both without a time. */
export function daysBetween(from: string, to: string): number {
    return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

function unit(value: number, name: string): string {
    return `${value} ${name}${value === 1 ? "" : "s"}`;
}
