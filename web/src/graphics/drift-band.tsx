/**
 * One class on the axis of deviations: its band, its target, and where it is.
 *
 * In: percentage points. Out: a picture of one row. Invariants: the tip of the arrow stands exactly at the value; the band's edges are drawn last,
 * so that a small breach doesn't cover them; what lies off the axis says so.
 */
import { useRef } from "react";
import { distance, percent, type Decimal } from "../text/figures";
import { BandEdges, BandGround } from "./band";
import { gridLines, linear, px } from "./scale";
import { useWidth } from "./width";
import "./graphics.css";

export interface Deviation {
    /** Name of the class. */
    readonly name: string;
    /** Parts of the whole. */
    readonly weight: Decimal;
    readonly target: Decimal;
    /** Weight less target. */
    readonly drift: Decimal;
    /** Half-width of the band. */
    readonly tau: Decimal;
    readonly breached: boolean;
}

/** Where a class stands: `over`, `under` or `inside` its band. */
export function side({ drift, breached }: Pick<Deviation, "drift" | "breached">): "over" | "under" | "inside" {
    if (!breached) return "inside";
    return drift.startsWith("-") ? "under" : "over";
}

/** How far a class is past its band: `1.6 pp`. */
export function past({ drift, tau }: Pick<Deviation, "drift" | "tau">): string {
    return distance(String(Math.max(0, Math.abs(Number(drift)) - Number(tau))));
}

/** The picture in a sentence. */
export function inWords(of: Deviation): string {
    const low = percent(String(Number(of.target) - Number(of.tau)));
    const high = percent(String(Number(of.target) + Number(of.tau)));
    const at = side(of);
    const status = at === "inside" ? "in its band" : `${at} by ${past(of)}`;
    return `${of.name} ${percent(of.weight)}, target ${percent(of.target)}, band ${low} to ${high}, ${status}.`;
}

/** In: the deviation, half of the axis in percentage points, the height of the row in pixels. */
export function DriftBand({
    of,
    half,
    height,
}: {
    readonly of: Deviation;
    readonly half: number;
    readonly height: number;
}) {
    const box = useRef<HTMLSpanElement>(null);
    const width = useWidth(box, 320);
    const x = linear(-half, half, width);
    const middle = height / 2;
    const drift = Number(of.drift) * 100;
    const tau = Number(of.tau) * 100;
    const at = side(of);
    return (
        <span className="picture" ref={box} style={{ height: height }}>
            <svg width={width} height={height} role="img" aria-label={inWords(of)}>
                <BandGround {...{ x, half, tau, height }} />
                {at === "inside" ? (
                    <circle className="dot" cx={px(x(drift))} cy={middle} r={6} />
                ) : (
                    <Arrow from={at === "over" ? tau : -tau} to={drift} half={half} x={x} middle={middle} side={at} />
                )}
                <BandEdges {...{ x, half, tau, height }} />
            </svg>
        </span>
    );
}

function Arrow(place: {
    readonly from: number;
    readonly to: number;
    readonly half: number;
    readonly x: (value: number) => number;
    readonly middle: number;
    readonly side: "over" | "under";
}) {
    const { x, middle, half } = place;
    const sign = place.side === "over" ? 1 : -1;
    const isOff = Math.abs(place.to) > half;
    const tip = x(Math.max(-half, Math.min(half, place.to)));
    const start = x(place.from);
    const neck = tip - sign * 8;
    const stub = sign * (neck - start);
    const head = `M${px(tip)} ${middle}L${px(tip - sign * 12)} ${middle - 9}V${middle + 9}Z`;
    const behind = `M${px(tip - sign * 9)} ${middle}L${px(tip - sign * 21)} ${middle - 9}V${middle + 9}Z`;
    return (
        <g className={place.side}>
            {stub > 0 ? (
                <rect className="stub" x={px(Math.min(start, neck))} width={px(stub)} y={middle - 3} height={6} />
            ) : null}
            {isOff ? <path className="head" d={behind} /> : null}
            <path className="head" d={head} />
        </g>
    );
}

/** The axis above the rows: its lines with their percentage points. */
export function DriftAxis({ half }: { readonly half: number }) {
    const box = useRef<HTMLSpanElement>(null);
    const width = useWidth(box, 320);
    const x = linear(-half, half, width);
    const lines = gridLines(half);
    const labelled = lines.filter((line) => lines.length <= 4 || width >= 300 || Math.abs(line) > half / 2);
    return (
        <span className="picture" ref={box} style={{ height: 18 }}>
            <svg width={width} height={18} aria-hidden="true">
                {labelled.map((line) => (
                    <text key={line} className="axis" x={px(x(line))} y={13} textAnchor="middle">
                        {`${line > 0 ? "+" : "\u2212"}${Math.abs(line)}`}
                    </text>
                ))}
                <text className="axis" x={px(x(0))} y={13} textAnchor="middle">
                    target
                </text>
            </svg>
        </span>
    );
}

/** The small form for long tables: the band always as wide, the value as a part of it. */
export function BandMicro({ use }: { readonly use: number | null }) {
    if (use === null) return <span className="faint">No price</span>;
    const clipped = Math.max(-1.9, Math.min(1.9, use));
    const x = 48 + clipped * 24;
    const is = Math.abs(use) > 1 ? (use > 0 ? "over" : "under") : "inside";
    const sign = use > 0 ? 1 : -1;
    return (
        <svg className="micro" width={96} height={16} aria-hidden="true">
            <rect className="band" x={24} width={48} y={4} height={8} rx={2} />
            <line className="target" x1={48} x2={48} y1={1} y2={15} />
            {is === "inside" ? (
                <circle className="dot" cx={px(x)} cy={8} r={4} />
            ) : (
                <g className={is}>
                    <path className="head" d={`M${px(x)} 8L${px(x - sign * 8)} 2V14Z`} />
                    {Math.abs(use) > 1.9 ? (
                        <path className="head" d={`M${px(x - sign * 5)} 8L${px(x - sign * 13)} 2V14Z`} />
                    ) : null}
                </g>
            )}
            <line className="edge" x1={24} x2={24} y1={2} y2={14} />
            <line className="edge" x1={72} x2={72} y1={2} y2={14} />
        </svg>
    );
}
