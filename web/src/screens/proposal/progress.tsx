/** Orders and fills of a proposal that was approved, as they come. */
import { useQuery } from "@tanstack/react-query";
import { orders } from "../../api/history";
import type { Proposal } from "../../api/questions";
import { Answer, Note, Panel } from "../../parts/panel";
import { cents, compared, difference, price, product, several, shares, sum } from "../../text/figures";
import { atSecond } from "../../text/times";

const EXECUTED = ["Approved", "Execution_In_Progress", "Executed_Successfully", "Execution_Failed"];

const ORDER_STATES: Readonly<Record<string, readonly [sign: string, word: string, kind: string]>> = {
    waiting: ["…", "Waits for its turn", ""],
    submitting: ["▸", "Being sent", ""],
    accepted: ["▸", "At the broker", ""],
    partly_filled: ["◐", "Partly filled", ""],
    filled: ["✓", "Filled", "ok"],
    refused: ["✕", "Refused by the broker", "danger"],
    cancelled: ["—", "Cancelled", "warn"],
    expired: ["—", "Expired unfilled", "warn"],
    unknown: ["?", "Not known yet", "warn"],
};

export function Progress({ proposal }: { readonly proposal: Proposal }) {
    const isSent = EXECUTED.includes(proposal.state);
    const asked = useQuery({ ...orders(proposal.id), enabled: isSent });
    if (!isSent) return null;
    return (
        <Panel id="progress" title="Orders and fills">
            <Answer of={asked} rows={5}>
                {(found) => {
                    const done = found.filter((order) => order.state === "filled").length;
                    return (
                        <>
                            <div className="progress-line">
                                <progress max={Math.max(1, found.length)} value={done} aria-label="Orders filled" />
                                <span aria-live="polite">
                                    {found.length === 0
                                        ? "The orders are being written down."
                                        : `${done} of ${several(found.length, "order")} filled`}
                                </span>
                            </div>
                            {found.length > 0 ? (
                                <div className="scroll" tabIndex={0} role="group" aria-label="Orders">
                                    <table>
                                        <thead>
                                            <tr>
                                                <th scope="col">Order</th>
                                                <th scope="col">Account</th>
                                                <th scope="col" className="number">
                                                    Shares
                                                </th>
                                                <th scope="col" className="number">
                                                    Filled
                                                </th>
                                                <th scope="col" className="number">
                                                    Average price
                                                </th>
                                                <th scope="col" className="number">
                                                    Amount
                                                </th>
                                                <th scope="col">State</th>
                                            </tr>
                                        </thead>
                                        <tbody>
                                            {found.map((order) => {
                                                const filled = sum(order.fills.map((fill) => fill.quantity));
                                                const amount = sum(
                                                    order.fills.map((fill) => product(fill.quantity, fill.price)),
                                                );
                                                const [sign, word, kind] = ORDER_STATES[order.state] ?? [
                                                    "?",
                                                    order.state,
                                                    "",
                                                ];
                                                const left = difference(order.asked ?? order.quantity, filled);
                                                return (
                                                    <tr key={order.client_order_id}>
                                                        <th scope="row">
                                                            {order.action === "SELL" ? "Sell" : "Buy"} {order.ticker}
                                                            {order.lot_id ? (
                                                                <span className="small quiet"> lot {order.lot_id}</span>
                                                            ) : null}
                                                        </th>
                                                        <td>{order.account_id}</td>
                                                        <td className="number">
                                                            {shares(order.asked ?? order.quantity)}
                                                        </td>
                                                        <td className="number">{shares(filled)}</td>
                                                        <td className="number">
                                                            {order.fills.length > 0
                                                                ? price((Number(amount) / Number(filled)).toFixed(4))
                                                                : "—"}
                                                        </td>
                                                        <td className="number private">
                                                            {order.fills.length > 0 ? cents(amount) : "—"}
                                                        </td>
                                                        <td
                                                            className={`nowrap ${kind}`}
                                                            title={order.fills
                                                                .map(
                                                                    (fill) =>
                                                                        `${fill.execution_id} ${atSecond(fill.at)}`,
                                                                )
                                                                .join("\n")}
                                                        >
                                                            <span aria-hidden="true">{sign}</span> {word}
                                                            {order.state === "cancelled" && compared(left, "0") > 0
                                                                ? `, ${shares(left)} left`
                                                                : ""}
                                                        </td>
                                                    </tr>
                                                );
                                            })}
                                        </tbody>
                                    </table>
                                </div>
                            ) : null}
                            {proposal.state === "Executed_Successfully" ? (
                                <Note kind="done">
                                    Everything was executed; lots, cash and realised gains are booked.
                                </Note>
                            ) : null}
                        </>
                    );
                }}
            </Answer>
        </Panel>
    );
}
