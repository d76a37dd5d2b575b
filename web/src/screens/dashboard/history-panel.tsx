/**
 * How far the household had drifted, look by look: the sum of the deviations of all classes and the largest one.
 *
 * The picture is of the last looks that are on record; the table beside it has their figures for who doesn't see it.
 */
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { driftHistory } from "../../api/questions";
import type { Schemas } from "../../api/client";
import { gridLines, linear, px, roundedUp } from "../../graphics/scale";
import { useWidth } from "../../graphics/width";
import { Answer, Empty, Panel } from "../../parts/panel";
import { points, distance } from "../../text/figures";
import { atTime } from "../../text/times";
import { Told } from "../../parts/told";
import { reason } from "./verdict";

const HEIGHT = 150;
const LEFT = 44;
const BOTTOM = 20;

export function HistoryPanel({ household }: { readonly household: string }) {
    const looks = useQuery(driftHistory(household));
    return (
        <Panel id="drift-history" title="Drift over time">
            <Answer of={looks} rows={4}>
                {(found) =>
                    found.length < 2 ? (
                        <Empty
                            title="No history yet"
                            why="Every look at the household adds a point; the first ones come within minutes."
                        />
                    ) : (
                        <>
                            <Curve looks={found} />
                            <details>
                                <summary className="small">The last looks as a table</summary>
                                <table>
                                    <thead>
                                        <tr>
                                            <th scope="col">When, New York</th>
                                            <th scope="col" className="number">
                                                Largest
                                            </th>
                                            <th scope="col" className="number">
                                                Outside
                                            </th>
                                            <th scope="col">What followed</th>
                                        </tr>
                                    </thead>
                                    <tbody>
                                        {found
                                            .slice(-12)
                                            .reverse()
                                            .map((look) => (
                                                <tr key={look.at}>
                                                    <td className="nowrap">{atTime(look.at)}</td>
                                                    <td className="number">{distance(look.largest)}</td>
                                                    <td className="number">{look.breaches}</td>
                                                    <td>
                                                        <Told>{reason(look.why)}</Told>
                                                    </td>
                                                </tr>
                                            ))}
                                    </tbody>
                                </table>
                            </details>
                        </>
                    )
                }
            </Answer>
        </Panel>
    );
}

function Curve({ looks }: { readonly looks: readonly Schemas["Look"][] }) {
    const box = useRef<HTMLSpanElement>(null);
    const width = useWidth(box, 600);
    const values = looks.map((look) => Number(look.largest) * 100);
    const top = roundedUp(Math.max(0.1, ...values) * 1.1, [1, 2, 5]);
    const y = linear(top, 0, HEIGHT - BOTTOM - 8);
    const x = linear(0, looks.length - 1, width - LEFT - 12);
    const at = (index: number) => `${px(LEFT + x(index))} ${px(8 + y(values[index] ?? 0))}`;
    const path = values.map((_, index) => `${index === 0 ? "M" : "L"}${at(index)}`).join("");
    const first = looks[0];
    const last = looks.at(-1);
    const outside = looks.flatMap((look, index) => (look.breaches > 0 ? [index] : []));
    const label = `Largest drift of a class over ${looks.length} looks, now ${points(last?.largest ?? "0")}, ${outside.length} of them with a class outside its band.`;
    return (
        <>
            <span className="picture history-picture" ref={box} style={{ height: HEIGHT }}>
                <svg width={width} height={HEIGHT} role="img" aria-label={label}>
                    {[0, ...gridLines(top).filter((line) => line > 0)].map((line) => (
                        <g key={line}>
                            <line className="grid" x1={LEFT} x2={width} y1={px(8 + y(line))} y2={px(8 + y(line))} />
                            <text className="axis" x={LEFT - 8} y={px(12 + y(line))} textAnchor="end">
                                {`${Number(line.toPrecision(3))}`}
                            </text>
                        </g>
                    ))}
                    <path className="curve" d={path} />
                    {outside.length <= 120
                        ? outside.map((index) => (
                              <path key={index} className="over head" d={`M${at(index)}m-4 4h8l-4 -8z`} />
                          ))
                        : null}
                    <circle
                        className="dot"
                        cx={px(LEFT + x(looks.length - 1))}
                        cy={px(8 + y(values.at(-1) ?? 0))}
                        r={5}
                    />
                    <text className="axis" x={LEFT} y={HEIGHT - 4}>
                        {first ? atTime(first.at) : ""}
                    </text>
                    <text className="axis" x={width} y={HEIGHT - 4} textAnchor="end">
                        {last ? atTime(last.at) : ""}
                    </text>
                </svg>
            </span>
            <span className="small faint">
                Largest drift of a class, percentage points. ▲ a look with a class outside its band.
            </span>
        </>
    );
}
