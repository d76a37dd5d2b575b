/** Where the tax of the year stands: gains by term with what the open proposal adds, how they are netted, and the estimate. */
import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "../../api/client";
import { tax } from "../../api/questions";
import { TaxYear } from "../../graphics/tax-year";
import { Answer, Panel } from "../../parts/panel";
import { cents, change, dollars, isNegative, isZero, percent, sum } from "../../text/figures";
import { budgetsOf } from "./budget";

type Tax = Schemas["TaxView"];

export function TaxPanel({ household, proposal }: { readonly household: string; readonly proposal: string | null }) {
    const asked = useQuery(tax(household, proposal));
    return (
        <Panel
            id="tax"
            title={asked.data ? `Tax in ${asked.data.year}` : "Tax this year"}
            aside={<span className="small faint">estimate, no advice</span>}
        >
            <Answer of={asked} rows={5}>
                {(found) => <Year of={found} />}
            </Answer>
        </Panel>
    );
}

function Year({ of }: { readonly of: Tax }) {
    const added = of.proposal?.realised ?? null;
    const withIt = of.proposal ? sum([of.estimated_usd, of.proposal.tax_usd]) : of.estimated_usd;
    const netted = of.proposal?.netted ?? of.netted;
    const net = of.proposal?.net ?? of.net;
    return (
        <>
            <TaxYear
                rows={[
                    {
                        name: "Short-term",
                        realised: of.realised.short_term_usd,
                        added: added?.short_term_usd ?? null,
                    },
                    { name: "Long-term", realised: of.realised.long_term_usd, added: added?.long_term_usd ?? null },
                ]}
            />
            <p className="tax-line">
                <strong>
                    Estimated tax <span className="private">{dollars(of.estimated_usd)}</span>
                </strong>
                {of.proposal ? (
                    <>
                        {" "}
                        → <span className="private">{dollars(withIt)}</span> with the proposal (
                        <span className="private">{change(of.proposal.tax_usd)}</span>)
                    </>
                ) : null}
            </p>
            <Budgets of={of} />
            <details>
                <summary className="small">How gains and losses are netted</summary>
                <table>
                    <tbody>
                        <Line name="Short-term, net of what was carried in" value={net.short_term_usd} />
                        <Line name="Long-term, net of what was carried in" value={net.long_term_usd} />
                        <Line name="Carried in, short-term losses" value={of.carried_in.short_term_usd} />
                        <Line name="Carried in, long-term losses" value={of.carried_in.long_term_usd} />
                        <Line name="Taxed as short-term gain" value={netted.short_term_gain_usd} />
                        <Line name="Taxed as long-term gain" value={netted.long_term_gain_usd} />
                        <Line name="Lowers ordinary income" value={netted.deducted_usd} />
                        <Line
                            name="Carried to next year"
                            value={sum([netted.short_term_carried_usd, netted.long_term_carried_usd])}
                        />
                    </tbody>
                </table>
                <p className="small faint">
                    {of.proposal ? "With the proposal. " : ""}Rates: short-term {percent(of.rates.short_term)},
                    long-term {percent(of.rates.long_term)}, ordinary {percent(of.rates.ordinary)}
                    {of.rates.tables_of ? `, from the tables of ${of.rates.tables_of}` : ", as the document says"}.
                </p>
            </details>
        </>
    );
}

/** What of the limits is used, where the household has any: a bar from nothing to the limit, and in words. */
function Budgets({ of }: { readonly of: Tax }) {
    return budgetsOf(of).map(({ name, most, used, left }) => (
        <div key={name} className="budget">
            <p className="small">
                A plan may make <span className="private">{dollars(most)}</span> of {name} at most
                {of.proposal ? (
                    <>
                        ; this one makes <span className="private">{dollars(used)}</span>,{" "}
                    </>
                ) : (
                    "; "
                )}
                {isNegative(left) ? (
                    <strong className="danger">✕ {dollars(left.slice(1))} over</strong>
                ) : (
                    <span className="private">{dollars(left)} left</span>
                )}
                .
            </p>
            <meter
                min={0}
                max={Number(most) || 1}
                value={Math.min(Number(used), Number(most) || 1)}
                aria-label={`Of the most ${name} of a plan`}
            />
        </div>
    ));
}

function Line({ name, value }: { readonly name: string; readonly value: string }) {
    if (isZero(value)) return null;
    return (
        <tr>
            <th scope="row">{name}</th>
            <td className="number private">{cents(value)}</td>
        </tr>
    );
}
