/** The command palette: every command that counts where one is, found by typing. */
import { useEffect, useRef, useState } from "react";
import { allCommands, type Command } from "./keyboard";
import { Keys } from "./all-keys";
import "./palette.css";

export default function Palette({ close }: { readonly close: () => void }) {
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
        // First it closes, since nothing behind an open dialog takes the focus.
        box.current?.close();
        command?.run();
    };
    return (
        <dialog ref={box} className="palette" aria-label="Commands" onClose={close}>
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
                        <Keys of={command.keys} />
                    </li>
                ))}
                {found.length === 0 ? <li className="faint">No command is called so.</li> : null}
            </ul>
        </dialog>
    );
}
