/**
 * Which alternative of a plan is looked at, as it stands in the address.
 *
 * In: the address, and what can be chosen among. Out: the place of the alternative. Invariants: without a word in the address it is the plan at hand;
 * a word that nothing is called by is told and changes nothing.
 */

export interface ProposalSearch {
    /** Its id, or something that it is foremost in, such as `least_tax`. */
    readonly alternative?: string;
}

/** What the address says, without what nobody understands. */
export function asProposalSearch(search: Record<string, unknown>): ProposalSearch {
    const { alternative } = search;
    return typeof alternative === "string" && alternative !== "" ? { alternative } : {};
}

interface Named {
    readonly id: string;
    readonly kinds: readonly string[];
}

/** The place of what the address names: by its id, else by what it is foremost in, so that a link lasts where two become one plan. -1 is none. */
export function placeOf(items: readonly Named[], { alternative }: ProposalSearch): number {
    if (alternative === undefined) return items.length > 0 ? 0 : -1;
    const at = items.findIndex((each) => each.id === alternative);
    return at >= 0 ? at : items.findIndex((each) => each.kinds.includes(alternative));
}

/** The address of one of them; that of the plan at hand says nothing. */
export function addressOf(items: readonly Named[], id: string): ProposalSearch {
    return items[0]?.id === id ? {} : { alternative: id };
}
