/**
 * The preference tokens (interface.md) as settings that have a control, and back.
 *
 * In: tokens of a document. Out: settings, each with a slot that says which one it is, and tokens again. Invariants: a token whose setting nobody
 * changed stays letter for letter and in its place; a token that is not known here is kept and shown as it is.
 */
import { compared, isZero, shares, type Decimal } from "../../text/figures";
import { FAMILIES, INDUSTRIES, type Family } from "./families";

/** A token that is known here. */
export interface Setting {
    readonly family: Family;
    readonly parts: readonly string[];
}

const patterns = FAMILIES.map((family) => {
    let place = 0;
    const body = family.pattern.replace(/\{\}/g, () => {
        const part = family.parts[place++];
        const isName = part === "ticker" || part === "lot" || part === "class" || part === "sector";
        return isName ? "(.+)" : part === "industries" || part === "goals" ? "(.*)" : "([^_]*)";
    });
    return { family, fits: new RegExp(`^${body}$`) };
});

/** What a token sets; nothing where it is not known. */
export function parsed(token: string): Setting | null {
    for (const { family, fits } of patterns) {
        const found = fits.exec(token);
        if (found) return { family, parts: found.slice(1) };
    }
    return null;
}

/** The token of a setting. */
export function written(family: Family, parts: readonly string[]): string {
    let place = 0;
    return family.pattern.replace(/\{\}/g, () => parts[place++] ?? "");
}

/** Names of classes and sectors have `_` for a blank in tokens. */
export function joined(name: string): string {
    return name.replaceAll(" ", "_");
}

/** The industries of an `exclude_…` part; nothing where a word of it is none. */
export function industriesOf(list: string): readonly string[] | null {
    const found: string[] = [];
    let rest = list;
    while (rest !== "") {
        const word = INDUSTRIES.find((each) => rest === each || rest.startsWith(`${each}_`));
        if (!word) return null;
        found.push(word);
        rest = rest.slice(word.length + 1);
    }
    return found.length > 0 ? found : null;
}

/** The name of one setting: its family, and what it is about. */
export type Slot = string;

export function slotOf(family: Family, key = ""): Slot {
    const isSpaced = family.parts[family.key ?? -1] === "class" || family.parts[family.key ?? -1] === "sector";
    return `${family.pattern}|${isSpaced ? joined(key) : key}`;
}

/** Which settings a token makes: one, or one for each industry. */
export function slotsOf(token: string): readonly { readonly slot: Slot; readonly setting: Setting | null }[] {
    const setting = parsed(token);
    if (!setting) return [{ slot: `verbatim|${token}`, setting: null }];
    const { family, parts } = setting;
    if (family.parts[0] === "industries") {
        const list = industriesOf(parts[0] ?? "");
        if (!list) return [{ slot: `verbatim|${token}`, setting: null }];
        return list.map((word) => ({ slot: slotOf(family, word), setting: { family, parts: [word] } }));
    }
    return [{ slot: slotOf(family, family.key === undefined ? "" : (parts[family.key] ?? "")), setting }];
}

/** The setting in a slot of a list of tokens. */
export function settingIn(tokens: readonly string[], slot: Slot): Setting | null {
    return settingsOf(tokens).get(slot) ?? null;
}

/** What was read of lists of tokens: every control asks for its own setting, and a list that was read does not change. */
const readBefore = new WeakMap<readonly string[], ReadonlyMap<Slot, Setting | null>>();

/** Every setting of a list of tokens, in its order; of two in one slot the first. */
export function settingsOf(tokens: readonly string[]): ReadonlyMap<Slot, Setting | null> {
    const known = readBefore.get(tokens);
    if (known) return known;
    const all = new Map<Slot, Setting | null>();
    for (const token of tokens) {
        for (const { slot, setting } of slotsOf(token)) if (!all.has(slot)) all.set(slot, setting);
    }
    readBefore.set(tokens, all);
    return all;
}

/** Every setting of one family, in the order of the list. */
export function settingsOfFamily(tokens: readonly string[], family: Family): readonly Setting[] {
    return [...settingsOf(tokens).values()].filter((each): each is Setting => each?.family === family);
}

/** The tokens with a setting in its slot, or without it. All others stay as they are. */
export function withSetting(tokens: readonly string[], slot: Slot, setting: Setting | null): readonly string[] {
    if (slot.startsWith("verbatim|")) {
        const token = slot.slice("verbatim|".length);
        return tokens.filter((each) => each !== token);
    }
    if (setting?.family.parts[0] === "industries" || slot.startsWith("exclude_{}|")) {
        return withIndustry(tokens, slot.slice("exclude_{}|".length), setting !== null);
    }
    const next: string[] = [];
    let isPlaced = setting === null;
    for (const token of tokens) {
        if (!slotsOf(token).some((each) => each.slot === slot)) next.push(token);
        else if (!isPlaced && setting) {
            next.push(isSame(parsed(token), setting) ? token : written(setting.family, setting.parts));
            isPlaced = true;
        }
    }
    if (!isPlaced && setting) next.push(written(setting.family, setting.parts));
    return next;
}

/** A token that is kept as it stands, whatever it means. */
export function withVerbatim(tokens: readonly string[], token: string): readonly string[] {
    return tokens.includes(token) ? tokens : [...tokens, token];
}

function withIndustry(tokens: readonly string[], industry: string, isOn: boolean): readonly string[] {
    const family = FAMILIES.find((each) => each.parts[0] === "industries");
    if (!family) return tokens;
    const lists = tokens.map((token) => {
        const setting = parsed(token);
        return setting?.family === family ? industriesOf(setting.parts[0] ?? "") : null;
    });
    if (lists.some((list) => list?.includes(industry)) === isOn) return tokens;
    if (!isOn) {
        return tokens.flatMap((token, place) => {
            const list = lists[place];
            if (!list?.includes(industry)) return [token];
            const rest = list.filter((each) => each !== industry);
            return rest.length > 0 ? [written(family, [rest.join("_")])] : [];
        });
    }
    const first = lists.findIndex((list) => list !== null && list !== undefined);
    if (first < 0) return [...tokens, written(family, [industry])];
    const together = INDUSTRIES.filter((each) => each === industry || lists[first]?.includes(each));
    return tokens.map((token, place) => (place === first ? written(family, [together.join("_")]) : token));
}

/** Whether two settings say the same: `400` and `400.00` do. */
export function isSame(left: Setting | null, right: Setting | null): boolean {
    if (left === null || right === null) return left === right;
    if (left.family !== right.family) return false;
    return left.family.parts.every((part, place) => {
        const [a = "", b = ""] = [left.parts[place], right.parts[place]];
        if (a === b) return true;
        if (part === "class" || part === "sector") return joined(a) === joined(b);
        return isNumber(part) && isTokenNumber(a) && isTokenNumber(b) && compared(a, b) === 0;
    });
}

const isNumber = (part: string) => ["usd", "pct", "turnover", "months", "count"].includes(part);

/** A number as tokens take it: no longer than the engine reads. */
function isTokenNumber(number: string): boolean {
    return /^\d{1,15}(\.\d{1,10})?$/.test(number);
}

const whole = (text: string, least: number, most: number) =>
    /^\d{1,4}$/.test(text) && Number(text) >= least && Number(text) <= most;

const percent = (text: string, most: Decimal) => isTokenNumber(text) && compared(text, most) <= 0;

const clock = (text: string) => /^([01]\d|2[0-3])[0-5]\d$/.test(text);

/** What is wrong with a setting, in words; nothing where all of it can be used. */
export function faultOf({ family, parts }: Setting): string | null {
    for (const [place, part] of family.parts.entries()) {
        const text = parts[place] ?? "";
        const fault = faultOfPart(part, text, parts);
        if (fault) return fault;
    }
    if (family.isAboveZero && isZero(parts[0] ?? "")) return "Give a number above 0.";
    return null;
}

function faultOfPart(part: string, text: string, all: readonly string[]): string | null {
    switch (part) {
        case "usd":
            return isTokenNumber(text) ? null : "Give an amount in dollars, such as 5000 or 12.50.";
        case "pct":
            return percent(text, "100") ? null : "Give a percentage from 0 to 100, such as 5 or 12.5.";
        case "turnover":
            return percent(text, "200") ? null : "Give a percentage from 0 to 200: sales and purchases both count.";
        case "months":
            return whole(text, 0, 1200) ? null : "Give a whole number of months, at most 1200.";
        case "count":
            return whole(text, 1, 1000) ? null : "Give a whole number from 1 to 1000.";
        case "time":
            if (!all.every(clock)) return "Give both times of day, such as 09:45.";
            return (all[0] ?? "") < (all[1] ?? "") ? null : "The end has to be later than the beginning.";
        default:
            return text === "" ? "Choose one." : null;
    }
}

/** The value of a setting as a person reads it. */
export function shown({ family, parts }: Setting): string {
    const [first = "", second = ""] = parts;
    switch (family.parts[0]) {
        case undefined:
            return "on";
        case "usd":
            return isTokenNumber(first) ? `$${shares(first)}` : first;
        case "pct":
        case "turnover":
            return `${isTokenNumber(first) ? shares(first) : first}%`;
        case "months":
            return `${first} ${first === "1" ? "month" : "months"}`;
        case "count":
            return `${first} a ${second}`;
        case "time":
            return `${colon(first)} to ${colon(second)} New York`;
        case "goals":
            return first.split("_").join(", then ");
        case "rating":
            return `${first} or better`;
        default:
            return "on";
    }
}

/** `0945` as `09:45`, and back. */
export const colon = (time: string) => (clock(time) ? `${time.slice(0, 2)}:${time.slice(2)}` : time);
export const uncolon = (time: string) => time.replace(":", "");

/** A setting's name with what it is about: `Do not sell AAPL`. */
export function nameOf({ family, parts }: Setting): string {
    const key = family.parts[0] === "industries" ? (parts[0] ?? "") : (parts[family.key ?? -1] ?? "");
    return key === "" ? family.name : family.nameWith.replace("{}", spaced(family, key));
}

function spaced(family: Family, key: string): string {
    const part = family.parts[family.key ?? 0];
    return part === "class" || part === "sector" || part === "industries" ? key.replaceAll("_", " ") : key;
}

/** Two settings that can't both be meant. */
export interface Conflict {
    readonly first: Setting;
    readonly second: Setting;
    readonly why: string;
}

const FORBIDS: readonly (readonly [string, string, string])[] = [
    ["do_not_buy_ticker_{}", "prefer_ticker_{}", "One forbids buying it, the other prefers it."],
    ["do_not_sell_lot_{}", "sell_lot_first_{}", "One keeps the lot, the other sells it first."],
];

/** Settings that contradict each other, both by name. */
export function conflicts(tokens: readonly string[]): readonly Conflict[] {
    const all = [...settingsOf(tokens).values()].filter((each): each is Setting => each !== null);
    return FORBIDS.flatMap(([one, other, why]) =>
        all.flatMap((first) => {
            if (first.family.pattern !== one) return [];
            const second = all.find((each) => each.family.pattern === other && each.parts[0] === first.parts[0]);
            return second ? [{ first, second, why }] : [];
        }),
    );
}
