/**
 * Fields of a portfolio document that a person may set besides targets, bands and rules: how a household is watched, weighed and taxed.
 *
 * Source: interface.md, "Portfolio document"; model.md, (48) and "When to act". Invariants: a field that is left empty is taken out of the document,
 * so that what the program does without it counts; what that is stands in its explanation.
 */
import { at, type Tree } from "../../text/lossless";
import { compared } from "../../text/figures";
import type { Entry } from "./wanted";

export interface DocumentField {
    /** Where it stands, apart by points. */
    readonly path: string;
    readonly name: string;
    readonly explanation: string;
    /** `percent`: a part of 1 that is typed in percent. */
    readonly kind: "percent" | "number" | "choice";
    /** What counts where it is empty, as it stands in the empty field. */
    readonly otherwise: string;
    readonly step: string;
    /** Largest value, as it stands in the document. */
    readonly most: string;
    readonly choices?: readonly { readonly value: string; readonly text: string }[];
}

const WATCHED: readonly DocumentField[] = [
    {
        path: "monitoring.user_score",
        name: "How close to the target",
        explanation:
            "The closer, the narrower every computed band: at 100% a band is two percentage points narrower than at 0%. Own bands stay as they are.",
        kind: "percent",
        otherwise: "50",
        step: "5",
        most: "1",
    },
    {
        path: "monitoring.trade_to",
        name: "How far a plan goes",
        explanation:
            "To the target itself, or less far and so with less traded: to the edge of the band, or half way between the two.",
        kind: "choice",
        otherwise: "To the target",
        step: "",
        most: "",
        choices: [
            { value: "target", text: "To the target" },
            { value: "midway", text: "Half way" },
            { value: "edge", text: "To the edge of the band" },
        ],
    },
];

const WEIGHED: readonly DocumentField[] = [
    ["drift", "Distance from the target", "3", "What a squared distance of the weights counts."],
    ["cost", "Trading costs", "1", "What a dollar of commission, spread and market impact counts."],
    ["tax", "Tax", "1", "What a dollar of tax counts."],
    ["esg", "Better ratings", "0", "What the mean rating of the household counts."],
].map(([part = "", name = "", otherwise = "", explanation = ""]) => ({
    path: `weights.${part}`,
    name,
    explanation,
    kind: "number",
    otherwise,
    step: "0.5",
    most: "1000000",
}));

const TAXED: readonly DocumentField[] = [
    ["short_term_rate", "Rate on short-term gains", "Held for a year or less."],
    ["long_term_rate", "Rate on long-term gains", "Held for more than a year."],
    ["ordinary_rate", "Rate on ordinary income", "What a dollar of loss saves that lowers other income."],
    ["state_rate", "Rate of the state", "Comes on top where rates are looked up from year, status and income."],
].map(([part = "", name = "", explanation = ""]) => ({
    path: `tax.${part}`,
    name,
    explanation,
    kind: "percent",
    otherwise: "—",
    step: "0.5",
    most: "1",
}));

export const FIELDS = { watched: WATCHED, weighed: WEIGHED, taxed: TAXED } as const;
export const ALL_FIELDS: readonly DocumentField[] = [...WATCHED, ...WEIGHED, ...TAXED];

export function fieldOf(path: string): DocumentField | undefined {
    return ALL_FIELDS.find((each) => each.path === path);
}

/** The fields as a document has them. */
export function fieldsIn(tree: Tree, text: string): Readonly<Record<string, Entry>> {
    const entries = ALL_FIELDS.map(({ path }): [string, Entry] => {
        const value = at(tree, ...path.split("."));
        return [path, { name: path, source: value ? text.slice(value.from, value.to) : null, typed: null }];
    });
    return Object.fromEntries(entries);
}

/** What stands in a field that is no percentage; nothing where it is empty. */
export function fieldText({ source, typed }: Entry): string {
    return typed ?? (source === null || source === "null" ? "" : source.replaceAll('"', ""));
}

/** What is to stand in the document; nothing where the field was left empty. */
export function fieldJson(field: DocumentField, entry: Entry, part: string | null): string | undefined {
    const text = fieldText(entry);
    if (text === "") return undefined;
    if (field.kind === "choice") return JSON.stringify(text);
    const body = field.kind === "percent" ? (part ?? "0") : plainNumber(text);
    return entry.source?.startsWith('"') ? JSON.stringify(body) : body;
}

/** JSON has no number that begins or ends with a point, or with zeros before it. */
const plainNumber = (text: string) =>
    text
        .replace(/^\./, "0.")
        .replace(/\.$/, "")
        .replace(/^0+(?=\d)/, "");

/** What is wrong with what was typed; nothing where it can be used. `part` is a percentage as a part of 1. */
export function fieldFault(field: DocumentField, entry: Entry, part: string | null): string | null {
    if (entry.typed === null || entry.typed === "" || field.kind === "choice") return null;
    if (field.kind === "percent") {
        return part !== null && compared(part, field.most) <= 0 ? null : "Give a percentage from 0 to 100, such as 15.";
    }
    const isNumber = /^(\d{1,9}(\.\d{0,12})?|\.\d{1,12})$/.test(entry.typed);
    return isNumber && compared(plainNumber(entry.typed), field.most) <= 0
        ? null
        : `Give a number from 0 to ${Number(field.most).toLocaleString("en-US")}, such as 2.5.`;
}
