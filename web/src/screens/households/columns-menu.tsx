/** Which columns of the table are shown. They stand in the address, and so in a view that is saved. */
import type { Columns } from "../../api/columns";
import { COLUMNS } from "./cells";
import { Menu } from "./menu";
import { hiddenOf, hiding, type TableChange, type TableSearch } from "./view";

export function ColumnsMenu(given: {
    readonly columns: Columns;
    readonly search: TableSearch;
    readonly change: (to: TableChange) => void;
}) {
    const { columns, search, change } = given;
    const hidden = hiddenOf(search);
    const known = COLUMNS.filter((column) => column.id !== "name" && (column.isKnown?.(columns) ?? true));
    const off = known.filter((column) => hidden.has(column.id)).length;
    return (
        <Menu name={off > 0 ? `Columns (${off} hidden)` : "Columns"}>
            <fieldset className="columns-list">
                <legend className="small quiet">Columns that are shown</legend>
                {known.map((column) => (
                    <label key={column.id}>
                        <input
                            type="checkbox"
                            checked={!hidden.has(column.id)}
                            onChange={() => change({ hide: hiding(search, column.id) })}
                        />
                        {column.name}
                    </label>
                ))}
            </fieldset>
        </Menu>
    );
}
