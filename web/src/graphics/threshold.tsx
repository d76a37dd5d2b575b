/**
 * What the band of a class is made of: a waterfall from its beginning to the trigger, and the drift of now across it.
 *
 * In: the steps as the API names them, parts of the whole. Out: a picture with a text of every step. Invariant: the steps have to make
 * the trigger; where they don't, that is said instead of drawn.
 */
import { useId, useRef } from "react";
import { distance, points } from "../text/figures";
import { linear, px } from "./scale";
import { Hatch } from "./hatch";
import { useWidth } from "./width";
import "./graphics.css";
import { Told } from "../parts/told";

export interface Step {
    readonly name: string;
    /** Part of the whole, with its sign. */
    readonly value: string;
    /** Why this step. */
    readonly why: string;
}

const ROW = 28;
const BAR = 18;
const NAMES = 150;

export function Threshold(given: {
    readonly steps: readonly Step[];
    /** What the steps sum to. */
    readonly trigger: string;
    /** The half-width in use, which may be held between limits. */
    readonly tau: string;
    readonly drift: string;
    readonly breached: boolean;
}) {
    const hatch = useId();
    const box = useRef<HTMLSpanElement>(null);
    const width = useWidth(box, 420);
    const values = given.steps.map((step) => Number(step.value) * 100);
    const total = values.reduce((sum, value) => sum + value, 0);
    const trigger = Number(given.trigger) * 100;
    const tau = Number(given.tau) * 100;
    if (Math.abs(total - trigger) > 0.005) {
        return (
            <p className="fault">
                The steps sum to {distance(String(total / 100), 2)}, the trigger is {distance(given.trigger, 2)}. This
                is a defect of Equipoise; nothing is drawn.
            </p>
        );
    }
    const drift = Math.abs(Number(given.drift) * 100);
    const tops = values.map((_, index) => values.slice(0, index + 1).reduce((sum, value) => sum + value, 0));
    const largest = Math.max(...tops, tau, drift, 0.01);
    const plot = Math.max(80, width - NAMES - 74);
    const x = linear(0, 1.15 * largest, plot);
    const isHeld = Math.abs(tau - trigger) > 0.0005;
    const rows = given.steps.length + 1 + (isHeld ? 1 : 0);
    const height = rows * ROW + 22;
    const side = given.drift.startsWith("-") ? "under" : "over";
    const across = x(drift);
    return (
        <>
            <span className="picture" ref={box} style={{ height: height }}>
                <svg
                    width={width}
                    height={height}
                    role="img"
                    aria-label={`The trigger is ${distance(given.tau, 2)}; the drift now is ${points(given.drift, 2)}.`}
                >
                    <Hatch id={hatch} />
                    {given.steps.map((step, index) => {
                        const value = values[index] ?? 0;
                        const end = tops[index] ?? 0;
                        const start = end - value;
                        const y = index * ROW + (ROW - BAR) / 2;
                        const left = x(Math.max(0, Math.min(start, end)));
                        const long = Math.abs(x(Math.max(0, end)) - x(Math.max(0, start)));
                        const kind = index === 0 ? "ink" : value >= 0 ? "solid" : "outline";
                        return (
                            <g key={step.name}>
                                <text className="label" x={0} y={y + 13}>
                                    {step.name}
                                </text>
                                <g transform={`translate(${NAMES} 0)`}>
                                    <rect
                                        className={kind}
                                        x={px(left)}
                                        width={Math.max(1, px(long))}
                                        y={y}
                                        height={BAR}
                                        {...(kind === "outline" ? { fill: `url(#${hatch})` } : {})}
                                    />
                                    <line
                                        className="connector"
                                        x1={px(x(end))}
                                        x2={px(x(end))}
                                        y1={y + BAR}
                                        y2={y + ROW}
                                    />
                                </g>
                                <text className="label" x={width} y={y + 13} textAnchor="end">
                                    {index === 0 ? distance(step.value, 2) : points(step.value, 2)}
                                </text>
                            </g>
                        );
                    })}
                    <Total
                        name={isHeld ? "Sum" : "Trigger"}
                        row={given.steps.length}
                        value={trigger}
                        x={x}
                        width={width}
                    />
                    {isHeld ? (
                        <Total name="Trigger, held to" row={given.steps.length + 1} value={tau} x={x} width={width} />
                    ) : null}
                    <g className={given.breached ? side : ""} transform={`translate(${NAMES} 0)`}>
                        <line className="halo" x1={px(across)} x2={px(across)} y1={0} y2={rows * ROW} />
                        <line className="mark" x1={px(across)} x2={px(across)} y1={0} y2={rows * ROW} />
                        <text
                            className="label bold"
                            x={px(across)}
                            y={height - 6}
                            textAnchor={across > plot * 0.7 ? "end" : across < plot * 0.3 ? "start" : "middle"}
                        >
                            {`drift now ${points(given.drift, 2)}`}
                        </text>
                    </g>
                </svg>
            </span>
            <p className="strong">
                {given.breached
                    ? `Drift ${points(given.drift)} is past the ${distance(given.tau)} trigger: trade.`
                    : `Drift ${points(given.drift)} is within the ${distance(given.tau)} trigger: nothing is to be done for this class.`}
            </p>
            <dl className="why-steps">
                {given.steps.map((step) => (
                    <div key={step.name}>
                        <dt>{step.name}</dt>
                        <dd>
                            <Told>{step.why}</Told>
                        </dd>
                    </div>
                ))}
            </dl>
        </>
    );
}

function Total(given: {
    readonly name: string;
    readonly row: number;
    readonly value: number;
    readonly x: (value: number) => number;
    readonly width: number;
}) {
    const y = given.row * ROW + (ROW - BAR) / 2;
    return (
        <g>
            <text className="label" x={0} y={y + 13}>
                {given.name}
            </text>
            <rect className="ink" x={NAMES} width={Math.max(1, px(given.x(given.value)))} y={y} height={BAR} />
            <text className="label" x={given.width} y={y + 13} textAnchor="end">
                {distance(String(given.value / 100), 2)}
            </text>
        </g>
    );
}
