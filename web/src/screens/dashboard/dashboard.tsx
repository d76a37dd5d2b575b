/**
 * The dashboard of a household: what is the matter, in a sentence; four facts; every class against its own band; what else needs a person.
 */
import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useRouter } from "@tanstack/react-router";
import { accounts, drift, household, tax, type Drift, type Household } from "../../api/questions";
import { useCommand } from "../../app/keyboard";
import { Answer, Empty, Fact, Note, Panel, Skeleton } from "../../parts/panel";
import { StatePill } from "../../parts/state-pill";
import { Told } from "../../parts/told";
import { dollars, isNegative, isZero, percent, points, size, sum } from "../../text/figures";
import { day } from "../../text/times";
import { budgetInWords } from "./budget";
import { DriftTable } from "./drift-table";
import { HistoryPanel } from "./history-panel";
import { NeedsYou } from "./needs-you";
import { TaxPanel } from "./tax-panel";
import { reason, verdict } from "./verdict";
import { side } from "../../graphics/drift-band";
import "./dashboard.css";

export function Dashboard() {
    const { household: id } = useParams({ from: "/h/$household" });
    const who = useQuery(household(id));
    const now = useQuery(drift(id));
    // What comes in one after the other would push the rest down: the screen is shown once both are there, or known to be missing.
    if (who.isPending || now.isPending) return <Skeleton rows={14} />;
    const isUnknown = now.data === undefined;
    return (
        <>
            <Answer of={who} rows={2}>
                {(found) => <Verdict of={found} drift={now.data ?? null} isUnknown={isUnknown} />}
            </Answer>
            <div className="stack">
                {/* What could not be read is told once, where most of it would stand. */}
                {isUnknown ? null : (
                    <Panel>
                        <Facts household={id} of={who.data ?? null} drift={now.data ?? null} />
                    </Panel>
                )}
                <Panel
                    id="drift"
                    title="Drift from the target"
                    aside={
                        <span className="small faint">
                            <FollowedIn of={who.data ?? null} />
                            {now.data ? `at the prices of ${day(now.data.as_of)}` : ""}
                        </span>
                    }
                >
                    <Answer of={now} rows={6}>
                        {(found) =>
                            found ? (
                                <DriftTable drift={found} household={id} />
                            ) : (
                                <Empty
                                    title="Nothing is held yet"
                                    why="Without holdings there is nothing to compare with a target."
                                    action={
                                        <Link to="/start" className="button">
                                            Bring holdings
                                        </Link>
                                    }
                                />
                            )
                        }
                    </Answer>
                </Panel>
                <div className="columns">
                    <HistoryPanel household={id} />
                    <div className="stack">
                        <NeedsYou household={who.data ?? null} />
                        <TaxPanel household={id} proposal={planned(who.data ?? null)} />
                    </div>
                </div>
            </div>
        </>
    );
}

/** Whose target it is, where it is not the household's own. */
function FollowedIn({ of }: { readonly of: Household | null }) {
    const followed = of?.model_portfolio;
    if (!followed) return null;
    return (
        <>
            follows{" "}
            <Link to="/models/$model" params={{ model: followed.name }}>
                {followed.name}
            </Link>
            {followed.version > 0 ? `, version ${followed.version}` : ""} ·{" "}
        </>
    );
}

function Verdict({
    of,
    drift: found,
    isUnknown,
}: {
    readonly of: Household;
    readonly drift: Drift | null;
    readonly isUnknown: boolean;
}) {
    const router = useRouter();
    const waits = of.proposal?.state === "Pending_Approval";
    const toProposal = { to: "/h/$household/proposal", params: { household: of.id } } as const;
    useCommand("Enter", "To the proposal that is open", () => void router.navigate(toProposal), of.proposal !== null);
    return (
        <header className="screen-head">
            <div>
                <h1>{verdict(of, found, isUnknown)}</h1>
                <p className="quiet lead">
                    <Told>{isUnknown ? "" : reason(of.why ?? found?.why ?? "")}</Told>
                </p>
            </div>
            <div className="screen-actions">
                {of.proposal ? <StatePill state={of.proposal.state} /> : null}
                {of.proposal ? (
                    <Link {...toProposal} className="button first">
                        {waits ? "Review proposal" : "See proposal"}
                    </Link>
                ) : (
                    <Link {...toProposal} className="button">
                        {found && found.breaches.length > 0 ? "Plan now" : "Plan with cash or harvest losses"}
                    </Link>
                )}
            </div>
        </header>
    );
}

function Facts({
    household: id,
    of,
    drift: found,
}: {
    readonly household: string;
    readonly of: Household | null;
    readonly drift: Drift | null;
}) {
    const taxed = useQuery(tax(id, planned(of)));
    const held = useQuery(accounts(id));
    const flow = sum((held.data ?? []).map((each) => each.cash_flow));
    const worst = found?.classes.reduce((largest, each) => (use(each) > use(largest) ? each : largest));
    return (
        <>
            <dl className="facts">
                <Fact
                    name="Value"
                    info={
                        <p>
                            Every position at its price on record, with cash and what comes in or goes out. Prices that
                            are held back count as no price.
                        </p>
                    }
                    note={found ? `as of ${day(found.as_of)}` : null}
                >
                    <span className="private">{found ? dollars(found.value_usd) : "No price"}</span>
                </Fact>
                <Fact
                    name="Largest drift"
                    info={
                        <p>
                            Weight less target, in percentage points, of the class that uses most of its band. Above 100
                            % of its band a class is outside it.
                        </p>
                    }
                    note={worst ? `${worst.class}: ${percent(String(use(worst)), 0)} of its band` : null}
                >
                    {worst ? <span className={side(worst)}>{points(worst.drift)}</span> : "—"}
                </Fact>
                <Fact
                    name="Cash to plan with"
                    info={
                        <p>
                            Cash of all accounts together, settled or not, with what is to come in or go out: so much is
                            there to plan with.
                        </p>
                    }
                    note={held.data ? cashNote(found, of?.cash_usd ?? null, flow) : null}
                >
                    <span className="private">
                        {of?.cash_usd && held.data ? dollars(sum([of.cash_usd, flow])) : "—"}
                    </span>
                </Fact>
                <Fact
                    name="Outside their band"
                    info={<p>Classes that have drifted further from their target than their band allows.</p>}
                    note={found ? found.breaches.join(", ") || "every class is inside" : null}
                >
                    {found ? `${found.breaches.length} of ${found.classes.length}` : "—"}
                </Fact>
                <Fact
                    name={taxed.data ? `Tax in ${taxed.data.year}` : "Tax this year"}
                    info={
                        <p>
                            An estimate at the household’s rates of what was realised so far, after netting gains with
                            losses. Below 0 where a loss lowers other tax. No advice.
                        </p>
                    }
                    note={taxed.data ? budgetInWords(taxed.data) : "…"}
                >
                    <span className="private">{taxed.data ? dollars(taxed.data.estimated_usd) : "—"}</span>
                </Fact>
            </dl>
            {of?.paused ? (
                <Note kind="warn">
                    Paused: {of.paused.why}. Nothing is done for this household until it is resumed.
                </Note>
            ) : null}
        </>
    );
}

/** What the cash is of the whole; and where some is still to flow, what is there now. */
function cashNote(found: Drift | null, now: string | null, flow: string) {
    const cash = found?.classes.find((each) => each.class === "Cash");
    return (
        <>
            {cash ? `${percent(cash.weight)} of the value, wanted ${percent(cash.target)}` : null}
            {now === null || isZero(flow) ? null : (
                <>
                    {cash ? "; " : null}
                    <span className="private">{dollars(now)}</span> now,{" "}
                    <span className="private">{dollars(size(flow))}</span> to {isNegative(flow) ? "go out" : "come in"}
                </>
            )}
        </>
    );
}

/** How much of its band a class uses: above 1 it is outside. */
export function use({ drift: by, tau }: { readonly drift: string; readonly tau: string }): number {
    const width = Number(tau);
    return width > 0 ? Math.abs(Number(by)) / width : Number(by) === 0 ? 0 : Infinity;
}

/** The open proposal, once it has a plan. */
function planned(of: Household | null): string | null {
    const open = of?.proposal;
    return open && !["Pending_Generation", "Pending_Validation", "Validation_Failed"].includes(open.state)
        ? open.id
        : null;
}
