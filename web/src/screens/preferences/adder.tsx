/** Adds one of the things that a document has to a list of rules: chosen from a list, or found by typing where there are many. */
import { useId, useState } from "react";

export interface Offered {
    readonly value: string;
    readonly text: string;
}

export function Adder(given: {
    readonly label: string;
    readonly options: readonly Offered[];
    readonly onAdd: (value: string) => void;
}) {
    const id = useId();
    const [typed, setTyped] = useState("");
    if (given.options.length === 0) return null;
    const isLong = given.options.length > 60;
    // Thousands of lots are not put on the page at once: those that fit what is typed are.
    const fits = (text: string) => text.toLowerCase().includes(typed.toLowerCase());
    const offered = isLong ? given.options.filter((each) => fits(each.text)).slice(0, 50) : given.options;
    const add = (value: string) => {
        if (!given.options.some((each) => each.value === value)) return;
        given.onAdd(value);
        setTyped("");
    };
    return (
        <div className="adder">
            <label htmlFor={id}>{given.label}</label>
            {isLong ? (
                <>
                    <input
                        id={id}
                        className="input"
                        list={`${id}-list`}
                        value={typed}
                        onChange={(event) => setTyped(event.target.value)}
                        onKeyDown={(event) => (event.key === "Enter" ? add(typed) : undefined)}
                    />
                    <datalist id={`${id}-list`}>
                        {offered.map((each) => (
                            <option key={each.value} value={each.value}>
                                {each.text}
                            </option>
                        ))}
                    </datalist>
                    <button type="button" className="button slim" onClick={() => add(typed)}>
                        Add
                    </button>
                </>
            ) : (
                <select id={id} className="input" value="" onChange={(event) => add(event.target.value)}>
                    <option value="">Choose…</option>
                    {given.options.map((each) => (
                        <option key={each.value} value={each.value}>
                            {each.text}
                        </option>
                    ))}
                </select>
            )}
        </div>
    );
}
