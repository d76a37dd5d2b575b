/**
 * What differs between two states of what a household wants, setting by setting, and how edits are put onto another version.
 *
 * In: what stood at first, mine, theirs. Out: changes with their names and values in words; mine on top of theirs, and where both changed the
 * same thing. Invariant: an edit is never dropped without a word: it is in the result, or among the clashes.
 */
import { compared, isPlain, percent, sum } from "../../text/figures";
import { fieldOf, fieldText } from "./document-fields";
import { isSame, nameOf, settingIn, settingsOf, shown, withSetting, withVerbatim } from "./tokens";
import { fraction, percentText, type Entry, type Wanted } from "./wanted";

export interface Value {
    readonly name: string;
    /** In words; `not set` where there is nothing. */
    readonly text: string;
}

export interface Change {
    readonly key: string;
    readonly name: string;
    readonly before: string;
    readonly after: string;
}

/** Both changed the same setting. */
export interface Clash {
    readonly key: string;
    readonly name: string;
    readonly before: string;
    readonly mine: string;
    readonly theirs: string;
}

const NOT_SET = "not set";

/** Where a field stands on the page. */
export function fieldId(key: string): string {
    return `f-${key.replace(/[^A-Za-z0-9]+/g, "-")}`;
}

const inWords = (entry: Entry | undefined, unit: "%" | "pp") => {
    if (!entry || (entry.source === null && (entry.typed ?? "") === "")) return unit === "pp" ? NOT_SET : "0%";
    if (entry.typed === "" && unit === "pp") return NOT_SET;
    const part = fraction(entry);
    if (part === null) return `“${entry.typed ?? ""}”`;
    return unit === "%" ? percent(part, 2).replace(/\.?0+%$/, "%") : `±${percentText(entry)}`;
};

/** The percentages of what is wanted by key, made once for each state: an index has 500 of them, and every one is asked for. */
const byKey = new WeakMap<Wanted, ReadonlyMap<string, Entry>>();

function entriesOf(wanted: Wanted): ReadonlyMap<string, Entry> {
    const known = byKey.get(wanted);
    if (known) return known;
    const all = new Map<string, Entry>();
    for (const entry of wanted.targets) all.set(`target|${entry.name}`, entry);
    for (const [name, band] of Object.entries(wanted.bands)) {
        all.set(`band|${name}|absolute`, band.absolute).set(`band|${name}|relative`, band.relative);
    }
    for (const entry of wanted.securities ?? []) all.set(`security|${entry.name}`, entry);
    for (const [path, entry] of Object.entries(wanted.fields)) all.set(`field|${path}`, entry);
    byKey.set(wanted, all);
    return all;
}

const entryOf = (wanted: Wanted, key: string) => entriesOf(wanted).get(key);

/** The value of a field so that two that say the same are the same text; what can't be read is itself. */
function fieldValue(key: string, entry: Entry | undefined): string {
    if (!entry) return "";
    const text = fieldText(entry);
    const kind = fieldOf(key.slice("field|".length))?.kind;
    if (text === "" || kind === "choice") return text;
    if (kind === "percent") return fraction(entry) === null ? `?${text}` : sum([fraction(entry) ?? "0"]);
    return isPlain(text) ? sum([text]) : text;
}

function fieldInWords(path: string, entry: Entry | undefined): string {
    const field = fieldOf(path);
    const text = entry ? fieldText(entry) : "";
    if (!entry || !field || text === "") return NOT_SET;
    if (field.kind === "percent") return fraction(entry) === null ? `“${text}”` : `${percentText(entry)}%`;
    return field.choices?.find((each) => each.value === text)?.text ?? text;
}

/** Every key that has a value. */
export function keysOf(wanted: Wanted): string[] {
    return [...entriesOf(wanted).keys(), ...[...settingsOf(wanted.tokens).keys()].map((slot) => `token|${slot}`)];
}

/** The value under a key, in words. */
export function valueOf(wanted: Wanted, key: string, elsewhere?: Wanted): Value {
    if (key.startsWith("token|")) {
        const slot = key.slice("token|".length);
        if (slot.startsWith("verbatim|")) {
            const token = slot.slice("verbatim|".length);
            return { name: `\`${token}\``, text: wanted.tokens.includes(token) ? "on" : NOT_SET };
        }
        const setting = settingIn(wanted.tokens, slot);
        const named = setting ?? (elsewhere ? settingIn(elsewhere.tokens, slot) : null);
        return { name: named ? nameOf(named) : slot, text: setting ? shown(setting) : NOT_SET };
    }
    const [kind, name = "", which] = key.split("|");
    if (kind === "field") return { name: fieldOf(name)?.name ?? name, text: fieldInWords(name, entryOf(wanted, key)) };
    if (kind === "band") {
        const unit = which === "relative" ? "% of the target" : "pp";
        const text = inWords(entryOf(wanted, key), "pp");
        return { name: `Band of ${name}, ${unit}`, text };
    }
    return { name: `Target of ${name}`, text: inWords(entryOf(wanted, key), "%") };
}

/** Whether both say the same under a key. */
export function isEqual(left: Wanted, right: Wanted, key: string): boolean {
    if (key.startsWith("token|verbatim|")) {
        const token = key.slice("token|verbatim|".length);
        return left.tokens.includes(token) === right.tokens.includes(token);
    }
    if (key.startsWith("token|")) {
        const slot = key.slice("token|".length);
        return isSame(settingIn(left.tokens, slot), settingIn(right.tokens, slot));
    }
    const [a, b] = [entryOf(left, key), entryOf(right, key)];
    if (a === b) return true;
    if (key.startsWith("field|")) return fieldValue(key, a) === fieldValue(key, b);
    const isBlank = (entry: Entry | undefined) => !entry || percentText(entry) === "";
    if (key.startsWith("band|") && isBlank(a) !== isBlank(b)) return false;
    const [x, y] = [a ? fraction(a) : "0", b ? fraction(b) : "0"];
    if (x === null || y === null) return x === y && a?.typed === b?.typed;
    return compared(x, y) === 0;
}

/** What differs, in the order of the page. */
export function changes(before: Wanted, after: Wanted): readonly Change[] {
    const keys = new Set([...keysOf(before), ...keysOf(after)]);
    return [...keys]
        .filter((key) => !isEqual(before, after, key))
        .map((key) => {
            const { name, text } = valueOf(after, key, before);
            return { key, name, before: valueOf(before, key).text, after: text };
        });
}

/** What is wanted with the value of another state under one key. */
export function withValueOf(wanted: Wanted, key: string, from: Wanted): Wanted {
    if (key.startsWith("token|verbatim|")) {
        const token = key.slice("token|verbatim|".length);
        const tokens = from.tokens.includes(token)
            ? withVerbatim(wanted.tokens, token)
            : wanted.tokens.filter((each) => each !== token);
        return { ...wanted, tokens };
    }
    if (key.startsWith("token|")) {
        const slot = key.slice("token|".length);
        return { ...wanted, tokens: withSetting(wanted.tokens, slot, settingIn(from.tokens, slot)) };
    }
    if (isEqual(wanted, from, key)) return wanted;
    const [kind, name = "", which] = key.split("|");
    const source = entryOf(from, key);
    const typed = exactText(source);
    if (kind === "field") {
        const there = wanted.fields[name] ?? { name, source: null, typed: null };
        const text = source && fieldOf(name)?.kind !== "percent" ? fieldText(source) : typed;
        return { ...wanted, fields: { ...wanted.fields, [name]: { ...there, typed: text } } };
    }
    const put = (entries: readonly Entry[]) =>
        entries.some((each) => each.name === name)
            ? entries.map((each) => (each.name === name ? { ...each, typed } : each))
            : [...entries, { name, source: null, typed }];
    if (kind === "target") return { ...wanted, targets: put(wanted.targets) };
    if (kind === "security") return { ...wanted, securities: put(wanted.securities ?? []) };
    const none: Entry = { name, source: null, typed: null };
    const band = wanted.bands[name] ?? { absolute: none, relative: none };
    const side = which === "relative" ? "relative" : "absolute";
    return { ...wanted, bands: { ...wanted.bands, [name]: { ...band, [side]: { ...band[side], typed } } } };
}

/** Every digit of an entry, in percent. */
function exactText(entry: Entry | undefined): string {
    if (!entry || (entry.typed === null && entry.source === null)) return "";
    if (entry.typed !== null) return entry.typed;
    const part = fraction(entry) ?? "0";
    const [whole = "0", rest = ""] = part.split(".");
    const moved = `${whole}${rest.padEnd(2, "0").slice(0, 2)}`.replace(/^0+(?=\d)/, "");
    const tail = rest.slice(2).replace(/0+$/, "");
    return tail ? `${moved}.${tail}` : moved;
}

/** My edits on another version: those that stand alone are put on it, those that clash are told and keep mine until somebody chooses. */
export function rebased(
    base: Wanted,
    mine: Wanted,
    theirs: Wanted,
): { readonly draft: Wanted; readonly clashes: readonly Clash[]; readonly theirChanges: readonly Change[] } {
    let draft = theirs;
    const clashes: Clash[] = [];
    for (const { key, name, before, after } of changes(base, mine)) {
        if (!isEqual(base, theirs, key) && !isEqual(mine, theirs, key)) {
            clashes.push({ key, name, before, mine: after, theirs: valueOf(theirs, key).text });
        }
        draft = withValueOf(draft, key, mine);
    }
    return { draft, clashes, theirChanges: changes(base, theirs) };
}
