/** A trade with its lot and its reason, and the field in which its shares are changed. What was typed stays, with what is wrong with it beside. */
import { memo, useId, useState } from "react";
import { useSettings } from "../../app/settings";
import { cents, change, compared, isPlain, price, product, several, shares, ungrouped } from "../../text/figures";
import { day as dayOf } from "../../text/times";
import type { Edit } from "./edits";
import { Moved, wasOf } from "./moved";
import { daysToLongTerm, isSameRow, type Row } from "./rows";
import { Side } from "../../parts/side";
import { Told } from "../../parts/told";

interface Given {
    readonly of: Row;
    readonly day: string;
    readonly isTaxable: boolean;
    readonly edit: ((edit: Edit) => void) | null;
}

/** Drawn again only where something of it has changed: a plan may have hundreds, and an edit is of one. */
export const OneTrade = memo(DrawnTrade, (before, now) => {
    const isSame = before.day === now.day && before.isTaxable === now.isTaxable && before.edit === now.edit;
    return isSame && isSameRow(before.of, now.of);
});

function DrawnTrade({ of, day, isTaxable, edit }: Given) {
    const { trade, lot } = of;
    const mark = of.isExcluded ? "excluded" : of.isChanged ? "edited" : "";
    // What is left out is struck through, and what is new was never proposed.
    const isMoved = of.isChanged && !of.isExcluded && !of.isAdded;
    const amountWas = isMoved ? wasOf(cents(of.amount), cents(product(trade.quantity, trade.estimated_price))) : null;
    // A term counts where gains are taxed.
    const wait = isTaxable ? daysToLongTerm(of, day) : null;
    return (
        <tbody className={mark} data-entry>
            {/* The row itself takes the focus of j and k: not every trade has something to press. */}
            <tr tabIndex={-1} data-stop>
                <td className="nowrap strong">
                    <Side of={trade.action} />
                </td>
                <th scope="row">{trade.ticker}</th>
                <td className="number private what-shares">
                    {edit ? (
                        <Quantity of={of} edit={edit} />
                    ) : (
                        <Moved was={isMoved ? wasOf(shares(of.quantity), shares(trade.quantity)) : null}>
                            {shares(of.quantity)}
                        </Moved>
                    )}
                </td>
                <td className="number what-price">{price(trade.estimated_price)}</td>
                <td className="number private what-amount">
                    <Moved was={amountWas}>{cents(of.amount)}</Moved>
                </td>
                <td className="what-lot">
                    {lot ? (
                        <>
                            {lot.lot_id}
                            <span className="small quiet">
                                {" "}
                                · {lot.acquired ? dayOf(lot.acquired) : "day unknown"} ·{" "}
                                <span className="private">
                                    {shares(of.fault === null ? of.quantity : trade.quantity)} of {shares(lot.quantity)}
                                </span>{" "}
                                at {price(lot.basis_per_share)}
                            </span>
                        </>
                    ) : (
                        (trade.lot_id ?? "")
                    )}
                </td>
                <td className="number what-gain">
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
                        <p className="small strong private">
                            {of.isExcluded
                                ? "Left out by you"
                                : of.isAdded
                                  ? "Added by you, at the price on record"
                                  : `Edited by you: ${shares(trade.quantity)} proposed`}
                        </p>
                    ) : null}
                    {wait !== null ? (
                        <p className="small warn">⚠ Short-term: long-term in {several(wait, "day")}.</p>
                    ) : null}
                    {trade.rationale === "" ? null : <Reason text={trade.rationale} isOfProposed={of.isChanged} />}
                </td>
            </tr>
        </tbody>
    );
}

/** The first sentence of a reason, and the rest behind it. */
function Reason({ text, isOfProposed }: { readonly text: string; readonly isOfProposed: boolean }) {
    const [first, rest] = sentences(text);
    const [isOpen, setOpen] = useState(false);
    return (
        <p className="quiet">
            {isOfProposed ? <span className="small strong">Of the trade as it was proposed: </span> : null}
            <Told>{first}</Told>{" "}
            {rest && isOpen ? (
                <>
                    <Told>{rest}</Told>{" "}
                </>
            ) : null}
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
        if (isPlain(text) && compared(text, of.trade.quantity) === 0) edit({ kind: "restore", at: of.at });
        else edit({ kind: "set", at: of.at, quantity: text });
    };
    const commit = () => {
        if (typed !== null && typed !== of.quantity) set(ungrouped(typed) ?? typed.trim());
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
                    if (event.key === "Escape") {
                        // First what was typed goes, then the field.
                        if (typed !== null) setTyped(null);
                        else event.currentTarget.closest<HTMLElement>("[data-stop]")?.focus();
                    }
                }}
            />
            <button
                type="button"
                className="button slim bare"
                aria-keyshortcuts={hasKeys ? "x" : undefined}
                onClick={() => (of.isExcluded || of.isAdded ? edit({ kind: "restore", at: of.at }) : set("0"))}
            >
                {of.isAdded ? "Take away" : of.isExcluded ? "Put back" : "Leave out"}
            </button>
            {of.fault ? (
                <span id={`${id}-fault`} className="fault small">
                    <Told>{of.fault}</Told>
                </span>
            ) : null}
            {of.fault && isPlain(of.quantity) && of.lot ? (
                <button type="button" className="button slim" onClick={() => set(of.lot?.quantity ?? "")}>
                    Sell all {shares(of.lot.quantity)}
                </button>
            ) : null}
        </span>
    );
}
