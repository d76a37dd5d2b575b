/**
 * What publishing would do to each household that follows, and what came of it.
 *
 * In: an effect, or the answer to a publication. Out: a row for every household that somebody may see, and the number of the others. Invariant: a
 * household that can't have the target is told with the reason, never left out.
 */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Effect, HouseholdEffect, Published } from "../../api/model-portfolios";
import { Heads } from "../../parts/heads";
import { Told } from "../../parts/told";
import { dollars, several } from "../../text/figures";
import { becomes, outside, reasonOf, together, whyLater } from "./effect";

/** Rows that are shown at first. */
const LONG = 100;

export function EffectTable({ of }: { readonly of: Effect }) {
    const [isAll, setAll] = useState(of.households.length <= LONG);
    const sums = together(of);
    const rows = isAll ? of.households : of.households.slice(0, LONG);
    if (of.households.length === 0 && of.unseen === 0) {
        return <p className="quiet">Nobody follows it: publishing changes no household.</p>;
    }
    return (
        <>
            {rows.length > 0 ? (
                <div className="scroll" tabIndex={0} role="group" aria-label="Households that follow">
                    <table className="effect-table">
                        <thead>
                            <tr>
                                <th scope="col">Household</th>
                                <th scope="col" className="number">
                                    Value
                                </th>
                                <th scope="col">Outside its band now</th>
                                <th scope="col">Then</th>
                                <th scope="col" className="number">
                                    To trade now
                                </th>
                                <th scope="col" className="number">
                                    Then
                                </th>
                                <th scope="col">What becomes of it</th>
                            </tr>
                        </thead>
                        <tbody>
                            {rows.map((each) => (
                                <Row key={each.household} of={each} />
                            ))}
                        </tbody>
                        {sums.takes + sums.later > 0 ? (
                            <tfoot>
                                <tr>
                                    <th scope="row" colSpan={4}>
                                        Of those that take it over, from unrounded amounts
                                    </th>
                                    <td className="number private">{dollars(sums.now)}</td>
                                    <td className="number private">{dollars(sums.then)}</td>
                                    <td />
                                </tr>
                            </tfoot>
                        ) : null}
                    </table>
                </div>
            ) : null}
            {rows.length < of.households.length ? (
                <button type="button" className="button slim" onClick={() => setAll(true)}>
                    Show all {of.households.length} households
                </button>
            ) : null}
            <Unseen count={of.unseen} />
        </>
    );
}

function Row({ of }: { readonly of: HouseholdEffect }) {
    const what = becomes(of);
    return (
        <tr>
            <th scope="row">
                <Link to="/h/$household" params={{ household: of.household }}>
                    {of.name}
                </Link>
            </th>
            <td className="number private">{of.value_usd ? dollars(of.value_usd) : "—"}</td>
            <td>{outside(of.before?.breaches)}</td>
            <td>{outside(of.after?.breaches)}</td>
            <td className="number private">{of.before ? dollars(of.before.off_target_usd) : "—"}</td>
            <td className="number private">{of.after ? dollars(of.after.off_target_usd) : "—"}</td>
            <td className="why">
                {what === "takes" ? (
                    <>
                        <Sign of="✓" kind="ok" /> Takes it over at once
                    </>
                ) : what === "later" ? (
                    <>
                        <Sign of="…" kind="warn" /> Later. {whyLater(of)}
                    </>
                ) : what === "offered" ? (
                    <>
                        <Sign of="?" kind="warn" /> Is offered it, since you may not change it: it keeps its target
                        until somebody who may takes it over.
                    </>
                ) : (
                    <>
                        <Sign of="✕" kind="danger" /> Keeps the target that it has:{" "}
                        <Told>{reasonOf(of.refused ?? "")}</Told>
                    </>
                )}
            </td>
        </tr>
    );
}

const Sign = ({ of, kind }: { readonly of: string; readonly kind: string }) => (
    <span className={kind} aria-hidden="true">
        {of}
    </span>
);

function Unseen({ count }: { readonly count: number }) {
    if (count === 0) return null;
    return (
        <p className="quiet">
            {several(count, "more household follows", "more households follow")} that you may not see.{" "}
            {count === 1 ? "It is" : "They are"} offered it, and {count === 1 ? "keeps its" : "keep their"} target until
            somebody who may change {count === 1 ? "it" : "them"} takes it over.
        </p>
    );
}

const OUTCOMES: Readonly<Record<string, readonly [sign: string, kind: string, words: string]>> = {
    taken: ["✓", "ok", "Has the target now"],
    later: ["…", "warn", "Takes it over later"],
    offered: ["?", "warn", "Is offered it, and keeps its target until somebody who may change it takes it over"],
    refused: ["✕", "danger", "Keeps the target that it has"],
};

/** What came of a publication, household by household. */
export function OutcomeTable({ of }: { readonly of: Published }) {
    return (
        <>
            {of.households.length > 0 ? (
                <div className="scroll" tabIndex={0} role="group" aria-label="What came of it">
                    <table className="effect-outcomes">
                        <Heads words={["Household", "What came of it"]} />
                        <tbody>
                            {of.households.map((each) => {
                                const [sign, kind, words] = OUTCOMES[each.outcome] ?? ["?", "", each.outcome];
                                return (
                                    <tr key={each.household}>
                                        <th scope="row">
                                            <Link to="/h/$household" params={{ household: each.household }}>
                                                {each.name}
                                            </Link>
                                        </th>
                                        <td>
                                            <Sign of={sign} kind={kind} /> {words}
                                            {each.why ? (
                                                <>
                                                    : <Told>{reasonOf(each.why)}</Told>
                                                </>
                                            ) : null}
                                        </td>
                                    </tr>
                                );
                            })}
                        </tbody>
                    </table>
                </div>
            ) : of.unseen === 0 ? (
                <p className="quiet">Nobody follows it yet. A household is made to follow in its preferences.</p>
            ) : null}
            <Unseen count={of.unseen} />
        </>
    );
}
