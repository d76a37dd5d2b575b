/** First step: bring holdings from a table, a document or the example, or type them; and the accounts that hold them. */
import { useId, useRef, useState } from "react";
import { Note, Panel } from "../../parts/panel";
import { several } from "../../text/figures";
import { bookOf, KINDS, nextKey, type AccountRow, type Book, type RowFault } from "./book";
import { EXAMPLE } from "./example";
import { ChoiceCell, Remove, RowFaults, Rows, TextCell } from "./fields";
import { today } from "./kept";
import { pasted, TEMPLATE } from "./paste";

export function HoldingsStep(given: {
    readonly book: Book;
    readonly faults: readonly RowFault[];
    readonly change: (book: Book) => void;
    /** Rows came from elsewhere: what is wrong with them is told at once. */
    readonly brought: (book: Book) => void;
}) {
    const { book, faults, change } = given;
    const name = useId();
    return (
        <div className="start-columns">
            <Panel id="accounts" title="Accounts">
                <div className="start-facts">
                    <div className="field">
                        <label htmlFor={name}>Name of the household</label>
                        <input
                            id={name}
                            className="input"
                            maxLength={200}
                            value={book.name}
                            onChange={(event) => change({ ...book, name: event.target.value })}
                        />
                    </div>
                    <div className="field">
                        <label htmlFor="household-asOf">Holdings as of</label>
                        <input
                            id="household-asOf"
                            type="date"
                            value={book.asOf}
                            onChange={(event) => change({ ...book, asOf: event.target.value })}
                        />
                    </div>
                </div>
                {faults
                    .filter((fault) => fault.row === "household")
                    .map((fault) => (
                        <p className="fault small" key={fault.message}>
                            ✕ {fault.message}
                        </p>
                    ))}
                <Accounts book={book} faults={faults} change={change} />
            </Panel>
            <Bring book={book} brought={given.brought} />
        </div>
    );
}

function Accounts(given: {
    readonly book: Book;
    readonly faults: readonly RowFault[];
    readonly change: (book: Book) => void;
}) {
    const { book, faults, change } = given;
    const put = (row: AccountRow, next: Partial<AccountRow>) =>
        change({
            ...book,
            accounts: book.accounts.map((each) => (each.key === row.key ? { ...each, ...next } : each)),
            // Lots go with the name of their account.
            lots:
                next.id === undefined
                    ? book.lots
                    : book.lots.map((lot) => (lot.account === row.id ? { ...lot, account: next.id ?? "" } : lot)),
        });
    const add = () => {
        const key = nextKey("account", book.accounts);
        change({
            ...book,
            accounts: [...book.accounts, { key, source: null, id: "", kind: "taxable", owner: "", cash: "" }],
        });
    };
    return (
        <>
            <Rows label="Accounts" heads={["Account", "Taxed as", "Owner", "Cash, USD", "Lots"]}>
                <tbody>
                    {book.accounts.map((row, place) => {
                        const lots = book.lots.filter((lot) => lot.account === row.id).length;
                        const cell = (field: keyof AccountRow, label: string) => ({
                            row: row.key,
                            field,
                            label: `${label} of account ${place + 1}`,
                            value: row[field] ?? "",
                            faults,
                            onChange: (value: string) => put(row, { [field]: value }),
                        });
                        return [
                            <tr key={row.key}>
                                <td>
                                    <TextCell {...cell("id", "Name")} />
                                </td>
                                <td>
                                    <ChoiceCell {...cell("kind", "Tax")} options={KINDS} />
                                </td>
                                <td>
                                    <TextCell {...cell("owner", "Owner")} />
                                </td>
                                <td>
                                    <TextCell {...cell("cash", "Cash")} isNumber placeholder="0" />
                                </td>
                                <td className="number">{lots}</td>
                                <td>
                                    <Remove
                                        label={`Take away account ${row.id || place + 1}${lots > 0 ? ` with ${several(lots, "lot")}` : ""}`}
                                        onRemove={() =>
                                            change({
                                                ...book,
                                                accounts: book.accounts.filter((each) => each.key !== row.key),
                                                lots: book.lots.filter((lot) => lot.account !== row.id),
                                            })
                                        }
                                    />
                                </td>
                            </tr>,
                            <RowFaults key={`${row.key}-faults`} row={row.key} faults={faults} columns={6} />,
                        ];
                    })}
                </tbody>
            </Rows>
            <button type="button" className="button slim add-row" onClick={add}>
                Add an account
            </button>
        </>
    );
}

function Bring({ book, brought }: { readonly book: Book; readonly brought: (book: Book) => void }) {
    const [text, setText] = useState("");
    const [fault, setFault] = useState<string | null>(null);
    const [notes, setNotes] = useState<readonly string[] | null>(null);
    const field = useId();
    const file = useRef<HTMLInputElement>(null);
    const instead = book.lots.length > 0 ? `, in place of the ${several(book.lots.length, "lot")} here` : "";
    const readIt = (words: string) => {
        try {
            const found = pasted(words, today());
            setFault(null);
            setNotes(found.notes);
            brought(found.book.name === "" ? { ...found.book, name: book.name } : found.book);
        } catch (error) {
            setNotes(null);
            setFault(error instanceof Error ? error.message : String(error));
        }
    };
    return (
        <Panel id="bring" title="Bring them">
            <div className="example-box">
                <p>
                    <strong>Just looking?</strong> Take a made-up household with three accounts and see its plan.
                </p>
                <button
                    type="button"
                    className="button"
                    onClick={() => {
                        setNotes(null);
                        setFault(null);
                        brought(bookOf(EXAMPLE, today()));
                    }}
                >
                    Try the example{instead}
                </button>
            </div>
            <div className="field">
                <label htmlFor={field}>Paste a table of lots, or a portfolio document</label>
                <textarea
                    id={field}
                    rows={7}
                    spellCheck={false}
                    placeholder="account, ticker, quantity, acquisition_date, cost_per_share, price, asset_class"
                    value={text}
                    onChange={(event) => setText(event.target.value)}
                />
            </div>
            <div className="start-actions">
                <button
                    type="button"
                    className="button"
                    aria-disabled={text.trim() === ""}
                    onClick={() => (text.trim() === "" ? undefined : readIt(text))}
                >
                    Read it{text.trim() === "" ? "" : instead}
                </button>
                <button type="button" className="button" onClick={() => file.current?.click()}>
                    Choose a file
                </button>
                <input
                    ref={file}
                    type="file"
                    hidden
                    accept=".csv,.tsv,.txt,.json"
                    onChange={(event) => {
                        const [chosen] = event.target.files ?? [];
                        event.target.value = "";
                        if (!chosen) return;
                        void chosen.text().then((words) => {
                            setText(words.length < 200_000 ? words : "");
                            readIt(words);
                        });
                    }}
                />
                <button type="button" className="button bare" onClick={() => setText(TEMPLATE)}>
                    Show a table to begin with
                </button>
            </div>
            <div role="status">
                {notes ? (
                    <Note kind={notes.length > 0 ? "warn" : "done"}>
                        {several(book.accounts.length, "account")} and {several(book.lots.length, "lot")} were read.
                        {notes.length > 0 ? (
                            <ul className="small">
                                {notes.map((note) => (
                                    <li key={note}>{note}</li>
                                ))}
                            </ul>
                        ) : null}
                    </Note>
                ) : null}
            </div>
            {fault ? (
                <Note kind="failed">
                    <strong>This could not be read:</strong> {fault}. Nothing here has changed.
                </Note>
            ) : null}
            <p className="small quiet">
                The first row names the columns; ticker and quantity are needed, and a row with the ticker CASH gives
                the cash of an account. What you bring stays in this tab of the browser until you ask for a plan.
            </p>
        </Panel>
    );
}
