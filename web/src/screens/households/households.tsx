/**
 * All households of an adviser: searched, filtered, sorted and selected in memory, with what is done to many of them at once.
 *
 * Invariants: the view stands in the address; the order stands still while figures change, until one sorts again; what is selected stays selected
 * where a filter hides it, and is counted.
 */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useDeferredValue, useMemo, useRef, useState } from "react";
import { KINDS, type Columns } from "../../api/columns";
import { table } from "../../api/desk";
import { useCommand } from "../../app/keyboard";
import { Answer, Empty } from "../../parts/panel";
import { count } from "../../text/figures";
import { Approving, Proposing, type Picked } from "./bulk";
import { kindInWords } from "./cells";
import { ColumnsMenu } from "./columns-menu";
import { freeze, thawing, viewOf } from "./frozen";
import { Grid } from "./grid";
import { Pages } from "./pages";
import { Preview } from "./preview";
import { inWords } from "./selection";
import { changedBy, chosen, counts, needing, OUTS, toggled, type TableChange, type TableSearch } from "./view";
import { ViewsMenu } from "./views-menu";
import "./households.css";

export function HouseholdsScreen() {
    const all = useQuery(table);
    return (
        <div className="desk">
            <h1>Households</h1>
            <Answer of={all} rows={12}>
                {(columns) =>
                    columns.id.length === 0 ? (
                        <Empty
                            title="No household yet"
                            why="Households that you own or look after are listed here."
                            action={
                                <Link to="/start" className="button">
                                    Open a household
                                </Link>
                            }
                        />
                    ) : (
                        <Desk columns={columns} />
                    )
                }
            </Answer>
        </div>
    );
}

function Desk({ columns }: { readonly columns: Columns }) {
    const search = useSearch({ from: "/households" });
    const navigate = useNavigate({ from: "/households" });
    const find = useRef<HTMLInputElement>(null);
    const [selected, select] = useState<ReadonlySet<string>>(new Set());
    const [dialog, setDialog] = useState<{
        readonly kind: "approve" | "propose";
        readonly picked: readonly Picked[];
    } | null>(null);
    const [refocus, setRefocus] = useState(0);
    useCommand("/", "Find a household", () => find.current?.focus());
    const change = (to: TableChange) =>
        void navigate({ search: (before) => changedBy(before, to), replace: true, resetScroll: false });
    const { places, changed, resort } = useOrder(columns, search);
    const shownIds = useMemo(() => new Set(places.map((at) => columns.id[at] ?? "")), [columns, places]);
    const need = useMemo(() => needing(columns, places), [columns, places]);
    const table = { columns, places, changed, selected, select, search, change };
    const begin = (kind: "approve" | "propose") => setDialog({ kind, picked: pick(columns, selected) });
    const closePreview = () => {
        // Whoever opened it goes on from there.
        if (search.as === "pages" && search.open) document.getElementById(`open-${search.open}`)?.focus();
        change({ open: undefined });
        setRefocus((before) => before + 1);
    };
    return (
        <>
            <div className="desk-head">
                <p role="status" className="desk-count">
                    {places.length === columns.id.length ? "" : `${count(places.length)} of `}
                    {count(columns.id.length)} {columns.id.length === 1 ? "household" : "households"} · {count(need)}{" "}
                    need
                    {need === 1 ? "s" : ""} action
                </p>
                {/* The slot is always there, so that nothing moves when figures change. */}
                <span className="desk-resort">
                    {changed.size > 0 ? (
                        <button type="button" className="button slim" onClick={resort}>
                            Re-sort ({count(changed.size)} changed)
                        </button>
                    ) : null}
                </span>
                <input
                    ref={find}
                    className="input desk-find"
                    type="search"
                    aria-label="Find a household by name or id"
                    placeholder="Find by name or id"
                    value={search.find ?? ""}
                    onChange={(event) => change({ find: event.target.value })}
                />
                <ViewsMenu
                    search={search}
                    show={(to) =>
                        void navigate({
                            search: search.as ? { ...to, as: search.as } : to,
                            replace: true,
                            resetScroll: false,
                        })
                    }
                />
                <ColumnsMenu columns={columns} search={search} change={change} />
                <button
                    type="button"
                    className="button slim"
                    aria-pressed={search.as === "pages"}
                    onClick={() => change({ as: search.as === "pages" ? undefined : "pages" })}
                >
                    {search.as === "pages" ? "Show as one table" : "Show as pages of 50"}
                </button>
            </div>
            <Facets columns={columns} search={search} change={change} />
            <div
                className="desk-body"
                data-open={search.open ? "" : undefined}
                onKeyDown={(event) => {
                    if (event.key === "Escape" && search.open) closePreview();
                }}
            >
                <div className="desk-table">
                    {places.length === 0 ? (
                        <Empty
                            title="None fits"
                            why="No household fits what you search and filter by."
                            action={
                                <Link to="/households" search={{}} className="button slim">
                                    Show all
                                </Link>
                            }
                        />
                    ) : search.as === "pages" ? (
                        <Pages {...table} />
                    ) : (
                        <Grid {...table} refocus={refocus} />
                    )}
                </div>
                {search.open ? (
                    <Preview
                        key={search.open}
                        id={search.open}
                        use={columns.use[columns.id.indexOf(search.open)] ?? null}
                        close={closePreview}
                    />
                ) : null}
            </div>
            {selected.size > 0 ? (
                <div className="desk-bulk" role="group" aria-label="What is selected">
                    <span role="status" className="strong">
                        {inWords(selected, shownIds)}
                    </span>
                    <span className="grow" />
                    <button type="button" className="button slim" onClick={() => select(new Set())}>
                        Select none
                    </button>
                    <button type="button" className="button slim" onClick={() => begin("propose")}>
                        Generate proposals…
                    </button>
                    <button type="button" className="button first slim" onClick={() => begin("approve")}>
                        Approve together…
                    </button>
                </div>
            ) : null}
            {dialog?.kind === "approve" ? <Approving picked={dialog.picked} close={() => setDialog(null)} /> : null}
            {dialog?.kind === "propose" ? <Proposing picked={dialog.picked} close={() => setDialog(null)} /> : null}
        </>
    );
}

/** The order of the view, made when the view or a click asks for it, and else left alone. */
function useOrder(columns: Columns, now: TableSearch) {
    // What is typed is shown at once; the table follows as soon as it can.
    const search = useDeferredValue(now);
    const [frozen, setFrozen] = useState(() => freeze(columns, search));
    let order = frozen;
    if (frozen.of !== viewOf(search)) {
        order = freeze(columns, search);
        setFrozen(order);
    }
    const { places, changed } = useMemo(() => thawing(columns, order, search), [columns, order, search]);
    return { places, changed, resort: () => setFrozen(freeze(columns, search)) };
}

function pick(columns: Columns, selected: ReadonlySet<string>): Picked[] {
    return columns.id.flatMap((id, at) =>
        selected.has(id)
            ? [
                  {
                      id,
                      name: columns.name[at] ?? id,
                      proposal: columns.proposal[at] ?? null,
                  },
              ]
            : [],
    );
}

const OUT_WORDS: Readonly<Record<string, string>> = {
    "0": "None outside",
    "1": "One class outside",
    "2": "Several outside",
};
/** So many classes have a chip of their own. */
const CLASSES = 8;

function Facets({
    columns,
    search,
    change,
}: {
    readonly columns: Columns;
    readonly search: TableSearch;
    readonly change: (to: TableChange) => void;
}) {
    const { find, show, out, worst } = useDeferredValue(search);
    const found = useMemo(() => {
        // Nothing but these decides about counts: neither an order nor a selection does.
        const by = Object.fromEntries(
            Object.entries({ find, show, out, worst }).filter(([, value]) => value),
        ) as TableSearch;
        return {
            show: counts(columns, by, "show"),
            out: counts(columns, by, "out"),
            worst: counts(columns, by, "worst"),
        };
    }, [columns, find, show, out, worst]);
    const classes = [...found.worst].filter(([name]) => name !== "").sort((left, right) => right[1] - left[1]);
    const groups = [
        { facet: "show", name: "State", values: KINDS, words: kindInWords, found: found.show },
        {
            facet: "out",
            name: "Classes outside their band",
            values: OUTS,
            words: (of: string) => OUT_WORDS[of] ?? of,
            found: found.out,
        },
        {
            facet: "worst",
            name: "Worst class",
            values: classes.slice(0, CLASSES).map(([name]) => name),
            words: (of: string) => of,
            found: new Map(classes),
        },
    ] as const;
    return (
        <div className="facets">
            {groups.map(({ facet, name, values, words, found }) => {
                const on = chosen(search, facet);
                const shown = values.filter((value) => on.has(value) || (found.get(value) ?? 0) > 0);
                return shown.length === 0 ? null : (
                    <div key={facet} role="group" aria-label={name} className="facet">
                        {shown.map((value) => (
                            <button
                                key={value}
                                type="button"
                                className="chip"
                                aria-pressed={on.has(value)}
                                onClick={() => change({ [facet]: toggled(search, facet, value) })}
                            >
                                {words(value)} <span className="chip-count">{count(found.get(value) ?? 0)}</span>
                            </button>
                        ))}
                    </div>
                );
            })}
        </div>
    );
}
