/**
 * What happened over all households: first what needs somebody, then the rest, newest first.
 *
 * What was read is kept on this machine alone; what needs somebody stays above until it is done, read or not.
 */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { table } from "../../api/desk";
import { needingSomebody } from "../../api/inbox";
import { orders } from "../../api/history";
import { proposals } from "../../api/questions";
import { orderState } from "../../parts/order-state";
import { Answer, Empty, Panel, Skeleton } from "../../parts/panel";
import { Side } from "../../parts/side";
import { StatePill } from "../../parts/state-pill";
import { count } from "../../text/figures";
import { atTime, onDay } from "../../text/times";
import { ORDERS, unfilledOf } from "../proposal/sent";
import { isUnread, sortedNotices, withAllRead, withRead, type Notice } from "./notices";
import { setRead, useRead } from "./read";
import "./inbox.css";
import { Told } from "../../parts/told";

export function InboxScreen() {
    const urgent = useQuery(needingSomebody);
    const list = useInfiniteQuery(proposals());
    const names = useNames();
    const read = useRead();
    const { show } = useSearch({ from: "/inbox" });
    const navigate = useNavigate({ from: "/inbox" });
    const { needsYou, others } = useMemo(
        () => sortedNotices([urgent.data ?? [], list.data?.pages.flatMap((page) => page.items) ?? []]),
        [urgent.data, list.data],
    );
    const all = [...needsYou, ...others];
    const unread = all.filter((notice) => isUnread(notice, read));
    const fits = (notice: Notice) => show !== "unread" || isUnread(notice, read);
    const rows = {
        names,
        isUnread: (notice: Notice) => isUnread(notice, read),
        open: (of: Notice) => setRead(withRead(read, of)),
    };
    return (
        <div className="inbox">
            <header className="screen-head">
                <div>
                    <h1>Inbox</h1>
                    <p className="quiet lead" role="status">
                        {needsYou.length === 0
                            ? "Nothing waits for you."
                            : `${count(needsYou.length)} ${needsYou.length === 1 ? "needs" : "need"} you.`}{" "}
                        {unread.length > 0 ? `${count(unread.length)} unread.` : "All read."}
                    </p>
                </div>
                <div className="screen-actions">
                    <button
                        type="button"
                        className="button slim"
                        aria-pressed={show === "unread"}
                        onClick={() =>
                            void navigate({ search: show === "unread" ? {} : { show: "unread" }, replace: true })
                        }
                    >
                        Unread only
                    </button>
                    <button
                        type="button"
                        className="button slim"
                        aria-disabled={unread.length === 0}
                        onClick={() => (unread.length > 0 ? setRead(withAllRead(read, all)) : undefined)}
                    >
                        Mark all read
                    </button>
                </div>
            </header>
            {/* What comes in one after the other would push the rest down. */}
            {urgent.isPending || list.isPending ? (
                <Skeleton rows={14} />
            ) : (
                <div className="stack">
                    <Panel id="needs" title="Needs you">
                        <Answer of={urgent} rows={3}>
                            {() =>
                                needsYou.length === 0 ? (
                                    <p className="quiet">
                                        Nothing. As soon as a plan waits or an order fails, it stands here.
                                    </p>
                                ) : (
                                    <Notices of={needsYou.filter(fits)} {...rows} />
                                )
                            }
                        </Answer>
                    </Panel>
                    <Panel id="happened" title="What happened">
                        <Answer of={list} rows={6}>
                            {() =>
                                others.length === 0 ? (
                                    <Empty
                                        title="Nothing happened yet"
                                        why="What becomes of each plan is told here: approved, filled, expired or rejected."
                                        action={
                                            <Link to="/households" className="button slim">
                                                All households
                                            </Link>
                                        }
                                    />
                                ) : (
                                    <>
                                        {byDay(others.filter(fits)).map(([day, notices]) => (
                                            <section key={day}>
                                                <h3 className="small quiet inbox-day">{day}</h3>
                                                <Notices of={notices} {...rows} />
                                            </section>
                                        ))}
                                        {others.some(fits) ? null : <p className="quiet">All of it is read.</p>}
                                        {list.hasNextPage ? (
                                            <button
                                                type="button"
                                                className="button slim"
                                                disabled={list.isFetchingNextPage}
                                                onClick={() => void list.fetchNextPage()}
                                            >
                                                {list.isFetchingNextPage ? "Loading older ones…" : "Older"}
                                            </button>
                                        ) : null}
                                    </>
                                )
                            }
                        </Answer>
                    </Panel>
                </div>
            )}
        </div>
    );
}

/** Notices in order, under the day on which they came. */
function byDay(notices: readonly Notice[]): [string, Notice[]][] {
    const days = new Map<string, Notice[]>();
    for (const notice of notices) {
        const day = onDay(notice.at);
        days.set(day, [...(days.get(day) ?? []), notice]);
    }
    return [...days];
}

/** Names of households by id; the id stands in until they are there. */
function useNames(): ReadonlyMap<string, string> {
    const { data } = useQuery(table);
    return useMemo(() => new Map(data?.id.map((id, at) => [id, data.name[at] ?? id]) ?? []), [data]);
}

function Notices({
    of,
    names,
    isUnread: isNew,
    open,
}: {
    readonly of: readonly Notice[];
    readonly names: ReadonlyMap<string, string>;
    readonly isUnread: (notice: Notice) => boolean;
    readonly open: (notice: Notice) => void;
}) {
    return (
        <ul className="notices">
            {of.map((notice, at) => (
                <li key={notice.key} data-unread={isNew(notice) ? "" : undefined}>
                    <About of={notice} open={open}>
                        {isNew(notice) ? <span className="unseen">Unread: </span> : null}
                        {names.get(notice.household) ?? "A household"}
                    </About>
                    <StatePill state={notice.state} rejection={notice.rejection} />
                    <div className="notice-words">
                        <Told>{notice.words}</Told>
                        {notice.state === "Execution_Failed" && at < TOLD ? <Unfilled of={notice} /> : null}
                        {notice.state === "Pending_Approval" && notice.expires ? (
                            <span className="quiet"> It expires {atTime(notice.expires)} New York.</span>
                        ) : null}
                    </div>
                    <time className="small faint nowrap" dateTime={notice.at}>
                        {atTime(notice.at)}
                    </time>
                </li>
            ))}
        </ul>
    );
}

/** Notices of failed orders that say which; the others lead to where it is said. */
const TOLD = 20;
/** Orders that a notice names. */
const NAMED = 3;

/** Which orders of a plan were not filled, and how they ended. */
function Unfilled({ of }: { readonly of: Notice }) {
    const sent = useQuery(orders(of.proposal));
    const found = unfilledOf(sent.data ?? [], of.attempt);
    if (found.length === 0) return null;
    return (
        <ul className="small unfilled">
            {found.slice(0, NAMED).map((each) => (
                <li key={`${each.action} ${each.ticker} ${each.account}`}>
                    <span className="strong">
                        <Side of={each.action} /> {each.ticker}
                    </span>{" "}
                    in {each.account}: <span title={each.state}>{orderState(each.state)[1].toLowerCase()}</span>
                </li>
            ))}
            {found.length > NAMED ? <li>and {count(found.length - NAMED)} more</li> : null}
        </ul>
    );
}

/** To what a notice is about: an open proposal has its page, what is over stands in the history. */
function About({
    of,
    open,
    children,
}: {
    readonly of: Notice;
    readonly open: (notice: Notice) => void;
    readonly children: React.ReactNode;
}) {
    const { household, proposal } = of;
    return of.isOpen ? (
        <Link
            to="/h/$household/proposal/$proposal"
            params={{ household, proposal }}
            {...(of.state === "Execution_Failed" ? { hash: ORDERS } : {})}
            className="notice-link"
            data-stop
            onClick={() => open(of)}
        >
            {children}
        </Link>
    ) : (
        <Link
            to="/h/$household/history"
            params={{ household }}
            search={{ proposal }}
            className="notice-link"
            data-stop
            onClick={() => open(of)}
        >
            {children}
        </Link>
    );
}
