/**
 * Fills one by one, with what corrects them where a person typed them in.
 *
 * In: orders of a proposal. Invariants: only what a person who is the broker typed in can be corrected, by whoever may change the household; what was done is
 * said, and has the focus, since the row that one came from may be gone.
 */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { OrderView } from "../../api/history";
import { household, type Proposal } from "../../api/questions";
import { cents, price, several, shares } from "../../text/figures";
import { atSecond } from "../../text/times";
import { Side } from "../side";
import type { Fill } from "./correction";
import { CorrectDialog, TakeBackDialog } from "./dialogs";
import "./fills.css";

/** The broker that is a person. */
const BY_HAND = "manual";

interface Asked {
    readonly what: "correct" | "take back";
    readonly order: OrderView;
    readonly fill: Fill;
}

export function Fills({ of, orders }: { readonly of: Proposal; readonly orders: readonly OrderView[] }) {
    const fills = orders.flatMap((order) => order.fills.map((fill) => ({ fill, order })));
    const byHand = fills.some(({ order }) => order.broker === BY_HAND);
    const whose = useQuery({ ...household(of.household), enabled: byHand });
    const mayCorrect = byHand && (whose.data?.rights.includes("write") ?? false);
    const [asked, setAsked] = useState<Asked | null>(null);
    const [said, setSaid] = useState("");
    const status = useRef<HTMLParagraphElement>(null);
    useEffect(() => {
        if (said !== "") status.current?.focus();
    }, [said]);
    const props = asked && {
        of,
        order: asked.order,
        fill: asked.fill,
        close: () => setAsked(null),
        done: (words: string) => {
            setAsked(null);
            setSaid(words);
        },
    };
    return (
        <>
            <p ref={status} tabIndex={-1} className={said === "" ? "unseen" : "note done fills-said"} role="status">
                {said === "" ? "" : `✓ ${said}`}
            </p>
            {fills.length === 0 ? null : (
                <details className="fills-each">
                    <summary>
                        {several(fills.length, "fill")}, one by one
                        {mayCorrect ? ", to correct or take back" : ""}
                    </summary>
                    <div className="scroll" tabIndex={0} role="group" aria-label="Fills">
                        <table className="fills stacks">
                            <thead>
                                <tr>
                                    <th scope="col">When</th>
                                    <th scope="col">Order</th>
                                    <th scope="col" className="number">
                                        Shares
                                    </th>
                                    <th scope="col" className="number">
                                        Price
                                    </th>
                                    <th scope="col" className="number">
                                        Fees
                                    </th>
                                    <th scope="col">Broker’s name</th>
                                    {mayCorrect ? (
                                        <th scope="col" className="no-print">
                                            Typed in wrong?
                                        </th>
                                    ) : null}
                                </tr>
                            </thead>
                            <tbody>
                                {fills.map(({ fill, order }) => (
                                    <tr key={`${order.broker}/${fill.execution_id}`}>
                                        <td className="nowrap fill-when">{atSecond(fill.at)}</td>
                                        <th scope="row" className="nowrap">
                                            <Side of={order.action} /> {order.ticker}
                                        </th>
                                        <td className="number private" data-label="Shares">
                                            {shares(fill.quantity)}
                                        </td>
                                        <td className="number" data-label="Price">
                                            {price(fill.price)}
                                        </td>
                                        <td className="number" data-label="Fees">
                                            {cents(fill.fees)}
                                        </td>
                                        <td className="small quiet fill-name">{fill.execution_id}</td>
                                        {mayCorrect ? (
                                            <td className="no-print fill-actions">
                                                {order.broker === BY_HAND
                                                    ? (["correct", "take back"] as const).map((what) => (
                                                          <button
                                                              key={what}
                                                              type="button"
                                                              className="button slim"
                                                              aria-label={`${what === "correct" ? "Correct" : "Take back"} fill ${fill.execution_id} of ${order.ticker}`}
                                                              onClick={() => setAsked({ what, order, fill })}
                                                          >
                                                              {what === "correct" ? "Correct" : "Take back"}
                                                          </button>
                                                      ))
                                                    : null}
                                            </td>
                                        ) : null}
                                    </tr>
                                ))}
                            </tbody>
                        </table>
                    </div>
                </details>
            )}
            {props && asked?.what === "correct" ? <CorrectDialog {...props} /> : null}
            {props && asked?.what === "take back" ? <TakeBackDialog {...props} /> : null}
        </>
    );
}
