/**
 * The trades, one section per account: sales lot by lot, purchases, sums that add up to the account's cash; and the mode in which they are changed.
 *
 * Invariants: a row keeps its side; what was typed stays, with what is wrong with it beside; a change moves no other row.
 */
import { useEffect, useId, useMemo, useState } from "react";
import { useCommand } from "../../app/keyboard";
import { Panel } from "../../parts/panel";
import { ACCOUNTS, inWords } from "../../text/codes";
import { cents, changeInCents, dollars, several, sum } from "../../text/figures";
import { AddTrade } from "./add-trade";
import type { Edit, Edits, Judged } from "./edits";
import { shownAtFirst } from "./folding";
import { Moved, wasOf } from "./moved";
import { byAccount, isOverdrawn, traded, type Account, type Lot, type OfAccount, type Row } from "./rows";
import { OneTrade } from "./trade-row";

interface Editing {
    readonly isOn: boolean;
    readonly set: (on: boolean) => void;
    readonly edits: Edits;
    readonly edit: (edit: Edit) => void;
}

export function Trades({
    household,
    rows,
    proposed,
    accounts,
    lots,
    day,
    editing,
    judged,
    isAtHand,
}: {
    readonly household: string;
    readonly rows: readonly Row[];
    /** The same without a person's changes. */
    readonly proposed: readonly Row[];
    readonly lots: readonly Lot[];
    readonly accounts: readonly Account[];
    readonly day: string;
    /** `null` where nothing can be changed any more. */
    readonly editing: Editing | null;
    readonly judged: Judged | null;
    /** Nothing of it was executed yet. */
    readonly isAtHand: boolean;
}) {
    const sections = useMemo(() => byAccount(rows, accounts, isAtHand), [rows, accounts, isAtHand]);
    const before = useMemo(
        () => new Map(byAccount(proposed, accounts, isAtHand).map((each) => [each.name, each])),
        [proposed, accounts, isAtHand],
    );
    const { sold, bought } = useMemo(() => traded(rows), [rows]);
    const isOn = editing?.isOn ?? false;
    const [isWhole, setWhole] = useState(false);
    const folded = useMemo(() => (isWhole ? null : shownAtFirst(rows)), [isWhole, rows]);
    useUndoKeys(isOn ? (editing?.edit ?? null) : null);
    useCommand("x", "Leave the trade with the focus out, or put it back", leaveOut, isOn);
    return (
        <Panel
            id="trades"
            title="Trades by account"
            aside={editing ? <Tools {...editing} isAsking={judged?.isAsking ?? false} /> : null}
        >
            {sections.map((section) => (
                <OneAccount
                    key={section.name}
                    of={section}
                    proposed={before.get(section.name) ?? null}
                    day={day}
                    edit={isOn ? (editing?.edit ?? null) : null}
                    visible={folded}
                />
            ))}
            {folded ? (
                <p className="no-print">
                    <button type="button" className="button slim" onClick={() => setWhole(true)}>
                        Show all {several(rows.length, "trade")}, not only the largest {folded.size}
                    </button>
                </p>
            ) : null}
            {isOn && editing ? (
                <AddTrade household={household} rows={rows} accounts={accounts} lots={lots} edit={editing.edit} />
            ) : null}
            <p className="sum-line">
                <span>
                    All accounts: {several(rows.filter((row) => !row.isExcluded).length, "trade")}. Sells{" "}
                    <span className="private">{cents(sold)}</span>, buys{" "}
                    <span className="private">{cents(bought)}</span>
                    {accounts.length > 0 && isAtHand ? (
                        <>
                            ; cash{" "}
                            <span className="private">
                                {cents(sum(accounts.flatMap((each) => [each.cash, each.cash_flow])))}
                            </span>{" "}
                            before
                        </>
                    ) : null}
                    . Amounts at the prices that the plan was made with, before costs.
                </span>
            </p>
        </Panel>
    );
}

/** Presses the button of the trade that has the focus. */
function leaveOut(): void {
    const trade = document.activeElement?.closest("#trades [data-entry]");
    trade?.querySelector<HTMLElement>("[aria-keyshortcuts=x]")?.click();
}

/** Ctrl+Z and Ctrl+Shift+Z, where no text is being typed. */
function useUndoKeys(edit: ((edit: Edit) => void) | null): void {
    useEffect(() => {
        if (!edit) return undefined;
        const press = (event: KeyboardEvent) => {
            if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
            if (event.target instanceof HTMLInputElement && event.target.type === "text") return;
            event.preventDefault();
            edit({ kind: event.shiftKey ? "redo" : "undo" });
        };
        document.addEventListener("keydown", press);
        return () => document.removeEventListener("keydown", press);
    }, [edit]);
}

function Tools({ isOn, set, edits, edit, isAsking }: Editing & { readonly isAsking: boolean }) {
    const count = Object.keys(edits.now).length;
    return (
        <div className="tools no-print" aria-live="polite">
            {isOn ? (
                <>
                    <span className="small quiet">
                        {isAsking
                            ? "Recomputing…"
                            : count > 0
                              ? several(count, "edit")
                              : "Change shares, leave a trade out, or add one"}
                    </span>
                    <button
                        type="button"
                        className="button slim"
                        disabled={edits.past.length === 0}
                        onClick={() => edit({ kind: "undo" })}
                    >
                        Undo
                    </button>
                    <button
                        type="button"
                        className="button slim"
                        disabled={edits.future.length === 0}
                        onClick={() => edit({ kind: "redo" })}
                    >
                        Redo
                    </button>
                    <button
                        type="button"
                        className="button slim"
                        disabled={count === 0}
                        onClick={() => edit({ kind: "reset" })}
                    >
                        Reset all
                    </button>
                </>
            ) : null}
            <button type="button" className="button slim" aria-pressed={isOn} onClick={() => set(!isOn)}>
                {isOn ? "Done editing" : "Edit trades"} <kbd>e</kbd>
            </button>
        </div>
    );
}

function OneAccount({
    of,
    proposed,
    day,
    edit,
    visible,
}: {
    readonly of: OfAccount;
    /** Places of the rows that are shown; nothing where all are. */
    readonly visible: ReadonlySet<number> | null;
    /** As proposed; nothing where the plan had no trade in it. */
    readonly proposed: OfAccount | null;
    readonly day: string;
    readonly edit: ((edit: Edit) => void) | null;
}) {
    const title = useId();
    const shown = visible === null ? of.rows : of.rows.filter((row) => visible.has(row.at));
    const isTaxable = of.account?.kind === "taxable";
    const was = (write: (of: OfAccount) => string) => (proposed ? wasOf(write(of), write(proposed)) : null);
    const cashAfter = (of: OfAccount) => (of.cashAfter === null ? "" : dollars(of.cashAfter));
    const net = (of: OfAccount) => changeInCents(sum([of.sold, `-${of.bought}`]));
    const gain = (of: OfAccount) => (of.gain === null ? "—" : isTaxable ? changeInCents(of.gain) : "not taxed");
    return (
        <section className="account" aria-labelledby={title}>
            <header>
                <h3 id={title}>{of.name}</h3>
                <span className="small quiet">
                    {of.account ? inWords(ACCOUNTS, of.account.kind) : ""}
                    {of.account?.owner ? ` · ${of.account.owner}` : ""}
                    {of.cashBefore !== null && of.cashAfter !== null ? (
                        <>
                            {" "}
                            · cash <span className="private">{dollars(of.cashBefore)}</span> →{" "}
                            <Moved was={was(cashAfter)}>
                                <span className={`private ${isOverdrawn(of) ? "danger strong" : ""}`}>
                                    {cashAfter(of)}
                                </span>
                            </Moved>{" "}
                            before costs
                        </>
                    ) : null}
                </span>
            </header>
            <div className="scroll" tabIndex={0} role="group" aria-label={`Trades in ${of.name}`}>
                <table className="trades-table">
                    <thead>
                        <tr>
                            <th scope="col">Side</th>
                            <th scope="col">Security</th>
                            <th scope="col" className="number">
                                Shares
                            </th>
                            <th scope="col" className="number">
                                Price
                            </th>
                            <th scope="col" className="number">
                                Amount
                            </th>
                            <th scope="col">Lot</th>
                            <th scope="col" className="number">
                                Gain or loss
                            </th>
                        </tr>
                    </thead>
                    {shown.map((row) => (
                        <OneTrade key={row.at} of={row} day={day} isTaxable={isTaxable} edit={edit} />
                    ))}
                    <tfoot>
                        <tr>
                            <th scope="row" colSpan={4}>
                                {shown.length < of.rows.length
                                    ? `${several(of.rows.length - shown.length, "smaller trade")} not shown. `
                                    : ""}
                                Sells <span className="private">{cents(of.sold)}</span>, buys{" "}
                                <span className="private">{cents(of.bought)}</span>
                            </th>
                            <td className="number" data-label="Net">
                                <span className="private">
                                    <Moved was={was(net)}>{net(of)}</Moved>
                                </span>
                            </td>
                            <td />
                            <td className="number" data-label="Gain or loss">
                                <span className="private">
                                    <Moved was={was(gain)}>{gain(of)}</Moved>
                                </span>
                            </td>
                        </tr>
                    </tfoot>
                </table>
            </div>
        </section>
    );
}
