/**
 * What plain words were taken to mean, as changes of settings that a person accepts or not.
 *
 * In: the answer of the program and the tokens at that time. Out: rows with old and new, and the tokens with those that were accepted. Invariants:
 * nothing is changed that was not accepted; a row whose setting was edited since asks for a choice.
 */
import type { Schemas } from "../../api/client";
import {
    isSame,
    nameOf,
    settingIn,
    shown,
    slotsOf,
    withSetting,
    withVerbatim,
    type Setting,
    type Slot,
} from "./tokens";

export type Meaning = Schemas["MeaningView"];

export interface Row {
    readonly slot: Slot;
    readonly name: string;
    /** The words that it comes from. */
    readonly words: string;
    readonly token: string;
    readonly setting: Setting | null;
    readonly before: string;
    readonly after: string;
}

/** A choice about a row; none yet where somebody has to make one. */
export type Choice = "accept" | "reject" | undefined;

const text = (setting: Setting | null) => (setting ? shown(setting) : "not set");

/** One row for each setting that the words name. */
export function rowsOf(meaning: Meaning, tokens: readonly string[]): readonly Row[] {
    return meaning.understood.flatMap(({ token, words }) =>
        slotsOf(token).map(({ slot, setting }) => ({
            slot,
            name: setting ? nameOf(setting) : `\`${token}\``,
            words,
            token,
            setting,
            before: setting ? text(settingIn(tokens, slot)) : tokens.includes(token) ? "on" : "not set",
            after: setting ? shown(setting) : "on",
        })),
    );
}

/** Whether what a row would set is so already. */
export function isSet(row: Row, tokens: readonly string[]): boolean {
    if (!row.setting) return tokens.includes(row.token);
    return isSame(settingIn(tokens, row.slot), row.setting);
}

/** Whether somebody has edited the setting of a row since the words were read. */
export function isChangedSince(row: Row, then: readonly string[], now: readonly string[]): boolean {
    return !isSame(settingIn(then, row.slot), settingIn(now, row.slot));
}

/** The tokens with a row's setting. */
export function accepted(tokens: readonly string[], row: Row): readonly string[] {
    return row.setting ? withSetting(tokens, row.slot, row.setting) : withVerbatim(tokens, row.token);
}

/** The settings that several of the rows would set, each to something else, by their names. */
export function contested(rows: readonly Row[]): readonly string[] {
    const clash = rows.filter((row) =>
        rows.some((other) => other !== row && other.slot === row.slot && !isSame(other.setting, row.setting)),
    );
    return [...new Set(clash.map((row) => row.name))];
}

/** Sentences to begin with. */
export const EXAMPLES = [
    "Keep at least $10,000 in cash.",
    "No tobacco and no weapons, please.",
    "Realise losses up to 3,000 dollars, but no short-term gains.",
    "Leave trades below $500 alone.",
    "No more than 5% in any one stock.",
] as const;
