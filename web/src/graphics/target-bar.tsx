/**
 * A target as one stacked bar with its numbers beside it.
 *
 * In: weights by name. Out: parts in their order, never hidden however small, each with its shade, name and number: nothing is told by shade alone.
 */
import { percent, type Decimal } from "../text/figures";
import "./target-bar.css";

/** Shades that are told apart by their neighbours; more parts begin anew. */
const SHADES = 6;

export function TargetBar({
    parts,
    order = parts.map(([name]) => name),
}: {
    readonly parts: readonly (readonly [name: string, part: Decimal])[];
    /** Every name of several bars, so that the same one has the same shade in all of them. */
    readonly order?: readonly string[];
}) {
    const shown = parts.filter(([, part]) => Number(part) > 0);
    const shade = (name: string) => Math.max(0, order.indexOf(name)) % SHADES;
    if (shown.length === 0) return <span className="quiet">No weights by class</span>;
    return (
        <div className="target-bar">
            <span className="target-bar-parts" aria-hidden="true">
                {shown.map(([name, part]) => (
                    <i key={name} data-shade={shade(name)} style={{ flexGrow: Number(part) * 1000 }} />
                ))}
            </span>
            <ul className="small">
                {shown.map(([name, part]) => (
                    <li key={name}>
                        <i data-shade={shade(name)} aria-hidden="true" /> {name.replaceAll("_", " ")}{" "}
                        <strong>{inPercent(part)}</strong>
                    </li>
                ))}
            </ul>
        </div>
    );
}

/** `70%`, `12.5%`: no more digits than there are. */
export function inPercent(part: Decimal): string {
    return percent(part, 2).replace(/\.?0+%$/, "%");
}
