/**
 * The bar at the foot of a proposal: what is approved, unmistakably; approve, keep the edits, reject, try again.
 *
 * Invariants: the click sends the hash of the plan on the screen and the server refuses any other; it is sent once, however often it is clicked;
 * where no answer comes the server is asked how it stands, and never sent to again.
 */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import { answered, api, Refused } from "../../api/client";
import { answeredFor, approve as approveOf } from "../../api/desk";
import type { Plan } from "../../api/plan";
import { useKnown } from "../../api/people";
import { household, proposal as proposalOf, session, type Proposal } from "../../api/questions";
import { useNow } from "../../app/clock";
import { useCommand } from "../../app/keyboard";
import { Code } from "../../parts/coded";
import { Fault, Note } from "../../parts/panel";
import { refusalInWords, type Refusal } from "../../parts/refusal";
import { Told } from "../../parts/told";
import { change, dollars, several } from "../../text/figures";
import { duration } from "../../text/times";
import { FindingWords } from "../preferences/finding-words";
import { inNames, othersOf, whoMayStill } from "./approvers";
import type { Judged } from "./edits";
import { WayOut } from "./refused";
import { RejectDialog } from "./reject-dialog";
import { type Account, asBody, included, orderCount, type Row, traded, tradesOf } from "./rows";
import { StepUp } from "./step-up";

export function ApproveBar(given: {
    readonly proposal: Proposal;
    /** Why an approval would be refused now. */
    readonly refused: Refusal | null;
    readonly plan: Plan;
    readonly rows: readonly Row[];
    readonly accounts: readonly Account[];
    readonly isChanged: boolean;
    readonly isFaulty: boolean;
    readonly judged: Judged & { readonly again: () => void };
    readonly reset: () => void;
    /** What was changed is kept, and nothing has to be remembered of it. */
    readonly done: () => void;
}) {
    const { proposal, refused, plan, rows, isChanged, isFaulty, judged } = given;
    const client = useQueryClient();
    const navigate = useNavigate();
    const who = useQuery(session);
    const known = useKnown();
    const kept = useQuery(household(proposal.household));
    const now = useNow();
    const [isRejecting, setRejecting] = useState(false);
    const [confirmed, setConfirmed] = useState<ReadonlySet<string>>(new Set());
    const [isReading, setReading] = useState(false);
    const button = useRef<HTMLButtonElement>(null);
    // A second click may come before the first one has changed what is shown.
    const isSent = useRef(false);
    const reasonId = useId();
    const path = { proposal: proposal.id };
    const refresh = () => client.invalidateQueries({ queryKey: proposalOf(proposal.id).queryKey });

    const approve = useMutation({
        mutationFn: () => approveOf(proposal.id, plan.plan_hash),
        onSuccess: (outcome) => {
            if (outcome === "still_waits") isSent.current = false;
        },
        onError: () => {
            isSent.current = false;
        },
        onSettled: () => Promise.all([refresh(), answeredFor(client, proposal.household)]),
    });
    const keep = useMutation({
        mutationFn: () =>
            answered(
                api.POST("/api/v1/proposals/{proposal}/plan", {
                    params: { path },
                    body: asBody(tradesOf(rows), { plan_hash: plan.plan_hash }) as never,
                    bodySerializer: (text) => text as unknown as string,
                }),
            ),
        onSuccess: async (made) => {
            await answeredFor(client, proposal.household);
            await navigate({
                to: "/h/$household/proposal/$proposal",
                params: { household: proposal.household, proposal: made.id },
                ignoreBlocker: true,
            });
            given.done();
        },
    });
    const retry = useMutation({
        mutationFn: () => answered(api.POST("/api/v1/proposals/{proposal}/retry", { params: { path } })),
        onSettled: refresh,
    });
    useCommand("a", "To the approve button", () => button.current?.focus(), proposal.state === "Pending_Approval");

    const { sold } = traded(rows);
    const named = new Set(rows.filter((row) => !row.isExcluded).map((row) => row.trade.account_id)).size;
    const trades = included(rows).length;
    const orders = orderCount(rows);
    const what = `${several(orders, "order")} in ${several(named, "account")}`;
    // An order has a row for each lot that it is of.
    const ofTrades = trades === orders ? "" : ` · ${several(trades, "trade")}, lot by lot`;
    const tax = judged.answer && isChanged ? judged.answer.tax_usd : plan.objective.tax_usd;
    const warnings = plan.validation.warnings;
    const isExpired = proposal.expires_at ? Date.parse(proposal.expires_at) <= now : false;
    const may = proposal.may_approve
        ? othersOf(proposal.may_approve, known)
        : whoMayStill(
              { household: proposal.household, owner: kept.data?.owner ?? null, approvedBy: proposal.approved_by, now },
              known,
          );
    const needed = proposal.approvals_needed ?? 1;
    const second = may === "" ? "" : ` That may be ${may}.`;
    const missing = warnings.filter((each) => !confirmed.has(idOf(each)));
    const why = isExpired
        ? "It has expired; a new one comes while a class stays outside its band."
        : refused
          ? `It can’t be approved now. ${refusalInWords(refused)}${refused.code === "approval.same_person" ? second : ""}`
          : missing.length > 0
            ? `Confirm ${several(missing.length, "warning")} first.`
            : null;

    if (proposal.state === "Execution_Failed") {
        return (
            <Bar>
                <p>
                    <strong>Not everything was executed.</strong> What was filled is in the books. A new plan can be
                    made over what is left.
                </p>
                <button
                    type="button"
                    className="button first"
                    disabled={retry.isPending}
                    onClick={() => retry.mutate()}
                >
                    {retry.isPending ? "Planning…" : "Plan what is left"}
                </button>
                {retry.data ? (
                    <Note kind="plain">
                        <Told>{retry.data.why ?? ""}</Told>
                    </Note>
                ) : null}
                {retry.error ? <Fault error={retry.error} /> : null}
            </Bar>
        );
    }
    if (proposal.state !== "Pending_Approval") return null;
    if (isChanged) {
        const refusal = isFaulty
            ? faultOf(rows)
            : judged.error
              ? "What you changed could not be checked."
              : judged.isAsking || judged.answer === null
                ? "Recomputing…"
                : judged.answer.passed
                  ? null
                  : `${several(judged.answer.violations.length, "rule")} would be broken: ${judged.answer.violations[0]?.detail ?? ""}`;
        return (
            <Bar>
                <p>
                    <strong>You have changed the plan.</strong> {what}
                    {ofTrades} · sells <span className="private">{dollars(sold)}</span> · tax{" "}
                    <span className="private nowrap">{change(tax)}</span>
                    <span className="small quiet"> · keep it as a new revision, then approve that</span>
                </p>
                {refusal ? (
                    <span id={reasonId} className="small" aria-live="polite">
                        {refusal}
                    </span>
                ) : null}
                {judged.error ? (
                    <button type="button" className="button slim" onClick={judged.again}>
                        Try again
                    </button>
                ) : null}
                <button type="button" className="button" onClick={given.reset}>
                    Discard edits
                </button>
                <button
                    type="button"
                    className="button first"
                    aria-disabled={refusal !== null || keep.isPending}
                    aria-describedby={refusal ? reasonId : undefined}
                    onClick={() => {
                        if (refusal === null && !keep.isPending) keep.mutate();
                    }}
                >
                    {keep.isPending ? "Keeping…" : "Keep my version"}
                </button>
                {keep.error ? <Fault error={keep.error} /> : null}
            </Bar>
        );
    }
    const asksPassword = approve.error instanceof Refused && approve.error.problem.code === "proof_needed";
    const isUnknown = approve.data === "unknown";
    /** By the button, or by the password that it asks for. */
    const send = () => {
        if (why !== null || isSent.current) return;
        isSent.current = true;
        approve.mutate();
    };
    return (
        <>
            <Bar>
                {warnings.length > 0 ? (
                    <fieldset className={isReading ? "confirm" : "confirm folded"}>
                        <legend className="unseen">Warnings to confirm</legend>
                        {/* A small screen would have no room for the plan beside them. */}
                        <button
                            type="button"
                            className="more unfold"
                            aria-expanded={isReading}
                            onClick={() => setReading(!isReading)}
                        >
                            {isReading
                                ? "Fold the warnings away"
                                : missing.length > 0
                                  ? `Read and confirm ${several(missing.length, "warning")}`
                                  : `${several(warnings.length, "warning")} confirmed`}
                        </button>
                        {warnings.map((warning) => (
                            <label key={idOf(warning)}>
                                <input
                                    type="checkbox"
                                    checked={confirmed.has(idOf(warning))}
                                    onChange={(event) => {
                                        const next = new Set(confirmed);
                                        if (event.target.checked) next.add(idOf(warning));
                                        else next.delete(idOf(warning));
                                        setConfirmed(next);
                                    }}
                                />
                                <span>
                                    I have read: <FindingWords of={warning} />
                                </span>
                            </label>
                        ))}
                    </fieldset>
                ) : null}
                <p className="approve-what">
                    <strong>{what}</strong>
                    <span className="wide-only">{ofTrades}</span> · sells{" "}
                    <span className="private">{dollars(sold)}</span> · tax{" "}
                    <span className="private nowrap">{change(tax)}</span>
                    {(who.data?.session?.live.length ?? 0) > 0 ? (
                        <strong className="danger"> · real money</strong>
                    ) : null}
                    <span className="small faint">
                        <span className="wide-only"> · plan {plan.plan_hash.slice(0, 8)}</span>
                        {proposal.expires_at && !isExpired
                            ? ` · ${duration(Date.parse(proposal.expires_at) - now)} left`
                            : ""}
                    </span>
                </p>
                {proposal.approved_by.length > 0 && refused?.code !== "approval.same_person" ? (
                    <Note kind="plain">
                        {capitalised(inNames(proposal.approved_by, known, proposal.approvers))}{" "}
                        {proposal.approved_by.length === 1 ? "has" : "have"} approved this plan already; it needs one
                        more.
                    </Note>
                ) : null}
                {proposal.approved_by.length === 0 && needed > 1 ? (
                    <Note kind="plain">
                        {needed} people have to approve this plan; nobody has yet.
                        {may === "" ? "" : ` Besides you that may be ${may}.`}
                    </Note>
                ) : null}
                {why ? (
                    <span id={reasonId} className={refused ? "small strong" : "small quiet"} aria-live="polite">
                        {refused ? <span aria-hidden="true">⚠ </span> : null}
                        {why} {refused && !isExpired ? <Code isBeside>{refused.code}</Code> : null}
                    </span>
                ) : null}
                {refused && !isExpired ? <WayOut proposal={proposal} refused={refused} /> : null}
                <button type="button" className="button" onClick={() => setRejecting(true)}>
                    Reject…
                </button>
                <button
                    ref={button}
                    type="button"
                    className="button first approve"
                    aria-disabled={why !== null || approve.isPending || isUnknown}
                    aria-describedby={why ? reasonId : undefined}
                    onClick={send}
                >
                    {approve.isPending ? "Approving…" : `Approve ${what}`}
                </button>
                {approve.data === "one_more" ? (
                    <Note kind="plain">
                        Your approval is on record. A second person has to approve as well.{second}
                    </Note>
                ) : null}
                {approve.data === "still_waits" ? (
                    <Note kind="warn">No answer came, and the plan still waits: nothing was approved.</Note>
                ) : null}
                {isUnknown ? (
                    <Note kind="warn">
                        No answer came, so it is not known whether the approval arrived. It is not sent again.{" "}
                        <button
                            type="button"
                            className="button slim"
                            onClick={() => {
                                approve.reset();
                                isSent.current = false;
                                void refresh();
                            }}
                        >
                            Look how it stands
                        </button>
                    </Note>
                ) : null}
                {approve.error && !asksPassword ? <Fault error={approve.error} /> : null}
            </Bar>
            {asksPassword ? <StepUp close={() => approve.reset()} proven={send} /> : null}
            {isRejecting ? <RejectDialog proposal={proposal} close={() => setRejecting(false)} /> : null}
        </>
    );
}

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** What is wrong with the first row that can't stand. */
function faultOf(rows: readonly Row[]): string {
    const row = rows.find((each) => each.fault !== null);
    return row ? `${row.trade.ticker}: ${row.fault ?? ""}` : "";
}

function idOf({
    code,
    where,
    detail,
}: {
    readonly code: string;
    readonly where: string;
    readonly detail: string;
}): string {
    return `${code}/${where}/${detail}`;
}

function Bar({ children }: { readonly children: ReactNode }) {
    const box = useRef<HTMLDivElement>(null);
    useEffect(() => {
        // Those that make room for it.
        const around = [document.documentElement, box.current?.closest<HTMLElement>(".with-bar")];
        const height = () => {
            const bar = `${box.current?.offsetHeight ?? 0}px`;
            for (const each of around) each?.style.setProperty("--bar", bar);
        };
        const observer = new ResizeObserver(height);
        if (box.current) observer.observe(box.current);
        return () => {
            observer.disconnect();
            for (const each of around) each?.style.removeProperty("--bar");
        };
    }, []);
    return (
        <div className="approve-bar no-print" ref={box} role="region" aria-label="Answer the proposal">
            {children}
        </div>
    );
}
