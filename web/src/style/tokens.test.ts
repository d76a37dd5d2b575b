/** The contrasts of the colours: what axe can't prove of text in pictures, and of edges that carry a meaning. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

function theme(start: string): Record<string, string> {
    const from = css.indexOf(start);
    const block = css.slice(from, css.indexOf("}", from));
    return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((each) => [each[1], each[2]]));
}

function luminance(color: string): number {
    const [r, g, b] = [1, 3, 5].map((at) => {
        const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
    return (light + 0.05) / (dark + 0.05);
}

const light = theme(":root {");
const dark = theme(':root[data-theme="dark"]');

describe.each([
    ["light", light],
    ["dark", dark],
])("%s", (_, colors) => {
    const of = (name: string) => {
        const color = colors[name];
        if (!color) throw new Error(`no token --${name}`);
        return color;
    };
    it.each(["ink", "ink2", "ink3", "over", "under", "danger", "warn", "ok", "focus"])(
        "text in %s is readable",
        (name) => {
            for (const ground of ["surface", "inset", "canvas"])
                expect(contrast(of(name), of(ground))).toBeGreaterThan(4.5);
        },
    );
    it.each(["edge", "band-edge"])("%s can be seen", (name) => {
        expect(contrast(of(name), of("surface"))).toBeGreaterThan(3);
    });
    it("the edges of a band can be seen on it", () => {
        expect(contrast(of("band-edge"), of("band"))).toBeGreaterThan(3);
    });
    it("a button can be read", () => {
        expect(contrast(of("on-ink"), of("ink"))).toBeGreaterThan(4.5);
    });
});

it("what the machine prefers looks like what a person chose", () => {
    expect(theme(':root:not([data-theme="light"], [data-theme="dark"])')).toEqual(dark);
});
