/** What waits for a person, and what happens next. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { lots, prices, type Drift, type Household } from "../../api/questions";
import { Panel } from "../../parts/panel";
import { several } from "../../text/figures";
import { atTime } from "../../text/times";

interface Item {
    readonly sign: string;
    readonly kind: string;
    readonly text: ReactNode;
}

export function NeedsYou({ household, drift }: { readonly household: Household | null; readonly drift: Drift | null }) {
    const priced = useQuery(prices);
    const held = useQuery({ ...lots(household?.id ?? ""), enabled: household !== null });
    if (household === null) return null;
    const own = new Set(held.data?.map((lot) => lot.ticker));
    const heldBack = (priced.data ?? []).filter((price) => price.finding && own.has(price.ticker));
    const undated = (held.data ?? []).filter((lot) => !lot.acquired);
    const items: Item[] = [];
    if (household.proposal?.state === "Pending_Approval") {
        items.push({
            sign: "●",
            kind: "",
            text: (
                <>
                    A plan waits for approval.{" "}
                    <Link to="/h/$household/proposal" params={{ household: household.id }}>
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
            text: "Some orders were not filled. The proposal says which, and can be tried again.",
        });
    }
    for (const [finding, tickers] of byFinding(heldBack)) {
        items.push({
            sign: "⚠",
            kind: "warn",
            text: `${tickers.join(", ")}: ${finding}. Nothing is traded on ${tickers.length === 1 ? "this price" : "these prices"}.`,
        });
    }
    if (undated.length > 0) {
        items.push({
            sign: "⚠",
            kind: "warn",
            text: `${several(undated.length, "lot")} without a day of purchase: ${undated
                .slice(0, 3)
                .map((lot) => lot.lot_id)
                .join(", ")}${undated.length > 3 ? " and more" : ""}.`,
        });
    }
    if (household.paused) {
        items.push({
            sign: "‖",
            kind: "warn",
            text: `Paused${household.paused.until ? ` until ${atTime(household.paused.until)} New York` : ""}: ${household.paused.why}.`,
        });
    }
    return (
        <Panel id="needs-you" title="Needs you">
            {items.length === 0 ? (
                <p className="quiet">
                    Nothing.{" "}
                    {drift && !drift.act
                        ? "The next look comes by itself; you are told when something is to be done."
                        : ""}
                </p>
            ) : (
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
            )}
        </Panel>
    );
}

/** What is held back for one reason is told once. */
function byFinding(prices: readonly { ticker: string; finding?: string | null }[]): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const { ticker, finding } of prices) {
        const text = (finding ?? "").replace(/\.$/, "");
        found.set(text, [...(found.get(text) ?? []), ticker]);
    }
    return found;
}
