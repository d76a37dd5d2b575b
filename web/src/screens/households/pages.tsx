/** The same households as plain tables of fifty, for whom a grid that scrolls does not work. Where rows are stacked nobody sees heads, and nothing is pressed in them. */
import { count } from "../../text/figures";
import { shownColumns } from "./cells";
import type { GridProps } from "./grid";
import { useLayout } from "./stacked";
import { StackedBar } from "./stacked-bar";
import { hiddenOf, nextSort, sortOf } from "./view";

const ROWS = 50;

export function Pages({ columns, places, changed, selected, select, search, change }: Omit<GridProps, "refocus">) {
    const shown = shownColumns(columns, hiddenOf(search));
    const pages = Math.max(1, Math.ceil(places.length / ROWS));
    const page = Math.min(pages, Math.max(1, Math.trunc(Number(search.page ?? "1")) || 1));
    const here = places.slice((page - 1) * ROWS, page * ROWS);
    const sort = sortOf(search);
    const { isPhone } = useLayout();
    const all = here.length > 0 && here.every((at) => selected.has(columns.id[at] ?? ""));
    const toggle = (ids: readonly string[], isOn: boolean) => {
        const next = new Set(selected);
        for (const id of ids) {
            if (isOn) next.add(id);
            else next.delete(id);
        }
        select(next);
    };
    const toggleAll = (isOn: boolean) =>
        toggle(
            here.map((at) => columns.id[at] ?? ""),
            isOn,
        );
    return (
        <>
            {isPhone ? (
                <StackedBar
                    {...{ shown, search, change, all }}
                    toggleAll={() => toggleAll(!all)}
                    name="Select all on this page"
                />
            ) : null}
            <div className="scroll" tabIndex={0} role="group" aria-label="Households">
                <table className="pages-table stacks">
                    <caption className="unseen">
                        Households {count((page - 1) * ROWS + 1)} to {count((page - 1) * ROWS + here.length)} of{" "}
                        {count(places.length)}
                    </caption>
                    <thead>
                        <tr>
                            <th scope="col">
                                {isPhone ? null : (
                                    <input
                                        type="checkbox"
                                        aria-label="Select all on this page"
                                        checked={all}
                                        onChange={(event) => toggleAll(event.target.checked)}
                                    />
                                )}
                            </th>
                            {shown.map((column) => (
                                <th
                                    key={column.id}
                                    scope="col"
                                    className={column.isNumber ? "number" : ""}
                                    aria-sort={
                                        sort.by === column.sort ? (sort.isDown ? "descending" : "ascending") : undefined
                                    }
                                >
                                    {isPhone ? (
                                        column.name
                                    ) : (
                                        <button
                                            type="button"
                                            className="head-button"
                                            onClick={() => change({ sort: nextSort(search, column.sort ?? "name") })}
                                        >
                                            {column.name}
                                            <span aria-hidden="true">
                                                {sort.by === column.sort ? (sort.isDown ? " ↓" : " ↑") : ""}
                                            </span>
                                        </button>
                                    )}
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {here.map((at) => {
                            const id = columns.id[at] ?? "";
                            return (
                                <tr key={id} data-open={search.open === id ? "" : undefined}>
                                    <td className="pages-box">
                                        <input
                                            type="checkbox"
                                            aria-label={`Select ${columns.name[at]}`}
                                            checked={selected.has(id)}
                                            onChange={(event) => toggle([id], event.target.checked)}
                                        />
                                    </td>
                                    {shown.map((column) =>
                                        column.id === "name" ? (
                                            <th key={column.id} scope="row">
                                                <button
                                                    type="button"
                                                    className="row-opener"
                                                    data-stop
                                                    id={`open-${id}`}
                                                    onClick={() => change({ open: id })}
                                                >
                                                    {columns.name[at]}
                                                </button>
                                                {changed.has(id) ? (
                                                    <span
                                                        className="changed-dot"
                                                        title="Changed since this order was made"
                                                    >
                                                        <span className="unseen">changed</span>
                                                    </span>
                                                ) : null}
                                            </th>
                                        ) : (
                                            <td
                                                key={column.id}
                                                className={column.isNumber ? "number" : ""}
                                                data-label={column.name}
                                            >
                                                {column.cell(columns, at)}
                                            </td>
                                        ),
                                    )}
                                </tr>
                            );
                        })}
                    </tbody>
                </table>
            </div>
            <nav className="pager" aria-label="Pages of households">
                <button
                    type="button"
                    className="button slim"
                    disabled={page <= 1}
                    onClick={() => change({ page: String(page - 1) })}
                >
                    Before
                </button>
                <span role="status">
                    Page {count(page)} of {count(pages)}
                </span>
                <button
                    type="button"
                    className="button slim"
                    disabled={page >= pages}
                    onClick={() => change({ page: String(page + 1) })}
                >
                    Next
                </button>
            </nav>
        </>
    );
}
