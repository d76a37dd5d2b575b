/** What a plan comes to: drift, tax, gains, turnover, cost and cash, before and after; with a person's changes, against the plan as it was. */
import type { Plan } from "../../api/plan";
import type { Drift } from "../../api/questions";
import { Fact, Note } from "../../parts/panel";
import {
    basisPoints,
    cents,
    change,
    dollars,
    difference,
    isZero,
    measured,
    percent,
    points,
    several,
    sum,
    type Decimal,
} from "../../text/figures";
import type { Judged } from "./edits";
import { nearness } from "./gap";
import { wasOf } from "./moved";
import { gainsByTerm, traded, type Account, type Row } from "./rows";

export function Outcome({
    plan,
    rows,
    proposed,
    accounts,
    judged,
    drift,
    recommendedCost,
}: {
    readonly plan: Plan;
    readonly rows: readonly Row[];
    /** The same without a person's changes. */
    readonly proposed: readonly Row[];
    readonly accounts: readonly Account[];
    readonly judged: Judged | null;
    readonly drift: Drift | null;
    /** What the plan as proposed costs, each order to the cent; nothing until it is known. */
    readonly recommendedCost: Decimal | null;
}) {
    const answer = judged?.answer ?? null;
    const weights = answer?.weights_after ?? plan.after.weights;
    const outside = (of: Readonly<Record<string, Decimal>>) => outsideOf(of, drift);
    const largest = (of: Readonly<Record<string, Decimal>>) =>
        (drift?.classes ?? [])
            .map((band) => difference(of[band.class] ?? "0", band.target))
            .reduce((most, each) => (Math.abs(Number(each)) > Math.abs(Number(most)) ? each : most), "0");
    const tax = answer?.tax_usd ?? plan.objective.tax_usd;
    // To the cent for each order, as it is told everywhere else; the plan's own figure is not rounded.
    const cost = answer?.cost_usd ?? recommendedCost ?? plan.objective.cost_usd;
    const { sold, bought } = traded(rows);
    const changed = gainsByTerm(rows, accounts);
    const short = judged === null && plan.gains ? plan.gains.short_term_usd : changed.short;
    const long = judged === null && plan.gains ? plan.gains.long_term_usd : changed.long;
    const value = plan.gains?.value_usd ?? drift?.value_usd ?? "0";
    const cash = answer?.cash_usd ?? plan.gains?.cash_usd ?? null;
    const stale = judged?.isAsking ? "recomputing" : "";
    const was = traded(proposed);
    const gains = plan.gains
        ? { short: plan.gains.short_term_usd, long: plan.gains.long_term_usd }
        : gainsByTerm(proposed, accounts);
    const before = (write: (value: Decimal) => string, now: Decimal, of: Decimal) =>
        judged === null ? null : wasOf(write(now), write(of));
    const twoDigits = (value: Decimal) => points(value, 2);
    return (
        <>
            <dl className={`facts ${stale}`} aria-busy={judged?.isAsking ?? false}>
                <Fact
                    name="Furthest class off"
                    was={before(twoDigits, largest(weights), largest(plan.after.weights))}
                    note={`now ${points(largest(plan.before.weights))}`}
                    info={<p>Weight less target of the class that is furthest off, after the plan.</p>}
                >
                    {points(largest(weights), 2)}
                </Fact>
                <Fact
                    name="Classes outside"
                    note={`now ${outside(plan.before.weights)}`}
                    was={before(String, String(outside(weights)), String(outside(plan.after.weights)))}
                >
                    {outside(weights)}
                </Fact>
                <Fact
                    name="Tax this year"
                    was={before(change, tax, plan.objective.tax_usd)}
                    note={isZero(tax) ? "unchanged by the plan" : "changed by the plan, an estimate"}
                    info={
                        <p>
                            What the plan changes of this year's estimated tax, after netting gains with losses.
                            Negative means that less tax is due.
                        </p>
                    }
                >
                    <span className="private">{change(tax)}</span>
                </Fact>
                <Fact
                    name="Realises short-term"
                    note="in taxable accounts, before wash sales"
                    was={before(change, short, gains.short)}
                >
                    <span className="private">{change(short)}</span>
                </Fact>
                <Fact
                    name="Realises long-term"
                    note="in taxable accounts, before wash sales"
                    was={before(change, long, gains.long)}
                >
                    <span className="private">{change(long)}</span>
                </Fact>
                <Fact
                    name="Sells"
                    note={`turnover ${percent(ratio(sum([sold, bought]), value), 0)} of the value`}
                    was={before(dollars, sold, was.sold)}
                >
                    <span className="private">{dollars(sold)}</span>
                </Fact>
                <Fact name="Buys" was={before(dollars, bought, was.bought)}>
                    <span className="private">{dollars(bought)}</span>
                </Fact>
                <Fact
                    name="Trading cost"
                    was={before(cents, cost, recommendedCost ?? plan.objective.cost_usd)}
                    note={basisPoints(ratio(cost, value))}
                    info={
                        <p>
                            Commissions, half spreads and market impact, in dollars and in parts of ten thousand of the
                            value.
                        </p>
                    }
                >
                    <span className="private">{cents(cost)}</span>
                </Fact>
                <Fact
                    name="Cash after"
                    note={cash === null ? null : percent(ratio(cash, value))}
                    was={cash === null || !plan.gains ? null : before(dollars, cash, plan.gains.cash_usd)}
                >
                    <span className="private">{cash === null ? "—" : dollars(cash)}</span>
                </Fact>
                <Fact
                    name="Proven"
                    note={
                        plan.status === "optimal"
                            ? "no other plan can be better in a way that counts"
                            : "how much better another plan could be at most"
                    }
                    info={<ProofInWords plan={plan} />}
                >
                    {nearness(plan)}
                </Fact>
            </dl>
            {answer ? (
                <Against
                    plan={plan}
                    cost={recommendedCost ?? plan.objective.cost_usd}
                    answer={answer}
                    count={rows.filter((row) => row.isChanged).length}
                />
            ) : null}
        </>
    );
}

/** The difference between the plan as it was proposed and as a person has changed it. */
function Against({
    plan,
    cost,
    answer,
    count,
}: {
    readonly plan: Plan;
    readonly cost: Decimal;
    readonly answer: NonNullable<Judged["answer"]>;
    readonly count: number;
}) {
    const worse = Number(answer.objective) - Number(answer.objective_of_proposal ?? plan.objective.total);
    return (
        <Note kind={answer.passed ? "plain" : "failed"}>
            {several(count, "edit")}: tax{" "}
            <span className="private">{change(difference(answer.tax_usd, plan.objective.tax_usd))}</span>, cost{" "}
            <span className="private">{change(difference(answer.cost_usd, cost))}</span>, drift{" "}
            {worse > 1e-9
                ? "and cost together are worse than proposed"
                : "and cost together are no worse than proposed"}
            .{answer.passed ? "" : " As it is, it can't be kept: see the checks."}
        </Note>
    );
}

/** A part of something, as decimal text for a label. */
export function ratio(part: Decimal, whole: Decimal): Decimal {
    const of = measured(whole);
    return of === 0 ? "0" : (measured(part) / of).toFixed(8);
}

function ProofInWords({ plan }: { readonly plan: Plan }) {
    const gap = measured(plan.relative_gap);
    const value = plan.gains?.value_usd;
    // A plan may have to be: a sale that is forced, or what a person wants.
    const isWorse = measured(plan.objective.total) > measured(plan.objective_without_trades);
    return (
        <p>
            To compare plans, distance from the targets, tax, costs and wishes are counted together in dollars, each as
            much as this household has it count: a measure that is no profit. By it no plan that keeps every rule is
            better than this one by more than{" "}
            {value === undefined ? (
                `${percent(gap.toFixed(10), gap < 1e-4 ? 6 : 3)} of what this one is better than doing nothing.`
            ) : (
                <>
                    <span className="private">{better(plan.bound, plan.objective.total, value)}</span>; that is proven,
                    and not only tried. The plan is {isWorse ? "worse" : "better"} than doing nothing by{" "}
                    <span className="private">
                        {isWorse
                            ? better(plan.objective_without_trades, plan.objective.total, value)
                            : better(plan.objective.total, plan.objective_without_trades, value)}
                    </span>
                    .
                </>
            )}
        </p>
    );
}

/** By how much one plan is better than another, in the dollars of the weighing, which is in parts of the value: a measure, and no amount of money. */
export function better(one: Decimal, other: Decimal, value: Decimal): string {
    const by = (measured(other) - measured(one)) * measured(value);
    return by <= 0.01 ? "one cent" : cents(by.toFixed(2));
}

/** Classes outside their bands with some weights; a class that is not held has none. */
export function outsideOf(weights: Readonly<Record<string, Decimal>>, drift: Drift | null): number {
    return (drift?.classes ?? []).filter(
        (band) => Math.abs(Number(weights[band.class] ?? 0) - Number(band.target)) > Number(band.tau) + 1e-12,
    ).length;
}
