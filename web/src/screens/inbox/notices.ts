/**
 * What happened that a person should know, out of proposals: one notice for where each stands now.
 *
 * In: proposals of all households, as the API lists them. Out: notices, those that need somebody apart. A proposal that moves on makes a new
 * notice, so that what was read of it is unread again.
 */
import type { Proposal } from "../../api/questions";

export interface InboxSearch {
    readonly show?: "unread";
}

export function asInboxSearch(search: Record<string, unknown>): InboxSearch {
    return search["show"] === "unread" ? { show: "unread" } : {};
}

export interface Notice {
    /** Names the proposal and where it stood. */
    readonly key: string;
    readonly household: string;
    readonly proposal: string;
    readonly state: string;
    /** Which of its plans. */
    readonly attempt: number;
    readonly rejection: string | null;
    readonly at: string;
    readonly expires: string | null;
    readonly words: string;
    readonly needsYou: boolean;
    /** Whether its page is that of the proposal; else the history has it. */
    readonly isOpen: boolean;
}

const WORDS: Readonly<Record<string, string>> = {
    Pending_Approval: "A plan waits for approval.",
    Execution_Failed: "Some orders were not filled. The proposal says which, and can be tried again.",
    Approved: "A plan was approved; its orders are sent as soon as the household may trade.",
    Execution_In_Progress: "Orders are at the broker.",
    Executed_Successfully: "All orders of a plan are done.",
    Validation_Failed: "A plan was refused by a check and is made again.",
    by_person: "A plan was rejected.",
    expired: "A plan expired: nobody answered in time.",
    superseded: "A plan gave way to a newer one.",
    withdrawn: "A plan was withdrawn: what it was made for has changed.",
};

/** What is still being computed is no news. */
const SILENT = new Set(["Pending_Generation", "Pending_Validation"]);
const OPEN = new Set([
    "Pending_Approval",
    "Approved",
    "Execution_In_Progress",
    "Execution_Failed",
    "Validation_Failed",
]);

export function asNotice(of: Proposal): Notice | null {
    if (SILENT.has(of.state)) return null;
    const words = WORDS[of.state === "Rejected" ? (of.rejection ?? "by_person") : of.state];
    return {
        key: `${of.id} ${of.state} ${of.attempt}`,
        household: of.household,
        proposal: of.id,
        state: of.state,
        attempt: of.attempt,
        rejection: of.rejection ?? null,
        at: of.moved_at,
        expires: of.expires_at ?? null,
        words: words ?? "A proposal has moved.",
        needsYou: of.state === "Pending_Approval" || of.state === "Execution_Failed",
        isOpen: OPEN.has(of.state),
    };
}

/** Notices of proposals from several lists, each once; what needs somebody by when it expires, the rest newest first. */
export function sortedNotices(lists: readonly (readonly Proposal[])[]): {
    readonly needsYou: readonly Notice[];
    readonly others: readonly Notice[];
} {
    const found = new Map<string, Notice>();
    for (const list of lists) {
        for (const proposal of list) {
            const notice = asNotice(proposal);
            // The same proposal in two lists, asked at two times: the later one counts.
            if (notice && (found.get(proposal.id)?.at ?? "") <= notice.at) found.set(proposal.id, notice);
        }
    }
    const all = [...found.values()];
    const newest = (left: Notice, right: Notice) => (left.at < right.at ? 1 : left.at > right.at ? -1 : 0);
    const soonest = (left: Notice, right: Notice) => {
        const [one, other] = [left.expires ?? "9", right.expires ?? "9"];
        return one < other ? -1 : one > other ? 1 : newest(left, right);
    };
    return {
        needsYou: all.filter((notice) => notice.needsYou).sort(soonest),
        others: all.filter((notice) => !notice.needsYou).sort(newest),
    };
}

/** What was read: everything up to a time, and some since. */
export interface ReadUp {
    readonly upTo: string;
    readonly keys: readonly string[];
}

export const NOTHING_READ: ReadUp = { upTo: "", keys: [] };

/** What was kept, or nothing where it is something else. */
export function asReadUp(text: string | null): ReadUp {
    try {
        const value = JSON.parse(text ?? "null") as Partial<ReadUp> | null;
        if (typeof value?.upTo !== "string" || !Array.isArray(value.keys)) return NOTHING_READ;
        return { upTo: value.upTo, keys: value.keys.filter((key) => typeof key === "string") };
    } catch {
        return NOTHING_READ;
    }
}

export function isUnread(notice: Notice, read: ReadUp): boolean {
    return notice.at > read.upTo && !read.keys.includes(notice.key);
}

export function withRead(read: ReadUp, notice: Notice): ReadUp {
    return isUnread(notice, read) ? { ...read, keys: [...read.keys, notice.key] } : read;
}

/** All of these, and whatever is older. */
export function withAllRead(read: ReadUp, notices: readonly Notice[]): ReadUp {
    const last = notices.reduce((latest, notice) => (notice.at > latest ? notice.at : latest), read.upTo);
    return { upTo: last, keys: [] };
}
