/** Adds one of the things that a document has to a list of rules: chosen from a list, or found by typing where there are many. */
import { useId, useState } from "react";
import { Chooser, isLong, type Offered } from "../../parts/chooser";

export function Adder(given: {
    readonly label: string;
    readonly options: readonly Offered[];
    readonly onAdd: (value: string) => void;
}) {
    const { options } = given;
    const id = useId();
    const [typed, setTyped] = useState("");
    if (options.length === 0) return null;
    const add = (value: string) => {
        if (!options.some((each) => each.value === value)) return;
        given.onAdd(value);
        setTyped("");
    };
    return (
        <div className="adder">
            <label htmlFor={id}>{given.label}</label>
            <Chooser
                id={id}
                options={options}
                value={isLong(options) ? typed : ""}
                onChange={isLong(options) ? setTyped : add}
                onEnter={() => add(typed)}
            />
            {isLong(options) ? (
                <button type="button" className="button slim" onClick={() => add(typed)}>
                    Add
                </button>
            ) : null}
        </div>
    );
}
