/** The command palette: every command that counts where one is, found by typing; and the list of all keys. */
import { useEffect, useRef, useState } from "react";
import { allCommands, type Command } from "./keyboard";
import "./palette.css";

/** Keys that count only where the focus is in what they change. */
const ELSEWHERE = [
    ["↑ ↓", "In a table of households: row by row; in a field for a number: a step up or down"],
    ["Space", "In a table of households: choose the row"],
    ["Ctrl A", "In a table of households: choose all rows"],
    ["Ctrl Z", "While trades are edited: undo"],
    ["Ctrl Shift Z", "While trades are edited: redo"],
] as const;

export default function Palette({ start, close }: { readonly start: "commands" | "keys"; readonly close: () => void }) {
    const box = useRef<HTMLDialogElement>(null);
    const [text, setText] = useState("");
    const [at, setAt] = useState(0);
    const [commands] = useState(allCommands);
    useEffect(() => {
        box.current?.showModal();
    }, []);
    const found = commands.filter((command) => command.name.toLowerCase().includes(text.trim().toLowerCase()));
    const chosen = found[Math.min(at, found.length - 1)];
    const run = (command: Command | undefined) => {
        close();
        command?.run();
    };
    return (
        <dialog ref={box} className="palette" aria-label={start === "keys" ? "All keys" : "Commands"} onClose={close}>
            <input
                className="input"
                role="combobox"
                aria-label="Find a command"
                aria-expanded="true"
                aria-controls="palette-list"
                aria-activedescendant={chosen ? `command-${found.indexOf(chosen)}` : undefined}
                placeholder="Find a command"
                value={text}
                onChange={(event) => {
                    setText(event.target.value);
                    setAt(0);
                }}
                onKeyDown={(event) => {
                    if (event.key === "ArrowDown") setAt((place) => Math.min(place + 1, found.length - 1));
                    else if (event.key === "ArrowUp") setAt((place) => Math.max(place - 1, 0));
                    else if (event.key === "Enter") run(chosen);
                    else return;
                    event.preventDefault();
                }}
            />
            <ul id="palette-list" role="listbox" aria-label="Commands">
                {found.map((command, index) => (
                    // The list is steered from the field above (aria-activedescendant); a click is the same for a pointer.
                    <li
                        key={command.name}
                        id={`command-${index}`}
                        role="option"
                        aria-selected={command === chosen}
                        onPointerMove={() => setAt(index)}
                        onClick={() => run(command)}
                    >
                        <span>{command.name}</span>
                        <span>
                            {command.keys.split(" ").map((key, place) => (key ? <kbd key={place}>{key}</kbd> : null))}
                        </span>
                    </li>
                ))}
                {start === "keys" ? (
                    <>
                        {ELSEWHERE.map(([keys, name]) => (
                            <li key={name} role="option" aria-selected="false" aria-disabled="true">
                                <span className="quiet">{name}</span>
                                <span>
                                    {keys.split(" ").map((key) => (
                                        <kbd key={key}>{key}</kbd>
                                    ))}
                                </span>
                            </li>
                        ))}
                    </>
                ) : null}
                {found.length === 0 ? <li className="faint">No command is called so.</li> : null}
            </ul>
        </dialog>
    );
}
