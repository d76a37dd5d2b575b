/**
 * The draft of a household's preferences, over the version of the document that it stands on.
 *
 * In: the document as the server has it, edits. Out: the draft, and what somebody else changed meanwhile. Invariant: a newer version never takes an
 * edit away: edits are put onto it, and where both changed the same a person chooses.
 */
import type { KeptDocument } from "../../api/documents";
import { changes, rebased, withValueOf, type Clash } from "./changes";
import { undecided, type Moved } from "./moved-notice";
import type { Facts } from "./facts";
import { wantedOf, type Wanted } from "./wanted";

export interface Draft {
    /** What the server has. */
    readonly base: KeptDocument;
    readonly saved: Wanted;
    readonly facts: Facts;
    readonly draft: Wanted;
    readonly moved: Moved | null;
    /** For clashes: what they want. */
    readonly theirs: Wanted | null;
}

/** A draft that nobody has touched. */
export function untouched(base: KeptDocument): Draft {
    const { wanted, facts } = wantedOf(base.text);
    return { base, saved: wanted, facts, draft: wanted, moved: null, theirs: null };
}

/** The draft on another version of the document. */
export function onto(state: Draft | null, base: KeptDocument): Draft {
    const fresh = untouched(base);
    if (!state || changes(state.saved, state.draft).length === 0) return fresh;
    const { draft, clashes, theirChanges } = rebased(state.saved, state.draft, fresh.saved);
    // What was not chosen before is still open, and what has clashed once is chosen anew.
    const open = undecided(state.moved).filter((old) => !clashes.some((clash) => clash.key === old.key));
    const moved = { version: base.version, theirChanges, clashes: [...open, ...clashes], chosen: {} };
    return { ...fresh, draft, moved, theirs: fresh.saved };
}

/** A choice between mine and theirs. */
export function chosen(state: Draft, clash: Clash, side: "mine" | "theirs", mine: Wanted): Draft {
    if (!state.moved || !state.theirs) return state;
    return {
        ...state,
        draft: withValueOf(state.draft, clash.key, side === "theirs" ? state.theirs : mine),
        moved: { ...state.moved, chosen: { ...state.moved.chosen, [clash.key]: side } },
    };
}
