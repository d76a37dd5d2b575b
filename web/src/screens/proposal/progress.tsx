/** Orders and fills of a proposal that was approved, as they come; and what became of those of a plan before, where it was made again after a failure. */
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { orders } from "../../api/history";
import { useKnown } from "../../api/people";
import { timeline, type Proposal } from "../../api/questions";
import { Fills } from "../../parts/fills/table";
import { orderState } from "../../parts/order-state";
import { Answer, Note, Panel } from "../../parts/panel";
import { cents, compared, difference, price, product, several, shares, sum } from "../../text/figures";
import { atSecond, atTime } from "../../text/times";
import { inNames } from "./approvers";
import { REVIEW } from "./timeline";
import { missed, ORDERS, sentBefore, sentOf } from "./sent";
import { Side } from "../../parts/side";

const EXECUTED = ["Approved", "Execution_In_Progress", "Executed_Successfully", "Execution_Failed"];

/** Who approved what, and when. */
function Receipt({ proposal }: { readonly proposal: Proposal }) {
    const known = useKnown();
    const stages = useQuery(timeline(proposal.id));
    const review = stages.data?.filter((stage) => stage.stage === REVIEW).at(-1);
    if (proposal.approved_by.length === 0) return null;
    return (
        <p className="small quiet">
            Approved by {inNames(proposal.approved_by, known, proposal.approvers)}
            {review?.ended_at ? `, ${atTime(review.ended_at)} New York` : ""}
            {proposal.plan_hash ? (
                <>
                    {" "}
                    · plan <code title={proposal.plan_hash}>{proposal.plan_hash.slice(0, 16)}</code>
                </>
            ) : null}
        </p>
    );
}

export function Progress({ proposal }: { readonly proposal: Proposal }) {
    const isSent = EXECUTED.includes(proposal.state);
    const isWanted = useLocation({ select: ({ hash }) => hash }) === ORDERS;
    const isThere = useRef(false);
    const mayBeAgain = !isSent && proposal.attempt > 1;
    const asked = useQuery({ ...orders(proposal.id), enabled: isSent || mayBeAgain });
    const isAnswered = asked.data !== undefined;
    // Once they are there: before that, what comes in above would push them down.
    useEffect(() => {
        if (!isWanted || !isAnswered || isThere.current) return;
        isThere.current = true;
        document.getElementById(ORDERS)?.scrollIntoView();
    }, [isWanted, isAnswered]);
    const before = mayBeAgain ? sentBefore(asked.data ?? [], proposal.attempt) : null;
    const wasSent = before !== null;
    if (!isSent && !wasSent) return null;
    return (
        <Panel id={ORDERS} title={isSent ? "Orders and fills" : "Orders of the plan before"}>
            <Answer of={asked} rows={5}>
                {(all) => {
                    const { entries: found, orders: count, filled: done } = sentOf(all, before ?? proposal.attempt);
                    return (
                        <>
                            {wasSent ? (
                                <Note kind="warn">
                                    The plan before was approved, and {missed(count - done, count)}. What was filled is
                                    booked; this plan is over what is left
                                    {proposal.state === "Pending_Approval"
                                        ? ", and waits for an approval of its own"
                                        : ""}
                                    .
                                </Note>
                            ) : null}
                            {isSent ? <Receipt proposal={proposal} /> : null}
                            <div className="progress-line">
                                <progress max={Math.max(1, count)} value={done} aria-label="Orders filled" />
                                <span aria-live="polite">
                                    {found.length === 0
                                        ? "The orders are being written down."
                                        : `${done} of ${several(count, "order")} filled`}
                                </span>
                            </div>
                            {found.length > 0 ? (
                                <div className="scroll" tabIndex={0} role="group" aria-label="Orders">
                                    <table className="orders stacks">
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
                                                const [sign, word, kind] = orderState(order.state);
                                                const left = difference(order.asked ?? order.quantity, filled);
                                                return (
                                                    <tr key={order.client_order_id}>
                                                        <th scope="row">
                                                            <Side of={order.action} /> {order.ticker}
                                                            {order.lot_id ? (
                                                                <span className="small quiet"> lot {order.lot_id}</span>
                                                            ) : null}
                                                        </th>
                                                        <td data-label="Account">{order.account_id}</td>
                                                        <td className="number" data-label="Shares">
                                                            <span className="private">
                                                                {shares(order.asked ?? order.quantity)}
                                                            </span>
                                                        </td>
                                                        <td className="number" data-label="Filled">
                                                            <span className="private">{shares(filled)}</span>
                                                        </td>
                                                        <td className="number" data-label="Price">
                                                            {order.fills.length > 0
                                                                ? price((Number(amount) / Number(filled)).toFixed(4))
                                                                : "—"}
                                                        </td>
                                                        <td className="number" data-label="Amount">
                                                            <span className="private">
                                                                {order.fills.length > 0 ? cents(amount) : "—"}
                                                            </span>
                                                        </td>
                                                        <td
                                                            className={`nowrap status ${kind}`}
                                                            title={[
                                                                order.state,
                                                                ...order.fills.map(
                                                                    (fill) =>
                                                                        `${fill.execution_id} ${atSecond(fill.at)}`,
                                                                ),
                                                            ].join("\n")}
                                                        >
                                                            <span aria-hidden="true">{sign}</span> {word}
                                                            {order.state === "cancelled" && compared(left, "0") > 0
                                                                ? `, ${shares(left)} left`
                                                                : ""}
                                                            {order.why ? (
                                                                <span className="small quiet under-line wrap">
                                                                    {order.why}
                                                                </span>
                                                            ) : null}
                                                        </td>
                                                    </tr>
                                                );
                                            })}
                                        </tbody>
                                    </table>
                                </div>
                            ) : null}
                            <Fills of={proposal} orders={found} />
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
