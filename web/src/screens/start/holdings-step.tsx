/** First step: bring holdings from a table, a document or the example, or type them; and the accounts that hold them. */
import { useId } from "react";
import { Panel } from "../../parts/panel";
import { ACCOUNTS } from "../../text/codes";
import { several } from "../../text/figures";
import { KINDS, nextKey, type AccountRow, type Book, type RowFault } from "./book";
import { Bring } from "./bring";
import { ChoiceCell, Remove, RowFaults, Rows, TextCell } from "./fields";

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
            <Rows label="Accounts" heads={["Account", "Taxed as", "Owner", "Cash, $", "Lots"]}>
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
                                <td data-label="Account">
                                    <TextCell {...cell("id", "Name")} />
                                </td>
                                <td data-label="Taxed as">
                                    <ChoiceCell {...cell("kind", "Tax")} options={KINDS} words={ACCOUNTS} />
                                </td>
                                <td data-label="Owner">
                                    <TextCell {...cell("owner", "Owner")} />
                                </td>
                                <td data-label="Cash, $">
                                    <TextCell {...cell("cash", "Cash")} isNumber placeholder="0" />
                                </td>
                                <td data-label="Lots" className="number">
                                    {lots}
                                </td>
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
