/** The list of past proposals, newest first, with its filters; one of them is open beside it. */
import { useInfiniteQuery, type InfiniteData, type UseQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { pastProposals } from "../../api/history";
import type { Proposal } from "../../api/questions";
import { useCommand } from "../../app/keyboard";
import { DownloadButton } from "../../parts/download";
import { Answer, Empty, Panel } from "../../parts/panel";
import { StatePill, stateInWords } from "../../parts/state-pill";
import { csv, fileName } from "../../text/csv";
import { dollars, several } from "../../text/figures";
import { atTime } from "../../text/times";
import { fitting, mayHaveOlder, STATES, stateOf, type HistorySearch } from "./filters";

type Change = (to: HistorySearch) => void;

export function Past({
    household,
    search,
    change,
    name,
}: {
    readonly household: string;
    readonly search: HistorySearch;
    readonly change: Change;
    readonly name: string;
}) {
    const list = useInfiniteQuery(pastProposals(household, stateOf(search.state)));
    const loaded = list.data?.pages.flatMap((page) => page.items) ?? [];
    const found = fitting(loaded, search);
    const hasOlder = mayHaveOlder(loaded, search, list.hasNextPage);
    const isWanted = search.from !== undefined && hasOlder;
    const { fetchNextPage, isFetchingNextPage } = list;
    // With a first day it is known how far back to look, so nobody has to ask.
    useEffect(() => {
        if (isWanted && !isFetchingNextPage) void fetchNextPage();
    }, [isWanted, isFetchingNextPage, fetchNextPage, loaded.length]);
    const isFiltered = Boolean(search.state ?? search.from ?? search.to ?? search.find);
    const chosen = search.proposal ?? found[0]?.id;
    return (
        <Panel
            id="past"
            className="past"
            title="Proposals"
            aside={
                found.length > 0 ? (
                    <DownloadButton
                        name={`${fileName(name, "proposals")}.csv`}
                        make={() => asFile(found)}
                    >{`CSV of ${several(found.length, "proposal")}`}</DownloadButton>
                ) : null
            }
        >
            <Filters search={search} change={change} />
            <Answer of={list as UseQueryResult<InfiniteData<unknown>>} rows={6}>
                {() => (
                    <>
                        <p className="small faint" role="status">
                            {several(found.length, "proposal")}
                            {isFiltered && hasOlder ? ` among the newest ${loaded.length}` : ""}
                        </p>
                        {found.length === 0 ? (
                            <Empty
                                title={isFiltered ? "None fits" : "Nothing was proposed yet"}
                                why={
                                    isFiltered
                                        ? "No proposal fits what you filter by."
                                        : "As soon as a class leaves its band, a plan is made and kept here with all that becomes of it."
                                }
                                action={
                                    isFiltered ? (
                                        <Link
                                            to="/h/$household/history"
                                            params={{ household }}
                                            search={{}}
                                            className="button slim"
                                        >
                                            Show all
                                        </Link>
                                    ) : null
                                }
                            />
                        ) : (
                            <ol className="past-list">
                                {found.map((each) => (
                                    <Entry key={each.id} of={each} isOpen={each.id === chosen} search={search} />
                                ))}
                            </ol>
                        )}
                        {hasOlder ? (
                            <button
                                type="button"
                                className="button slim no-print"
                                disabled={isFetchingNextPage}
                                onClick={() => void fetchNextPage()}
                            >
                                {isFetchingNextPage ? "Loading older ones…" : "Older"}
                            </button>
                        ) : null}
                    </>
                )}
            </Answer>
        </Panel>
    );
}

function Entry({
    of,
    isOpen,
    search,
}: {
    readonly of: Proposal;
    readonly isOpen: boolean;
    readonly search: HistorySearch;
}) {
    return (
        <li>
            <Link
                to="/h/$household/history"
                params={{ household: of.household }}
                search={{ ...withoutPlan(search), proposal: of.id }}
                resetScroll={false}
                onClick={toRecord}
                data-stop
                aria-current={isOpen ? "true" : undefined}
            >
                <span className="past-when">{atTime(of.begun_at)}</span>
                <StatePill state={of.state} rejection={of.rejection ?? null} />
                <span className="small quiet private">{of.traded_usd ? `${dollars(of.traded_usd)} planned` : ""}</span>
                <span className="small faint">
                    {of.attempt > 1 ? `plan ${of.attempt} · ` : ""}
                    {of.plan_hash?.slice(0, 8) ?? of.id.slice(0, 8)}
                </span>
            </Link>
        </li>
    );
}

/** Where the record stands below the list, one is led to it. */
function toRecord(): void {
    if (matchMedia("(max-width: 67.5em)").matches) document.getElementById("chosen")?.scrollIntoView();
}

function withoutPlan(search: HistorySearch): HistorySearch {
    const { plan, ...rest } = search;
    return plan === undefined ? search : rest;
}

function Filters({ search, change }: { readonly search: HistorySearch; readonly change: Change }) {
    const or = (text: string) => (text === "" ? undefined : text) as string;
    const find = useRef<HTMLInputElement>(null);
    useCommand("/", "Find a proposal", () => find.current?.focus());
    return (
        <form
            className="filters no-print"
            role="search"
            aria-label="Filter proposals"
            onSubmit={(e) => e.preventDefault()}
        >
            <div className="field">
                <label htmlFor="past-state">State</label>
                <select
                    id="past-state"
                    value={search.state ?? ""}
                    onChange={(event) => change({ state: or(event.target.value) })}
                >
                    <option value="">All</option>
                    {STATES.map(([value, words]) => (
                        <option key={value} value={value}>
                            {words}
                        </option>
                    ))}
                </select>
            </div>
            <div className="field">
                <label htmlFor="past-find">Text</label>
                <input
                    ref={find}
                    id="past-find"
                    type="search"
                    placeholder="State, hash, id, amount"
                    value={search.find ?? ""}
                    onChange={(event) => change({ find: or(event.target.value) })}
                />
            </div>
            <div className="field">
                <label htmlFor="past-from">From</label>
                <input
                    id="past-from"
                    type="date"
                    value={search.from ?? ""}
                    max={search.to}
                    onChange={(event) => change({ from: or(event.target.value) })}
                />
            </div>
            <div className="field">
                <label htmlFor="past-to">To</label>
                <input
                    id="past-to"
                    type="date"
                    value={search.to ?? ""}
                    min={search.from}
                    onChange={(event) => change({ to: or(event.target.value) })}
                />
            </div>
        </form>
    );
}

function asFile(proposals: readonly Proposal[]): string {
    const head = [
        "proposal",
        "begun_at",
        "moved_at",
        "state",
        "outcome",
        "attempt",
        "plan_hash",
        "traded_usd",
        "expires_at",
    ];
    return csv(
        [...head, "approved_by"],
        proposals.map((each) => [
            each.id,
            each.begun_at,
            each.moved_at,
            each.state,
            stateInWords(each.state, each.rejection),
            each.attempt,
            each.plan_hash,
            each.traded_usd,
            each.expires_at,
            each.approved_by.join(" "),
        ]),
    );
}
