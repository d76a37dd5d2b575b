/**
 * Ten thousand households as a grid that scrolls: only the rows in sight are in the page, and the one with the focus.
 *
 * In: columns, the places to show in their order, what is selected. Out: what a person does. Invariants: a row is told as N of all, the head is
 * row 1; one cell is the stop of Tab (roving), arrows move it; the row that has the focus is never taken away; heights and widths are fixed. On a phone a
 * row has lines of its own, and what the heads do stands above the grid.
 */
import { defaultRangeExtractor, useVirtualizer, type Range } from "@tanstack/react-virtual";
import { memo, useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from "react";
import type { Columns } from "../../api/columns";
import { useSettings } from "../../app/settings";
import { shownColumns, type Column } from "./cells";
import { moved, within, type Place } from "./moves";
import { ranged } from "./selection";
import { stacked, useLayout } from "./stacked";
import { StackedBar } from "./stacked-bar";
import { hiddenOf, nextSort, sortOf, type SortBy, type TableChange, type TableSearch } from "./view";

/** Height of the head, px. */
const HEAD = 36;
/** Height of a row, px: dense here, and large enough for a finger where one points with fingers. */
const ROW = 32;
const FINGER_ROW = 44;
/** Width of the column of boxes, px. */
const BOX = 40;

export interface GridProps {
    readonly columns: Columns;
    readonly places: readonly number[];
    readonly changed: ReadonlySet<string>;
    readonly selected: ReadonlySet<string>;
    readonly select: (selected: ReadonlySet<string>) => void;
    readonly search: TableSearch;
    readonly change: (to: TableChange) => void;
    /** Set to a number that grows when the focus is to come back. */
    readonly refocus: number;
}

export function Grid({ columns, places, changed, selected, select, search, change, refocus }: GridProps) {
    const { hasKeys } = useSettings();
    const layout = useLayout();
    const { isPhone, scale } = layout;
    const scroller = useRef<HTMLDivElement>(null);
    const { hide } = search;
    const shown = useMemo(() => shownColumns(columns, hiddenOf(hide ? { hide } : {})), [columns, hide]);
    const stack = isPhone
        ? stacked(
              shown.map((column) => column.id),
              layout,
          )
        : null;
    const head = stack ? 0 : Math.ceil(HEAD * scale);
    const row = stack ? stack.height : layout.isCoarse ? Math.max(FINGER_ROW, ROW * scale) : Math.ceil(ROW * scale);
    // Row -1 is the head; column 0 the boxes.
    const [active, setActive] = useState<Place>({ row: 0, column: 1 });
    const [anchor, setAnchor] = useState<string | null>(null);
    const wantsFocus = useRef(false);
    // Rows and columns may have gone from under it: there is always a cell that Tab stops at.
    const inside = within(active, { rows: places.length, columns: shown.length + 1 });
    // Of stacked rows nobody sees the head.
    const held = stack ? { ...inside, row: Math.max(0, inside.row) } : inside;

    const extract = useCallback(
        (range: Range) => {
            const found = defaultRangeExtractor(range);
            if (held.row < 0 || found.includes(held.row)) return found;
            return [...found, held.row].sort((left, right) => left - right);
        },
        [held.row],
    );
    // The virtualiser is one mutable object by design; nothing here is memoised over it.
    // eslint-disable-next-line react-hooks/incompatible-library
    const rows = useVirtualizer({
        count: places.length,
        getScrollElement: () => scroller.current,
        estimateSize: () => row,
        // Rows above and below the window: as many as hide a blank, and no more, since each takes its time.
        overscan: 6,
        paddingStart: head,
        scrollPaddingStart: head,
        rangeExtractor: extract,
        useFlushSync: false,
    });
    useEffect(() => rows.measure(), [rows, row, head]);
    useEffect(() => {
        if (!wantsFocus.current) return;
        wantsFocus.current = false;
        scroller.current?.querySelector<HTMLElement>("[data-active]")?.focus({ preventScroll: true });
    }, [active]);
    useEffect(() => {
        if (refocus > 0) scroller.current?.querySelector<HTMLElement>("[data-active]")?.focus({ preventScroll: true });
    }, [refocus]);

    const idAt = (at: number) => columns.id[places[at] ?? -1] ?? "";
    const indexOf = useMemo(() => new Map(places.map((at, index) => [columns.id[at] ?? "", index])), [columns, places]);
    const go = (to: Place) => {
        if (stack && to.row < 0) return;
        wantsFocus.current = true;
        setActive(to);
        if (to.row >= 0) rows.scrollToIndex(to.row, { align: "auto" });
    };
    const toggle = (index: number, isRange: boolean) => {
        const id = idAt(index);
        const from = isRange && anchor !== null ? indexOf.get(anchor) : undefined;
        if (from === undefined) {
            const next = new Set(selected);
            if (!next.delete(id)) next.add(id);
            select(next);
            setAnchor(id);
        } else
            select(
                ranged(
                    selected,
                    places.map((at) => columns.id[at] ?? ""),
                    from,
                    index,
                ),
            );
    };
    const all = places.length > 0 && places.every((at) => selected.has(columns.id[at] ?? ""));
    const toggleAll = () => {
        const next = new Set(selected);
        for (const at of places) {
            const id = columns.id[at] ?? "";
            if (all) next.delete(id);
            else next.add(id);
        }
        select(next);
    };
    const sortBy = (by: SortBy | undefined) => {
        if (by) change({ sort: nextSort(search, by) });
    };
    const press = (event: KeyboardEvent) => {
        if (event.altKey || event.metaKey) return;
        const height = scroller.current?.clientHeight ?? 600;
        const page = Math.max(1, Math.floor((height - head) / row) - 1);
        const to = moved(held, event, { rows: places.length, columns: shown.length + 1, page, hasKeys });
        if (to) go(to);
        else if (event.key === " ") {
            if (held.row < 0) {
                if (held.column === 0) toggleAll();
                else sortBy(shown[held.column - 1]?.sort);
            } else toggle(held.row, event.shiftKey);
        } else if (event.key === "Enter") {
            if (held.row >= 0) change({ open: idAt(held.row) });
            else if (held.column === 0) toggleAll();
            else sortBy(shown[held.column - 1]?.sort);
        } else if (event.ctrlKey && event.key.toLowerCase() === "a") {
            if (!all) toggleAll();
        } else return;
        event.preventDefault();
        event.stopPropagation();
    };
    const click = (event: MouseEvent) => {
        const cell = (event.target as HTMLElement).closest<HTMLElement>("[data-column]");
        if (!cell) return;
        const index = Number(cell.dataset["row"]);
        const column = Number(cell.dataset["column"]);
        wantsFocus.current = !(event.target instanceof HTMLInputElement);
        setActive({ row: index, column });
        if (index < 0) {
            if (column === 0) toggleAll();
            else sortBy(shown[column - 1]?.sort);
        } else if (column === 0) toggle(index, event.shiftKey);
        else change({ open: idAt(index) });
    };
    const widths = [BOX, ...shown.map((column) => Math.ceil(column.width * scale))];
    const template = widths.map((each) => `${each}px`).join(" ");
    const width = stack ? "100%" : widths.reduce((total, each) => total + each, 0);
    const sort = sortOf(search);
    const grid = (
        <div
            className="grid-scroll"
            ref={scroller}
            data-stacked={stack ? (stack.isBeside ? "beside" : "below") : undefined}
            // No higher than its rows, and a scrollbar below them.
            style={{
                ["--content" as string]: `${head + places.length * row + 18}px`,
                ["--across" as string]: stack?.across,
            }}
            role="grid"
            aria-label="Households"
            aria-rowcount={places.length + 1}
            aria-colcount={shown.length + 1}
            aria-multiselectable="true"
            onKeyDown={press}
            onClick={click}
        >
            <div
                role="rowgroup"
                className="grid-head"
                style={{ width, ["--columns" as string]: template, height: head }}
            >
                <div role="row" aria-rowindex={1} className="grid-row">
                    <div
                        role="columnheader"
                        aria-colindex={1}
                        data-row={-1}
                        data-column={0}
                        {...rover(held.row < 0 && held.column === 0)}
                    >
                        <input
                            type="checkbox"
                            tabIndex={-1}
                            aria-label={`Select all ${places.length} shown`}
                            checked={all}
                            readOnly
                        />
                    </div>
                    {shown.map((column, at) => (
                        <div
                            key={column.id}
                            role="columnheader"
                            aria-colindex={at + 2}
                            aria-sort={
                                sort.by === column.sort
                                    ? sort.isDown
                                        ? "descending"
                                        : "ascending"
                                    : column.sort
                                      ? "none"
                                      : undefined
                            }
                            className={column.isNumber ? "number" : ""}
                            data-row={-1}
                            data-column={at + 1}
                            {...rover(held.row < 0 && held.column === at + 1)}
                        >
                            {column.name}
                            <span aria-hidden="true" className="sort-sign">
                                {sort.by === column.sort ? (sort.isDown ? " ↓" : " ↑") : ""}
                            </span>
                        </div>
                    ))}
                </div>
            </div>
            <div
                role="rowgroup"
                className="grid-body"
                style={{ width, height: rows.getTotalSize() - head, ["--columns" as string]: template }}
            >
                {rows.getVirtualItems().map((item) => {
                    const at = places[item.index] ?? 0;
                    const id = columns.id[at] ?? "";
                    return (
                        <Row
                            key={id}
                            columns={columns}
                            shown={shown}
                            at={at}
                            index={item.index}
                            top={item.start - head}
                            height={row}
                            isSelected={selected.has(id)}
                            isChanged={changed.has(id)}
                            isOpen={search.open === id}
                            active={item.index === held.row ? held.column : -1}
                        />
                    );
                })}
            </div>
        </div>
    );
    if (!stack) return grid;
    return (
        <>
            <StackedBar
                {...{ shown, search, change, all, toggleAll }}
                name={places.length === columns.id.length ? "Select all" : "Select all shown"}
            />
            {grid}
        </>
    );
}

/** What makes a cell the one that Tab stops at, and `j` from outside of the grid. */
function rover(isActive: boolean) {
    return { tabIndex: isActive ? 0 : -1, ...(isActive ? { "data-active": "", "data-stop": "" } : {}) };
}

interface RowProps {
    readonly columns: Columns;
    readonly shown: readonly Column[];
    readonly at: number;
    readonly index: number;
    readonly top: number;
    readonly height: number;
    readonly isSelected: boolean;
    readonly isChanged: boolean;
    readonly isOpen: boolean;
    /** The column with the focus, or -1. */
    readonly active: number;
}

const Row = memo(function Row(given: RowProps) {
    const { columns, at, index, active } = given;
    return (
        <div
            role="row"
            aria-rowindex={index + 2}
            aria-selected={given.isSelected}
            className="grid-row"
            data-open={given.isOpen ? "" : undefined}
            style={{ transform: `translateY(${given.top}px)`, height: given.height }}
        >
            <div role="gridcell" aria-colindex={1} data-row={index} data-column={0} {...rover(active === 0)}>
                <input
                    type="checkbox"
                    tabIndex={-1}
                    aria-label={`Select ${columns.name[at]}`}
                    checked={given.isSelected}
                    readOnly
                />
            </div>
            {given.shown.map((column, place) => (
                <div
                    key={column.id}
                    role={column.id === "name" ? "rowheader" : "gridcell"}
                    aria-colindex={place + 2}
                    className={column.isNumber ? "number" : ""}
                    data-of={column.id}
                    data-label={column.name}
                    data-row={index}
                    data-column={place + 1}
                    {...rover(active === place + 1)}
                >
                    {column.cell(columns, at)}
                    {column.id === "name" && given.isChanged ? (
                        <span className="changed-dot" title="Changed since this order was made">
                            <span className="unseen">changed</span>
                        </span>
                    ) : null}
                </div>
            ))}
        </div>
    );
});
