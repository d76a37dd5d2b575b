/** A household beside the table: what is the matter, and what its plan would bring. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { orderKeyOf } from "../../api/plan";
import { household, proposal } from "../../api/questions";
import { Answer, Note } from "../../parts/panel";
import { StatePill } from "../../parts/state-pill";
import { Icon } from "../../parts/icon";
import { Told } from "../../parts/told";
import { aboutDollars, change, dollars, points, difference, several, type Decimal } from "../../text/figures";
import { FindingWords } from "../preferences/finding-words";
import { Use } from "./cells";
import { reason } from "../dashboard/verdict";
import { nearness } from "../proposal/gap";

export function Preview(given: {
    readonly id: string;
    /** Of its widest used band, with its side, as the table has it. */
    readonly use: Decimal | null;
    readonly close: () => void;
}) {
    const { id, use, close } = given;
    const of = useQuery(household(id));
    const head = useRef<HTMLHeadingElement>(null);
    useEffect(() => head.current?.focus({ preventScroll: true }), [id]);
    return (
        <aside className="panel preview" aria-labelledby="preview-title">
            <header className="panel-head">
                <h2 id="preview-title" ref={head} tabIndex={-1}>
                    {of.data?.name ?? "Household"}
                </h2>
                <button type="button" className="button bare slim" aria-label="Close the preview" onClick={close}>
                    <Icon name="close" />
                </button>
            </header>
            <Answer of={of} rows={5}>
                {(found) => (
                    <div className="stack">
                        <dl className="pairs">
                            <dt>Value</dt>
                            <dd className="private">{found.value_usd ? dollars(found.value_usd) : "No price"}</dd>
                            <dt>Cash now</dt>
                            <dd className="private">{found.cash_usd ? dollars(found.cash_usd) : "—"}</dd>
                            <dt>Band used</dt>
                            <dd>
                                <Use of={use} />
                            </dd>
                            <dt>Outside</dt>
                            <dd>{found.breaches.length === 0 ? "none" : found.breaches.join(", ")}</dd>
                            <dt>Owner</dt>
                            <dd>{found.owner}</dd>
                        </dl>
                        {found.paused ? <Note kind="warn">Paused: {found.paused.why}.</Note> : null}
                        {found.alerts.map((alert, at) => (
                            <Note key={at} kind="warn">
                                <Told>{reason(alert.words)}</Told>
                            </Note>
                        ))}
                        <p>
                            <Told>{reason(found.next.words)}</Told>
                        </p>
                        {found.why ? (
                            <p className="small quiet">
                                <Told>{reason(found.why)}</Told>
                            </p>
                        ) : null}
                        {found.proposal ? (
                            <Plan id={found.proposal.id} />
                        ) : (
                            <p className="quiet">No proposal is open.</p>
                        )}
                        <p className="preview-links">
                            {found.proposal ? (
                                <Link
                                    to="/h/$household/proposal/$proposal"
                                    params={{ household: id, proposal: found.proposal.id }}
                                    className="button first"
                                >
                                    {found.proposal.state === "Pending_Approval" ? "Review proposal" : "See proposal"}
                                </Link>
                            ) : null}
                            <Link to="/h/$household" params={{ household: id }} className="button">
                                Dashboard
                            </Link>
                        </p>
                    </div>
                )}
            </Answer>
        </aside>
    );
}

/** The outcome of its plan in a few figures. */
function Plan({ id }: { readonly id: string }) {
    const of = useQuery(proposal(id));
    return (
        <section>
            <Answer of={of} rows={4}>
                {({ proposal: found, plan }) => (
                    <>
                        <p>
                            <StatePill state={found.state} rejection={found.rejection ?? null} />
                        </p>
                        {plan ? (
                            <dl className="pairs">
                                <dt>Orders</dt>
                                <dd>
                                    {several(new Set(plan.trades.map(orderKeyOf)).size, "order")}
                                    {found.traded_usd ? (
                                        <>
                                            , <span className="private">{dollars(found.traded_usd)}</span>
                                        </>
                                    ) : null}
                                </dd>
                                <dt>Est. tax of the year</dt>
                                <dd className="private">{change(plan.objective.tax_usd)}</dd>
                                <dt>Trading cost</dt>
                                <dd className="private">{aboutDollars(plan.objective.cost_usd)}</dd>
                                <dt>Largest move</dt>
                                <dd>{largest(plan.before.weights, plan.after.weights)}</dd>
                                <dt>Quality</dt>
                                <dd>{nearness(plan)}</dd>
                            </dl>
                        ) : null}
                        {plan?.validation.warnings.map((finding, at) => (
                            <Note key={at} kind="warn">
                                <FindingWords of={finding} />
                            </Note>
                        ))}
                    </>
                )}
            </Answer>
        </section>
    );
}

function largest(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string {
    const moves = Object.keys({ ...before, ...after }).map((name) => ({
        name,
        by: difference(after[name] ?? "0", before[name] ?? "0"),
    }));
    const most = moves.sort((left, right) => Math.abs(Number(right.by)) - Math.abs(Number(left.by)))[0];
    return most ? `${most.name} ${points(most.by)}` : "—";
}
