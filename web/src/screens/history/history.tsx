/**
 * The history of a household: what was proposed and what became of it, what was booked, and the log that all of it stands in.
 *
 * Invariants: what is shown of a proposal is what is stored, never computed anew; which part, filter, proposal and tab is open stands in the
 * address.
 */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { household } from "../../api/questions";
import { Icon } from "../../parts/icon";
import { Booked } from "./booked";
import { Chosen } from "./chosen";
import type { HistorySearch } from "./filters";
import { Log } from "./log";
import { Past } from "./past";
import "./history.css";

const PARTS = [
    ["proposals", "Proposals"],
    ["transactions", "Transactions"],
    ["gains", "Realised gains"],
] as const;

export function HistoryScreen() {
    const { household: id } = useParams({ from: "/h/$household/history" });
    const search = useSearch({ from: "/h/$household/history" });
    const who = useQuery(household(id));
    const navigate = useNavigate({ from: "/h/$household/history" });
    const change = (to: HistorySearch) =>
        void navigate({ search: (before) => ({ ...before, ...to }), replace: true, resetScroll: false });
    const part = PARTS.find(([name]) => name === search.part)?.[0] ?? "proposals";
    return (
        <div className="history">
            <header className="screen-head">
                <div>
                    <h1>History{who.data ? ` of ${who.data.name}` : ""}</h1>
                    <p className="quiet lead">
                        Nothing here is ever changed: a correction is a new event. Times are those of New York.
                    </p>
                </div>
                <div className="screen-actions no-print">
                    <button type="button" className="button" onClick={() => window.print()}>
                        <Icon name="print" /> Print
                    </button>
                </div>
            </header>
            <div className="stack">
                <Log />
                <nav className="parts no-print" aria-label="Parts of the history">
                    {PARTS.map(([name, words]) => (
                        <Link
                            key={name}
                            to="/h/$household/history"
                            params={{ household: id }}
                            search={name === "proposals" ? {} : { part: name }}
                            className="button slim"
                            aria-current={name === part ? "page" : undefined}
                            data-on={name === part ? "" : undefined}
                        >
                            {words}
                        </Link>
                    ))}
                </nav>
                {part === "proposals" ? (
                    <div className="past-and-chosen">
                        <Past household={id} search={search} change={change} name={who.data?.name ?? ""} />
                        <Chosen household={id} search={search} change={change} />
                    </div>
                ) : (
                    <Booked household={id} part={part} name={who.data?.name ?? ""} />
                )}
            </div>
        </div>
    );
}
