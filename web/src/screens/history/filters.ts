/**
 * Which of the past proposals are listed: by state, day and text, as they stand in the address.
 *
 * In: proposals as the API lists them, newest first, and what the address says. Out: those that fit. Days are those of New York, both included.
 */
import type { Proposal } from "../../api/questions";
import { stateInWords } from "../../parts/state-pill";

export interface HistorySearch {
    readonly proposal?: string;
    readonly tab?: string;
    readonly state?: string;
    readonly from?: string;
    readonly to?: string;
    readonly find?: string;
    readonly plan?: string;
    readonly part?: string;
}

const FIELDS = ["proposal", "tab", "state", "from", "to", "find", "plan", "part"] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What the address says, without what nobody understands. */
export function asSearch(search: Record<string, unknown>): HistorySearch {
    const found: { -readonly [Field in keyof HistorySearch]: HistorySearch[Field] } = {};
    for (const field of FIELDS) {
        const value = search[field];
        const text = typeof value === "number" ? String(value) : value;
        if (typeof text !== "string" || text === "") continue;
        if ((field === "from" || field === "to") && !DAY.test(text)) continue;
        if (field === "state" && !STATES.some(([value]) => value === text || stateOf(value) === text)) continue;
        found[field] = text;
    }
    return found;
}

/** States to choose from: the value of the address and its words. `Rejected.expired` is a rejection of one kind. */
export const STATES: readonly (readonly [value: string, words: string])[] = [
    "Pending_Approval",
    "Approved",
    "Execution_In_Progress",
    "Executed_Successfully",
    "Execution_Failed",
    "Rejected.by_person",
    "Rejected.expired",
    "Rejected.superseded",
    "Rejected.withdrawn",
    "Pending_Generation",
    "Pending_Validation",
    "Validation_Failed",
].map((value) => {
    const [state = "", rejection] = value.split(".");
    return [value, rejection === "by_person" ? "Rejected by a person" : stateInWords(state, rejection)] as const;
});

/** The state that the server is asked for. */
export function stateOf(value: string | undefined): string | undefined {
    return value?.split(".")[0];
}

const zone = new Intl.DateTimeFormat("en-CA", {
    timeZone: "America/New_York",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
});

/** The day of a time in New York, `2026-11-23`. */
export function dayIn(time: string): string {
    return zone.format(new Date(time));
}

/** Those that fit, in their order. */
export function fitting(proposals: readonly Proposal[], search: HistorySearch): Proposal[] {
    const [state, rejection] = (search.state ?? "").split(".");
    const words = (search.find ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    return proposals.filter((each) => {
        if (state && each.state !== state) return false;
        if (rejection && each.rejection !== rejection) return false;
        const day = dayIn(each.begun_at);
        if (search.from && day < search.from) return false;
        if (search.to && day > search.to) return false;
        if (words.length === 0) return true;
        const text = [
            each.id,
            each.plan_hash ?? "",
            stateInWords(each.state, each.rejection),
            each.traded_usd ?? "",
            day,
            ...each.approved_by,
        ]
            .join(" ")
            .toLowerCase();
        return words.every((word) => text.includes(word));
    });
}

/** Whether older ones could fit that are not here yet: the list is newest first, so a first day ends the search. */
export function mayHaveOlder(proposals: readonly Proposal[], search: HistorySearch, hasOlder: boolean): boolean {
    if (!hasOlder) return false;
    const last = proposals.at(-1);
    return !(last && search.from && dayIn(last.begun_at) < search.from);
}
