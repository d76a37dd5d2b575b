/**
 * What else could be done, side by side: the least tax, the closest to the targets, the fewest trades, buys only, nothing.
 *
 * Invariants: all are for one portfolio at one set of prices; choosing previews and never approves; what is chosen is kept as a new revision first;
 * which one is looked at stands in the address.
 */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useId, useState } from "react";
import { answered, api, type Schemas } from "../../api/client";
import type { Plan } from "../../api/plan";
import { answeredFor } from "../../api/desk";
import { alternatives, type Proposal } from "../../api/questions";
import { useCommand } from "../../app/keyboard";
import { Heads } from "../../parts/heads";
import { Answer, Fault, Note, Panel } from "../../parts/panel";
import { cents, change, dollars, several, shares } from "../../text/figures";
import { Side } from "../../parts/side";
import { Told } from "../../parts/told";
import { addressOf, placeOf } from "./looked-at";

type Alternative = Schemas["AlternativeView"];

export function Alternatives({ proposal, plan }: { readonly proposal: Proposal; readonly plan: Plan }) {
    const asked = useQuery(alternatives(proposal.id, plan.plan_hash));
    return (
        <Panel id="alternatives" title="Alternatives">
            <Answer of={asked} rows={6}>
                {({ items }) => <Choice proposal={proposal} plan={plan} items={items} />}
            </Answer>
        </Panel>
    );
}

function Choice({
    proposal,
    plan,
    items,
}: {
    readonly proposal: Proposal;
    readonly plan: Plan;
    readonly items: readonly Alternative[];
}) {
    const name = useId();
    const client = useQueryClient();
    const navigate = useNavigate({ from: "/h/$household/proposal/$proposal" });
    const search = useSearch({ from: "/h/$household/proposal/$proposal" });
    const found = placeOf(items, search);
    const at = Math.max(0, found);
    const one = items[at];
    const chosen = one?.id;
    // Each is a place of its own to go back to.
    const choose = (id: string) => void navigate({ search: addressOf(items, id), resetScroll: false });
    // What is foremost in nothing stays folded away until somebody asks, or has chosen it.
    const between = items.filter((each) => each.kind === "other");
    const [areAll, setAll] = useState(false);
    const shown = areAll ? items : items.filter((each) => each.kind !== "other" || each.id === chosen);
    const canChoose = proposal.state === "Pending_Approval";
    const step = (by: number) => () => {
        const next = items[(at + by + items.length) % items.length];
        if (next) choose(next.id);
    };
    useCommand("]", "Next alternative", step(1), items.length > 1);
    useCommand("[", "Previous alternative", step(-1), items.length > 1);
    const take = useMutation({
        mutationFn: (alternative: Alternative) =>
            answered(
                api.POST("/api/v1/proposals/{proposal}/plan", {
                    params: { path: { proposal: proposal.id } },
                    body: { plan_hash: plan.plan_hash, trades: alternative.trades } as never,
                }),
            ),
        onSuccess: async (made) => {
            await answeredFor(client, proposal.household);
            await navigate({
                to: "/h/$household/proposal/$proposal",
                params: { household: proposal.household, proposal: made.id },
                search: {},
                // Edits of this plan are not lost: they wait beside the other one.
                ignoreBlocker: true,
            });
        },
    });
    return (
        <>
            {found < 0 && search.alternative !== undefined ? (
                <Note kind="plain">
                    What the address asks for (<code>{search.alternative}</code>) is not among the alternatives of this
                    plan; the plan itself is shown.
                </Note>
            ) : null}
            <div className="scroll" tabIndex={0} role="group" aria-label="Alternatives side by side">
                <table className="alternatives stacks">
                    <Heads words={["Plan"]} numbers={["All classes off", "Tax", "Cost", "Turnover", "Orders"]} />
                    <tbody>
                        {shown.map((each) => (
                            <tr key={each.id} className={each.id === chosen ? "chosen" : ""}>
                                <th scope="row">
                                    <label>
                                        <input
                                            type="radio"
                                            name={name}
                                            checked={each.id === chosen}
                                            onChange={() => choose(each.id)}
                                        />
                                        {each.name}
                                        {each.figures.passed ? "" : " ⚠"}
                                    </label>
                                </th>
                                <td className="number" data-label="Classes off">
                                    {rootDrift(each.figures.drift_after)}
                                </td>
                                <td className="number" data-label="Tax">
                                    <span className="private">{change(each.figures.tax_usd)}</span>
                                </td>
                                <td className="number" data-label="Cost">
                                    <span className="private">{cents(each.figures.cost_usd)}</span>
                                </td>
                                <td className="number" data-label="Turnover">
                                    <span className="private">{dollars(each.turnover_usd)}</span>
                                </td>
                                <td className="number" data-label="Orders">
                                    {each.orders}
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
            <p className="small faint">
                “All classes off” takes every class together (the root of the sum of its squares), so that it is more
                than the drift of the class that is furthest off.
            </p>
            {between.length > 0 ? (
                <button type="button" className="more" aria-expanded={areAll} onClick={() => setAll(!areAll)}>
                    {areAll ? "fewer" : `${several(between.length, "more", "more")} in between`}
                </button>
            ) : null}
            {one ? (
                <div className="chosen-one" aria-live="polite">
                    <p>
                        <Told>{one.differs}</Told>
                    </p>
                    {at > 0 ? (
                        <>
                            <details>
                                <summary className="small">{several(one.trades.length, "trade")} of this plan</summary>
                                <ul className="small">
                                    {one.trades.map((trade, index) => (
                                        <li key={index}>
                                            <Side of={trade.action} />{" "}
                                            <span className="private">{shares(String(trade.quantity))}</span>{" "}
                                            {trade.ticker} in {trade.account_id}
                                            {trade.lot_id ? `, lot ${trade.lot_id}` : ""}
                                        </li>
                                    ))}
                                </ul>
                            </details>
                            {canChoose && one.trades.length > 0 ? (
                                <button
                                    type="button"
                                    className="button"
                                    disabled={take.isPending || !one.figures.passed}
                                    onClick={() => take.mutate(one)}
                                >
                                    {take.isPending ? "Taking…" : `Take “${one.name}” instead`}
                                </button>
                            ) : null}
                        </>
                    ) : null}
                    {take.error ? <Fault error={take.error} /> : null}
                </div>
            ) : null}
        </>
    );
}

/** Drift (49) is a sum of squares: its root is in percentage points, as a person reads distances. */
export function rootDrift(drift: string): string {
    return `${(Math.sqrt(Math.max(0, Number(drift))) * 100).toFixed(2)} pp`;
}
