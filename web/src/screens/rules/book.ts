/**
 * The rules of the house as rows that are edited, what is wrong with them, and what differs between two of them.
 *
 * In: rules as the API tells them; what is typed. Out: rows, the rules that they make, faults at their fields, differences in words. Invariants: a field
 * that nobody filled in is not sent; a fault that the server finds stands at the row that it was sent from.
 */
import type { Problem, Schemas } from "../../api/client";
import type { Rulebook } from "../../api/house-rules";
import { commaFault, compared, dollars, isPlain, shares, ungrouped } from "../../text/figures";
import { day } from "../../text/times";
import type { RowFault } from "../start/book";

type Restriction = Schemas["RestrictionView"];
type Limit = Schemas["LimitView"];
type Exemption = Schemas["ExemptionView"];
export type LimitOf = Schemas["LimitOf"];

export const KINDS = ["restricted", "limits", "exemptions"] as const;
export type Kind = (typeof KINDS)[number];

/** A row as it is typed: its key, and every field as text. */
export interface Row {
    readonly key: string;
    readonly [field: string]: string;
}
export type BookDraft = Readonly<Record<Kind, readonly Row[]>>;

/** Fields of each kind. */
const FIELDS: Readonly<Record<Kind, readonly string[]>> = {
    restricted: ["ticker", "from", "until", "reason"],
    limits: ["limit", "most", "from", "until", "reason"],
    exemptions: ["household", "ticker", "owner", "until", "reason"],
};

export const LIMITS: Readonly<Record<LimitOf, string>> = {
    order_notional_max: "Dollars of one order",
    orders_max: "Orders of one plan",
    price_collar_pct: "Percent from the price",
};

/** Rows to be edited. */
export function draftOf(rules: Rulebook): BookDraft {
    const rows = (kind: Kind): Row[] =>
        (rules[kind] ?? []).map((rule, place) => {
            const given = rule as unknown as Readonly<Record<string, string | null | undefined>>;
            const fields = FIELDS[kind].map((field): [string, string] => [field, given[field] ?? ""]);
            return { key: `${kind}-${place}`, ...Object.fromEntries(fields) };
        });
    return { restricted: rows("restricted"), limits: rows("limits"), exemptions: rows("exemptions") };
}

/** One more row of a kind, empty. */
export function withRow(draft: BookDraft, kind: Kind): BookDraft {
    const used = draft[kind].map((row) => Number(row.key.split("-")[1]));
    const key = `${kind}-${Math.max(-1, ...used) + 1}`;
    const fields = FIELDS[kind].map((field): [string, string] => [
        field,
        field === "limit" ? "order_notional_max" : "",
    ]);
    return { ...draft, [kind]: [...draft[kind], { key, ...Object.fromEntries(fields) }] };
}

/** What is typed of a number: without the commas of its thousands. */
const numberOf = (typed: string) => ungrouped(typed.replace(/[$\s]/g, "")) ?? typed.trim();

/** The rules that the rows make. */
export function rulesOf(draft: BookDraft): Rulebook {
    const made = (kind: Kind) =>
        draft[kind].map((row) => {
            const given = FIELDS[kind].map((field): [string, string] => [
                field,
                field === "most" ? numberOf(row[field] ?? "") : (row[field] ?? "").trim(),
            ]);
            return Object.fromEntries(given.filter(([, text]) => text !== ""));
        });
    return {
        restricted: made("restricted") as unknown as Restriction[],
        limits: made("limits") as unknown as Limit[],
        exemptions: made("exemptions") as unknown as Exemption[],
    };
}

/** Whether two make the same rules. */
export function isSame(left: BookDraft, right: BookDraft): boolean {
    return JSON.stringify(rulesOf(left)) === JSON.stringify(rulesOf(right));
}

/** How many rows differ from those that count. */
export function editsOf(before: BookDraft, after: BookDraft): number {
    return differences(rulesOf(before), rulesOf(after)).length;
}

/** What is wrong with the rows as far as the page can tell. */
export function faultsOf(draft: BookDraft): readonly RowFault[] {
    const faults: RowFault[] = [];
    for (const kind of KINDS) {
        for (const row of draft[kind]) {
            const fault = (field: string, message: string) => faults.push({ row: row.key, field, message });
            const text = (field: string) => (row[field] ?? "").trim();
            if (kind !== "limits" && !/^[!-~]{1,32}$/.test(text("ticker")))
                fault("ticker", "Give a ticker, such as XYZ.");
            if (kind === "limits") {
                const most = text("most");
                const number = numberOf(most);
                const isNumber = isPlain(number) && compared(number, "0") > 0;
                if (!isNumber)
                    fault("most", commaFault(most) ?? "Give a number above 0; to trade nothing, halt trading.");
                else if (text("limit") === "orders_max" && !/^\d+$/.test(number)) {
                    fault("most", "Give a whole number of orders.");
                }
            }
            if (kind === "exemptions") {
                if (text("household") === "") fault("household", "Choose the household that it is for.");
                if (text("owner") === "") fault("owner", "Name who answers for it.");
                if (text("until") === "") fault("until", "Give its last day: an exception ends.");
                const restricted = draft.restricted.some((each) => (each["ticker"] ?? "").trim() === text("ticker"));
                if (text("ticker") !== "" && !restricted) {
                    fault("ticker", `${text("ticker")} is not restricted, so that nothing is to be excepted.`);
                }
            }
            if (text("from") !== "" && text("until") !== "" && text("until") < text("from")) {
                fault("until", "The last day is before the first.");
            }
            if (text("reason") === "") fault("reason", "Say why.");
        }
    }
    return faults;
}

/** A refusal of the server at its row; nothing where it belongs to none. */
export function faultOfRefusal(problem: Problem, sent: BookDraft): RowFault | null {
    const [, kind, place, field] =
        /^rules\.(restricted|limits|exemptions)\[(\d+)\](?:\.(\w+))?/.exec(problem.path ?? "") ?? [];
    if (kind === undefined) return null;
    const row = sent[kind as Kind][Number(place)];
    if (!row) return null;
    return { row: row.key, field: field ?? FIELDS[kind as Kind][0] ?? "", message: problem.detail };
}

/** When a rule counts, in words. */
export function days(rule: { readonly from?: string | null; readonly until?: string | null }): string {
    const { from, until } = rule;
    if (from && until) return from === until ? `on ${day(from)}` : `${day(from)} to ${day(until)}`;
    if (from) return `from ${day(from)}`;
    return until ? `until ${day(until)}` : "always";
}

/** What stands where a row is not filled in yet. */
const OPEN = "…";

/** The most that may be, with its unit. */
export function most({ limit, most: value }: Limit): string {
    if (!isPlain(value ?? "")) return value ? `“${value}”` : OPEN;
    if (limit === "order_notional_max") return dollars(value);
    return limit === "orders_max" ? shares(value) : `${value}%`;
}

export interface Difference {
    readonly key: string;
    readonly kind: Kind;
    readonly what: "new" | "gone" | "changed";
    /** What it is about, such as a ticker. */
    readonly about: string;
    readonly before: string | null;
    readonly after: string | null;
}

type Rule = Restriction | Limit | Exemption;

const aboutOf = (kind: Kind, rule: Rule): string => {
    if (kind === "limits") return (rule as Limit).limit;
    const ticker = (rule as Restriction).ticker || OPEN;
    return kind === "restricted" ? ticker : `${ticker} ${(rule as Exemption).household || OPEN}`;
};

/** A rule in words, without what it is about; it may be half typed. */
export function inWords(kind: Kind, rule: Rule): string {
    const reason = rule.reason || OPEN;
    if (kind === "restricted") return `${days(rule)}: ${reason}`;
    if (kind === "limits") return `${most(rule as Limit)} at most, ${days(rule)}: ${reason}`;
    const { until, owner } = rule as Exemption;
    return `until ${until ? day(until) : OPEN}, ${owner || OPEN} answers for it: ${reason}`;
}

/** What the one has and the other has not. Rules about the same, in their order, are told as one that changed. */
export function differences(before: Rulebook, after: Rulebook): readonly Difference[] {
    return KINDS.flatMap((kind) => {
        const list = (of: Rulebook) =>
            ((of[kind] ?? []) as readonly Rule[]).map((rule) => ({
                about: aboutOf(kind, rule),
                words: inWords(kind, rule),
            }));
        const [old, now] = [list(before), list(after)];
        // What stands in both, as often as it does, is no difference.
        const left = [...now];
        const gone = old.filter((rule) => {
            const same = left.findIndex((each) => each.about === rule.about && each.words === rule.words);
            if (same >= 0) left.splice(same, 1);
            return same < 0;
        });
        const found: Omit<Difference, "key">[] = [];
        for (const { about, words } of gone) {
            const place = left.findIndex((each) => each.about === about);
            const [other] = place >= 0 ? left.splice(place, 1) : [];
            found.push({ kind, what: other ? "changed" : "gone", about, before: words, after: other?.words ?? null });
        }
        for (const { about, words } of left) found.push({ kind, what: "new", about, before: null, after: words });
        return found.map((each, place) => ({ ...each, key: `${kind}-${place}` }));
    });
}
