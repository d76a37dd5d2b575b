/**
 * JSON that is edited without touching the rest of it.
 *
 * In: JSON text and edits by path. Out: the text with just those values replaced, added or taken out. Invariant: every byte outside of an edit
 * is what it was, so a number keeps every digit that it has.
 */

/** Names of members and places in lists, from the outside in. */
export type Path = readonly (string | number)[];

export interface Member {
    readonly name: string;
    readonly from: number;
    readonly value: Tree;
}

interface Span {
    readonly from: number;
    readonly to: number;
}

/** A value with the place where it stands. */
export type Tree = Span &
    (
        | { readonly kind: "object"; readonly members: readonly Member[] }
        | { readonly kind: "array"; readonly items: readonly Tree[] }
        | { readonly kind: "string"; readonly value: string }
        | { readonly kind: "number"; readonly source: string }
        | { readonly kind: "word"; readonly value: boolean | null }
    );

/** What is to stand at a path, as JSON; nothing takes the member out. */
export interface Edit {
    readonly path: Path;
    readonly json: string | undefined;
}

const STRING = /"(?:[^"\\]|\\.)*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORDS = [
    ["true", true],
    ["false", false],
    ["null", null],
] as const;

/** The texts that were read last: a document is read again and again while it is edited, and it may be large. */
const lately = new Map<string, Tree>();
const LATELY = 4;

/** JSON text with the place of every value, or an exception that says where it is none. */
export function read(text: string): Tree {
    const tree = lately.get(text) ?? parsed(text);
    // What is read again is the last again, so that the document is not dropped for texts that nobody comes back to.
    lately.delete(text);
    lately.set(text, tree);
    const [oldest] = lately.keys();
    if (lately.size > LATELY && oldest !== undefined) lately.delete(oldest);
    return tree;
}

function parsed(text: string): Tree {
    let at = 0;
    const fail = (): never => {
        const line = text.slice(0, at).split("\n").length;
        if (text.slice(at).trim() === "") throw new SyntaxError("this is no JSON: it ends before it is complete");
        throw new SyntaxError(`this is no JSON: line ${line} can't be read from \`${text.slice(at, at + 20)}\` on`);
    };
    const blank = () => {
        for (;;) {
            const sign = text.charCodeAt(at);
            if (sign !== 32 && sign !== 10 && sign !== 13 && sign !== 9) return;
            at += 1;
        }
    };
    const take = (sign: string) => {
        blank();
        if (text[at] !== sign) fail();
        at += 1;
    };
    const next = (sign: string) => {
        blank();
        if (text[at] !== sign) return false;
        at += 1;
        return true;
    };
    const match = (kind: RegExp): string => {
        kind.lastIndex = at;
        const [found] = kind.exec(text) ?? fail();
        at += found.length;
        return found;
    };
    const object = (from: number): Tree => {
        const members: Member[] = [];
        if (!next("}")) {
            do {
                blank();
                const begin = at;
                const name = JSON.parse(match(STRING)) as string;
                take(":");
                members.push({ name, from: begin, value: value() });
            } while (next(","));
            take("}");
        }
        return { kind: "object", members, from, to: at };
    };
    const array = (from: number): Tree => {
        const items: Tree[] = [];
        if (!next("]")) {
            do items.push(value());
            while (next(","));
            take("]");
        }
        return { kind: "array", items, from, to: at };
    };
    const value = (): Tree => {
        blank();
        const from = at;
        const sign = text[at] ?? "";
        if (next("{")) return object(from);
        if (next("[")) return array(from);
        if (sign === '"') return { kind: "string", value: JSON.parse(match(STRING)) as string, from, to: at };
        for (const [word, means] of WORDS) {
            if (sign !== word[0] || !text.startsWith(word, at)) continue;
            at += word.length;
            return { kind: "word", value: means, from, to: at };
        }
        return { kind: "number", source: match(NUMBER), from, to: at };
    };
    const whole = value();
    blank();
    if (at < text.length) fail();
    return whole;
}

/** What stands at a path, if anything does. */
export function at(tree: Tree | undefined, ...path: Path): Tree | undefined {
    let here = tree;
    for (const step of path) {
        if (here?.kind === "object") here = here.members.find((each) => each.name === step)?.value;
        else if (here?.kind === "array" && typeof step === "number") here = here.items[step];
        else return undefined;
    }
    return here;
}

/** The text of a string, if it is one. */
export function words(tree: Tree | undefined): string | undefined {
    return tree?.kind === "string" ? tree.value : undefined;
}

/** The digits of a number, or of a number that is written as a string. */
export function digits(tree: Tree | undefined): string | undefined {
    if (tree?.kind === "number") return tree.source;
    return tree?.kind === "string" ? tree.value : undefined;
}

/** The things in a list; none where it is no list. */
export function items(tree: Tree | undefined): readonly Tree[] {
    return tree?.kind === "array" ? tree.items : [];
}

/** The members of an object; none where it is none. */
export function members(tree: Tree | undefined): readonly Member[] {
    return tree?.kind === "object" ? tree.members : [];
}

/** The text after edits of different values, none inside another. A list can't be made longer by its place: give the whole list. */
export function edited(text: string, edits: readonly Edit[]): string {
    const there = read(text);
    const rest = edits.filter((edit) => edit.json === undefined || !at(there, ...edit.path));
    let now = replaced(text, there, edits);
    // What is put in or taken out moves everything behind it: each on a reading of its own.
    for (const edit of rest) now = one(now, edit);
    return now;
}

/** What is there already and is to be something else: all of it on one reading, from the beginning to the end. */
function replaced(text: string, whole: Tree, edits: readonly Edit[]): string {
    const spans = edits.flatMap(({ path, json }) => {
        const there = json === undefined ? undefined : at(whole, ...path);
        return there && json !== undefined ? [{ from: there.from, to: there.to, json }] : [];
    });
    spans.sort((left, right) => left.from - right.from);
    const parts: string[] = [];
    let behind = 0;
    for (const { from, to, json } of spans) {
        parts.push(text.slice(behind, from), json);
        behind = to;
    }
    return [...parts, text.slice(behind)].join("");
}

function one(text: string, { path, json }: Edit): string {
    let here = read(text);
    for (const [depth, step] of path.entries()) {
        const inside = at(here, step);
        if (inside) {
            if (json === undefined && depth === path.length - 1) return without(text, here, step);
            here = inside;
            continue;
        }
        if (json === undefined) return text;
        if (here.kind !== "object") throw new Error(`nothing can be put at \`${path.slice(0, depth + 1).join(".")}\``);
        const wrapped = path.slice(depth + 1).reduceRight((body, name) => `{${JSON.stringify(name)}: ${body}}`, json);
        return added(text, here, `${JSON.stringify(step)}: ${wrapped}`);
    }
    if (json === undefined) return text;
    return `${text.slice(0, here.from)}${json}${text.slice(here.to)}`;
}

/** A member more, set like the last one. */
function added(text: string, into: Tree & { kind: "object" }, member: string): string {
    const last = into.members.at(-1);
    if (!last) return `${text.slice(0, into.from)}{${member}}${text.slice(into.to)}`;
    const gap = /[ \t\r\n]*$/.exec(text.slice(0, last.from))?.[0] ?? "";
    const end = last.value.to;
    return `${text.slice(0, end)},${gap}${member}${text.slice(end)}`;
}

/** A member or thing less, with its comma. */
function without(text: string, from: Tree, step: string | number): string {
    const spans: readonly Span[] =
        from.kind === "object"
            ? from.members.map((each) => ({ from: each.from, to: each.value.to }))
            : from.kind === "array"
              ? from.items
              : [];
    const place = from.kind === "object" ? from.members.findIndex((each) => each.name === step) : Number(step);
    const gone = spans[place];
    if (!gone) return text;
    const before = spans[place - 1];
    const after = spans[place + 1];
    if (before) return `${text.slice(0, before.to)}${text.slice(gone.to)}`;
    if (after) return `${text.slice(0, gone.from)}${text.slice(after.from)}`;
    return `${text.slice(0, gone.from)}${text.slice(gone.to)}`;
}
