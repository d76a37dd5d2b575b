/**
 * Weights of a plan by class, whether the household's targets are by class or by security.
 *
 * In: weights as a plan tells them, by class or by ticker; the class of each ticker. Out: the same by class, and the tickers that are furthest off
 * their own targets. Invariants: weights are neither lost nor made up, so that they sum to what they did; what is of no known class keeps its name.
 */
import type { Plan } from "../../api/plan";
import { compared, difference, size, sum, type Decimal } from "../../text/figures";

type Weights = Readonly<Record<string, Decimal>>;

/** A plan whose weights are by class. */
export function inClasses(plan: Plan, classOf: ReadonlyMap<string, string>): Plan {
    return {
        ...plan,
        before: { ...plan.before, weights: byClass(plan.before.weights, classOf) },
        after: { ...plan.after, weights: byClass(plan.after.weights, classOf) },
    };
}

/** Weights by class. */
export function byClass(weights: Weights, classOf: ReadonlyMap<string, string>): Weights {
    const found = new Map<string, Decimal>();
    for (const [name, weight] of Object.entries(weights)) {
        const of = classOf.get(name) ?? name;
        found.set(of, sum([found.get(of) ?? "0", weight]));
    }
    return Object.fromEntries(found);
}

export interface Off {
    readonly ticker: string;
    readonly now: Decimal;
    readonly after: Decimal;
    readonly target: Decimal;
}

/** Securities by how far they are off their targets after the plan, the furthest first. */
export function offTargets(before: Weights, after: Weights, targets: ReadonlyMap<string, Decimal>): readonly Off[] {
    const tickers = [...new Set([...targets.keys(), ...Object.keys(before), ...Object.keys(after)])];
    const off = tickers.map((ticker) => {
        const [end, target] = [after[ticker] ?? "0", targets.get(ticker) ?? "0"];
        return { away: size(difference(end, target)), of: { ticker, now: before[ticker] ?? "0", after: end, target } };
    });
    off.sort((a, b) => compared(b.away, a.away) || (a.of.ticker < b.of.ticker ? -1 : 1));
    return off.map((each) => each.of);
}
