/**
 * What a household wants, as its portfolio document says it: targets, bands, tokens; and back into the document.
 *
 * In: the text of a document. Out: a {@link Wanted} to edit, the {@link Facts} beside it, and the text with what was edited. Invariant: what was
 * not edited stays byte for byte (`text/lossless.ts`); a percentage that nobody typed keeps every digit of the document.
 */
import { plain } from "../../api/client";
import { compared, product, shifted, sum, type Decimal } from "../../text/figures";
import { at, edited, items, members, read, words, type Edit, type Tree } from "../../text/lossless";
import { ALL_FIELDS, fieldFault, fieldJson, fieldsIn } from "./document-fields";
import { CASH, factsOf, named, NAMES, type Facts } from "./facts";
import { joined } from "./tokens";

/** A percentage of the document that may be typed over. */
export interface Entry {
    readonly name: string;
    /** As it stands in the document, JSON and all; nothing where it does not stand there. */
    readonly source: string | null;
    /** In percent, as typed; nothing where nobody typed. */
    readonly typed: string | null;
}

export interface Band {
    /** Percentage points on either side of the target. */
    readonly absolute: Entry;
    /** Percent of the target on either side of it. */
    readonly relative: Entry;
}

export interface Wanted {
    readonly targets: readonly Entry[];
    /** Targets by security, where the document has them. */
    readonly securities: readonly Entry[] | null;
    readonly bands: Readonly<Record<string, Band>>;
    readonly tokens: readonly string[];
    /** Other fields of the document by their path (`document-fields.ts`). */
    readonly fields: Readonly<Record<string, Entry>>;
}

/** Percent as typed: a plain number, or nothing for 0. */
export function isPercent(typed: string): boolean {
    return typed === "" || /^\d{1,6}(\.\d{0,18})?$/.test(typed) || /^\.\d{1,18}$/.test(typed);
}

const digitsOf = (source: string) => plain(source.replaceAll('"', ""));

/** The part of the whole, such as 0.45; nothing where what is typed is no percentage. */
export function fraction({ source, typed }: Entry): Decimal | null {
    if (typed === null) return source === null ? "0" : digitsOf(source);
    if (!isPercent(typed)) return null;
    return product(typed === "" || typed === "." ? "0" : typed.replace(/^\./, "0.").replace(/\.$/, ""), "0.01");
}

/** What stands in the field: as typed, or the document's with up to four digits. */
export function percentText(entry: Entry): string {
    if (entry.typed !== null) return entry.typed;
    if (entry.source === null) return "";
    return rounded(shifted(digitsOf(entry.source), 2), 4);
}

/** Decimal text with so many digits at most. */
export function rounded(value: Decimal, places: number): Decimal {
    const scaled = shifted(value, places).split(".");
    const up = (scaled[1] ?? "0") >= "5" ? 1n : 0n;
    return product((BigInt(scaled[0] ?? "0") + up).toString(), `0.${"0".repeat(places - 1)}1`);
}

/** An entry with another text; typing what stands there anyway is no edit. */
export function typedInto(entry: Entry, typed: string): Entry {
    const untouched = { ...entry, typed: null };
    return typed === percentText(untouched) ? untouched : { ...entry, typed };
}

/** The sum of the parts that can be read. */
export function total(entries: readonly Entry[]): Decimal {
    return sum(entries.map((each) => fraction(each) ?? "0"));
}

/** Whether parts are the whole, as exactly as the program asks for. */
export function isWhole(parts: Decimal): boolean {
    return compared(parts, "0.999999") >= 0 && compared(parts, "1.000001") <= 0;
}

/** What securities and cash are wanted to make together. */
export function totalOfSecurities(wanted: Wanted): Decimal {
    const cash = wanted.targets.find((each) => each.name === CASH);
    return sum([total(wanted.securities ?? []), cash ? (fraction(cash) ?? "0") : "0"]);
}

/** Tokens that the design document's own object stands for. */
function spoken(tree: Tree | undefined): string[] {
    if (tree?.kind !== "object") return [];
    const harvest = at(tree, "tax_loss_harvesting_enabled");
    const rating = words(at(tree, "esg_minimum"));
    return [
        ...(harvest?.kind === "word" && harvest.value === true ? ["harvest_losses_up_to_3000_usd"] : []),
        ...(rating === undefined ? [] : [`esg_minimum_score_${rating}`]),
    ];
}

function tokensOf(tree: Tree): { readonly listed: string[]; readonly aside: string[] } {
    const preferences = at(tree, "preferences");
    const listed = preferences?.kind === "object" ? spoken(preferences) : items(preferences).flatMap(textOf);
    const aside = spoken(at(tree, named(tree, NAMES.spoken))).filter((token) => !listed.includes(token));
    return { listed, aside };
}

const textOf = (tree: Tree) => {
    const text = words(tree);
    return text === undefined ? [] : [text];
};

/** What a document wants, and what it says besides; or an exception where it is no JSON. */
export function wantedOf(text: string): { readonly wanted: Wanted; readonly facts: Facts } {
    const tree = read(text);
    const facts = factsOf(tree);
    const source = (value: Tree) => text.slice(value.from, value.to);
    const entries = (of: Tree | undefined): Entry[] =>
        members(of).map(({ name, value }) => ({ name, source: source(value), typed: null }));
    const targets = entries(at(tree, named(tree, NAMES.targets)));
    const missing = facts.classes.filter((name) => !targets.some((each) => joined(each.name) === joined(name)));
    const bands: Record<string, Band> = {};
    const all = [...targets, ...missing.map((name): Entry => ({ name, source: null, typed: null }))];
    for (const { name } of all) {
        const given = at(tree, "monitoring", "bands", name);
        const width = (kind: string): Entry => {
            const value = at(given, kind);
            return { name, source: value ? source(value) : null, typed: null };
        };
        bands[name] = { absolute: width("absolute"), relative: width("relative") };
    }
    const securities = at(tree, "security_targets");
    const { listed, aside } = tokensOf(tree);
    return {
        wanted: {
            targets: all,
            securities: securities ? entries(securities) : null,
            bands,
            tokens: [...listed, ...aside],
            fields: fieldsIn(tree, text),
        },
        facts,
    };
}

/** The document with what was edited. Entries that can't be read stay as they were. */
export function writtenInto(text: string, after: Wanted): string {
    const tree = read(text);
    const edits: Edit[] = [];
    const name = named(tree, NAMES.targets);
    edits.push(...entryEdits([name], after.targets));
    if (after.securities) edits.push(...entryEdits(["security_targets"], after.securities));
    for (const [of, band] of Object.entries(after.bands)) edits.push(...bandEdits(of, band));
    edits.push(...fieldEdits(after.fields));
    return edited(text, [...edits, ...tokenEdits(tree, after.tokens)]);
}

function json(entry: Entry): string | undefined {
    const part = fraction(entry);
    if (part === null) return undefined;
    return entry.source?.startsWith('"') ? JSON.stringify(part) : part;
}

function fieldEdits(fields: Wanted["fields"]): Edit[] {
    return ALL_FIELDS.flatMap((field) => {
        const entry = fields[field.path];
        if (!entry || entry.typed === null) return [];
        const part = field.kind === "percent" ? fraction(entry) : null;
        if (fieldFault(field, entry, part) !== null) return [];
        const body = fieldJson(field, entry, part);
        return body === undefined && entry.source === null ? [] : [{ path: field.path.split("."), json: body }];
    });
}

function entryEdits(path: readonly string[], entries: readonly Entry[]): Edit[] {
    return entries.flatMap((entry) => {
        const body = json(entry);
        if (entry.typed === null || body === undefined) return [];
        if (entry.source === null && compared(body, "0") === 0) return [];
        return [{ path: [...path, entry.name], json: body }];
    });
}

function bandEdits(name: string, { absolute, relative }: Band): Edit[] {
    if (absolute.typed === null && relative.typed === null) return [];
    const left = [absolute, relative].map((each) => (percentText(each) === "" ? undefined : json(each)));
    const path = ["monitoring", "bands", name];
    if (left.every((body) => body === undefined)) {
        return (absolute.source ?? relative.source) ? [{ path, json: undefined }] : [];
    }
    return [absolute, relative].flatMap((entry, place) =>
        entry.typed === null ? [] : [{ path: [...path, place === 0 ? "absolute" : "relative"], json: left[place] }],
    );
}

/** What the document's own object says stays there as long as nobody changes it; else it is folded into the list. */
function tokenEdits(tree: Tree, tokens: readonly string[]): Edit[] {
    const { listed, aside } = tokensOf(tree);
    const isSame = (left: readonly string[], right: readonly string[]) =>
        left.length === right.length && left.every((token, place) => token === right[place]);
    if (isSame([...listed, ...aside], tokens)) return [];
    const list = (of: readonly string[]): Edit => ({
        path: ["preferences"],
        json: `[${of.map((token) => JSON.stringify(token)).join(", ")}]`,
    });
    const said = spoken(at(tree, named(tree, NAMES.spoken)));
    if (said.every((token) => tokens.includes(token))) return [list(tokens.filter((token) => !aside.includes(token)))];
    return [list(tokens), { path: [named(tree, NAMES.spoken)], json: undefined }];
}

/** The document at other prices per security, so that an effect is told at the prices of now. */
export function atPrices(text: string, prices: ReadonlyMap<string, Decimal>): string {
    const tree = read(text);
    const edits = [named(tree, NAMES.holdings), "securities"].flatMap((list) =>
        items(at(tree, list)).flatMap((each, place) => {
            const price = prices.get(words(at(each, "ticker")) ?? "");
            return price !== undefined && at(each, "current_price") && at(each, "value_usd") === undefined
                ? [{ path: [list, place, "current_price"], json: price }]
                : [];
        }),
    );
    return edited(text, edits);
}
