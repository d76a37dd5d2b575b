/** What a model portfolio says of securities: weights of their own, and what households are to list. Shown, not edited here, and kept when it is published. */
import type { KeptModel } from "../../api/model-portfolios";
import { inPercent } from "../../graphics/target-bar";
import { Heads } from "../../parts/heads";
import { Panel } from "../../parts/panel";
import { digits, items, read, words, at } from "../../text/lossless";
import { price, several } from "../../text/figures";

export function SecuritiesOf({ kept }: { readonly kept: KeptModel }) {
    const weights = Object.entries(kept.model.target.security_targets);
    const listed = items(read(kept.securities)).map((each) => ({
        ticker: words(at(each, "ticker")) ?? "",
        class: words(at(each, "asset_class")) ?? "",
        price: digits(at(each, "current_price")),
    }));
    if (weights.length + listed.length === 0) return null;
    return (
        <Panel id="model-securities" title="Securities">
            <p className="quiet">
                They are changed with the command line, and stay as they are when a version is published here.
            </p>
            {weights.length > 0 ? (
                <details className="model-list" open={weights.length <= 20}>
                    <summary>{several(weights.length, "weight")} by security</summary>
                    <table className="model-securities">
                        <Heads words={["Security"]} numbers={["Target"]} />
                        <tbody>
                            {weights.map(([ticker, part]) => (
                                <tr key={ticker}>
                                    <th scope="row">{ticker}</th>
                                    <td className="number">{inPercent(part)}</td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </details>
            ) : null}
            {listed.length > 0 ? (
                <details className="model-list" open={listed.length <= 20}>
                    <summary>
                        {several(listed.length, "security that it brings", "securities that it brings")} to households
                        that list none of the kind
                    </summary>
                    <table className="model-securities">
                        <Heads words={["Security", "Class"]} numbers={["Price, as given"]} />
                        <tbody>
                            {listed.map((each) => (
                                <tr key={each.ticker}>
                                    <th scope="row">{each.ticker}</th>
                                    <td>{each.class || "—"}</td>
                                    <td className="number">{each.price ? price(each.price) : "—"}</td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </details>
            ) : null}
        </Panel>
    );
}
