/** What the plan does not do, and why: lots that are kept, classes that stay off their target. */
import type { Kept, Plan } from "../../api/plan";
import { Panel } from "../../parts/panel";
import { Told } from "../../parts/told";
import { dollars, several } from "../../text/figures";

export function NotTraded({ plan }: { readonly plan: Plan }) {
    const kept = plan.not_sold ?? [];
    const off = plan.off_target ?? [];
    if (kept.length === 0 && off.length === 0) return null;
    return (
        <Panel id="not-traded" title="Not traded, and why">
            {kept.length > 0 ? (
                <Reasons
                    title={`${several(kept.length, "lot")} kept`}
                    of={kept}
                    name={(each) => each.lot_id ?? ""}
                    first={3}
                />
            ) : null}
            {off.length > 0 ? (
                <Reasons
                    title={`${several(off.length, "class", "classes")} not exactly at target`}
                    of={off}
                    name={(each) => each.class ?? ""}
                    first={3}
                />
            ) : null}
        </Panel>
    );
}

function Reasons({
    title,
    of,
    name,
    first,
}: {
    readonly title: string;
    readonly of: readonly Kept[];
    readonly name: (each: Kept) => string;
    readonly first: number;
}) {
    const list = (some: readonly Kept[]) => (
        <ul className="reasons">
            {some.map((each) => (
                <li key={name(each)}>
                    <span className="strong">{name(each)}</span>
                    <span>
                        <Told>{each.text}</Told>
                    </span>
                    <span className="number private quiet">{each.cost_usd ? dollars(each.cost_usd) : ""}</span>
                </li>
            ))}
        </ul>
    );
    return (
        <div className="reasons-of">
            <h3>
                {title} <span className="small faint">what doing it would cost, at the right</span>
            </h3>
            {list(of.slice(0, first))}
            {of.length > first ? (
                <details>
                    <summary className="small">{several(of.length - first, "more", "more")}</summary>
                    {list(of.slice(first))}
                </details>
            ) : null}
        </div>
    );
}
