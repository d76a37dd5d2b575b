/** Fields in the rows of tables, with what is wrong under the row. */
import type { ReactNode } from "react";
import { inWords, type Vocabulary } from "../../text/codes";
import { plainly, rowFieldId, type RowFault } from "./book";

interface Given {
    readonly row: string;
    readonly field: string;
    readonly label: string;
    readonly value: string;
    readonly faults: readonly RowFault[];
    readonly onChange: (value: string) => void;
}

function marks({ row, field, faults }: Pick<Given, "row" | "field" | "faults">) {
    const found = faults.filter((fault) => fault.row === row && fault.field === field);
    return {
        id: rowFieldId(row, field),
        ...(found.some((fault) => !fault.isNote) ? { "aria-invalid": true } : {}),
        ...(found.length > 0 ? { "aria-describedby": `${row}-faults` } : {}),
    };
}

export function TextCell(
    given: Given & {
        readonly type?: "text" | "date";
        readonly isNumber?: boolean;
        readonly list?: string;
        readonly onBlur?: () => void;
        readonly placeholder?: string;
    },
) {
    return (
        <input
            {...marks(given)}
            className={given.isNumber ? "input cell number" : "input cell"}
            type={given.type ?? "text"}
            inputMode={given.isNumber ? "decimal" : undefined}
            aria-label={given.label}
            autoComplete="off"
            list={given.list}
            placeholder={given.placeholder}
            value={given.value}
            onChange={(event) => given.onChange(event.target.value)}
            onBlur={() => {
                // Shown as it was understood.
                if (given.isNumber && plainly(given.value) !== given.value) given.onChange(plainly(given.value));
                given.onBlur?.();
            }}
        />
    );
}

export function ChoiceCell(given: Given & { readonly options: readonly string[]; readonly words?: Vocabulary }) {
    const options = given.options.includes(given.value) ? given.options : [...given.options, given.value];
    return (
        <select
            {...marks(given)}
            className="input cell"
            aria-label={given.label}
            value={given.value}
            onChange={(event) => given.onChange(event.target.value)}
        >
            {options.map((each) => (
                <option key={each} value={each}>
                    {(given.words ? inWords(given.words, each) : each) || "Choose…"}
                </option>
            ))}
        </select>
    );
}

/** What is wrong with a row, and what is worth knowing. */
export function RowFaults({
    row,
    faults,
    columns,
}: {
    readonly row: string;
    readonly faults: readonly RowFault[];
    readonly columns: number;
}) {
    const found = faults.filter((fault) => fault.row === row);
    if (found.length === 0) return null;
    return (
        <tr className="row-faults">
            <td colSpan={columns} id={`${row}-faults`}>
                {found.map((fault) => (
                    <p key={`${fault.field}${fault.message}`} className={`small ${fault.isNote ? "warn" : "fault"}`}>
                        {fault.isNote ? "⚠" : "✕"} {fault.message}
                    </p>
                ))}
            </td>
        </tr>
    );
}

/** A table that scrolls by itself. */
export function Rows({
    label,
    heads,
    children,
}: {
    readonly label: string;
    readonly heads: readonly string[];
    readonly children: ReactNode;
}) {
    return (
        <div className="scroll" tabIndex={0} role="group" aria-label={label}>
            <table className="entry-table stacks">
                <thead>
                    <tr>
                        {heads.map((head) => (
                            <th scope="col" key={head}>
                                {head}
                            </th>
                        ))}
                        <th scope="col">
                            <span className="unseen">Take away</span>
                        </th>
                    </tr>
                </thead>
                {children}
            </table>
        </div>
    );
}

export function Remove({ label, onRemove }: { readonly label: string; readonly onRemove: () => void }) {
    return (
        <button type="button" className="button bare slim" aria-label={label} title={label} onClick={onRemove}>
            ✕
        </button>
    );
}
