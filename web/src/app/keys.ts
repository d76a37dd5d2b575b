/**
 * What keys call: a command of one key, or of several one after the other.
 *
 * In: the commands that count, the keys before, the key now. Out: the command, or what is kept of a sequence that has begun. Invariants: a whole
 * sequence goes before the command of its last key alone; a sequence that leads nowhere calls nothing.
 */

/** Where a command belongs in the overview of keys. */
export type Place = "between" | "lists" | "everywhere" | "here";

export interface Command {
    /** Keys in order, such as `g d`, or one such as `e`. Empty: only in the palette. */
    readonly keys: string;
    readonly name: string;
    readonly place: Place;
    readonly run: () => void;
}

/** The command, or the keys that are waited upon. Of two commands with the same keys the later one counts: it is that of the screen. */
export function called<One extends Pick<Command, "keys">>(
    commands: readonly One[],
    before: string,
    key: string,
): { readonly command: One | null; readonly kept: string } {
    const keys = before === "" ? key : `${before} ${key}`;
    const begins = (of: string) => commands.some((command) => command.keys.startsWith(`${of} `));
    if (begins(keys)) return { command: null, kept: keys };
    const command = commands.findLast((each) => each.keys === keys) ?? null;
    return { command, kept: command === null && before !== "" && begins(key) ? key : "" };
}

/** What is told of a key that was pressed. */
export interface Pressed {
    readonly key: string;
    readonly ctrlKey: boolean;
    readonly metaKey: boolean;
    readonly altKey: boolean;
    readonly isComposing: boolean;
    /** It is held down, and comes again by itself. */
    readonly repeat: boolean;
}

/** Keys that may be held down. */
const HELD = new Set(["j", "k"]);

/** Whether a key may call a command: no other key is held with it but Shift, and no letter is being put together of several keys. */
export function isPlainKey(of: Pressed): boolean {
    if (of.ctrlKey || of.metaKey || of.altKey || of.isComposing) return false;
    return !of.repeat || HELD.has(of.key);
}
