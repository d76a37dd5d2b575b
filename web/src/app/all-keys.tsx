/**
 * The overview of keys, by where they count: between screens, in lists, on the screen at hand, everywhere; and the switch that turns single keys off.
 *
 * In: the commands that count when it is opened. Invariant: what single keys do is found by Ctrl+K where they are off.
 */
import { useState } from "react";
import { Dialog } from "../parts/dialog";
import { allCommands } from "./keyboard";
import type { Place } from "./keys";
import { set, useSettings } from "./settings";
import "./all-keys.css";

type Line = readonly [keys: string, name: string];

const PARTS: readonly (readonly [Place, string])[] = [
    ["here", "On this screen"],
    ["lists", "In lists and tables"],
    ["between", "Between screens"],
    ["everywhere", "Everywhere"],
];

/** Keys that count only where the focus is in what they change. */
const ELSEWHERE: Readonly<Partial<Record<Place, readonly Line[]>>> = {
    lists: [
        ["Enter", "Open the row"],
        ["→ ←", "Unfold the row, fold it again"],
        ["↑ ↓", "In the table of households: row by row; in a field for a number: a step up or down"],
        ["Space", "In the table of households: choose the row; with Shift all from the last one"],
        ["Ctrl A", "In the table of households: choose all rows"],
    ],
    everywhere: [
        ["Ctrl K", "Find a command by its name"],
        ["Esc", "Close what is open, or leave a field as it was"],
    ],
};

export default function AllKeys({ close }: { readonly close: () => void }) {
    const { hasKeys } = useSettings();
    const [commands] = useState(allCommands);
    const isEditing = commands.some((command) => command.keys === "x");
    return (
        <Dialog title="All keys" close={close} wide>
            <div className="all-keys-switch">
                <label>
                    <input
                        type="checkbox"
                        checked={hasKeys}
                        onChange={(event) => set({ hasKeys: event.target.checked })}
                    />
                    Single-key commands
                </label>
                <p className="small quiet">
                    {hasKeys
                        ? "They do nothing while you type in a field, or hold Ctrl, Alt or ⌘."
                        : "Off: letters and signs alone do nothing. This list is found by Ctrl K and in the menu under your name."}
                </p>
            </div>
            <div className="all-keys">
                {PARTS.map(([place, title]) => {
                    const own = commands.filter((each) => each.place === place && each.keys !== "");
                    const lines: Line[] = [
                        ...own.map((each) => [each.keys, each.name] as const),
                        ...(ELSEWHERE[place] ?? []),
                        ...(place === "here" && isEditing
                            ? ([
                                  ["Ctrl Z", "Undo an edit"],
                                  ["Ctrl Shift Z", "Redo it"],
                              ] as const)
                            : []),
                    ];
                    return lines.length === 0 ? null : (
                        <section key={place} aria-labelledby={`keys-${place}`}>
                            <h3 id={`keys-${place}`}>{title}</h3>
                            <dl>
                                {lines.map(([keys, name]) => (
                                    <div key={name} data-off={!hasKeys && isSingle(keys) ? "" : undefined}>
                                        <dt>
                                            <Keys of={keys} />
                                        </dt>
                                        <dd>{name}</dd>
                                    </div>
                                ))}
                            </dl>
                        </section>
                    );
                })}
            </div>
            <div className="dialog-actions">
                <button type="button" className="button" onClick={close}>
                    Close
                </button>
            </div>
        </Dialog>
    );
}

/** Whether keys are letters and signs alone, which a person may turn off. */
const isSingle = (keys: string) => keys.split(" ").every((key) => /^[a-z?/.[\]]$/.test(key));

/** Keys one after the other, as they stand on a keyboard. */
export function Keys({ of }: { readonly of: string }) {
    return (
        <span className="keys">{of.split(" ").map((key, place) => (key ? <kbd key={place}>{key}</kbd> : null))}</span>
    );
}
