/**
 * Every class against its own band, the one that uses most of it first; a row opens what its band is made of.
 *
 * Invariants: the axis only grows while the page is open; the order stays as it is while a pointer or the focus is inside; what has no
 * class is a row as well, and the weights sum to 100.
 */
import { useRef, useState } from "react";
import type { ClassDrift, Drift } from "../../api/questions";
import { DriftAxis, DriftBand, past, side } from "../../graphics/drift-band";
import { halfRange } from "../../graphics/scale";
import { Threshold, type Step } from "../../graphics/threshold";
import {
    changeInCents,
    change,
    distance,
    dollars,
    percentsOfWhole,
    points,
    product,
    sumOfPercents,
} from "../../text/figures";
import { useSettings } from "../../app/settings";
import { ClassHoldings } from "./class-holdings";
import { use } from "./dashboard";

const asDeviation = (of: ClassDrift) => ({ ...of, name: of.class });

export function DriftTable({ drift, household }: { readonly drift: Drift; readonly household: string }) {
    const { density } = useSettings();
    const [open, setOpen] = useState<string | null>(null);
    const [isHeld, setHeld] = useState(false);
    const held = useRef<readonly string[]>([]);
    const half = useGrowing(
        halfRange(
            drift.classes.map((each) => Number(each.drift) * 100),
            drift.classes.map((each) => Number(each.tau) * 100),
        ),
    );
    const sorted = [...drift.classes].sort((a, b) => use(b) - use(a));
    // While somebody points or tabs inside, nothing moves away under them.
    // eslint-disable-next-line react-hooks/refs
    const order = isHeld && held.current.length === sorted.length ? held.current : sorted.map((each) => each.class);
    // eslint-disable-next-line react-hooks/refs
    held.current = order;
    const rows = order.flatMap((name) => drift.classes.find((each) => each.class === name) ?? []);
    const weights = percentsOfWhole(rows.map((each) => each.weight));
    const targets = percentsOfWhole(rows.map((each) => each.target));
    return (
        <div
            className="scroll"
            tabIndex={0}
            role="group"
            aria-label="Drift by class"
            onPointerEnter={() => setHeld(true)}
            onPointerLeave={() => setHeld(false)}
            onFocus={() => setHeld(true)}
            onBlur={() => setHeld(false)}
        >
            <table className="drift-table stacks">
                <thead>
                    <tr>
                        <th scope="col">Class</th>
                        <th scope="col" className="band-column">
                            <span className="unseen">Band and drift, percentage points</span>
                            <DriftAxis half={half} />
                        </th>
                        <th scope="col" className="number">
                            Weight
                        </th>
                        <th scope="col" className="number">
                            Target
                        </th>
                        <th scope="col" className="number">
                            Drift
                        </th>
                        <th scope="col" className="number">
                            Band
                        </th>
                        <th scope="col">Status</th>
                        <th scope="col" className="number">
                            Off target
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {rows.map((each, index) => (
                        <Row
                            key={each.class}
                            of={each}
                            household={household}
                            value={drift.value_usd}
                            weight={weights[index] ?? ""}
                            target={targets[index] ?? ""}
                            half={half}
                            height={density === "dense" ? 32 : 44}
                            isOpen={open === each.class}
                            toggle={() => setOpen((now) => (now === each.class ? null : each.class))}
                        />
                    ))}
                </tbody>
                <tfoot>
                    <tr>
                        <th scope="row">Together</th>
                        <td />
                        <td className="number" data-label="Weight">
                            {sumOfPercents(weights)}
                        </td>
                        <td className="number" data-label="Target">
                            {sumOfPercents(targets)}
                        </td>
                        <td colSpan={3} />
                        <td className="number" data-label="Value">
                            <span className="private">{dollars(drift.value_usd)}</span>
                        </td>
                    </tr>
                </tfoot>
            </table>
        </div>
    );
}

function Row(given: {
    readonly of: ClassDrift;
    readonly household: string;
    readonly value: string;
    readonly weight: string;
    readonly target: string;
    readonly half: number;
    readonly height: number;
    readonly isOpen: boolean;
    readonly toggle: () => void;
}) {
    const { of } = given;
    const at = side(of);
    const off = product(of.drift, given.value);
    return (
        <>
            <tr className={at === "inside" ? "" : "breached"}>
                <th scope="row">
                    <button
                        type="button"
                        className="row-opener"
                        data-stop
                        aria-expanded={given.isOpen}
                        onClick={given.toggle}
                    >
                        <span aria-hidden="true">{given.isOpen ? "▾" : "▸"}</span> {of.class}
                    </button>
                </th>
                <td>
                    <DriftBand of={asDeviation(of)} half={given.half} height={given.height - 9} />
                </td>
                <td className="number" data-label="Weight">
                    {given.weight}
                </td>
                <td className="number" data-label="Target">
                    {given.target}
                </td>
                <td className="number" data-label="Drift">
                    {points(of.drift)}
                </td>
                <td className="number quiet" data-label="Band">
                    ±{distance(of.tau)}
                </td>
                <td className="status">
                    <Status of={of} />
                </td>
                <td className="number" data-label="Off target" title={changeInCents(off)}>
                    <span className="private">{change(off)}</span>
                </td>
            </tr>
            {given.isOpen ? (
                <tr>
                    <td colSpan={8} className="opened">
                        <div className="opened-parts">
                            <section>
                                <h3>Where {of.class} is held</h3>
                                <ClassHoldings household={given.household} of={of} value={given.value} />
                            </section>
                            <section>
                                <h3>Why this band for {of.class}?</h3>
                                <Threshold
                                    steps={steps(of)}
                                    trigger={of.parts.sum}
                                    tau={of.tau}
                                    drift={of.drift}
                                    breached={of.breached}
                                />
                            </section>
                        </div>
                    </td>
                </tr>
            ) : null}
        </>
    );
}

/** Over, under or inside, in a shape and words. */
export function Status({ of }: { readonly of: Pick<ClassDrift, "drift" | "tau" | "breached"> }) {
    const at = side(of);
    if (at === "inside") return <span className="shape-text quiet">In its band</span>;
    return (
        <span className={`shape-text ${at}`}>
            <span aria-hidden="true">{at === "over" ? "▲" : "▼"}</span> {at === "over" ? "Over" : "Under"} by {past(of)}
        </span>
    );
}

function steps(of: ClassDrift): Step[] {
    const { parts } = of;
    if (parts.source.startsWith("own")) {
        const why =
            parts.source === "own_relative" ? "The document sets it as a part of the target." : "The document sets it.";
        return [{ name: "Your own band", value: parts.sum, why }];
    }
    return [
        { name: "Base", value: parts.base, why: "Where every band begins." },
        {
            name: "Volatility",
            value: parts.volatility,
            why: "Wider while markets move, so that noise is not traded on.",
        },
        { name: "Trading cost", value: parts.cost, why: "Wider where trading the class is dear." },
        {
            name: "Your tolerance",
            value: parts.user,
            why: "Tighter the closer this household wants to stay to its target.",
        },
        { name: "Time since", value: parts.age, why: "Tighter the longer nothing was done." },
    ];
}

/** The largest value so far, so that an axis never jumps back. */
function useGrowing(value: number): number {
    const [largest, setLargest] = useState(value);
    if (value > largest) setLargest(value);
    return Math.max(value, largest);
}
