/** Rules of the house as tables: what is not traded, limits on orders, exceptions with who answers for them and their last day. */
import type { Rulebook } from "../../api/house-rules";
import { Heads } from "../../parts/heads";
import { Told } from "../../parts/told";
import { day } from "../../text/times";
import { days, LIMITS, most } from "./book";
import type { Names } from "./rules";

export function Counts({ of, names }: { readonly of: Rulebook; readonly names: Names }) {
    const { restricted = [], limits = [], exemptions = [] } = of;
    return (
        <div className="rule-tables">
            <section>
                <h3>Not traded</h3>
                {restricted.length === 0 ? (
                    <p className="quiet">Every security may be traded.</p>
                ) : (
                    <div className="scroll" tabIndex={0} role="group" aria-label="Not traded">
                        <table>
                            <Heads words={["Security", "When", "Why"]} />
                            <tbody>
                                {restricted.map((each, place) => (
                                    <tr key={place}>
                                        <th scope="row">{each.ticker}</th>
                                        <td className="nowrap">{days(each)}</td>
                                        <td>
                                            <Told>{each.reason}</Told>
                                        </td>
                                    </tr>
                                ))}
                            </tbody>
                        </table>
                    </div>
                )}
            </section>
            <section>
                <h3>Limits on orders</h3>
                {limits.length === 0 ? (
                    <p className="quiet">None beside those of households and of the program.</p>
                ) : (
                    <div className="scroll" tabIndex={0} role="group" aria-label="Limits on orders">
                        <table>
                            <Heads words={["Limit", "At most", "When", "Why"]} />
                            <tbody>
                                {limits.map((each, place) => (
                                    <tr key={place}>
                                        <th scope="row">{LIMITS[each.limit]}</th>
                                        <td className="nowrap">{most(each)}</td>
                                        <td className="nowrap">{days(each)}</td>
                                        <td>
                                            <Told>{each.reason}</Told>
                                        </td>
                                    </tr>
                                ))}
                            </tbody>
                        </table>
                    </div>
                )}
            </section>
            <section>
                <h3>Exceptions</h3>
                {exemptions.length === 0 ? (
                    <p className="quiet">No household is excepted.</p>
                ) : (
                    <div className="scroll" tabIndex={0} role="group" aria-label="Exceptions">
                        <table>
                            <Heads words={["Household", "Security", "Who answers for it", "Last day", "Why"]} />
                            <tbody>
                                {exemptions.map((each, place) => (
                                    <tr key={place}>
                                        <th scope="row">{names.get(each.household) ?? each.household}</th>
                                        <td>{each.ticker}</td>
                                        <td>{each.owner}</td>
                                        <td className="nowrap">{day(each.until)}</td>
                                        <td>
                                            <Told>{each.reason}</Told>
                                        </td>
                                    </tr>
                                ))}
                            </tbody>
                        </table>
                    </div>
                )}
            </section>
        </div>
    );
}
