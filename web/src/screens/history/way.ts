/**
 * The way of a proposal from state to state, out of its records.
 *
 * In: records in order. Out: one step per transition, with who decided and in which words. A record that can't be read is no step.
 */
import type { RecordView } from "../../api/history";
import { ACTORS } from "../../text/codes";

export interface Step {
    readonly record: number;
    readonly at: string;
    readonly from: string;
    readonly to: string;
    readonly rejection: string | null;
    /** Id of the person who decided; none where the program did. */
    readonly person: string | null;
    readonly words: string | null;
}

interface Body {
    readonly from?: string;
    readonly to?: string;
    readonly reason?: string;
    readonly words?: string;
}

export function read(record: RecordView): Body | null {
    try {
        const body: unknown = JSON.parse(record.body ?? "");
        return typeof body === "object" && body !== null ? body : null;
    } catch {
        return null;
    }
}

export function way(records: readonly RecordView[]): Step[] {
    const words = records.findLast((record) => record.kind === "rejection");
    return records.flatMap((record) => {
        const body = record.kind === "move" || record.kind === "approval" ? read(record) : null;
        if (!body?.from || !body.to) return [];
        const isRejection = body.to === "Rejected";
        const said = isRejection && words ? (read(words)?.words ?? null) : null;
        return [
            {
                record: record.record,
                at: record.at,
                from: body.from,
                to: body.to,
                rejection: isRejection ? (body.reason ?? null) : null,
                person: record.actor && !Object.hasOwn(ACTORS, record.actor) ? record.actor : null,
                words: said,
            },
        ];
    });
}
