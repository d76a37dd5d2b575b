/**
 * Realised gains of a year on one axis around $0: gains to the right, losses to the left; what a proposal adds is hatched.
 *
 * In: USD by term, now and added. Out: a row of bars per term, with a mark at the net. Invariant: bars share one axis, and a label says each figure.
 */
import { useId, useRef } from "react";
import { change, dollars, sum, type Decimal } from "../text/figures";
import { linear, px } from "./scale";
import { Hatch } from "./hatch";
import { useWidth } from "./width";
import "./graphics.css";

export interface TaxRow {
    readonly name: string;
    /** Realised so far, USD. */
    readonly realised: Decimal;
    /** Added by a proposal, USD. */
    readonly added: Decimal | null;
}

const ROW = 48;
const BAR = 20;

export function TaxYear({ rows }: { readonly rows: readonly TaxRow[] }) {
    const hatch = useId();
    const box = useRef<HTMLSpanElement>(null);
    const width = useWidth(box, 300);
    const nets = rows.map((row) => sum([row.realised, row.added ?? "0"]));
    const all = rows.flatMap((row, index) => [Number(row.realised), Number(row.added ?? 0), Number(nets[index] ?? 0)]);
    const least = Math.min(0, ...all);
    const most = Math.max(0, ...all);
    const margin = (most - least || 1) * 0.06;
    const x = linear(least - margin, most + margin, width);
    const zero = x(0);
    const height = rows.length * ROW;
    const words = rows
        .map(
            (row, index) =>
                `${row.name}: ${dollars(row.realised)} realised${row.added === null ? "" : `, ${dollars(nets[index] ?? "0")} with the proposal`}`,
        )
        .join("; ");
    return (
        <span className="picture" ref={box} style={{ height: height }}>
            <svg width={width} height={height} role="img" aria-label={`${words}.`}>
                <Hatch id={hatch} />
                {rows.map((row, index) => {
                    const top = index * ROW + 22;
                    const realised = x(Number(row.realised));
                    const net = x(Number(nets[index] ?? 0));
                    const isGain = Number(row.realised) >= 0;
                    return (
                        <g key={row.name}>
                            <text className="label" x={0} y={top - 8}>
                                {row.name}
                            </text>
                            <text className="label private" x={width} y={top - 8} textAnchor="end">
                                {row.added === null || Number(row.added) === 0
                                    ? dollars(row.realised)
                                    : `${dollars(row.realised)} ${change(row.added)} = ${dollars(nets[index] ?? "0")}`}
                            </text>
                            <rect
                                className={isGain ? "full" : "solid"}
                                x={px(Math.min(zero, realised))}
                                width={px(Math.abs(realised - zero))}
                                y={top}
                                height={BAR}
                            />
                            {row.added !== null ? (
                                <rect
                                    className="outline"
                                    fill={`url(#${hatch})`}
                                    x={px(Math.min(realised, net))}
                                    width={px(Math.abs(net - realised))}
                                    y={top + 3}
                                    height={BAR - 6}
                                />
                            ) : null}
                            <line className="edge" x1={px(zero)} x2={px(zero)} y1={top - 2} y2={top + BAR + 2} />
                            <line className="halo" x1={px(net)} x2={px(net)} y1={top - 2} y2={top + BAR + 2} />
                            <line className="target" x1={px(net)} x2={px(net)} y1={top - 3} y2={top + BAR + 3} />
                        </g>
                    );
                })}
            </svg>
        </span>
    );
}
