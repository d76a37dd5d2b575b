/**
 * A model portfolio that is being edited: its name, what it is for, and the weights of its classes.
 *
 * In: what is published, or a household's target to begin with; what is typed. Out: the target as JSON, what is wrong with it and where. Invariants: a
 * weight that nobody typed keeps every digit; weights by security and the securities that it brings go along as they were given.
 */
import type { Problem } from "../../api/client";
import type { KeptModel } from "../../api/model-portfolios";
import { compared, isZero, percent, type Decimal } from "../../text/figures";
import { fieldId } from "../preferences/changes";
import { sumInWords, SUM_FIELD, type Fault } from "../preferences/faults";
import { fraction, isWhole, total, wantedOf, type Entry } from "../preferences/wanted";

export interface ModelDraft {
    readonly name: string;
    /** What it is for. */
    readonly about: string;
    readonly entries: readonly Entry[];
}

/** Longest name and words, characters, as the program has it. */
export const NAME_MAX = 100;
export const ABOUT_MAX = 2000;
export const NAME_FIELD = "model-name";
/** Where what belongs to no class is told. */
export const CLASSES_FIELD = "model-classes";

export const NOTHING: ModelDraft = { name: "", about: "", entries: [] };

const entryOf = (name: string, part: Decimal): Entry => ({ name, source: JSON.stringify(part), typed: null });

/** What is published, to be edited. */
export function draftOf({ model }: KeptModel): ModelDraft {
    const entries = Object.entries(model.target.target_allocation).map(([name, part]) => entryOf(name, part));
    return { name: model.name, about: model.about, entries };
}

/** The target of a household's document, to begin with: the classes that it wants anything of. */
export function entriesOfDocument(text: string): {
    readonly entries: readonly Entry[];
    readonly hasSecurities: boolean;
} {
    const { wanted } = wantedOf(text);
    return {
        entries: wanted.targets
            .filter((each) => !isZero(fraction(each) ?? "0"))
            .map((each) => ({ ...each, name: each.name.replaceAll("_", " ") })),
        hasSecurities: (wanted.securities ?? []).length > 0,
    };
}

/** The entries with one more class; the same where it is there, however it is written. */
export function withClass(entries: readonly Entry[], typed: string): readonly Entry[] {
    const name = typed.trim().replaceAll("_", " ");
    if (name === "" || entries.some((each) => same(each.name, name))) return entries;
    return [...entries, { name, source: null, typed: "" }];
}

const same = (left: string, right: string) =>
    left.replaceAll("_", " ").toLowerCase() === right.replaceAll("_", " ").toLowerCase();

/** What is wanted, as JSON: what is wanted at 0 is not named. */
export function targetOf(draft: ModelDraft, kept: KeptModel | null): string {
    const classes = draft.entries.flatMap((each) => {
        const part = fraction(each) ?? "0";
        return isZero(part) ? [] : [`${JSON.stringify(each.name)}: ${JSON.stringify(part)}`];
    });
    const bySecurity = kept?.model.target.security_targets ?? {};
    return `{${[
        ...(classes.length > 0 ? [`"target_allocation": {${classes.join(", ")}}`] : []),
        ...(Object.keys(bySecurity).length > 0 ? [`"security_targets": ${JSON.stringify(bySecurity)}`] : []),
        ...(kept && kept.securities.replace(/\s/g, "") !== "[]" ? [`"securities": ${kept.securities}`] : []),
    ].join(", ")}}`;
}

/** Whether it has weights of securities alone, which this page shows and does not edit. */
export function isBySecurityAlone(kept: KeptModel | null): boolean {
    if (!kept) return false;
    const { target_allocation: classes, security_targets: securities } = kept.model.target;
    return Object.keys(classes).length === 0 && Object.keys(securities).length > 0;
}

/** How many things differ from what is published. */
export function editsOf(before: ModelDraft, after: ModelDraft): number {
    const parts = (of: ModelDraft) => new Map(of.entries.map((each) => [each.name, fraction(each)]));
    const [old, now] = [parts(before), parts(after)];
    const moved = [...new Set([...old.keys(), ...now.keys()])].filter((name) => {
        const [left, right] = [old.get(name) ?? "0", now.get(name)];
        // What is typed wrong is an edit as well.
        return right === null || compared(left, right ?? "0") !== 0 || old.has(name) !== now.has(name);
    });
    return moved.length + Number(before.name !== after.name) + Number(before.about !== after.about);
}

/** What is wrong with a draft as far as the page can tell. */
export function faultsOf(draft: ModelDraft, kept: KeptModel | null): readonly Fault[] {
    const faults: Fault[] = [];
    if (draft.name.trim() === "") faults.push({ field: NAME_FIELD, name: "Name", message: "Give it a name." });
    else if ([...draft.name.trim()].length > NAME_MAX) {
        faults.push({ field: NAME_FIELD, name: "Name", message: `Give it a name of at most ${NAME_MAX} characters.` });
    }
    if (isBySecurityAlone(kept)) return faults;
    if (draft.entries.length === 0) {
        faults.push({
            field: CLASSES_FIELD,
            name: "Classes",
            message: "Add a class, or begin with a household’s target.",
        });
        return faults;
    }
    for (const entry of draft.entries) {
        const part = fraction(entry);
        if (part !== null && compared(part, "1") <= 0) continue;
        const message = `Give a percentage from 0 to ${percent("1", 0)}, such as 12.5.`;
        faults.push({ field: fieldId(`target|${entry.name}`), name: `Target of ${entry.name}`, message });
    }
    const parts = total(draft.entries);
    if (!isWhole(parts)) {
        const message = `They have to sum to 100%, and are ${sumInWords(parts)}.`;
        faults.push({ field: SUM_FIELD, name: "Targets", message });
    }
    return faults;
}

/** A refusal of the server at its field; nothing where it belongs to no field of the page. */
export function faultsOfRefusal(problem: Problem, draft: ModelDraft): readonly Fault[] {
    if (problem.status !== 422) return [];
    const path = problem.path ?? "";
    const name = /^target\.target_allocation\.(.+)$/.exec(path)?.[1];
    const entry = name === undefined ? undefined : draft.entries.find((each) => same(each.name, name));
    if (entry) {
        const field = fieldId(`target|${entry.name}`);
        return [{ field, name: `Target of ${entry.name}`, message: problem.detail }];
    }
    if (path === "target.target_allocation") return [{ field: SUM_FIELD, name: "Targets", message: problem.detail }];
    return [];
}
