/**
 * The columns of the table of households: name, width, how one sorts by it, and what a cell holds.
 *
 * Widths are fixed, so that nothing moves when figures change. A column of which nothing is known is not shown.
 */
import type { ReactNode } from "react";
import { BandMicro } from "../../graphics/drift-band";
import { linear, px } from "../../graphics/scale";
import { stateInWords } from "../../parts/state-pill";
import { change, dollars, percent, size, type Decimal } from "../../text/figures";
import { duration } from "../../text/times";
import type { Columns, Kind } from "./columns";
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
        <span className={`state ${style}`}>
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
        cell: (columns, at) => columns.name[at],
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
        width: 164,
        sort: "use",
        cell: (columns, at) => <Use of={columns.use[at] ?? null} isSided={columns.isSided} />,
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
];

/** Columns of which something is known. */
export function shownColumns(columns: Columns): readonly Column[] {
    return COLUMNS.filter((column) => column.isKnown?.(columns) ?? true);
}

function age(seconds: number | null | undefined): string {
    return typeof seconds === "number" ? duration(seconds * 1000) : "—";
}

/** How much of the widest used band is used: drawn, and as a percent. */
export function Use({ of, isSided }: { readonly of: Decimal | null; readonly isSided: boolean }) {
    if (of === null) return <span className="faint">Not measured</span>;
    return (
        <span className="use">
            {isSided ? <BandMicro use={Number(of)} /> : <OneSide use={Number(size(of))} />}
            <span className={Number(size(of)) > 1 ? "strong" : "quiet"}>{percent(size(of), 0)}</span>
        </span>
    );
}

/** The same where it is not known on which side of the target: from the target to the edge of the band, and past it. */
function OneSide({ use }: { readonly use: number }) {
    const x = linear(0, 1.9, 90);
    const at = x(Math.min(use, 1.9));
    return (
        <svg className="micro one-side" width={96} height={16} aria-hidden="true">
            <rect className="band" x={1} width={px(x(1))} y={4} height={8} rx={2} />
            <line className="target" x1={1} x2={1} y1={1} y2={15} />
            {use > 1 ? (
                <>
                    <rect className="ink" x={px(x(1))} y={6} width={px(Math.max(0, at - x(1) - 6))} height={4} />
                    <path className="ink" d={`M${px(at + 2)} 8L${px(at - 7)} 2V14Z`} />
                    {use > 1.9 ? <path className="ink" d={`M${px(at - 5)} 8L${px(at - 14)} 2V14Z`} /> : null}
                </>
            ) : (
                <circle className="dot" cx={px(Math.max(5, at))} cy={8} r={4} />
            )}
            <line className="edge" x1={px(x(1) + 1)} x2={px(x(1) + 1)} y1={2} y2={14} />
        </svg>
    );
}
