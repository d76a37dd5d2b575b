/**
 * Figures as a person reads them.
 *
 * In: decimals as the API sends them, as text; nothing of an amount is lost, since they are never turned into binary floats. Out: text with the
 * sign before the currency and a real minus. Three things are told apart: `—` does not apply, "No price" is unknown, `0` is zero.
 */

/** A decimal with every digit it has, as the API writes it. */
export type Decimal = string;

/** What stands where a figure does not apply. */
export const NONE = "—";

const formats = new Map<string, Intl.NumberFormat>();

function format(options: Intl.NumberFormatOptions): Intl.NumberFormat {
    const key = JSON.stringify(options);
    let found = formats.get(key);
    if (!found) {
        found = new Intl.NumberFormat("en-US", options);
        formats.set(key, found);
    }
    return found;
}

/** `Intl` takes decimal text and keeps its digits; its types know only numbers. */
function write(options: Intl.NumberFormatOptions, value: Decimal): string {
    return format(options)
        .format(value as unknown as number)
        .replaceAll("-", "\u2212");
}

/** Whole dollars, for summaries: `−$1,234`. */
export function dollars(value: Decimal): string {
    return write({ style: "currency", currency: "USD", maximumFractionDigits: 0 }, zeroed(value, 0));
}

/** To the cent: `−$1,234.50`. */
export function cents(value: Decimal): string {
    return write({ style: "currency", currency: "USD" }, zeroed(value, 2));
}

/** An estimate that is not known to the cent: `about $29`, `under $1`. */
export function aboutDollars(value: Decimal): string {
    if (isZero(value)) return dollars("0");
    return compared(size(value), "1") < 0 ? "under $1" : `about ${dollars(value)}`;
}

/** A change in whole dollars, `+$1,234` or `−$1,234`; nothing has no sign. */
export function change(value: Decimal): string {
    return write(
        { style: "currency", currency: "USD", maximumFractionDigits: 0, signDisplay: "exceptZero" },
        zeroed(value, 0),
    );
}

/** A change to the cent. */
export function changeInCents(value: Decimal): string {
    return write({ style: "currency", currency: "USD", signDisplay: "exceptZero" }, zeroed(value, 2));
}

/** A tight label: `$1.2M`. */
export function compact(value: Decimal): string {
    return write({ style: "currency", currency: "USD", notation: "compact", maximumFractionDigits: 1 }, value);
}

/** A part of the whole: `44.6%`. */
export function percent(part: Decimal, digits = 1): string {
    return write({ style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits }, part);
}

/** A difference of two parts, in percentage points: `+4.6 pp`. */
export function points(part: Decimal, digits = 1): string {
    const options = {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
        signDisplay: "exceptZero",
    } as const;
    return `${write(options, shifted(part, 2))} pp`;
}

/** The same without a sign: `1.6 pp`. */
export function distance(part: Decimal, digits = 1): string {
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: "never" } as const;
    return `${write(options, shifted(part, 2))} pp`;
}

/** Parts of ten thousand, whole: `12 bps`, `1 bp`; what is less than half of one is not nothing. */
export function basisPoints(part: Decimal): string {
    if (!isZero(part) && compared(size(part), "0.00005") < 0) return "under 1 bp";
    const parts = write({ maximumFractionDigits: 0 }, shifted(part, 4));
    return `${parts} ${/^\u2212?1$/.test(parts) ? "bp" : "bps"}`;
}

/** Shares with every digit they have, and at least so many. */
export function shares(value: Decimal, digits = 0): string {
    return write({ minimumFractionDigits: digits, maximumFractionDigits: 10 }, value);
}

/** USD per share, with two to four digits. */
export function price(value: Decimal): string {
    return write({ style: "currency", currency: "USD", minimumFractionDigits: 2, maximumFractionDigits: 4 }, value);
}

/** A count: `1,284`. */
export function count(value: number): string {
    return format({ maximumFractionDigits: 0 }).format(value);
}

/** One thing or several: `1 trade`, `3 trades`. */
export function several(number: number, one: string, more = `${one}s`): string {
    return `${count(number)} ${number === 1 ? one : more}`;
}

/** A decimal as a measure for a picture, never for an amount that is shown. */
export function measured(value: Decimal): number {
    return Number(value);
}

/** Whether what was typed is a plain number, 0 or more: digits, and more of them behind a point. */
export function isPlain(text: string): boolean {
    return /^\d+(\.\d+)?$/.test(text);
}

/** A number as typed without the commas that divide its thousands; nothing where a comma stands elsewhere, since it may mean a point. */
export function ungrouped(typed: string): string | null {
    const text = typed.trim();
    if (!text.includes(",")) return text;
    return /^[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(text) ? text.replaceAll(",", "") : null;
}

/** What to write in place of commas that can't be read; nothing where they can. */
export function commaFault(typed: string): string | null {
    if (ungrouped(typed) !== null) return null;
    const [, whole, part] = /^(\d+|[1-9]\d{0,2}(?:\.\d{3})+),(\d+)$/.exec(typed.trim()) ?? [];
    return whole !== undefined && part !== undefined
        ? `Write ${whole.replaceAll(".", "")}.${part} with a point.`
        : "Write it with a point and without commas, such as 1234.5.";
}

/** Whether a decimal is zero. */
export function isZero(value: Decimal): boolean {
    return /^-?0*(\.0*)?$/.test(value);
}

/** Whether a decimal is below zero. */
export function isNegative(value: Decimal): boolean {
    return value.startsWith("-") && !isZero(value);
}

/** A decimal without its sign. */
export function size(value: Decimal): Decimal {
    return value.startsWith("-") ? value.slice(1) : value;
}

/** What rounds to nothing has no sign. */
function zeroed(value: Decimal, digits: number): Decimal {
    const negative = value.startsWith("-");
    if (!negative) return value;
    const shown = format({ minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: false }).format(
        value as unknown as number,
    );
    return /[1-9]/.test(shown) ? value : "0";
}

/** A decimal times a power of ten, by moving its point. */
export function shifted(value: Decimal, places: number): Decimal {
    const sign = value.startsWith("-") ? "-" : "";
    const [whole = "0", part = ""] = size(value).split(".");
    const digits = part.padEnd(places, "0");
    const moved = `${whole}${digits.slice(0, places)}`.replace(/^0+(?=\d)/, "");
    const rest = digits.slice(places);
    return `${sign}${moved}${rest ? `.${rest}` : ""}`;
}

/** Digits behind the point. */
function places(value: Decimal): number {
    const point = value.indexOf(".");
    return point < 0 ? 0 : value.length - point - 1;
}

/** A decimal times ten to the power of `scale`, which is at least its digits behind the point. */
function integer(value: Decimal, scale: number): bigint {
    const point = value.indexOf(".");
    if (point < 0) return BigInt(value + "0".repeat(scale));
    const digits = value.slice(0, point) + value.slice(point + 1);
    return BigInt(digits + "0".repeat(scale - (value.length - point - 1)));
}

/** The exact sum of decimals. */
export function sum(values: readonly Decimal[]): Decimal {
    const scale = values.reduce((most, value) => Math.max(most, places(value)), 0);
    let total = 0n;
    for (const value of values) total += integer(value, scale);
    return unscaled(total, scale);
}

/** The exact difference of two decimals. */
export function difference(left: Decimal, right: Decimal): Decimal {
    return sum([left, negated(right)]);
}

/** The exact product of two decimals. */
export function product(left: Decimal, right: Decimal): Decimal {
    const [one, other] = [places(left), places(right)];
    return unscaled(integer(left, one) * integer(right, other), one + other);
}

/** A decimal with the other sign. */
export function negated(value: Decimal): Decimal {
    return value.startsWith("-") ? value.slice(1) : `-${value}`;
}

/** Decimals of no more than 15 digits are different binary floats wherever they are different, in the same order. */
const EXACT_LENGTH = 15;

/** Which of two decimals is larger: below 0, 0 or above 0. */
export function compared(left: Decimal, right: Decimal): number {
    if (left.length <= EXACT_LENGTH && right.length <= EXACT_LENGTH) return Math.sign(Number(left) - Number(right));
    const rest = difference(left, right);
    if (isZero(rest)) return 0;
    return isNegative(rest) ? -1 : 1;
}

function unscaled(total: bigint, scale: number): Decimal {
    const sign = total < 0n ? "-" : "";
    const digits = (total < 0n ? -total : total).toString().padStart(scale + 1, "0");
    const whole = digits.slice(0, digits.length - scale);
    const part = digits.slice(digits.length - scale).replace(/0+$/, "");
    return `${sign}${whole}${part ? `.${part}` : ""}`;
}

/**
 * Parts of one whole as percents with one digit that sum to what the parts sum to: the largest remainders are rounded up.
 *
 * In: parts, such as weights. Out: percents as text, in the order of the parts.
 */
export function percentsOfWhole(parts: readonly Decimal[], digits = 1): string[] {
    const scale = 10 ** digits * 100;
    const exact = parts.map((part) => Number(part) * scale);
    const floors = exact.map(Math.floor);
    const whole = Math.round(exact.reduce((total, part) => total + part, 0));
    let short = whole - floors.reduce((total, part) => total + part, 0);
    const order = exact.map((value, at) => ({ at, rest: value - Math.floor(value) })).sort((a, b) => b.rest - a.rest);
    for (const { at } of order) {
        if (short <= 0) break;
        floors[at] = (floors[at] ?? 0) + 1;
        short -= 1;
    }
    return floors.map((value) => percent(String(value / scale), digits));
}

/** What percents sum to, as they are shown. */
export function sumOfPercents(percents: readonly string[]): string {
    const tenths = percents.reduce(
        (total, text) => total + Math.round(Number(text.replace("%", "").replace("\u2212", "-")) * 10),
        0,
    );
    return percent(String(tenths / 1000));
}
