/**
 * What the controls of the preferences share: the draft, what stood before, what is wrong, and how to change it.
 *
 * Invariant: controls hold nothing of their own; what is typed wrong stands in the draft as it was typed.
 */
import { createContext, use, useMemo, type ReactNode } from "react";
import { fieldId, withValueOf, type Change } from "./changes";
import { settingIn, withSetting, type Setting, type Slot } from "./tokens";
import type { Fault } from "./faults";
import type { Facts } from "./facts";
import type { Wanted } from "./wanted";

export interface Editing {
    readonly draft: Wanted;
    readonly saved: Wanted;
    readonly facts: Facts;
    readonly faults: readonly Fault[];
    readonly changed: ReadonlyMap<string, Change>;
    readonly change: (next: Wanted) => void;
    /** Puts a setting of the tokens, or takes it out. */
    readonly put: (slot: Slot, setting: Setting | null) => void;
    readonly undo: (key: string) => void;
}

const EditingContext = createContext<Editing | null>(null);

export function useEditing(): Editing {
    const editing = use(EditingContext);
    if (!editing) throw new Error("a control of the preferences stands outside of the preferences");
    return editing;
}

export function EditingProvider(given: {
    readonly draft: Wanted;
    readonly saved: Wanted;
    readonly facts: Facts;
    readonly faults: readonly Fault[];
    /** What differs between the two. */
    readonly edits: readonly Change[];
    readonly change: (next: Wanted) => void;
    readonly children: ReactNode;
}) {
    const { draft, saved, facts, faults, edits, change } = given;
    const editing = useMemo<Editing>(
        () => ({
            draft,
            saved,
            facts,
            faults,
            change,
            changed: new Map(edits.map((each) => [each.key, each])),
            put: (slot, setting) => change({ ...draft, tokens: withSetting(draft.tokens, slot, setting) }),
            undo: (key) => change(withValueOf(draft, key, saved)),
        }),
        [draft, saved, facts, faults, edits, change],
    );
    return <EditingContext value={editing}>{given.children}</EditingContext>;
}

/** The setting in a slot, as the draft has it. */
export function useSetting(slot: Slot): Setting | null {
    return settingIn(useEditing().draft.tokens, slot);
}

/** That a value differs from what is saved, with a way back. */
export function Edited({ of }: { readonly of: string }) {
    const { changed, undo } = useEditing();
    const change = changed.get(of);
    if (!change) return null;
    return (
        <span className="edited small">
            <span>
                <span className="unseen">edited, </span>was <span className="nowrap">{change.before}</span>
            </span>
            <button type="button" className="undo" aria-label={`Undo: ${change.name}`} onClick={() => undo(of)}>
                Undo
            </button>
        </span>
    );
}

/** What is wrong at a field, in words. */
export function FieldFault({ id }: { readonly id: string }) {
    const messages = useEditing().faults.filter((fault) => fault.field === id);
    if (messages.length === 0) return null;
    return (
        <p className="fault small" id={`${id}-fault`}>
            {messages.map((fault) => fault.message).join(" ")}
        </p>
    );
}

/** The attributes of a field that may be wrong. */
export function useField(key: string) {
    const id = fieldId(key);
    const isWrong = useEditing().faults.some((fault) => fault.field === id);
    return { id, ...(isWrong ? { "aria-invalid": true, "aria-describedby": `${id}-fault` } : {}) };
}
