/**
 * The trades, one section per account: sales lot by lot, purchases, sums that add up to the account's cash; and the mode in which they are changed.
 *
 * Invariants: a row keeps its side; what was typed stays, with what is wrong with it beside; a change moves no other row.
 */
import { useEffect, useId, useState } from "react";
import { useSettings } from "../../app/settings";
import { Panel } from "../../parts/panel";
import { cents, change, changeInCents, compared, dollars, price, several, shares, sum } from "../../text/figures";
import { day as dayOf } from "../../text/times";
import type { Edit, Edits, Judged } from "./edits";
import { byAccount, daysToLongTerm, isOverdrawn, traded, type Account, type OfAccount, type Row } from "./rows";

interface Editing {
    readonly isOn: boolean;
    readonly set: (on: boolean) => void;
    readonly edits: Edits;
    readonly edit: (edit: Edit) => void;
}

export function Trades({
    rows,
    accounts,
    day,
    editing,
    judged,
    isAtHand,
}: {
    readonly rows: readonly Row[];
    readonly accounts: readonly Account[];
    readonly day: string;
    /** `null` where nothing can be changed any more. */
    readonly editing: Editing | null;
    readonly judged: Judged | null;
    /** Nothing of it was executed yet. */
    readonly isAtHand: boolean;
}) {
    const sections = byAccount(rows, accounts, isAtHand);
    const { sold, bought } = traded(rows);
    const isOn = editing?.isOn ?? false;
    useUndoKeys(isOn ? (editing?.edit ?? null) : null);
    return (
        <Panel
            id="trades"
            title="Trades by account"
            aside={editing ? <Tools {...editing} isAsking={judged?.isAsking ?? false} /> : null}
        >
            {sections.map((section) => (
                <OneAccount key={section.name} of={section} day={day} edit={isOn ? (editing?.edit ?? null) : null} />
            ))}
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
                              : "Change shares, or leave a trade out"}
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

const KINDS: Readonly<Record<string, string>> = {
    taxable: "taxable",
    traditional: "tax-deferred (traditional)",
    roth: "tax-free (Roth)",
};

function OneAccount({
    of,
    day,
    edit,
}: {
    readonly of: OfAccount;
    readonly day: string;
    readonly edit: ((edit: Edit) => void) | null;
}) {
    const title = useId();
    const isTaxable = of.account?.kind === "taxable";
    return (
        <section className="account" aria-labelledby={title}>
            <header>
                <h3 id={title}>{of.name}</h3>
                <span className="small quiet">
                    {of.account ? (KINDS[of.account.kind] ?? of.account.kind) : ""}
                    {of.account?.owner ? ` · ${of.account.owner}` : ""}
                    {of.cashBefore !== null && of.cashAfter !== null ? (
                        <>
                            {" "}
                            · cash <span className="private">{dollars(of.cashBefore)}</span> →{" "}
                            <span className={`private ${isOverdrawn(of) ? "danger strong" : ""}`}>
                                {dollars(of.cashAfter)}
                            </span>
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
                    {of.rows.map((row) => (
                        <OneTrade key={row.at} of={row} day={day} isTaxable={isTaxable} edit={edit} />
                    ))}
                    <tfoot>
                        <tr>
                            <th scope="row" colSpan={4}>
                                Sells {cents(of.sold)}, buys {cents(of.bought)}
                            </th>
                            <td className="number private">{changeInCents(sum([of.sold, `-${of.bought}`]))}</td>
                            <td />
                            <td className="number private">
                                {of.gain === null ? "—" : isTaxable ? changeInCents(of.gain) : "not taxed"}
                            </td>
                        </tr>
                    </tfoot>
                </table>
            </div>
        </section>
    );
}

function OneTrade({
    of,
    day,
    isTaxable,
    edit,
}: {
    readonly of: Row;
    readonly day: string;
    readonly isTaxable: boolean;
    readonly edit: ((edit: Edit) => void) | null;
}) {
    const { trade, lot } = of;
    const sells = trade.action === "SELL";
    const mark = of.isExcluded ? "excluded" : of.isChanged ? "edited" : "";
    const wait = daysToLongTerm(of, day);
    return (
        <tbody className={mark}>
            <tr>
                <td className="nowrap strong">
                    <span aria-hidden="true">{sells ? "↑" : "↓"}</span> {sells ? "Sell" : "Buy"}
                </td>
                <th scope="row">{trade.ticker}</th>
                <td className="number">
                    {edit ? <Quantity of={of} edit={edit} /> : <span>{shares(of.quantity)}</span>}
                </td>
                <td className="number">{price(trade.estimated_price)}</td>
                <td className="number private">{cents(of.amount)}</td>
                <td>
                    {lot ? (
                        <>
                            {lot.lot_id}
                            <span className="small quiet">
                                {" "}
                                · {lot.acquired ? dayOf(lot.acquired) : "day unknown"} · {shares(trade.quantity)} of{" "}
                                {shares(lot.quantity)} at {price(lot.basis_per_share)}
                            </span>
                        </>
                    ) : (
                        (trade.lot_id ?? "")
                    )}
                </td>
                <td className="number">
                    {of.gain === null ? (
                        <span className="faint">—</span>
                    ) : (
                        <span className="private" title={cents(of.gain)}>
                            {change(of.gain)}
                            <span className="small quiet"> {isTaxable && of.term ? of.term : ""}</span>
                        </span>
                    )}
                </td>
            </tr>
            <tr className="reason">
                <td />
                <td colSpan={6}>
                    {of.isChanged ? (
                        <p className="small strong">
                            {of.isExcluded ? "Left out by you" : `Edited by you: ${shares(trade.quantity)} proposed`}
                        </p>
                    ) : null}
                    {wait !== null ? (
                        <p className="small warn">⚠ Short-term: long-term in {several(wait, "day")}.</p>
                    ) : null}
                    <Reason text={trade.rationale} />
                </td>
            </tr>
        </tbody>
    );
}

/** The first sentence of a reason, and the rest behind it. */
function Reason({ text }: { readonly text: string }) {
    const [first, rest] = sentences(text);
    const [isOpen, setOpen] = useState(false);
    return (
        <p className="quiet">
            {first} {rest ? isOpen ? <>{rest} </> : null : null}
            {rest ? (
                <button type="button" className="more" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
                    {isOpen ? "less" : "why, with figures"}
                </button>
            ) : null}
        </p>
    );
}

/** The first sentence of a text, and what follows it. A point within a figure or a name ends none. */
export function sentences(text: string): [string, string] {
    const end = /[.;:] (?=[A-Z])/.exec(text);
    return end ? [text.slice(0, end.index + 1), text.slice(end.index + 2)] : [text, ""];
}

function Quantity({ of, edit }: { readonly of: Row; readonly edit: (edit: Edit) => void }) {
    const id = useId();
    const { hasKeys } = useSettings();
    const [typed, setTyped] = useState<string | null>(null);
    const value = typed ?? of.quantity;
    const set = (text: string) => {
        if (/^\d+(\.\d+)?$/.test(text) && compared(text, of.trade.quantity) === 0) edit({ kind: "restore", at: of.at });
        else edit({ kind: "set", at: of.at, quantity: text });
    };
    const commit = () => {
        if (typed !== null && typed !== of.quantity) set(typed.trim().replaceAll(",", ""));
        setTyped(null);
    };
    return (
        <span className="quantity">
            <input
                id={id}
                className="input"
                inputMode="decimal"
                size={9}
                aria-label={`Shares of ${of.trade.ticker} to ${of.trade.action === "SELL" ? "sell" : "buy"}`}
                aria-invalid={of.fault !== null}
                aria-describedby={of.fault ? `${id}-fault` : undefined}
                value={value}
                onChange={(event) => setTyped(event.target.value)}
                onBlur={() => {
                    // The window losing the focus is not a person leaving the field.
                    if (document.hasFocus()) commit();
                }}
                onKeyDown={(event) => {
                    if (event.key === "Enter") commit();
                    if (event.key === "Escape") setTyped(null);
                }}
            />
            <button
                type="button"
                className="button slim bare"
                aria-keyshortcuts={hasKeys ? "x" : undefined}
                onClick={() => (of.isExcluded ? edit({ kind: "restore", at: of.at }) : set("0"))}
            >
                {of.isExcluded ? "Put back" : "Leave out"}
            </button>
            {of.fault ? (
                <span id={`${id}-fault`} className="fault small">
                    {of.fault}
                </span>
            ) : null}
        </span>
    );
}
