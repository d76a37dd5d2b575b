/**
 * What the files of a broker make, as rows to go on with.
 *
 * In: the answer of the program. Out: a {@link Book}, and what is to be known. Invariants: a class that nobody has said is asked for and not
 * guessed; targets that were only copied from what is held are none.
 */
import type { Schemas } from "../../api/client";
import { count, several } from "../../text/figures";
import { CASH } from "../preferences/facts";
import { bookOf, completed, type Book } from "./book";

export type Imported = Schemas["Imported"];

export const FORMATS = [
    { id: "schwab", name: "Charles Schwab", files: "Positions, and Lot Details of each holding, all at once" },
    { id: "ibkr_flex", name: "Interactive Brokers", files: "an activity Flex query, as XML" },
    { id: "csv", name: "A table of lots", files: "CSV with the names of its columns on top" },
] as const;

/** The rows that an import makes; nothing where something stands against it. */
export function bookOfImport(imported: Imported, today: string): Book | null {
    if (!imported.document) return null;
    const book = bookOf(imported.document, today);
    const isMissing = (code: string, of: string) =>
        imported.missing.some((each) => each.code === code && each.of === of);
    const securities = book.securities.map((row) => (isMissing("class", row.ticker) ? { ...row, class: "" } : row));
    const isCopied = imported.missing.some((each) => each.code === "targets");
    const targets = isCopied ? [{ name: CASH, source: null, typed: "" }] : book.targets;
    return completed({ ...book, securities, targets });
}

export interface Against {
    /** What to send along so that it goes on, where anything does. */
    readonly accept: "skip_unsupported" | "accept_differences" | null;
    readonly title: string;
    readonly lines: readonly string[];
    /** What going on means. */
    readonly button: string;
}

/** What stands against a document, each with the way on. */
export function standsAgainst(imported: Imported): readonly Against[] {
    const all: Against[] = [];
    if (imported.faults.length > 0) {
        const place = (fault: Imported["faults"][number]) =>
            [fault.file, fault.row ? `row ${count(fault.row)}` : "", fault.column ? `column ${fault.column}` : ""]
                .filter((part) => part !== "")
                .join(", ");
        all.push({
            accept: null,
            title: `${several(imported.faults.length, "thing")} could not be read`,
            lines: imported.faults.map((fault) => `${place(fault)}: ${fault.message}`),
            button: "",
        });
    }
    if (imported.document) return all;
    if (imported.unsupported.length > 0) {
        all.push({
            accept: "skip_unsupported",
            title: "This is held and can’t be planned with",
            lines: imported.unsupported,
            button: "Go on without it",
        });
    }
    if (imported.differences.length > 0) {
        all.push({
            accept: "accept_differences",
            title: "The files disagree",
            lines: imported.differences.map(
                ({ account, ticker, compared, stated, found }) =>
                    `${account}${ticker ? `, ${ticker}` : ""}: ${compared} is ${stated} by the positions and ${found} by the lots`,
            ),
            button: "Go on: the lots count",
        });
    }
    return all;
}

/** What somebody should know or say, in words. Notes that name a flag of the command line say again what is missing. */
export function notesOf(imported: Imported): readonly string[] {
    const classless = imported.missing.filter((each) => each.code === "class").map((each) => each.of);
    return [
        ...(classless.length > 0 ? [`The class of ${classless.join(", ")} is asked for in the next step.`] : []),
        ...imported.missing.flatMap(({ code, of, words }) => {
            if (code === "class") return [];
            if (code === "targets") return ["The files name no targets: they are set in the third step."];
            return [of === "" ? words : `${of}: ${words}`];
        }),
        ...imported.notes.filter((note) => !note.includes("`--")),
    ];
}
