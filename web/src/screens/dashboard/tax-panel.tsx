/** Gains that were realised this year, short and long; with an estimate of the tax where the API has one. */
import { useQuery } from "@tanstack/react-query";
import { gains } from "../../api/questions";
import { Answer, Panel } from "../../parts/panel";
import { cents, sum } from "../../text/figures";

export function TaxPanel({ household }: { readonly household: string }) {
    const booked = useQuery(gains(household));
    return (
        <Panel id="tax" title="Realised this year">
            <Answer of={booked} rows={3}>
                {(found) => {
                    const of = (term: string) =>
                        sum(found.filter((gain) => gain.term === term).map((gain) => gain.gain));
                    return (
                        <table>
                            <tbody>
                                <tr>
                                    <th scope="row">Short-term</th>
                                    <td className="number private">{cents(of("short"))}</td>
                                </tr>
                                <tr>
                                    <th scope="row">Long-term</th>
                                    <td className="number private">{cents(of("long"))}</td>
                                </tr>
                            </tbody>
                        </table>
                    );
                }}
            </Answer>
        </Panel>
    );
}
