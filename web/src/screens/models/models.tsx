/**
 * All model portfolios: what each is for, its target, its version, and how many households follow it.
 *
 * Whoever may see a household sees them; who may make one has the way to it, and who may publish the next version of one is told at it.
 */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { mayMakeModels, modelPortfolios, type ModelPortfolio } from "../../api/model-portfolios";
import { TargetBar } from "../../graphics/target-bar";
import { Heads } from "../../parts/heads";
import { Answer, Empty, Info, Panel } from "../../parts/panel";
import { count, several } from "../../text/figures";
import { onDay } from "../../text/times";
import "./models.css";

export function ModelsScreen() {
    const all = useQuery(modelPortfolios);
    const { data: mayMake } = useQuery(mayMakeModels);
    return (
        <>
            <header className="screen-head">
                <div>
                    <h1>Model portfolios</h1>
                    <p className="quiet lead">
                        Targets that many households follow. Publishing one changes their targets; it trades nothing.
                    </p>
                </div>
                {mayMake ? (
                    <div className="screen-actions">
                        <Link to="/new-model" className="button first">
                            New model portfolio
                        </Link>
                    </div>
                ) : null}
            </header>
            <Panel>
                <Answer of={all} rows={6}>
                    {(models) =>
                        models.length === 0 ? (
                            <Empty
                                title="There is no model portfolio yet"
                                why={
                                    mayMake
                                        ? "Make one, and let households follow it in their preferences: one change of it then reaches all of them."
                                        : "Whoever may change a household makes one; households follow it in their preferences, and one change of it then reaches all of them."
                                }
                                action={
                                    mayMake ? (
                                        <Link to="/new-model" className="button">
                                            Make the first one
                                        </Link>
                                    ) : undefined
                                }
                            />
                        ) : (
                            <List of={models} />
                        )
                    }
                </Answer>
            </Panel>
        </>
    );
}

function List({ of }: { readonly of: readonly ModelPortfolio[] }) {
    const order = [...new Set(of.flatMap((each) => Object.keys(each.target.target_allocation)))].sort();
    return (
        <div className="scroll" tabIndex={0} role="group" aria-label="Model portfolios">
            <table className="models-table stacks">
                <Heads words={["Name", "Target", "Published"]} numbers={["Version", "Followers"]} />
                <tbody>
                    {of.map((each) => (
                        <tr key={each.name}>
                            <th scope="row">
                                <Link to="/models/$model" params={{ model: each.name }} data-stop>
                                    {each.name}
                                </Link>
                                {each.about ? <span className="small quiet model-about">{each.about}</span> : null}
                            </th>
                            <td>
                                <Target of={each} order={order} />
                            </td>
                            <td>
                                <time className="nowrap" dateTime={each.at}>
                                    {onDay(each.at)}
                                </time>
                                <span className="small quiet model-about">by {each.publisher || "somebody"}</span>
                            </td>
                            <td data-label="Version" className="number">
                                {count(each.version)}
                            </td>
                            <td data-label="Households" className="number">
                                {count(each.followers)}
                            </td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

/** Its weights by class; where securities have weights as well, how many. */
export function Target({ of, order }: { readonly of: ModelPortfolio; readonly order?: readonly string[] }) {
    const classes = Object.entries(of.target.target_allocation);
    const securities = Object.keys(of.target.security_targets).length;
    return (
        <>
            {classes.length > 0 || securities === 0 ? (
                <TargetBar parts={classes} {...(order ? { order } : {})} />
            ) : null}
            {securities > 0 ? (
                <span className="small quiet">
                    {several(securities, "security has a weight of its own", "securities have weights of their own")}{" "}
                    <Info of="weights of securities">
                        <p>What is wanted is told by security, as in an index that is held by its shares.</p>
                    </Info>
                </span>
            ) : null}
        </>
    );
}
