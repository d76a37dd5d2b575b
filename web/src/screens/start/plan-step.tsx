/**
 * Last step: the plan for what was typed: before and after, every trade with its reason, how good it is proven to be; and keeping the household.
 *
 * Invariant: the figures are the server's; nothing is kept before a person says so.
 */
import { useQuery } from "@tanstack/react-query";
import { Refused } from "../../api/client";
import { planOf } from "../../api/documents";
import type { Plan } from "../../api/plan";
import { Answer, Fact, Note, Panel } from "../../parts/panel";
import { Side } from "../../parts/side";
import { Told, ToldOneByOne } from "../../parts/told";
import {
    aboutDollars,
    cents,
    change,
    compared,
    difference,
    dollars,
    percent,
    percentsOfWhole,
    points,
    price,
    product,
    several,
    shares,
    sum,
    type Decimal,
} from "../../text/figures";
import { fraction } from "../preferences/wanted";
import { FindingWords } from "../preferences/finding-words";
import type { Book } from "./book";

export function PlanStep({
    book,
    text,
    keep,
}: {
    readonly book: Book;
    readonly text: string;
    readonly keep: React.ReactNode;
}) {
    const plan = useQuery({
        queryKey: ["plan-of", text],
        queryFn: () => planOf(text),
        staleTime: Infinity,
        retry: (times, error) => times < 2 && !(error instanceof Refused),
    });
    return (
        <>
            <Panel id="plan" title="Your first plan">
                <Answer of={plan} rows={8}>
                    {(found) => <PlanView plan={found} book={book} />}
                </Answer>
            </Panel>
            {keep}
        </>
    );
}

/** How good a plan is, in words: what is proven and what is not. */
export function gapInWords(plan: Plan): string {
    switch (plan.status) {
        case "infeasible":
            return "No plan keeps every rule. Loosen a rule or a target, and try again.";
        case "no_trade_needed":
            return "Nothing is to be done: trading would cost more than it is worth.";
        case "optimal":
            return "It is proven that no plan that keeps every rule is better, by more than one part in ten thousand of what there is to gain.";
        default:
            return `It is proven that no plan that keeps every rule is better by more than ${percent(plan.relative_gap, 2)} of what there is to gain.`;
    }
}

function PlanView({ plan, book }: { readonly plan: Plan; readonly book: Book }) {
    const sold = sum(plan.trades.filter((each) => each.action === "SELL").map(amount));
    const bought = sum(plan.trades.filter((each) => each.action === "BUY").map(amount));
    return (
        <>
            <p className="lead">
                <strong>
                    {plan.trades.length === 0
                        ? "Nothing to trade."
                        : `${several(plan.trades.length, "trade")}: sells ${dollars(sold)} and buys ${dollars(bought)}.`}
                </strong>{" "}
                {gapInWords(plan)}
            </p>
            <dl className="facts plan-facts">
                <Fact
                    name="Tax this year by the plan"
                    info={
                        <p>
                            What the plan changes in the tax of this year, by the rates of the document. Below zero it
                            saves tax.
                        </p>
                    }
                >
                    {change(plan.objective.tax_usd)}
                </Fact>
                <Fact name="Trading cost" info={<p>Commissions, half of the spreads, and moving the price.</p>}>
                    {aboutDollars(plan.objective.cost_usd)}
                </Fact>
                {plan.gains ? (
                    <Fact
                        name="Cash after it"
                        info={<p>Cash of all accounts together after the plan.</p>}
                        note={`of ${dollars(plan.gains.value_usd)}`}
                    >
                        {dollars(plan.gains.cash_usd)}
                    </Fact>
                ) : null}
            </dl>
            <BeforeAndAfter plan={plan} book={book} />
            <Trades plan={plan} />
            {plan.validation.warnings.length > 0 ? (
                <Note kind="plain">
                    <p className="strong">Worth knowing</p>
                    <ul className="small">
                        {plan.validation.warnings.map((each) => (
                            <li key={`${each.code}${each.where}${each.detail}`}>
                                <FindingWords of={each} />
                            </li>
                        ))}
                    </ul>
                </Note>
            ) : null}
            {plan.validation.violations.length > 0 ? (
                <Note kind="failed">
                    <ul>
                        {plan.validation.violations.map((each) => (
                            <li key={`${each.code}${each.where}`}>
                                <FindingWords of={each} />
                            </li>
                        ))}
                    </ul>
                </Note>
            ) : null}
            <ToldOneByOne>{plan.summary_rationale}</ToldOneByOne>
        </>
    );
}

const amount = (trade: Plan["trades"][number]): Decimal => product(trade.quantity, trade.estimated_price);

function BeforeAndAfter({ plan, book }: { readonly plan: Plan; readonly book: Book }) {
    const names = book.targets.map((each) => each.name);
    const others = Object.keys(plan.before.weights).filter((name) => !names.includes(name));
    const all = [...names, ...others];
    // Shown weights sum to 100 as the exact ones do.
    const nows = percentsOfWhole(all.map((name) => plan.before.weights[name] ?? "0"));
    const afters = percentsOfWhole(all.map((name) => plan.after.weights[name] ?? "0"));
    return (
        <div className="scroll" tabIndex={0} role="group" aria-label="Before and after">
            <table className="first-weights stacks">
                <caption className="unseen">Weights before and after the plan</caption>
                <thead>
                    <tr>
                        <th scope="col">Class</th>
                        <th scope="col" className="number">
                            Target
                        </th>
                        <th scope="col" className="number">
                            Now
                        </th>
                        <th scope="col" className="number">
                            After
                        </th>
                        <th scope="col" className="number">
                            Off target: now
                        </th>
                        <th scope="col" className="number">
                            after
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {all.map((name, place) => {
                        const entry = book.targets.find((each) => each.name === name);
                        const target = entry ? (fraction(entry) ?? "0") : "0";
                        const [before, after] = [plan.before.weights[name] ?? "0", plan.after.weights[name] ?? "0"];
                        return (
                            <tr key={name}>
                                <th scope="row">{name}</th>
                                <td data-label="Target" className="number">
                                    {percent(target)}
                                </td>
                                <td data-label="Now" className="number">
                                    {nows[place]}
                                </td>
                                <td data-label="After" className="number strong">
                                    {afters[place]}
                                </td>
                                <td data-label="Off now" className="number quiet">
                                    {points(difference(before, target))}
                                </td>
                                <td data-label="Off after" className="number">
                                    {points(difference(after, target))}
                                </td>
                            </tr>
                        );
                    })}
                </tbody>
                <tfoot>
                    <tr>
                        <th scope="row">Together</th>
                        <td data-label="Target" className="number">
                            100.0%
                        </td>
                        <td data-label="Now" className="number">
                            100.0%
                        </td>
                        <td data-label="After" className="number">
                            100.0%
                        </td>
                        <td colSpan={2} />
                    </tr>
                </tfoot>
            </table>
        </div>
    );
}

function Trades({ plan }: { readonly plan: Plan }) {
    if (plan.trades.length === 0) return null;
    const accounts = [...new Set(plan.trades.map((each) => each.account_id))];
    return (
        <div className="plan-trades">
            {accounts.map((account) => (
                <section key={account} aria-label={`Trades in ${account}`}>
                    <h3>{account}</h3>
                    <div className="scroll" tabIndex={0} role="group" aria-label={`Trades in ${account}`}>
                        <table className="trade-table stacks">
                            <thead>
                                <tr>
                                    <th scope="col">Side</th>
                                    <th scope="col">Security</th>
                                    <th scope="col" className="number">
                                        Shares
                                    </th>
                                    <th scope="col" className="number">
                                        Price
                                    </th>
                                    <th scope="col" className="number">
                                        Amount
                                    </th>
                                    <th scope="col">Why</th>
                                </tr>
                            </thead>
                            <tbody>
                                {plan.trades
                                    .filter((each) => each.account_id === account)
                                    .sort((a, b) => compared(amount(b), amount(a)))
                                    .map((each) => (
                                        <tr key={`${each.action}${each.ticker}${each.lot_id ?? ""}`}>
                                            <td className="nowrap side">
                                                <Side of={each.action} />
                                            </td>
                                            <th scope="row">
                                                {each.ticker}
                                                {each.lot_id ? (
                                                    <span className="small quiet"> lot {each.lot_id}</span>
                                                ) : null}
                                            </th>
                                            <td data-label="Shares" className="number">
                                                <span className="private">{shares(each.quantity)}</span>
                                            </td>
                                            <td data-label="Price" className="number">
                                                {price(each.estimated_price)}
                                            </td>
                                            <td data-label="Amount" className="number">
                                                <span className="private">{cents(amount(each))}</span>
                                            </td>
                                            <td className="why">
                                                <Told>{each.rationale}</Told>
                                            </td>
                                        </tr>
                                    ))}
                            </tbody>
                        </table>
                    </div>
                </section>
            ))}
        </div>
    );
}
