/** The ground that a class stands on: lines of the axis, the band and the target below, and the band’s edges, which are drawn last of all. */
import { gridLines, px } from "./scale";

interface Ground {
    /** From percentage points to a place. */
    readonly x: (value: number) => number;
    /** Half of the axis and of the band, percentage points. */
    readonly half: number;
    readonly tau: number;
    readonly height: number;
}

export function BandGround({ x, half, tau, height }: Ground) {
    const middle = height / 2;
    const edge = Math.min(tau, half);
    return (
        <>
            {gridLines(half).map((line) => (
                <line key={line} className="grid" x1={px(x(line))} x2={px(x(line))} y1={0} y2={height} />
            ))}
            <rect className="band" x={px(x(-edge))} width={px(x(edge) - x(-edge))} y={middle - 6} height={12} rx={2} />
            <line className="target" x1={px(x(0))} x2={px(x(0))} y1={middle - 12} y2={middle + 12} />
        </>
    );
}

/** A small breach would cover them. */
export function BandEdges({ x, half, tau, height }: Ground) {
    const middle = height / 2;
    return (tau === 0 ? [0] : [-tau, tau])
        .filter((edge) => Math.abs(edge) <= half)
        .map((edge) => (
            <line key={edge} className="edge" x1={px(x(edge))} x2={px(x(edge))} y1={middle - 10} y2={middle + 10} />
        ));
}
