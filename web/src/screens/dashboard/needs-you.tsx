/** What waits for a person, and what happens next. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { lots, type Household } from "../../api/questions";
import { Panel } from "../../parts/panel";
import { Told } from "../../parts/told";
import { several } from "../../text/figures";
import { atTime } from "../../text/times";
import { ORDERS } from "../proposal/sent";
import { reason } from "./verdict";

const TOGETHER = new Intl.ListFormat("en-US", { type: "conjunction" });

interface Item {
    readonly sign: string;
    readonly kind: string;
    readonly text: ReactNode;
}

export function NeedsYou({ household }: { readonly household: Household | null }) {
    const held = useQuery({ ...lots(household?.id ?? ""), enabled: household !== null });
    if (household === null) return null;
    const undated = (held.data ?? []).filter((lot) => !lot.acquired);
    const items: Item[] = [];
    if (household.proposal?.state === "Pending_Approval") {
        items.push({
            sign: "●",
            kind: "",
            text: (
                <>
                    A plan waits for approval.{" "}
                    <Link to="/h/$household/proposal" params={{ household: household.id }} data-stop>
                        Review it
                    </Link>
                </>
            ),
        });
    }
    if (household.proposal?.state === "Execution_Failed") {
        items.push({
            sign: "✕",
            kind: "danger",
            text: (
                <>
                    Some orders were not filled. The proposal says which, and can be tried again.{" "}
                    <Link
                        to="/h/$household/proposal/$proposal"
                        params={{ household: household.id, proposal: household.proposal.id }}
                        hash={ORDERS}
                        data-stop
                    >
                        See its orders
                    </Link>
                </>
            ),
        });
    }
    for (const alert of household.alerts)
        items.push({ sign: "⚠", kind: "warn", text: <Told>{reason(alert.words)}</Told> });
    const followed = household.model_portfolio;
    // Where its document can’t have the version, or it was only offered, an alert says so and why.
    if (followed && followed.version < followed.published && !followed.refused && !followed.is_offered) {
        items.push({
            sign: "◔",
            kind: "",
            text: `Version ${followed.published} of ${followed.name} is published; the target is taken over once the orders at the broker have ended.`,
        });
    }
    if (undated.length > 0) {
        const some = undated.slice(0, 3).map((lot) => lot.lot_id);
        items.push({
            sign: "⚠",
            kind: "warn",
            text: `${several(undated.length, "lot")} without a day of purchase: ${some.join(", ")}${undated.length > 3 ? " and more" : ""}.`,
        });
    }
    if (household.paused) {
        const until = household.paused.until ? ` until ${atTime(household.paused.until)} New York` : "";
        items.push({ sign: "‖", kind: "warn", text: `Paused${until}: ${household.paused.why}.` });
    }
    for (const until of new Set(household.quiet.map((each) => each.until))) {
        const classes = household.quiet.filter((each) => each.until === until).map((each) => each.class);
        items.push({
            sign: "◔",
            kind: "",
            text: `No new alarm for ${TOGETHER.format(classes)} until ${atTime(until)} New York, unless ${classes.length === 1 ? "it drifts" : "they drift"} further.`,
        });
    }
    return (
        <Panel id="needs-you" title="Needs you">
            {items.length === 0 ? <p className="quiet">Nothing.</p> : null}
            <ul className="todo">
                {items.map((item, index) => (
                    <li key={index}>
                        <span className={item.kind} aria-hidden="true">
                            {item.sign}
                        </span>
                        <span>{item.text}</span>
                    </li>
                ))}
            </ul>
            <p className="next">
                <span className="strong">Next:</span> <Told>{reason(household.next.words)}</Told>
                {household.last_look_at ? (
                    <span className="small faint"> Looked at last {atTime(household.last_look_at)} New York.</span>
                ) : null}
            </p>
        </Panel>
    );
}
