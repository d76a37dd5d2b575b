/** Every class before and after the plan, on the axis of the dashboard; the weights sum to 100. */
import type { Plan } from "../../api/plan";
import type { Drift, WhatIf } from "../../api/questions";
import { BeforeAfter } from "../../graphics/before-after";
import { DriftAxis } from "../../graphics/drift-band";
import { halfRange } from "../../graphics/scale";
import { difference, percentsOfWhole, points, sumOfPercents } from "../../text/figures";
import { Moved, wasOf } from "./moved";

export function Weights({
    plan,
    judged,
    drift,
}: {
    readonly plan: Plan;
    readonly judged: WhatIf | null;
    readonly drift: Drift | null;
}) {
    const afterOf = judged?.weights_after ?? plan.after.weights;
    const bands = new Map(drift?.classes.map((each) => [each.class, each]));
    const known = new Set([...bands.keys(), ...Object.keys(plan.before.weights), ...Object.keys(afterOf)]);
    const names = [...known].sort(
        (a, b) =>
            size(plan.before.weights[b], bands.get(b)?.target) - size(plan.before.weights[a], bands.get(a)?.target),
    );
    const before = names.map((name) => plan.before.weights[name] ?? "0");
    const after = names.map((name) => afterOf[name] ?? "0");
    const targets = names.map((name) => bands.get(name)?.target ?? "0");
    const taus = names.map((name) => bands.get(name)?.tau ?? "0");
    const half = halfRange(
        [...before, ...after].map((weight, index) => (Number(weight) - Number(targets[index % names.length])) * 100),
        taus.map((tau) => Number(tau) * 100),
    );
    const proposed = names.map((name) => plan.after.weights[name] ?? "0");
    const [was, will, want, planned] = [before, after, targets, proposed].map((parts) => percentsOfWhole(parts)) as [
        string[],
        string[],
        string[],
        string[],
    ];
    return (
        <div className="scroll" tabIndex={0} role="group" aria-label="Weights before and after">
            <table className="weights-table stacks">
                <thead>
                    <tr>
                        <th scope="col">Class</th>
                        <th scope="col" className="band-column">
                            <span className="unseen">Before and after, percentage points from the target</span>
                            <DriftAxis half={half} />
                        </th>
                        <th scope="col" className="number">
                            Now
                        </th>
                        <th scope="col" className="number">
                            After
                        </th>
                        <th scope="col" className="number">
                            Target
                        </th>
                        <th scope="col" className="number">
                            Moves
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {names.map((name, index) => (
                        <tr key={name}>
                            <th scope="row">{name}</th>
                            <td>
                                <BeforeAfter
                                    name={name}
                                    before={difference(before[index] ?? "0", targets[index] ?? "0")}
                                    after={difference(after[index] ?? "0", targets[index] ?? "0")}
                                    tau={taus[index] ?? "0"}
                                    half={half}
                                    height={34}
                                />
                            </td>
                            <td className="number" data-label="Now">
                                {was[index]}
                            </td>
                            <td className="number strong" data-label="After">
                                <Moved was={judged ? wasOf(will[index] ?? "", planned[index] ?? "") : null}>
                                    {will[index]}
                                </Moved>
                            </td>
                            <td className="number quiet" data-label="Target">
                                {want[index]}
                            </td>
                            <td className="number" data-label="Moves">
                                {points(difference(after[index] ?? "0", before[index] ?? "0"))}
                            </td>
                        </tr>
                    ))}
                </tbody>
                <tfoot>
                    <tr>
                        <th scope="row">Together</th>
                        <td className="small">○ now ● after, in its band ◆ after, outside</td>
                        <td className="number" data-label="Now">
                            {sumOfPercents(was)}
                        </td>
                        <td className="number" data-label="After">
                            {sumOfPercents(will)}
                        </td>
                        <td className="number" data-label="Target">
                            {sumOfPercents(want)}
                        </td>
                        <td />
                    </tr>
                </tfoot>
            </table>
        </div>
    );
}

function size(weight: string | undefined, target: string | undefined): number {
    return Math.abs(Number(weight ?? 0) - Number(target ?? 0));
}
