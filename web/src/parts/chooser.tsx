/** One of many things, by its value: chosen from a list, or found by typing where there are too many to put on the page at once. */

export interface Offered {
    readonly value: string;
    /** As a person reads it. */
    readonly text: string;
}

/** Lists that are longer are searched. */
const LONG = 60;
/** So many of those that fit what is typed are put on the page. */
const SHOWN = 50;

export const isLong = (options: readonly Offered[]) => options.length > LONG;

export function Chooser(given: {
    readonly id: string;
    readonly options: readonly Offered[];
    /** The value that is chosen, or what is typed of one. */
    readonly value: string;
    readonly onChange: (value: string) => void;
    readonly onEnter?: () => void;
    /** What is told where nothing is chosen. */
    readonly none?: string;
}) {
    const { id, options, value, onChange, onEnter } = given;
    if (!isLong(options)) {
        return (
            <select id={id} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
                <option value="">{given.none ?? "Choose…"}</option>
                {options.map((each) => (
                    <option key={each.value} value={each.value}>
                        {each.text}
                    </option>
                ))}
            </select>
        );
    }
    const typed = value.toLowerCase();
    const fitting = options.filter((each) => each.text.toLowerCase().includes(typed)).slice(0, SHOWN);
    return (
        <>
            <input
                id={id}
                className="input"
                list={`${id}-list`}
                value={value}
                onChange={(event) => onChange(event.target.value)}
                onKeyDown={(event) => (event.key === "Enter" ? onEnter?.() : undefined)}
            />
            <datalist id={`${id}-list`}>
                {fitting.map((each) => (
                    <option key={each.value} value={each.value}>
                        {each.text === each.value ? null : each.text}
                    </option>
                ))}
            </datalist>
        </>
    );
}
