/**
 * Where a class is now and where it would be after a plan, on the axis of deviations.
 *
 * In: two deviations of one class. Out: a ring for now, a dot (inside the band) or a diamond (outside) for after, and a line between.
 */
import { useRef } from "react";
import { points } from "../text/figures";
import { BandEdges, BandGround } from "./band";
import { linear, px } from "./scale";
import { useWidth } from "./width";
import "./graphics.css";

export function BeforeAfter(given: {
    readonly name: string;
    /** Deviations from the target, parts of the whole. */
    readonly before: string;
    readonly after: string;
    readonly tau: string;
    readonly half: number;
    readonly height: number;
}) {
    const box = useRef<HTMLSpanElement>(null);
    const width = useWidth(box, 320);
    const { half, height } = given;
    const x = linear(-half, half, width);
    const clip = (value: number) => Math.max(-half, Math.min(half, value));
    const [before, after, tau] = [given.before, given.after, given.tau].map((value) => Number(value) * 100) as [
        number,
        number,
        number,
    ];
    const middle = height / 2;
    const from = x(clip(before));
    const to = x(clip(after));
    const sign = to > from ? 1 : -1;
    const isInside = Math.abs(after) <= tau;
    const kind = isInside ? "inside" : after > 0 ? "over" : "under";
    const label = `${given.name}: ${points(given.before)} from its target now, ${points(given.after)} after the plan.`;
    return (
        <span className="picture" ref={box} style={{ height: height }}>
            <svg width={width} height={height} role="img" aria-label={label}>
                <BandGround {...{ x, half, tau, height }} />
                {Math.abs(to - from) > 7 ? (
                    <line className="link" x1={px(from + sign * 6)} x2={px(to)} y1={middle} y2={middle} />
                ) : null}
                <BandEdges {...{ x, half, tau, height }} />
                <circle className="ring" cx={px(from)} cy={middle} r={5} />
                {isInside ? (
                    <circle className="dot" cx={px(to)} cy={middle} r={6} />
                ) : (
                    <g className={kind}>
                        <path className="head" d={`M${px(to - 7)} ${middle}l7 -7l7 7l-7 7z`} />
                    </g>
                )}
            </svg>
        </span>
    );
}
