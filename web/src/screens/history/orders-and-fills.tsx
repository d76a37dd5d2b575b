/** Orders and their fills beside what the plan expected, order by order and in sum; gains that were realised beside those of the plan. */
import { useQuery } from "@tanstack/react-query";
import { orders, records, type Attempt } from "../../api/history";
import { accounts, type Proposal } from "../../api/questions";
import { DownloadButton } from "../../parts/download";
import { Fills } from "../../parts/fills/table";
import { Heads } from "../../parts/heads";
import { orderState } from "../../parts/order-state";
import { Answer, Empty } from "../../parts/panel";
import { Side } from "../../parts/side";
import { csv, fileName } from "../../text/csv";
import { cents, changeInCents, difference, isNegative, isZero, price, several, shares, sum } from "../../text/figures";
import { against, booked, fillsOf, realised, together, type Against, type Booked } from "./estimated";

export function OrdersAndFills({ of, attempts }: { readonly of: Proposal; readonly attempts: readonly Attempt[] }) {
    const sent = useQuery(orders(of.id));
    const log = useQuery(records(of.id));
    return (
        <Answer of={sent} rows={6}>
            {(found) =>
                found.length === 0 ? (
                    <Empty
                        title="No orders"
                        why="Orders are made when a person has approved a plan; none was of this proposal."
                    />
                ) : (
                    <Answer of={log} rows={6}>
                        {(all) => {
                            const fills = booked(all);
                            const rows = against(found, attempts, fills);
                            return (
                                <div className="stack">
                                    <Compared of={of} rows={rows} />
                                    {attempts.map((each) => (
                                        <Gains
                                            key={each.attempt}
                                            of={of}
                                            attempt={each}
                                            isOnly={attempts.length === 1}
                                            fills={fillsOf(each.attempt, found, fills)}
                                        />
                                    ))}
                                    <Fills of={of} orders={found} />
                                </div>
                            );
                        }}
                    </Answer>
                )
            }
        </Answer>
    );
}

/** Better or worse for the household, in words as well as by its sign. */
function Better({ by }: { readonly by: string | null }) {
    if (by === null) return "—";
    if (isZero(by)) return cents("0");
    return (
        <>
            {changeInCents(by)} <span className="small quiet under-line">{isNegative(by) ? "worse" : "better"}</span>
        </>
    );
}

function Compared({ of, rows }: { readonly of: Proposal; readonly rows: readonly Against[] }) {
    const all = together(rows);
    const open = rows.filter((row) => !isZero(row.unfilled));
    return (
        <section>
            <div className="tab-head">
                <p>
                    {several(rows.length, "order")}
                    {open.length === 0
                        ? ", all filled"
                        : open.length === rows.length
                          ? ", none filled to the last share"
                          : `, ${open.length} not filled to the last share`}
                    . Against the plan:{" "}
                    <span className="private">
                        <Better by={all.difference} />
                    </span>
                </p>
                <DownloadButton name={`${fileName("orders", of.id)}.csv`} make={() => asFile(of, rows)}>
                    CSV of orders and fills
                </DownloadButton>
            </div>
            <div className="scroll" tabIndex={0} role="group" aria-label="Orders, planned and actual">
                <table className="compared">
                    <Heads
                        words={["Order", "Account, lot"]}
                        numbers={["Filled shares", "Fill price", "Cash booked", "Difference"]}
                    />
                    <tbody>
                        {rows.map((row) => (
                            <tr key={row.order.client_order_id}>
                                <th scope="row" className="nowrap">
                                    <Side of={row.order.action} /> {row.order.ticker}
                                    <span className="small quiet under-line" title={row.order.state}>
                                        {orderState(row.order.state)[1]}
                                    </span>
                                    {row.order.why ? (
                                        <span className="small quiet under-line wrap">{row.order.why}</span>
                                    ) : null}
                                </th>
                                <td>
                                    {row.order.account_id}
                                    <span className="small quiet under-line">{row.order.lot_id ?? ""}</span>
                                </td>
                                <td className="number private">
                                    {shares(row.filled)}
                                    <span className="small quiet under-line">of {shares(row.order.quantity)}</span>
                                </td>
                                <td className="number">
                                    {row.price ? price(row.price) : "—"}
                                    <span className="small quiet under-line">
                                        {row.planned ? `plan ${price(row.planned)}` : "in no plan"}
                                    </span>
                                </td>
                                <td className="number private">
                                    {cents(row.actual)}
                                    <span className="small quiet under-line">
                                        {row.expected ? `plan ${cents(row.expected)}` : ""}
                                    </span>
                                </td>
                                <td className="number private">
                                    <Better by={row.difference} />
                                </td>
                            </tr>
                        ))}
                    </tbody>
                    <tfoot>
                        <tr>
                            <th scope="row" colSpan={4}>
                                Together{isZero(all.fees) ? ", no fees" : `, fees of ${cents(all.fees)} within`}
                            </th>
                            <td className="number private strong">
                                {cents(all.actual)}
                                <span className="small quiet under-line">plan {cents(all.expected)}</span>
                            </td>
                            <td className="number private strong">
                                <Better by={all.difference} />
                            </td>
                        </tr>
                    </tfoot>
                </table>
            </div>
            <p className="small faint">
                Cash into (+) or out of (−) the account, for the shares that were filled; booked cash is after fees. A
                fill price is the mean of its fills.
                {all.unplanned > 0
                    ? ` ${several(all.unplanned, "order")} of no trade of a plan: in the booked cash, not in the difference.`
                    : ""}
            </p>
        </section>
    );
}

/** Realised against estimated, for one plan whose orders were filled. */
function Gains({
    of,
    attempt,
    isOnly,
    fills,
}: {
    readonly of: Proposal;
    readonly attempt: Attempt;
    /** The proposal had no other plan. */
    readonly isOnly: boolean;
    /** Of the orders of this plan. */
    readonly fills: readonly Booked[];
}) {
    const held = useQuery(accounts(of.household));
    const planned = attempt.plan.gains;
    if (!held.data || !planned || fills.every((fill) => fill.gain === null)) return null;
    const taxable = new Set(held.data.filter((each) => each.kind === "taxable").map((each) => each.account_id));
    const actual = realised(fills, taxable);
    const rows = [
        ["Short-term", planned.short_term_usd, actual.short],
        ["Long-term", planned.long_term_usd, actual.long],
        ["Together", sum([planned.short_term_usd, planned.long_term_usd]), sum([actual.short, actual.long])],
    ] as const;
    return (
        <div className="scroll" tabIndex={0} role="group" aria-label="Gains, estimated and realised">
            <table>
                <caption>Gains in taxable accounts{isOnly ? "" : `, of plan ${attempt.attempt}`}</caption>
                <thead>
                    <tr>
                        <th scope="col">Term</th>
                        <th scope="col" className="number">
                            Estimated
                        </th>
                        <th scope="col" className="number">
                            Realised
                        </th>
                        <th scope="col" className="number">
                            Difference
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {rows.map(([term, estimated, real]) => (
                        <tr key={term}>
                            <th scope="row">{term}</th>
                            <td className="number private">{changeInCents(estimated)}</td>
                            <td className="number private">{changeInCents(real)}</td>
                            <td className="number private">{changeInCents(difference(real, estimated))}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
            {isZero(actual.untaxed) ? null : (
                <p className="small faint">
                    Besides, <span className="private">{changeInCents(actual.untaxed)}</span> in accounts that defer the
                    tax or are free of it.
                </p>
            )}
        </div>
    );
}

/** One line per fill; an order without any has one line of its own. Sums of the order stand on its first line only, so that columns add up. */
function asFile(of: Proposal, rows: readonly Against[]): string {
    const head = [
        "proposal",
        "order",
        "attempt",
        "account",
        "action",
        "ticker",
        "lot",
        "state",
        "planned_shares",
        "planned_price_usd",
        "cash_at_planned_price_usd",
        "cash_booked_usd",
        "difference_usd",
        "fill",
        "filled_at",
        "fill_shares",
        "fill_price_usd",
        "fill_fees_usd",
    ];
    return csv(
        head,
        rows.flatMap((row) => {
            const { order } = row;
            const fills = order.fills.length > 0 ? order.fills : [null];
            return fills.map((fill, at) => [
                of.id,
                order.client_order_id,
                order.attempt,
                order.account_id,
                order.action,
                order.ticker,
                order.lot_id,
                order.state,
                ...(at === 0
                    ? [order.quantity, row.planned, row.expected, row.actual, row.difference]
                    : [null, null, null, null, null]),
                fill?.execution_id,
                fill?.at,
                fill?.quantity,
                fill?.price,
                fill?.fees,
            ]);
        }),
    );
}
