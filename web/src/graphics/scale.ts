/** The axes of pictures. Measures are binary floats: they place ink, and no amount is shown from one. */

/**
 * Half of an axis of deviations: 1.1 times the largest deviation or band, rounded up to 1, 2, 5 or 6 times a power of ten.
 *
 * In: deviations and half-widths of bands, in percentage points. Out: percentage points, above 0.
 */
export function halfRange(deviations: readonly number[], bands: readonly number[]): number {
    const largest = 1.1 * Math.max(0, ...deviations.map(Math.abs), ...bands.map(Math.abs));
    return largest > 0 ? roundedUp(largest, [1, 2, 5, 6]) : 1;
}

/** The next of some steps times a power of ten. */
export function roundedUp(value: number, steps: readonly number[]): number {
    const power = 10 ** Math.floor(Math.log10(value));
    for (const step of steps) if (step * power >= value * (1 - 1e-9)) return step * power;
    return 10 * power;
}

/** Round values strictly inside an axis, a handful of them. */
export function gridLines(half: number): number[] {
    const step = roundedUp(half / 3, [1, 2, 5]);
    const lines: number[] = [];
    for (let at = step; at < half * (1 - 1e-9); at += step) lines.push(-at, at);
    return lines.sort((a, b) => a - b);
}

/** From a value to a place: `from..to` becomes `0..width`. */
export function linear(from: number, to: number, width: number): (value: number) => number {
    const span = to - from || 1;
    return (value) => ((value - from) / span) * width;
}

/** A place for SVG: a tenth of a pixel is enough. */
export function px(value: number): number {
    return Math.round(value * 10) / 10;
}
