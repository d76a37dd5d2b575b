/**
 * The columns of the table of households: name, width, how one sorts by it, and what a cell holds.
 *
 * Widths are fixed, so that nothing moves when figures change. A column of which nothing is known is not shown.
 */
import type { ReactNode } from "react";
import type { Columns, Kind } from "../../api/columns";
import { BandMicro } from "../../graphics/drift-band";
import { stateInWords } from "../../parts/state-pill";
import { change, dollars, percent, size, type Decimal } from "../../text/figures";
import { duration } from "../../text/times";
import type { SortBy } from "./view";

export interface Column {
    readonly id: string;
    readonly name: string;
    readonly width: number;
    readonly sort?: SortBy;
    readonly isNumber?: boolean;
    readonly cell: (columns: Columns, at: number) => ReactNode;
    readonly isKnown?: (columns: Columns) => boolean;
}

const KIND_LOOKS: Readonly<Record<Kind, readonly [sign: string, words: string, style: string]>> = {
    failed: ["✕", "Not fully executed", "danger strong"],
    waiting: ["●", "Waits for approval", "strong"],
    out: ["▲", "Outside, no plan", "strong"],
    unmeasured: ["?", "Not measured", "warn"],
    busy: ["▸", "Under way", ""],
    paused: ["‖", "Paused", "quiet"],
    inside: ["·", "In its bands", "quiet"],
};

/** The words of a kind, for chips. */
export function kindInWords(kind: string): string {
    return KIND_LOOKS[kind as Kind]?.[1] ?? kind;
}

/** Icon and word of what a household is in. */
export function State({ columns, at }: { readonly columns: Columns; readonly at: number }) {
    const kind = columns.kind[at] ?? "inside";
    const [sign, words, style] = KIND_LOOKS[kind];
    return (
        <span className={`state ${style}`} title={columns.state[at] ?? undefined}>
            <span aria-hidden="true">{sign}</span> {kind === "busy" ? stateInWords(columns.state[at] ?? "") : words}
        </span>
    );
}

const some = (values: readonly unknown[]) => values.some((value) => value !== null);
const money = (value: Decimal | null | undefined, write: (value: Decimal) => string) =>
    value === null || value === undefined ? "—" : <span className="private">{write(value)}</span>;

export const COLUMNS: readonly Column[] = [
    {
        id: "name",
        name: "Household",
        width: 200,
        sort: "name",
        cell: (columns, at) => (
            <span className="cut" title={columns.name[at]}>
                {columns.name[at]}
            </span>
        ),
    },
    {
        id: "state",
        name: "State",
        width: 166,
        sort: "state",
        cell: (columns, at) => <State columns={columns} at={at} />,
    },
    {
        id: "worst",
        name: "Worst class",
        width: 140,
        sort: "worst",
        cell: (columns, at) => columns.worst[at] ?? "—",
        isKnown: (columns) => some(columns.worst),
    },
    {
        id: "use",
        name: "Band used",
        width: 212,
        sort: "use",
        cell: (columns, at) => <Use of={columns.use[at] ?? null} />,
    },
    {
        id: "out",
        name: "Outside",
        width: 76,
        sort: "out",
        isNumber: true,
        cell: (columns, at) => columns.out[at],
    },
    {
        id: "value",
        name: "Value",
        width: 116,
        sort: "value",
        isNumber: true,
        cell: (columns, at) => money(columns.value[at], dollars),
    },
    {
        id: "cash",
        name: "Cash",
        width: 104,
        sort: "cash",
        isNumber: true,
        cell: (columns, at) => money(columns.cash[at], dollars),
    },
    {
        id: "tax",
        name: "Tax so far",
        width: 112,
        sort: "tax",
        isNumber: true,
        cell: (columns, at) => money(columns.tax[at], change),
        isKnown: (columns) => some(columns.tax),
    },
    {
        id: "age",
        name: "Proposed",
        width: 120,
        sort: "age",
        isNumber: true,
        cell: (columns, at) => age(columns.age[at]),
        isKnown: (columns) => some(columns.age),
    },
    {
        id: "priced",
        name: "Oldest price",
        width: 128,
        sort: "priced",
        isNumber: true,
        cell: (columns, at) => age(columns.priced[at]),
        isKnown: (columns) => some(columns.priced),
    },
    {
        id: "follows",
        name: "Follows",
        width: 160,
        sort: "follows",
        cell: (columns, at) => (
            <span className="cut" title={columns.follows[at] ?? undefined}>
                {columns.follows[at] ?? "—"}
            </span>
        ),
        isKnown: (columns) => some(columns.follows),
    },
];

/** Columns of which something is known; who looks may hide all but the name. */
export function shownColumns(columns: Columns, hidden: ReadonlySet<string>): readonly Column[] {
    return COLUMNS.filter((column) => (column.isKnown?.(columns) ?? true) && !hidden.has(column.id));
}

function age(seconds: number | null | undefined): string {
    return typeof seconds === "number" ? duration(seconds * 1000) : "—";
}

/** How much of the widest used band is used: drawn, as a percent, and on which side. */
export function Use({ of }: { readonly of: Decimal | null }) {
    if (of === null) return <span className="faint">Not measured</span>;
    const used = Number(of);
    const side = Math.abs(used) <= 1 ? null : used > 0 ? "over" : "under";
    return (
        <span className="use">
            <BandMicro use={used} />
            <span className={side ? `strong ${side}` : "quiet"}>
                {percent(size(of), 0)}
                {side ? ` ${side}` : ""}
            </span>
        </span>
    );
}
