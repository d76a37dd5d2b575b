/** Second step: every lot with its shares, day and cost, and what each security is; what is missing is flagged at its row. */
import { useId } from "react";
import { Panel } from "../../parts/panel";
import { SECURITIES } from "../../text/codes";
import { several } from "../../text/figures";
import {
    completed,
    lotIn,
    nextKey,
    SECURITY_KINDS,
    type Book,
    type LotRow,
    type RowFault,
    type SecurityRow,
} from "./book";
import { ChoiceCell, Remove, RowFaults, Rows, TextCell } from "./fields";

interface Given {
    readonly book: Book;
    readonly faults: readonly RowFault[];
    readonly change: (book: Book) => void;
}

export function LotsStep(given: Given) {
    return (
        <div className="stack">
            <Lots {...given} />
            <Securities {...given} />
        </div>
    );
}

function Lots({ book, faults, change }: Given) {
    const notes = faults.filter((fault) => fault.isNote).length;
    const put = (row: LotRow, next: Partial<LotRow>) =>
        change({ ...book, lots: book.lots.map((each) => (each.key === row.key ? { ...each, ...next } : each)) });
    const add = () => {
        const row = lotIn(book);
        change({ ...book, lots: [...book.lots, row] });
        requestAnimationFrame(() => document.getElementById(`${row.key}-ticker`)?.focus());
    };
    return (
        <Panel
            id="lots"
            title="Lots"
            aside={notes > 0 ? <span className="small warn">⚠ {several(notes, "lot")} without a day</span> : null}
        >
            <p className="quiet" id="household-lots" tabIndex={-1}>
                A lot is what was bought on one day at one price. Tax hangs on its day and its cost.
            </p>
            {faults
                .filter((fault) => fault.row === "household")
                .map((fault) => (
                    <p className="fault small" key={fault.message}>
                        ✕ {fault.message}
                    </p>
                ))}
            <Rows
                label="Lots"
                heads={["Account", "Ticker", "Shares", "Bought on", "Cost per share, $", "Name of the lot"]}
            >
                <tbody>
                    {book.lots.map((row, place) => {
                        const cell = (field: keyof LotRow, label: string) => ({
                            row: row.key,
                            field,
                            label: `${label} of lot ${place + 1}`,
                            value: row[field] ?? "",
                            faults,
                            onChange: (value: string) =>
                                put(row, { [field]: field === "ticker" ? value.toUpperCase().trim() : value }),
                        });
                        return [
                            <tr key={row.key}>
                                <td data-label="Account">
                                    <ChoiceCell
                                        {...cell("account", "Account")}
                                        options={book.accounts.map((each) => each.id)}
                                    />
                                </td>
                                <td data-label="Ticker">
                                    <TextCell {...cell("ticker", "Ticker")} onBlur={() => change(completed(book))} />
                                </td>
                                <td data-label="Shares">
                                    <TextCell {...cell("quantity", "Shares")} isNumber />
                                </td>
                                <td data-label="Bought on">
                                    <TextCell {...cell("acquired", "Day of purchase")} type="date" />
                                </td>
                                <td data-label="Cost per share, $">
                                    <TextCell {...cell("basis", "Cost per share")} isNumber />
                                </td>
                                <td data-label="Name of the lot">
                                    <TextCell {...cell("id", "Name")} placeholder="is made" />
                                </td>
                                <td>
                                    <Remove
                                        label={`Take away lot ${row.id || place + 1}`}
                                        onRemove={() =>
                                            change(
                                                completed({
                                                    ...book,
                                                    lots: book.lots.filter((each) => each.key !== row.key),
                                                }),
                                            )
                                        }
                                    />
                                </td>
                            </tr>,
                            <RowFaults key={`${row.key}-faults`} row={row.key} faults={faults} columns={7} />,
                        ];
                    })}
                </tbody>
            </Rows>
            <button type="button" className="button slim add-row" onClick={add}>
                Add a lot
            </button>
        </Panel>
    );
}

function Securities({ book, faults, change }: Given) {
    const list = useId();
    const held = new Set(book.lots.map((each) => each.ticker));
    const classes = [
        ...new Set([
            ...book.securities.map((each) => each.class),
            "US Stocks",
            "International Stocks",
            "Bonds",
            "Real Estate",
        ]),
    ].filter((name) => name !== "");
    const put = (row: SecurityRow, next: Partial<SecurityRow>) =>
        change({
            ...book,
            securities: book.securities.map((each) => (each.key === row.key ? { ...each, ...next } : each)),
        });
    const add = () => {
        const key = nextKey("security", book.securities);
        change({
            ...book,
            securities: [...book.securities, { key, source: null, ticker: "", class: "", price: "", kind: "etf" }],
        });
        requestAnimationFrame(() => document.getElementById(`${key}-ticker`)?.focus());
    };
    return (
        <Panel id="securities" title="Securities">
            <p className="quiet">
                What is held, and what else may be bought. A class is what you set a target for, such as US Stocks.
            </p>
            <datalist id={list}>
                {classes.map((name) => (
                    <option key={name} value={name} />
                ))}
            </datalist>
            <Rows label="Securities" heads={["Ticker", "Class", "Price, $", "Kind", "Held"]}>
                <tbody>
                    {book.securities.map((row, place) => {
                        const isHeld = held.has(row.ticker);
                        const cell = (field: keyof SecurityRow, label: string) => ({
                            row: row.key,
                            field,
                            label: `${label} of ${row.ticker || `security ${place + 1}`}`,
                            value: row[field] ?? "",
                            faults,
                            onChange: (value: string) =>
                                put(row, { [field]: field === "ticker" ? value.toUpperCase().trim() : value }),
                        });
                        return [
                            <tr key={row.key}>
                                <td data-label="Ticker">
                                    {isHeld ? (
                                        <strong>{row.ticker}</strong>
                                    ) : (
                                        <TextCell {...cell("ticker", "Ticker")} />
                                    )}
                                </td>
                                <td data-label="Class">
                                    <TextCell {...cell("class", "Class")} list={list} />
                                </td>
                                <td data-label="Price, $">
                                    <TextCell {...cell("price", "Price")} isNumber />
                                </td>
                                <td data-label="Kind">
                                    <ChoiceCell {...cell("kind", "Kind")} options={SECURITY_KINDS} words={SECURITIES} />
                                </td>
                                <td data-label="Held">{isHeld ? "held" : "to buy"}</td>
                                <td>
                                    {isHeld ? null : (
                                        <Remove
                                            label={`Take away ${row.ticker || `security ${place + 1}`}`}
                                            onRemove={() =>
                                                change({
                                                    ...book,
                                                    securities: book.securities.filter((each) => each.key !== row.key),
                                                })
                                            }
                                        />
                                    )}
                                </td>
                            </tr>,
                            <RowFaults key={`${row.key}-faults`} row={row.key} faults={faults} columns={6} />,
                        ];
                    })}
                </tbody>
            </Rows>
            <button type="button" className="button slim add-row" onClick={add}>
                Add a security that may be bought
            </button>
        </Panel>
    );
}
