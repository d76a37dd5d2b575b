/**
 * One proposal as it was: its plan as it was shown, what was decided, ordered and filled, its records, and what models were sent.
 *
 * In: the proposal in the address, or the newest. Printed, every part but the bodies stands on paper with the totals of the screen.
 */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { flushSync } from "react-dom";
import { attempts, orders, pastProposals, type Attempt } from "../../api/history";
import { proposal, type Proposal } from "../../api/questions";
import { Answer, Empty, Note, Panel } from "../../parts/panel";
import { StatePill } from "../../parts/state-pill";
import { Tabs } from "../../parts/tabs";
import { atTime } from "../../text/times";
import { fitting, stateOf, type HistorySearch } from "./filters";
import { Messages } from "./messages";
import { OrdersAndFills } from "./orders-and-fills";
import { Records } from "./records";
import { Summary } from "./summary";
import { TradesAndLots } from "./trades-and-lots";

const TABS = [
    { id: "summary", name: "Summary" },
    { id: "trades", name: "Trades and lots" },
    { id: "orders", name: "Orders and fills" },
    { id: "records", name: "Records" },
    { id: "messages", name: "Messages" },
] as const;

export function Chosen({
    household,
    search,
    change,
}: {
    readonly household: string;
    readonly search: HistorySearch;
    readonly change: (to: HistorySearch) => void;
}) {
    const list = useInfiniteQuery(pastProposals(household, stateOf(search.state)));
    const id = search.proposal ?? fitting(list.data?.pages.flatMap((page) => page.items) ?? [], search)[0]?.id;
    if (id === undefined) return null;
    return <Record key={id} id={id} household={household} search={search} change={change} />;
}

function Record({
    id,
    household,
    search,
    change,
}: {
    readonly id: string;
    readonly household: string;
    readonly search: HistorySearch;
    readonly change: (to: HistorySearch) => void;
}) {
    const of = useQuery(proposal(id));
    const isPrinting = usePrinting();
    const tab = TABS.find((each) => each.id === search.tab)?.id ?? "summary";
    const part = (which: string, found: Proposal) => (
        <Part which={which} of={found} number={search.plan} choose={(plan) => change({ plan })} />
    );
    return (
        <Panel
            id="chosen"
            className="chosen"
            title={of.data ? `Proposal of ${atTime(of.data.proposal.begun_at)}` : "Proposal"}
            aside={
                of.data ? (
                    <StatePill state={of.data.proposal.state} rejection={of.data.proposal.rejection ?? null} />
                ) : null
            }
        >
            <Answer of={of} rows={8}>
                {({ proposal: found }) =>
                    found.household !== household ? (
                        <Empty
                            title="Of another household"
                            why="The address names a proposal that this household does not have."
                            action={
                                <Link
                                    to="/h/$household/history"
                                    params={{ household: found.household }}
                                    search={{ proposal: id }}
                                    className="button slim"
                                >
                                    Show it there
                                </Link>
                            }
                        />
                    ) : isPrinting ? (
                        <>
                            {TABS.slice(0, 4).map((each) => (
                                <section key={each.id} className="printed">
                                    <h3>{each.name}</h3>
                                    {part(each.id, found)}
                                </section>
                            ))}
                        </>
                    ) : (
                        <>
                            {found.attempt > 1 ? <BeforeIt of={found} /> : null}
                            <Tabs
                                name="Parts of the proposal"
                                tabs={TABS}
                                open={tab}
                                choose={(to) => change({ tab: to })}
                            >
                                {part(tab, found)}
                            </Tabs>
                        </>
                    )
                }
            </Answer>
        </Panel>
    );
}

/** What became of the plans before the last one, where orders of theirs went to the broker. */
function BeforeIt({ of }: { readonly of: Proposal }) {
    const sent = useQuery(orders(of.id));
    const before = [...new Set((sent.data ?? []).map((each) => Number(each.attempt)))]
        .filter((attempt) => attempt < of.attempt)
        .sort((a, b) => a - b);
    if (before.length === 0) return null;
    return (
        <Note kind="plain">
            {before.length === 1 ? `Plan ${before[0] ?? ""} was` : `Plans ${before.join(", ")} were`} approved and
            ordered, and not all of it was filled. Plan {of.attempt} is for what was left.
        </Note>
    );
}

function Part({
    which,
    of,
    number,
    choose,
}: {
    readonly which: string;
    readonly of: Proposal;
    readonly number: string | undefined;
    readonly choose: (plan: string) => void;
}) {
    const plans = useQuery(attempts(of.id));
    if (which === "records") return <Records of={of} />;
    if (which === "messages") return <Messages of={of} />;
    return (
        <Answer of={plans} rows={8}>
            {(found) => {
                if (which === "orders") return <OrdersAndFills of={of} attempts={found} />;
                const shown = found.find((each) => String(each.attempt) === number) ?? found.at(-1);
                if (!shown) return <p className="quiet">No plan was made.</p>;
                return (
                    <>
                        <WhichPlan all={found} shown={shown} choose={choose} />
                        {which === "trades" ? (
                            <TradesAndLots of={of} attempt={shown} />
                        ) : (
                            <Summary of={of} attempt={shown} />
                        )}
                    </>
                );
            }}
        </Answer>
    );
}

/** A proposal may have had several plans: each is kept. */
function WhichPlan({
    all,
    shown,
    choose,
}: {
    readonly all: readonly Attempt[];
    readonly shown: Attempt;
    readonly choose: (plan: string) => void;
}) {
    if (all.length < 2) return null;
    return (
        <p className="which-plan">
            <label>
                Plan{" "}
                <select className="input" value={shown.attempt} onChange={(event) => choose(event.target.value)}>
                    {all.map((each) => (
                        <option key={each.attempt} value={each.attempt}>
                            {each.attempt} of {all.length}, made {atTime(each.at)}
                        </option>
                    ))}
                </select>
            </label>
        </p>
    );
}

/** Whether the page is being printed: then what tabs hide is shown as well. */
function usePrinting(): boolean {
    const [isPrinting, setPrinting] = useState(false);
    useEffect(() => {
        const begin = () => flushSync(() => setPrinting(true));
        const end = () => setPrinting(false);
        window.addEventListener("beforeprint", begin);
        window.addEventListener("afterprint", end);
        return () => {
            window.removeEventListener("beforeprint", begin);
            window.removeEventListener("afterprint", end);
        };
    }, []);
    return isPrinting;
}
