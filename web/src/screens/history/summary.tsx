/** What a plan was to bring, as it was shown, and the way of the proposal from state to state. */
import { useQuery } from "@tanstack/react-query";
import type { Attempt } from "../../api/history";
import { records } from "../../api/history";
import { nameOfPerson, useKnown } from "../../api/people";
import type { Proposal } from "../../api/questions";
import { Coded } from "../../parts/coded";
import { Answer, Fact, Note } from "../../parts/panel";
import { stateInWords } from "../../parts/state-pill";
import { Told, ToldOneByOne } from "../../parts/told";
import {
    aboutDollars,
    change,
    difference,
    dollars,
    cents,
    percent,
    percentsOfWhole,
    points,
    product,
    several,
    sum,
} from "../../text/figures";
import { STATUSES } from "../../text/codes";
import { atSecond, atTime } from "../../text/times";
import { FindingWords } from "../preferences/finding-words";
import { useOrdersCost } from "../proposal/orders-cost";
import { planner } from "../proposal/proposal";
import { way } from "./way";

export function Summary({ of, attempt }: { readonly of: Proposal; readonly attempt: Attempt }) {
    const { plan } = attempt;
    const cost = useOrdersCost(of.id, plan);
    const kept = [...(plan.not_sold ?? []), ...(plan.off_target ?? [])];
    return (
        <div className="stack">
            <dl className="facts">
                <Fact name="To trade" note={several(plan.trades.length, "trade")}>
                    <span className="private">
                        {dollars(sum(plan.trades.map((each) => product(each.quantity, each.estimated_price))))}
                    </span>
                </Fact>
                <Fact name="Tax of the year" note="estimated, by this plan">
                    <span className="private">{change(plan.objective.tax_usd)}</span>
                </Fact>
                <Fact name="Trading cost" note="estimated">
                    <span className="private">
                        {cost === null ? aboutDollars(plan.objective.cost_usd) : cents(cost)}
                    </span>
                </Fact>
                {plan.gains ? (
                    <Fact name="Gains, short and long" note="realised by this plan, estimated">
                        <span className="private nowrap">{change(plan.gains.short_term_usd)}</span> ·{" "}
                        <span className="private nowrap">{change(plan.gains.long_term_usd)}</span>
                    </Fact>
                ) : null}
            </dl>
            <ToldOneByOne>{plan.summary_rationale}</ToldOneByOne>
            {plan.validation.violations.map((finding, at) => (
                <Note key={at} kind="failed">
                    <FindingWords of={finding} />
                </Note>
            ))}
            {plan.validation.warnings.map((finding, at) => (
                <Note key={at} kind="warn">
                    <FindingWords of={finding} />
                </Note>
            ))}
            <Way of={of} />
            <Weights attempt={attempt} />
            {kept.length > 0 ? (
                <details>
                    <summary>Not traded, and why ({kept.length})</summary>
                    <ul className="reasons">
                        {kept.map((each, at) => (
                            <li key={at}>
                                <Told>{each.text}</Told>
                            </li>
                        ))}
                    </ul>
                </details>
            ) : null}
            <dl className="pairs small">
                <dt>Proposal</dt>
                <dd>{of.id}</dd>
                <dt>Plan</dt>
                <dd>
                    {attempt.attempt}, made {atTime(attempt.at)} by {planner(attempt.planner)}
                </dd>
                <dt>Hash of the plan</dt>
                <dd>{attempt.plan_hash}</dd>
                <dt>Quality</dt>
                <dd>
                    <Coded of={STATUSES} code={plan.status} />
                    {plan.status === "feasible"
                        ? `, within ${percent(plan.relative_gap, 2)} of what any plan can reach`
                        : ""}
                </dd>
            </dl>
        </div>
    );
}

/** From state to state: when, by whom, why. */
function Way({ of }: { readonly of: Proposal }) {
    const found = useQuery(records(of.id));
    const known = useKnown();
    return (
        <section>
            <h3>What became of it</h3>
            <Answer of={found} rows={3}>
                {(all) => (
                    <ol className="way">
                        {way(all).map((step) => (
                            <li key={step.record}>
                                <span className="small faint nowrap">{atSecond(step.at)}</span>
                                <span>
                                    <strong>{stateInWords(step.to, step.rejection)}</strong>
                                    {step.person ? ` by ${nameOfPerson(step.person, known) ?? step.person}` : ""}
                                    {step.words ? <span className="quiet">: “{step.words}”</span> : null}
                                    <span className="small faint"> · record {step.record}</span>
                                </span>
                            </li>
                        ))}
                    </ol>
                )}
            </Answer>
        </section>
    );
}

function Weights({ attempt: { plan } }: { readonly attempt: Attempt }) {
    const classes = Object.keys({ ...plan.before.weights, ...plan.after.weights });
    const before = classes.map((name) => plan.before.weights[name] ?? "0");
    const after = classes.map((name) => plan.after.weights[name] ?? "0");
    const shown = [percentsOfWhole(before), percentsOfWhole(after)];
    return (
        <div className="scroll" tabIndex={0} role="group" aria-label="Weights before and after">
            <table>
                <caption>Weights before and after, as they were shown</caption>
                <thead>
                    <tr>
                        <th scope="col">Class</th>
                        <th scope="col" className="number">
                            Before
                        </th>
                        <th scope="col" className="number">
                            After
                        </th>
                        <th scope="col" className="number">
                            Change
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {classes.map((name, at) => (
                        <tr key={name}>
                            <th scope="row">{name}</th>
                            <td className="number">{shown[0]?.[at]}</td>
                            <td className="number">{shown[1]?.[at]}</td>
                            <td className="number">{points(difference(after[at] ?? "0", before[at] ?? "0"))}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}
