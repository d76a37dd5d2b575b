/** What the heads of a table do, where its rows are stacked and have no heads: selecting all, and the order. */
import type { Column } from "./cells";
import { sortOf, type TableChange, type TableSearch } from "./view";

export function StackedBar({
    shown,
    search,
    change,
    all,
    toggleAll,
    name,
}: {
    readonly shown: readonly Column[];
    readonly search: TableSearch;
    readonly change: (to: TableChange) => void;
    /** Whether all are selected. */
    readonly all: boolean;
    readonly toggleAll: () => void;
    /** What the box selects. */
    readonly name: string;
}) {
    const sort = sortOf(search);
    return (
        <div className="stacked-bar">
            <label>
                <input type="checkbox" checked={all} onChange={toggleAll} /> {name}
            </label>
            <label>
                Order{" "}
                <select
                    className="input"
                    value={sort.by === "needs" ? "" : `${sort.isDown ? "-" : ""}${sort.by}`}
                    onChange={(event) => change({ sort: event.target.value === "" ? undefined : event.target.value })}
                >
                    <option value="">What needs action first</option>
                    {shown.flatMap(({ sort: by, name: column, isNumber }) => {
                        if (!by) return [];
                        const isFigure = isNumber ?? by === "use";
                        return [
                            <option key={by} value={by}>
                                {column}, {isFigure ? "smallest first" : "A to Z"}
                            </option>,
                            <option key={`-${by}`} value={`-${by}`}>
                                {column}, {isFigure ? "largest first" : "Z to A"}
                            </option>,
                        ];
                    })}
                </select>
            </label>
        </div>
    );
}
