/** The views of the table: those that are always there, one's own, and a way to save the present one. */
import { useState, type FormEvent } from "react";
import { fold, Menu } from "./menu";
import type { TableSearch } from "./view";
import { added, BUILT_IN, savedViews, saveViews, type View } from "./views";

export function ViewsMenu({
    search,
    show,
}: {
    readonly search: TableSearch;
    readonly show: (to: TableSearch) => void;
}) {
    const [own, setOwn] = useState<readonly View[]>(savedViews);
    const [name, setName] = useState("");
    const keep = (views: readonly View[]) => {
        setOwn(views);
        saveViews(views);
    };
    const save = (event: FormEvent) => {
        event.preventDefault();
        if (name.trim() === "") return;
        keep(added(own, name.trim(), search));
        setName("");
    };
    const open = (view: View, by: Element) => {
        show(view.search);
        fold(by);
    };
    return (
        <Menu name="Views">
            <ul>
                {BUILT_IN.map((view) => (
                    <li key={view.name}>
                        <button
                            type="button"
                            className="button bare slim"
                            onClick={(event) => open(view, event.currentTarget)}
                        >
                            {view.name}
                        </button>
                    </li>
                ))}
            </ul>
            {own.length > 0 ? (
                <ul aria-label="Your views">
                    {own.map((view) => (
                        <li key={view.name}>
                            <button
                                type="button"
                                className="button bare slim"
                                onClick={(event) => open(view, event.currentTarget)}
                            >
                                {view.name}
                            </button>
                            <button
                                type="button"
                                className="button bare slim"
                                aria-label={`Forget the view ${view.name}`}
                                onClick={() => keep(own.filter((each) => each.name !== view.name))}
                            >
                                ✕
                            </button>
                        </li>
                    ))}
                </ul>
            ) : null}
            <form onSubmit={save}>
                <label htmlFor="view-name" className="small">
                    Save what is shown now as
                </label>
                <span className="view-name">
                    <input
                        id="view-name"
                        className="input"
                        value={name}
                        maxLength={60}
                        onChange={(event) => setName(event.target.value)}
                    />
                    <button type="submit" className="button slim">
                        Save
                    </button>
                </span>
            </form>
        </Menu>
    );
}
