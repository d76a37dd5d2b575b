/**
 * Many households at once: plans made for them, or their plans approved, each on its own with its own result.
 *
 * Invariants: who is left out is told first; approval sends, for each household, the hash of the plan that was read here; it can be stopped at
 * any time, and nothing is begun after that; a closed dialog sends nothing more.
 */
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { approve, propose, table } from "../../api/desk";
import { household, proposal } from "../../api/questions";
import { Code } from "../../parts/coded";
import { Dialog } from "../../parts/dialog";
import { Fact, Note } from "../../parts/panel";
import { change, count, dollars, several } from "../../text/figures";
import {
    NO_PROPOSAL,
    sortOut,
    summary,
    warningKinds,
    type Candidate,
    type Sorted,
    type ToApprove,
    type WarningKind,
} from "./approval";
import { codeInWords, namedIn } from "../preferences/named-in";
import { Told } from "../../parts/told";
import { runQueue, tally, type Result } from "./queue";

export interface Picked {
    readonly id: string;
    readonly name: string;
    readonly proposal: string | null;
}

/** Reads side by side; what moves money goes one after the other. */
const READS = 4;

type Results = ReadonlyMap<string, Result>;

/** A queue that is under way, with its results as they come. */
function useRun<T extends { readonly id: string }>() {
    const [results, setResults] = useState<Results>(new Map());
    const [isRunning, setRunning] = useState(false);
    const [isStopping, setStopping] = useState(false);
    const stopped = useRef(false);
    useEffect(
        () => () => {
            stopped.current = true;
        },
        [],
    );
    const stop = () => {
        stopped.current = true;
        setStopping(true);
    };
    const run = async (items: readonly T[], work: (item: T) => Promise<Result>, width: number) => {
        stopped.current = false;
        setStopping(false);
        setRunning(true);
        setResults(new Map());
        const found = new Map<string, Result>();
        await runQueue(
            items,
            work,
            (item, result) => {
                found.set(item.id, result);
                setResults(new Map(found));
            },
            { width, isStopped: () => stopped.current },
        );
        setRunning(false);
    };
    return { results, isRunning, isStopping, stop, run };
}

export function Approving({ picked, close }: { readonly picked: readonly Picked[]; readonly close: () => void }) {
    const client = useQueryClient();
    const [candidates, setCandidates] = useState<readonly Candidate[] | null>(null);
    const [confirmed, setConfirmed] = useState<ReadonlySet<string>>(new Set());
    const [read, setRead] = useState(0);
    const sending = useRun<ToApprove>();
    useEffect(() => {
        let isGone = false;
        const found = new Map<string, Candidate>();
        void runQueue(
            picked,
            async (one) => {
                found.set(one.id, await candidate(client, one));
                return { outcome: "done", words: "" };
            },
            () => (isGone ? undefined : setRead(found.size)),
            { width: READS, isStopped: () => isGone },
        ).then(() => {
            if (!isGone) setCandidates(picked.flatMap((one) => found.get(one.id) ?? []));
        });
        return () => {
            isGone = true;
        };
    }, [client, picked]);
    const send = (items: readonly ToApprove[]) =>
        void sending
            .run(items, (item) => sendOne(item), 1)
            .then(() => client.invalidateQueries({ predicate: isOfHouseholds }));
    const sorted = useMemo(() => (candidates ? sortOut(candidates, confirmed) : null), [candidates, confirmed]);
    const kinds = useMemo(() => (candidates ? warningKinds(candidates) : []), [candidates]);
    const together = useMemo(() => (sorted ? summary(sorted.approve) : null), [sorted]);
    const hasBegun = sending.isRunning || sending.results.size > 0;
    return (
        <Dialog title="Approve together" wide isBusy={sending.isRunning} close={close}>
            {sorted === null || together === null ? (
                <Progress name="Reading plans" done={read} of={picked.length} />
            ) : (
                <>
                    <LeftOutList of={sorted} total={picked.length} />
                    {hasBegun ? null : <Warnings kinds={kinds} confirmed={confirmed} confirm={setConfirmed} />}
                    {together.households === 0 ? (
                        <p>No plan of these can be approved together.</p>
                    ) : (
                        <>
                            <dl className="facts">
                                <Fact name="Households">{count(together.households)}</Fact>
                                <Fact name="Orders">{count(together.orders)}</Fact>
                                <Fact name="Sold and bought">
                                    <span className="private">{dollars(together.traded)}</span>
                                </Fact>
                                <Fact name="Est. tax of the year">
                                    <span className="private">{change(together.tax)}</span>
                                </Fact>
                            </dl>
                            <p className="small quiet">
                                Where a household asks for two people, your approval is the first of two, and its orders
                                wait for the second.
                            </p>
                            {hasBegun ? (
                                <Progress name="Approving" done={sentOf(sending.results)} of={together.households} />
                            ) : null}
                            <ResultList
                                items={sorted.approve.map((each) => ({
                                    id: each.id,
                                    name: each.name,
                                    about: (
                                        <>
                                            {several(each.orders, "order")}, {dollars(each.traded)}, tax{" "}
                                            {change(each.tax)} · plan {each.plan_hash.slice(0, 8)}
                                        </>
                                    ),
                                }))}
                                results={sending.results}
                            />
                        </>
                    )}
                </>
            )}
            <footer className="bulk-foot">
                {sending.isRunning ? (
                    <button type="button" className="button" disabled={sending.isStopping} onClick={sending.stop}>
                        {sending.isStopping ? "Stopping after this one…" : "Stop"}
                    </button>
                ) : (
                    <button type="button" className="button" onClick={close}>
                        Close
                    </button>
                )}
                {sorted && together && together.households > 0 && !hasBegun ? (
                    <button type="button" className="button first" onClick={() => send(sorted.approve)}>
                        Approve {several(together.households, "plan")}, {several(together.orders, "order")}
                    </button>
                ) : null}
            </footer>
        </Dialog>
    );
}

/** A household and its plan as they stand now, so that the hash is of this plan; whoever has no proposal is not asked for. */
async function candidate(client: QueryClient, { id, name, proposal: open }: Picked): Promise<Candidate> {
    const nothing = { id, name, isPaused: false, mayApprove: true };
    if (open === null) return { ...nothing, found: null };
    try {
        const [of, found] = await Promise.all([
            client.fetchQuery({ ...household(id), staleTime: 0 }),
            client.fetchQuery({ ...proposal(open), staleTime: 0 }),
        ]);
        return { id, name, isPaused: Boolean(of.paused), mayApprove: of.rights.includes("approve"), found };
    } catch (error) {
        return { ...nothing, found: error instanceof Error ? error : new Error(String(error)) };
    }
}

async function sendOne(item: ToApprove): Promise<Result> {
    switch (await approve(item.proposal, item.plan_hash)) {
        case "approved":
            return { outcome: "done", words: "Approved." };
        case "one_more":
            return { outcome: "done", words: "Approved by you; a second person has to approve as well." };
        case "still_waits":
            return { outcome: "failed", words: "No answer came, and the plan still waits. Nothing was approved." };
        case "unknown":
            return {
                outcome: "unknown",
                words: "No answer came, and nobody knows yet. It is not sent again; see its page.",
            };
    }
}

export function Proposing({ picked, close }: { readonly picked: readonly Picked[]; readonly close: () => void }) {
    const client = useQueryClient();
    const making = useRun<Picked>();
    const hasBegun = making.isRunning || making.results.size > 0;
    const make = () =>
        void making
            .run(picked, async (one) => told(await propose(one.id)), 1)
            .then(() => client.invalidateQueries({ predicate: isOfHouseholds }));
    return (
        <Dialog title="Generate proposals" wide isBusy={making.isRunning} close={close}>
            <p>
                A plan is made for {several(picked.length, "household")}, whether or not a class is outside its band.
                Nothing is traded: each plan waits for approval. Where one is open already, it stays.
            </p>
            {hasBegun ? <Progress name="Planning" done={sentOf(making.results)} of={picked.length} /> : null}
            <ResultList
                items={picked.map((one) => ({ id: one.id, name: one.name, about: null }))}
                results={making.results}
            />
            <footer className="bulk-foot">
                {making.isRunning ? (
                    <button type="button" className="button" disabled={making.isStopping} onClick={making.stop}>
                        {making.isStopping ? "Stopping after this one…" : "Stop"}
                    </button>
                ) : (
                    <button type="button" className="button" onClick={close}>
                        Close
                    </button>
                )}
                {hasBegun ? null : (
                    <button type="button" className="button first" onClick={make}>
                        Plan for {several(picked.length, "household")}
                    </button>
                )}
            </footer>
        </Dialog>
    );
}

function told({ outcome, why }: { readonly outcome: string; readonly why: string }): Result {
    const isDone = outcome === "new" || outcome === "open" || outcome === "nothing_to_do";
    const words = { new: "A plan waits. ", open: "A proposal was open already. ", nothing_to_do: "Nothing to do. " }[
        outcome
    ];
    return { outcome: isDone ? "done" : "failed", words: `${words ?? ""}${why}` };
}

/** What may have become old by answers for many households. */
function isOfHouseholds({ queryKey: [kind] }: { readonly queryKey: readonly unknown[] }): boolean {
    return [table.queryKey[0], "household", "proposal", "proposals", "notices"].includes(String(kind));
}

/** Kinds of warnings, each confirmed for all plans that have it. */
function Warnings({
    kinds,
    confirmed,
    confirm,
}: {
    readonly kinds: readonly WarningKind[];
    readonly confirmed: ReadonlySet<string>;
    readonly confirm: (codes: ReadonlySet<string>) => void;
}) {
    if (kinds.length === 0) return null;
    return (
        <fieldset className="bulk-warnings">
            <legend>Approve plans with these warnings as well</legend>
            {kinds.map(({ code, households, example }) => (
                <label key={code}>
                    <input
                        type="checkbox"
                        checked={confirmed.has(code)}
                        onChange={(event) => {
                            const next = new Set(confirmed);
                            if (event.target.checked) next.add(code);
                            else next.delete(code);
                            confirm(next);
                        }}
                    />
                    <span>
                        <strong>{codeInWords(code)}</strong> in {several(households, "plan")}, such as{" "}
                        <Told>{namedIn(example)}</Told> <Code isBeside>{code}</Code>
                    </span>
                </label>
            ))}
        </fieldset>
    );
}

function LeftOutList({ of, total }: { readonly of: Sorted; readonly total: number }) {
    if (of.leftOut.length === 0) return null;
    // What somebody has to look at comes first; those of which nothing was asked stand together.
    const none = of.leftOut.filter((each) => each.why === NO_PROPOSAL);
    const others = of.leftOut.filter((each) => each.why !== NO_PROPOSAL);
    return (
        <Note kind="warn">
            <p>
                <strong>
                    Left out: {count(of.leftOut.length)} of {count(total)}.
                </strong>{" "}
                Nothing is sent for them.
            </p>
            <div className="bulk-list" tabIndex={0} role="group" aria-label="Left out">
                <ul>
                    {others.map((each) => (
                        <li key={each.id}>
                            <strong>{each.name}</strong>: <Told>{each.why}</Told>
                        </li>
                    ))}
                    {none.length > 0 ? (
                        <li>
                            <strong>{NO_PROPOSAL}</strong> {none.map((each) => each.name).join(", ")}
                        </li>
                    ) : null}
                </ul>
            </div>
        </Note>
    );
}

/** Those that were sent; what was stopped before is none of them. */
function sentOf(results: Results): number {
    return results.size - tally(results.values()).not_sent;
}

const LOOKS = { done: ["✓", "ok"], failed: ["✕", "danger"], unknown: ["?", "warn"], not_sent: ["—", "quiet"] } as const;

/** Those that failed first, then the rest in order. */
function ResultList({
    items,
    results,
}: {
    readonly items: readonly { readonly id: string; readonly name: string; readonly about: ReactNode }[];
    readonly results: Results;
}) {
    const counted = tally(results.values());
    const isBad = (id: string) => ["failed", "unknown"].includes(results.get(id)?.outcome ?? "");
    const order = [...items.filter((item) => isBad(item.id)), ...items.filter((item) => !isBad(item.id))];
    return (
        <>
            {results.size > 0 ? (
                <p role="status">
                    {count(counted.done)} done
                    {counted.failed > 0 ? `, ${count(counted.failed)} failed` : ""}
                    {counted.unknown > 0 ? `, ${count(counted.unknown)} not known` : ""}
                    {counted.not_sent > 0 ? `, ${count(counted.not_sent)} not sent` : ""}
                </p>
            ) : null}
            <div className="bulk-list" tabIndex={0} role="group" aria-label="Households">
                <ul>
                    {order.map(({ id, name, about }) => {
                        const result = results.get(id);
                        const [sign, style] = result ? LOOKS[result.outcome] : ["○", "faint"];
                        return (
                            <li key={id} className="bulk-item">
                                <span className={style} aria-hidden="true">
                                    {sign}
                                </span>
                                <span>
                                    <strong>{name}</strong>
                                    {about ? <span className="small quiet private"> {about}</span> : null}
                                    {result ? <span className="small bulk-words">{result.words}</span> : null}
                                </span>
                            </li>
                        );
                    })}
                </ul>
            </div>
        </>
    );
}

function Progress({ name, done, of }: { readonly name: string; readonly done: number; readonly of: number }) {
    return (
        <p className="bulk-progress">
            <label>
                {name}: {count(done)} of {count(of)}
                <progress value={done} max={Math.max(1, of)} />
            </label>
        </p>
    );
}
