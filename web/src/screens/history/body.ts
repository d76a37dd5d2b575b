/**
 * The body of a record as a person reads it.
 *
 * In: text as it was recorded. Out: JSON with indents, every digit kept, or the text as it is; prompts and replies in order.
 */
import type { RecordView } from "../../api/history";

/** JSON with line breaks and indents; strings and numbers stand exactly as they were recorded. */
export function pretty(text: string): string {
    try {
        JSON.parse(text);
    } catch {
        return text;
    }
    let out = "";
    let depth = 0;
    let isText = false;
    const line = () => `\n${"  ".repeat(depth)}`;
    for (let at = 0; at < text.length; at += 1) {
        const sign = text[at] ?? "";
        if (isText) {
            out += sign;
            if (sign === "\\") out += text[(at += 1)] ?? "";
            else if (sign === '"') isText = false;
        } else if (sign === '"') {
            isText = true;
            out += sign;
        } else if (sign === "{" || sign === "[") {
            const end = sign === "{" ? "}" : "]";
            const rest = /^\s*/.exec(text.slice(at + 1))?.[0].length ?? 0;
            if (text[at + 1 + rest] === end) {
                out += sign + end;
                at += 1 + rest;
            } else {
                depth += 1;
                out += sign + line();
            }
        } else if (sign === "}" || sign === "]") {
            depth -= 1;
            out += line() + sign;
        } else if (sign === ",") out += sign + line();
        else if (sign === ":") out += ": ";
        else if (!/\s/.test(sign)) out += sign;
    }
    return out;
}

export interface Message {
    readonly record: number;
    readonly at: string;
    readonly kind: "prompt" | "reply" | "findings";
    readonly number: number | null;
    readonly actor: string | null;
    /** What was said, part by part; a prompt has a part per role. */
    readonly parts: readonly { readonly role: string; readonly text: string }[];
}

const KINDS: Readonly<Record<string, Message["kind"]>> = {
    prompt: "prompt",
    reply: "reply",
    reply_findings: "findings",
};

/** What models were sent, what they answered, and what was found in it. */
export function messages(records: readonly RecordView[]): Message[] {
    let number: number | null = null;
    return records.flatMap((record) => {
        const kind = KINDS[record.kind];
        if (!kind) return [];
        const body = record.body ?? "";
        const value = parsed(body);
        if (kind === "prompt" && typeof value?.["number"] === "number") number = value["number"];
        const list: unknown = value?.["messages"];
        const parts =
            kind === "prompt" && Array.isArray(list)
                ? list.map((each: { role?: unknown; content?: unknown; text?: unknown }) => ({
                      role: String(each.role ?? "message"),
                      text: asText(each.content ?? each.text ?? each),
                  }))
                : [{ role: kind, text: (record.body ?? null) === null ? "This was erased." : pretty(body) }];
        return [{ record: record.record, at: record.at, kind, number, actor: record.actor ?? null, parts }];
    });
}

function asText(value: unknown): string {
    return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function parsed(text: string): Record<string, unknown> | null {
    try {
        const value: unknown = JSON.parse(text);
        return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
    } catch {
        return null;
    }
}
