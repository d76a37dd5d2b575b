/**
 * Plans for targets by security: their weights by class, and the securities that are furthest off their targets.
 *
 * In: a plan whose weights are by ticker, and the document, which says what each is. Out: the plan by class; a table. Invariant: until it is known what is
 * of which class, no class is judged.
 */
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { portfolio } from "../../api/documents";
import type { Plan } from "../../api/plan";
import type { Drift } from "../../api/questions";
import { difference, percent, points, several, type Decimal } from "../../text/figures";
import { read } from "../../text/lossless";
import { CASH, factsOf } from "../preferences/facts";
import { fraction, wantedOf } from "../preferences/wanted";
import { inClasses, offTargets } from "./by-class";

/** Securities that are shown at first. */
const FIRST = 12;
const NO_CLASSES: ReadonlyMap<string, string> = new Map();

export interface ByClass {
    readonly plan: Plan;
    /** None until it can be compared with the plan. */
    readonly drift: Drift | null;
    readonly classOf: ReadonlyMap<string, string>;
    /** Parts of the value by ticker; none where targets are by class. */
    readonly targets: ReadonlyMap<string, Decimal> | null;
}

export function useByClass(household: string, plan: Plan, drift: Drift | null): ByClass {
    const isBySecurity = useMemo(() => {
        const classes = new Set([...(drift?.classes.map((each) => each.class) ?? []), CASH]);
        return drift !== null && Object.keys(plan.before.weights).some((name) => !classes.has(name));
    }, [plan, drift]);
    const document = useQuery({ ...portfolio(household), enabled: isBySecurity });
    const text = document.data?.text;
    return useMemo(() => {
        if (!isBySecurity) return { plan, drift, classOf: NO_CLASSES, targets: null };
        if (text === undefined) return { plan, drift: null, classOf: NO_CLASSES, targets: null };
        const classOf = new Map(factsOf(read(text)).securities.map((each) => [each.ticker, each.class]));
        const wanted = wantedOf(text).wanted.securities;
        const targets = wanted && new Map(wanted.map((entry) => [entry.name, fraction(entry) ?? "0"]));
        return { plan: inClasses(plan, classOf), drift, classOf, targets };
    }, [isBySecurity, text, plan, drift]);
}

export function BySecurity(given: {
    readonly before: Readonly<Record<string, Decimal>>;
    readonly after: Readonly<Record<string, Decimal>>;
    readonly targets: ReadonlyMap<string, Decimal>;
}) {
    const { before, after, targets } = given;
    const [isWhole, setWhole] = useState(false);
    const all = useMemo(
        () => offTargets(before, after, targets).filter((each) => each.ticker !== CASH),
        [before, after, targets],
    );
    const shown = isWhole ? all : all.slice(0, FIRST);
    return (
        <details className="by-security">
            <summary>By security: {several(all.length, "target")}, the furthest off first</summary>
            <div className="scroll" tabIndex={0} role="group" aria-label="Weights by security before and after">
                <table className="weights-table">
                    <thead>
                        <tr>
                            <th scope="col">Security</th>
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
                                Off target
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        {shown.map((each) => (
                            <tr key={each.ticker}>
                                <th scope="row">{each.ticker}</th>
                                <td className="number">{percent(each.now, 2)}</td>
                                <td className="number strong">{percent(each.after, 2)}</td>
                                <td className="number quiet">{percent(each.target, 2)}</td>
                                <td className="number">{points(difference(each.after, each.target), 2)}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
            {all.length > shown.length ? (
                <button type="button" className="button slim" onClick={() => setWhole(true)}>
                    Show all {all.length}
                </button>
            ) : null}
        </details>
    );
}
