/** What was booked for a household: transactions, or gains lot by lot, newest first, with their exact sums. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { allGains, transactions, type Gain, type Transaction } from "../../api/history";
import { DownloadButton } from "../../parts/download";
import { Heads } from "../../parts/heads";
import { Answer, Empty, Panel } from "../../parts/panel";
import { csv, fileName } from "../../text/csv";
import { BOOKINGS, inWords } from "../../text/codes";
import { cents, changeInCents, price, several, shares, sum } from "../../text/figures";
import { day } from "../../text/times";

/** Rows that are shown before one asks for more. */
const ROWS = 200;

export function Booked({
    household,
    part,
    name,
}: {
    readonly household: string;
    readonly part: "transactions" | "gains";
    readonly name: string;
}) {
    return part === "transactions" ? (
        <Transactions household={household} name={name} />
    ) : (
        <Gains household={household} name={name} />
    );
}

function Transactions({ household, name }: { readonly household: string; readonly name: string }) {
    const booked = useQuery(transactions(household));
    const [rows, setRows] = useState(ROWS);
    return (
        <Panel
            id="booked"
            title="Transactions"
            aside={
                booked.data?.length ? (
                    <DownloadButton
                        name={`${fileName(name, "transactions")}.csv`}
                        make={() => transactionsFile(booked.data)}
                    >{`CSV of ${several(booked.data.length, "transaction")}`}</DownloadButton>
                ) : null
            }
        >
            <Answer of={booked} rows={8}>
                {(found) =>
                    found.length === 0 ? (
                        <Empty
                            title="Nothing was booked yet"
                            why="Fills, deposits and withdrawals stand here once there are any."
                        />
                    ) : (
                        <>
                            <div className="scroll" tabIndex={0} role="group" aria-label="Transactions">
                                <table>
                                    <Heads
                                        words={["Day", "Account", "What", "Lot"]}
                                        numbers={["Shares", "Price", "Fees", "Cash"]}
                                    />
                                    <tbody>
                                        {found
                                            .toReversed()
                                            .slice(0, rows)
                                            .map((each) => (
                                                <tr key={each.id}>
                                                    <td className="nowrap">{day(each.date)}</td>
                                                    <td>{each.account_id}</td>
                                                    <th scope="row">
                                                        <span title={each.action}>
                                                            {inWords(BOOKINGS, each.action)}
                                                        </span>{" "}
                                                        {each.ticker ?? ""}
                                                    </th>
                                                    <td>{each.lot_id ?? "—"}</td>
                                                    <td className="number private">
                                                        {each.ticker ? shares(each.quantity) : "—"}
                                                    </td>
                                                    <td className="number">{each.ticker ? price(each.price) : "—"}</td>
                                                    <td className="number">{cents(each.fees)}</td>
                                                    <td className="number private">{changeInCents(each.cash)}</td>
                                                </tr>
                                            ))}
                                    </tbody>
                                    <tfoot>
                                        <tr>
                                            <th scope="row" colSpan={6}>
                                                Together, all {several(found.length, "transaction")}
                                            </th>
                                            <td className="number">{cents(sum(found.map((each) => each.fees)))}</td>
                                            <td className="number private strong">
                                                {changeInCents(sum(found.map((each) => each.cash)))}
                                            </td>
                                        </tr>
                                    </tfoot>
                                </table>
                            </div>
                            <More shown={rows} of={found.length} more={() => setRows(rows + ROWS)} />
                        </>
                    )
                }
            </Answer>
        </Panel>
    );
}

function Gains({ household, name }: { readonly household: string; readonly name: string }) {
    const booked = useQuery(allGains(household));
    const [rows, setRows] = useState(ROWS);
    return (
        <Panel
            id="booked"
            title="Realised gains"
            aside={
                booked.data?.length ? (
                    <DownloadButton
                        name={`${fileName(name, "gains")}.csv`}
                        make={() => gainsFile(booked.data)}
                    >{`CSV of ${several(booked.data.length, "sale of a lot", "sales of lots")}`}</DownloadButton>
                ) : null
            }
        >
            <Answer of={booked} rows={8}>
                {(found) =>
                    found.length === 0 ? (
                        <Empty
                            title="Nothing was realised yet"
                            why="Each lot that is sold adds a line with its gain or loss."
                        />
                    ) : (
                        <>
                            <div className="scroll" tabIndex={0} role="group" aria-label="Realised gains">
                                <table>
                                    <Heads
                                        words={["Lot", "Bought", "Sold", "Term"]}
                                        numbers={["Shares", "Proceeds", "Basis", "Gain", "Wash sale"]}
                                    />
                                    <tbody>
                                        {found
                                            .toReversed()
                                            .slice(0, rows)
                                            .map((each) => (
                                                <tr key={`${each.transaction} ${each.lot_id}`}>
                                                    <th scope="row">{each.lot_id}</th>
                                                    <td className="nowrap">
                                                        {each.acquired ? day(each.acquired) : "unknown"}
                                                    </td>
                                                    <td className="nowrap">{day(each.sold)}</td>
                                                    <td>{each.term}</td>
                                                    <td className="number private">{shares(each.quantity)}</td>
                                                    <td className="number private">{cents(each.proceeds)}</td>
                                                    <td className="number private">{cents(each.basis)}</td>
                                                    <td className="number private">{changeInCents(each.gain)}</td>
                                                    <td className="number private">{cents(each.disallowed)}</td>
                                                </tr>
                                            ))}
                                    </tbody>
                                    <tfoot>
                                        {(["short", "long"] as const).map((term) => (
                                            <Sum
                                                key={term}
                                                name={`${term === "short" ? "Short" : "Long"}-term together`}
                                                of={found.filter((each) => each.term === term)}
                                            />
                                        ))}
                                        <Sum name="All together" of={found} />
                                    </tfoot>
                                </table>
                            </div>
                            <p className="small faint">
                                In all accounts, also those that defer the tax or are free of it. Sums are of unrounded
                                amounts.
                            </p>
                            <More shown={rows} of={found.length} more={() => setRows(rows + ROWS)} />
                        </>
                    )
                }
            </Answer>
        </Panel>
    );
}

function Sum({ name, of }: { readonly name: string; readonly of: readonly Gain[] }) {
    return (
        <tr>
            <th scope="row" colSpan={5}>
                {name}
            </th>
            <td className="number private">{cents(sum(of.map((each) => each.proceeds)))}</td>
            <td className="number private">{cents(sum(of.map((each) => each.basis)))}</td>
            <td className="number private strong">{changeInCents(sum(of.map((each) => each.gain)))}</td>
            <td className="number private">{cents(sum(of.map((each) => each.disallowed)))}</td>
        </tr>
    );
}

function More({ shown, of, more }: { readonly shown: number; readonly of: number; readonly more: () => void }) {
    if (shown >= of) return null;
    return (
        <button type="button" className="button slim no-print" onClick={more}>
            Older ({of - shown})
        </button>
    );
}

function transactionsFile(booked: readonly Transaction[]): string {
    const head = ["id", "date", "account", "action", "ticker", "lot", "shares", "price_usd", "fees_usd", "cash_usd"];
    return csv(
        head,
        booked.map((each) => [
            each.id,
            each.date,
            each.account_id,
            each.action,
            each.ticker,
            each.lot_id,
            each.quantity,
            each.price,
            each.fees,
            each.cash,
        ]),
    );
}

function gainsFile(booked: readonly Gain[]): string {
    const head = [
        "transaction",
        "lot",
        "acquired",
        "sold",
        "term",
        "shares",
        "proceeds_usd",
        "basis_usd",
        "gain_usd",
        "disallowed_usd",
    ];
    return csv(
        head,
        booked.map((each) => [
            each.transaction,
            each.lot_id,
            each.acquired,
            each.sold,
            each.term,
            each.quantity,
            each.proceeds,
            each.basis,
            each.gain,
            each.disallowed,
        ]),
    );
}
