/**
 * A proposal: what it comes to, the trades lot by lot with their reasons, what was not done and why; changed, approved or rejected here.
 *
 * Invariants: what is approved is the plan whose figures are on the screen, by its hash; nothing is shown as done before the server has said so;
 * a plan that can't be approved any more stays readable.
 */
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { attempts } from "../../api/history";
import type { Plan } from "../../api/plan";
import {
    accounts,
    drift,
    lots,
    proposal as proposalOf,
    tax,
    type Drift,
    type Proposal,
    type ProposalAndPlan,
    type WhatIf,
} from "../../api/questions";
import { useNow } from "../../app/clock";
import { useCommand } from "../../app/keyboard";
import { Leaving } from "../../parts/leaving";
import { Answer, Note, Panel } from "../../parts/panel";
import type { Refusal } from "../../parts/refusal";
import { StatePill } from "../../parts/state-pill";
import { Told } from "../../parts/told";
import { several, type Decimal } from "../../text/figures";
import { atTime, duration } from "../../text/times";
import { ApproveBar } from "./approve-bar";
import { Alternatives } from "./alternatives";
import { useOrdersCost } from "./orders-cost";
import { Attempts } from "./attempts";
import { together, type Before } from "./carried";
import { byClass } from "./by-class";
import { BySecurity, useByClass } from "./by-security";
import { Carried } from "./carried-notice";
import { UNCHANGED, useEdits, useWhatIf } from "./edits";
import { reason } from "../dashboard/verdict";
import { FindingWords } from "../preferences/finding-words";
import { NotTraded } from "./not-traded";
import { Outcome, outsideOf } from "./outcome";
import { Progress } from "./progress";
import { useRemembered } from "./remembering";
import { asBody, included, rows as rowsOf, tradesOf, type Account, type Lot, type Sold } from "./rows";
import { Timeline } from "./timeline";
import { Trades } from "./trades";
import { Weights } from "./weights";
import "./proposal.css";

export function ProposalScreen() {
    const { household, proposal: id } = useParams({ from: "/h/$household/proposal/$proposal" });
    // What could be approved a minute ago may not be any more, without an event that says so: a price that nobody tells grows old.
    const asked = useQuery({ ...proposalOf(id), refetchInterval: looksAgain });
    const [before, setBefore] = useState<Before | null>(null);
    const held = useQuery(lots(household));
    const kept = useQuery(accounts(household));
    const now = useQuery(drift(household));
    const taxed = useQuery({ ...tax(household, id), enabled: Boolean(asked.data?.plan) });
    return (
        <Answer of={asked} rows={12}>
            {({ proposal, refused, plan }) =>
                plan === null ? (
                    <Unplanned proposal={proposal} />
                ) : (
                    <Planned
                        // Another plan is another page: what was typed for one is put on the other only if a person says so.
                        key={`${proposal.id}/${plan.plan_hash}`}
                        proposal={proposal}
                        refused={refused}
                        plan={plan}
                        before={before?.household === household ? before : null}
                        remember={setBefore}
                        lots={held.data ?? []}
                        accounts={kept.data ?? []}
                        sold={taxed.data?.proposal?.lots ?? []}
                        drift={now.data ?? null}
                    />
                )
            }
        </Answer>
    );
}

const LOOK_AGAIN_MS = 15_000;

function looksAgain({ state }: { readonly state: { readonly data?: ProposalAndPlan | undefined } }): number | false {
    return state.data?.proposal.state === "Pending_Approval" ? LOOK_AGAIN_MS : false;
}

function Unplanned({ proposal }: { readonly proposal: Proposal }) {
    return (
        <header className="screen-head">
            <div>
                <h1>A plan is being made.</h1>
                <p className="quiet lead">It appears here by itself.</p>
            </div>
            <StatePill state={proposal.state} rejection={proposal.rejection ?? null} />
        </header>
    );
}

function Planned({
    proposal,
    refused,
    plan,
    before,
    remember,
    lots: held,
    sold,
    accounts: kept,
    drift: now,
}: {
    readonly proposal: Proposal;
    readonly refused: Refusal | null;
    readonly plan: Plan;
    readonly before: Before | null;
    readonly remember: (before: Before | null) => void;
    readonly lots: readonly Lot[];
    readonly sold: readonly Sold[];
    readonly accounts: readonly Account[];
    readonly drift: Drift | null;
}) {
    const waits = proposal.state === "Pending_Approval";
    const [edits, edit] = useEdits();
    const [isEditing, setEditing] = useState(false);
    // What is approved was never changed, whatever somebody was typing meanwhile.
    const changes = waits || proposal.state === "Rejected" ? edits.now : UNCHANGED.now;
    const day = proposal.begun_at.slice(0, 10);
    // Once something was executed, the lots of now are not those of the plan.
    const proposed = useMemo(() => rowsOf(plan, waits ? held : [], sold, {}), [plan, held, sold, waits]);
    const rows = useMemo(
        () => rowsOf(plan, waits ? held : [], sold, changes, proposed),
        [plan, held, sold, changes, proposed, waits],
    );
    const remembering = useRemembered(proposal.household, plan, changes, before, remember);
    const isChanged = rows.some((row) => row.isChanged);
    const isFaulty = rows.some((row) => row.fault !== null);
    const body = isChanged && !isFaulty ? asBody(tradesOf(rows)) : null;
    const judged = useWhatIf(proposal.id, body);
    const recommendedCost = useOrdersCost(proposal.id, plan);
    const shown = useByClass(proposal.household, plan, now);
    const answer = isChanged ? judged.answer : null;
    const inWeights = answer && { ...answer, weights_after: byClass(answer.weights_after, shown.classOf) };
    // What no edit moves is not drawn again for one: a plan may have hundreds of trades, and reasons for each.
    const alternativesPanel = useMemo(() => <Alternatives proposal={proposal} plan={plan} />, [proposal, plan]);
    const notTraded = useMemo(() => <NotTraded plan={plan} />, [plan]);
    const made = useMemo(
        () => (
            <div className="columns even">
                <Timeline proposal={proposal} />
                <Attempts proposal={proposal} />
            </div>
        ),
        [proposal],
    );
    useCommand("e", "Edit the trades", () => setEditing((on) => !on), waits);
    useCommand("n", "Next warning", nextWarning);
    return (
        <>
            <Leaving count={together(remembering.waiting, remembering.wishes).length} />
            <Head
                proposal={proposal}
                plan={shown.plan}
                weights={inWeights?.weights_after ?? shown.plan.after.weights}
                count={included(rows).length}
                drift={shown.drift}
            />
            <div className="stack with-bar">
                <Carried
                    proposal={proposal}
                    plan={plan}
                    lots={held}
                    remembering={remembering}
                    edits={edits.now}
                    edit={edit}
                />
                <Panel id="outcome" title="What it comes to">
                    <Outcome
                        plan={shown.plan}
                        rows={rows}
                        proposed={proposed}
                        accounts={kept}
                        judged={isChanged ? { ...judged, answer: inWeights } : null}
                        drift={shown.drift}
                        recommendedCost={recommendedCost}
                    />
                </Panel>
                <Progress proposal={proposal} />
                <div className="columns even">
                    <Panel id="weights" title="Weights, before and after">
                        <Weights plan={shown.plan} judged={inWeights} drift={shown.drift} />
                        {shown.targets ? (
                            <BySecurity
                                before={plan.before.weights}
                                after={answer?.weights_after ?? plan.after.weights}
                                targets={shown.targets}
                            />
                        ) : null}
                    </Panel>
                    {alternativesPanel}
                </div>
                <Trades
                    household={proposal.household}
                    rows={rows}
                    proposed={proposed}
                    accounts={kept}
                    lots={held}
                    day={day}
                    editing={waits ? { isOn: isEditing, set: setEditing, edits, edit } : null}
                    judged={isChanged ? judged : null}
                    isAtHand={waits}
                />
                {notTraded}
                <Checks plan={plan} judged={isChanged ? judged.answer : null} />
                {made}
            </div>
            <ApproveBar
                proposal={proposal}
                refused={refused}
                plan={plan}
                rows={rows}
                accounts={kept}
                isChanged={isChanged}
                isFaulty={isFaulty}
                judged={judged}
                reset={() => edit({ kind: "reset" })}
                done={remembering.kept}
            />
        </>
    );
}

function Head({
    proposal,
    plan,
    weights,
    count,
    drift,
}: {
    readonly proposal: Proposal;
    readonly plan: Plan;
    /** By class, after what is on the screen. */
    readonly weights: Readonly<Record<string, Decimal>>;
    readonly count: number;
    readonly drift: Drift | null;
}) {
    const now = useNow();
    const revisions = useQuery({ ...attempts(proposal.id), enabled: proposal.attempt > 1 });
    const last = revisions.data?.find((each) => each.attempt === proposal.attempt);
    const made = proposal.attempt > 1 ? last?.at : proposal.begun_at;
    const left = proposal.expires_at ? Date.parse(proposal.expires_at) - now : null;
    return (
        <header className="screen-head">
            <div>
                <h1>{title(proposal, count, outsideOf(plan.before.weights, drift), outsideOf(weights, drift))}</h1>
                <p className="quiet lead">
                    <Told>{reason(plan.monitoring?.why ?? plan.summary_rationale)}</Told>
                </p>
                <p className="small faint">
                    {made ? `Made ${atTime(made)}` : `Begun ${atTime(proposal.begun_at)}`} New York by{" "}
                    {planner(plan.planner)}, revision {proposal.attempt}.
                    {proposal.state === "Pending_Approval" && left !== null
                        ? left > 0
                            ? ` It can be approved for ${duration(left)} more, until ${atTime(proposal.expires_at ?? "")}.`
                            : " It has expired."
                        : ""}
                </p>
            </div>
            <StatePill state={proposal.state} rejection={proposal.rejection ?? null} />
        </header>
    );
}

function title(proposal: Proposal, count: number, before: number, outside: number): string {
    const trades = several(count, "trade");
    switch (proposal.state) {
        case "Pending_Approval":
            return `${trades} would ${effect(before, outside)}`;
        case "Approved":
        case "Execution_In_Progress":
            return `${trades} approved; the orders are on their way.`;
        case "Executed_Successfully":
            return `${trades}, all executed.`;
        case "Execution_Failed":
            return `${trades}, not all of them executed.`;
        case "Rejected":
            return `${trades} that were not approved.`;
        default:
            return `${trades}, being checked.`;
    }
}

/** What becomes of the classes outside their bands. */
export function effect(before: number, after: number): string {
    if (after === 0) {
        return before === 0 ? "be made, with every class inside its band." : "bring every class back inside its band.";
    }
    const left = several(after, "class is", "classes are");
    if (after > before)
        return `be made; ${left} outside then, and ${before === 0 ? "none is" : `${String(before)} are`} now.`;
    return `bring the household closer to its target; ${several(after, "class stays", "classes stay")} outside.`;
}

/** Who made a plan, in words. */
export function planner(name: string): string {
    if (name === "solver") return "the optimiser";
    if (name === "person") return "a person, by hand";
    const [kind, model] = name.split(":", 2);
    if (kind === "hybrid") return `the optimiser, chosen among by the model ${model ?? ""}`;
    if (kind === "model") return `the model ${model ?? ""}`;
    return name;
}

function Checks({ plan, judged }: { readonly plan: Plan; readonly judged: WhatIf | null }) {
    const { violations, warnings } = judged ?? plan.validation;
    return (
        <Panel
            id="checks"
            title="Checks"
            aside={
                <span className={violations.length === 0 ? "ok" : "danger"}>
                    {violations.length === 0
                        ? "✓ Every rule is kept"
                        : `✕ ${several(violations.length, "rule")} broken`}
                </span>
            }
        >
            {violations.map((finding) => (
                <Note key={`${finding.code}/${finding.where}`} kind="failed">
                    <FindingWords of={finding} />
                </Note>
            ))}
            {warnings.map((finding) => (
                <Note key={`${finding.code}/${finding.where}`} kind="warn">
                    <FindingWords of={finding} />
                </Note>
            ))}
            <p className="quiet">
                A second piece of code, which shares nothing with the one that plans, checked holdings, cash, lots, wash
                sales, limits and preferences, and recomputed every figure
                {warnings.length === 0 ? "; it has nothing to warn of." : "."}
                {plan.validation.rules_version === undefined ? null : (
                    <>
                        {" "}
                        It counted the <Link to="/rules">rules of the house</Link>, version{" "}
                        {plan.validation.rules_version}.
                    </>
                )}
            </p>
        </Panel>
    );
}

/** Moves the focus to the next warning on the screen. */
function nextWarning(): void {
    const all = [...document.querySelectorAll<HTMLElement>(".note.warn, .note.failed")];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const next = all[(at + 1) % all.length];
    if (!next) return;
    next.tabIndex = -1;
    next.focus();
    next.scrollIntoView({ block: "center" });
}
