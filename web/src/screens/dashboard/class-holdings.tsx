/** Where a class is held: its securities account by account, each with its lots, their gains and what a sale would be taxed as. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { accounts, lots, type ClassDrift } from "../../api/questions";
import { Heads } from "../../parts/heads";
import { Answer } from "../../parts/panel";
import { change, changeInCents, dollars, percent, price, several, shares, sum, type Decimal } from "../../text/figures";
import { day } from "../../text/times";
import { cashOf, positionsOf, type Position } from "./holdings";

export function ClassHoldings(given: {
    readonly household: string;
    readonly of: ClassDrift;
    /** The value of the household, USD. */
    readonly value: Decimal;
}) {
    const held = useQuery(lots(given.household));
    const kept = useQuery(accounts(given.household));
    const { of } = given;
    if (of.class === "Cash") {
        return (
            <Answer of={kept} rows={3}>
                {(found) => {
                    const cash = cashOf(found);
                    return cash.length === 0 ? (
                        <p className="quiet">No account holds cash.</p>
                    ) : (
                        <table className="holdings">
                            <tbody>
                                {cash.map(({ account, usd }) => (
                                    <tr key={account}>
                                        <th scope="row">{account}</th>
                                        <td className="number private">{dollars(usd)}</td>
                                        <td className="number">{percent(part(usd, given.value))}</td>
                                    </tr>
                                ))}
                            </tbody>
                        </table>
                    );
                }}
            </Answer>
        );
    }
    return (
        <Answer of={held} rows={4}>
            {(found) => {
                const positions = positionsOf(of.class, found);
                return positions.length === 0 ? (
                    <p className="quiet">Nothing of it is held.</p>
                ) : (
                    <Positions of={positions} value={given.value} name={of.class} />
                );
            }}
        </Answer>
    );
}

function Positions(given: { readonly of: readonly Position[]; readonly value: Decimal; readonly name: string }) {
    const { of } = given;
    const [short, long] = [total(of.map((each) => each.short)), total(of.map((each) => each.long))];
    return (
        <>
            <div className="scroll" tabIndex={0} role="group" aria-label={`Where ${given.name} is held`}>
                <table className="holdings">
                    <Heads words={["Security"]} numbers={["Value", "Of all", "Gain, short", "Gain, long"]} />
                    {of.map((each) => (
                        <OnePosition key={`${each.account}/${each.ticker}`} of={each} value={given.value} />
                    ))}
                    <tfoot>
                        <tr>
                            <th scope="row" colSpan={3}>
                                Together, from unrounded amounts
                            </th>
                            <td className="number private">{short === null ? "—" : change(short)}</td>
                            <td className="number private">{long === null ? "—" : change(long)}</td>
                        </tr>
                    </tfoot>
                </table>
            </div>
            <p className="small faint">
                Gains if all were sold at the prices of now, by the term of a sale today, before wash sales and costs.
                In tax-deferred and tax-free accounts they are not taxed.
            </p>
        </>
    );
}

function OnePosition({ of, value }: { readonly of: Position; readonly value: Decimal }) {
    const [isOpen, setOpen] = useState(false);
    return (
        <tbody>
            <tr>
                <th scope="row">
                    <button
                        type="button"
                        className="row-opener"
                        data-stop
                        aria-expanded={isOpen}
                        onClick={() => setOpen(!isOpen)}
                    >
                        <span aria-hidden="true">{isOpen ? "▾" : "▸"}</span> {of.ticker}
                        <span className="small quiet">
                            {of.account} · {several(of.lots.length, "lot")}
                        </span>
                    </button>
                </th>
                <td className="number private">{of.value === null ? "No price" : dollars(of.value)}</td>
                <td className="number">{of.value === null ? "—" : percent(part(of.value, value))}</td>
                <td className="number private">{of.short === null ? "—" : change(of.short)}</td>
                <td className="number private">{of.long === null ? "—" : change(of.long)}</td>
            </tr>
            {isOpen ? (
                <tr>
                    <td colSpan={5} className="lots-of">
                        <ul className="small">
                            {of.lots.map((lot) => (
                                <li key={lot.lot_id}>
                                    <span>
                                        {lot.lot_id}: <span className="private">{shares(lot.quantity)}</span> at{" "}
                                        {price(lot.basis_per_share)}, {lot.acquired ? day(lot.acquired) : "day unknown"}
                                    </span>
                                    <span className="private">
                                        {lot.gain_usd ? changeInCents(lot.gain_usd) : "No price"} {lot.term}-term
                                    </span>
                                </li>
                            ))}
                        </ul>
                    </td>
                </tr>
            ) : null}
        </tbody>
    );
}

const total = (of: readonly (Decimal | null)[]) => (of.includes(null) ? null : sum(of.flatMap((each) => each ?? [])));

/** For a percentage that is shown with one digit. */
const part = (of: Decimal, whole: Decimal) => (Number(whole) === 0 ? "0" : (Number(of) / Number(whole)).toFixed(8));
