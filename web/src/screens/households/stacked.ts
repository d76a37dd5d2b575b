/**
 * Rows of the grid on a phone: a household has lines of its own in place of columns that are moved sideways.
 *
 * In: which columns are shown, how wide the grid is, how large the text. Out: how many figures stand beside each other, and the height of every row. Invariants:
 * the height is known before a row is drawn, since only rows in sight are; it grows with the text that a person has chosen. The sizes are those of
 * `households.css`.
 */
import { useEffect, useState } from "react";

/** A size that the grid is laid out by. */
export interface Layout {
    readonly isPhone: boolean;
    /** Size of the text, 1 where nobody has chosen another. */
    readonly scale: number;
    /** Width of the window, px. */
    readonly width: number;
    /** Whether one points with fingers. */
    readonly isCoarse: boolean;
}

const PHONE = "(max-width: 35em)";
/** Font size of the root where nobody has chosen another, px. */
const ROOT = 14;

function layout(): Layout {
    const font = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    return {
        isPhone: matchMedia(PHONE).matches,
        scale: font > 0 ? font / ROOT : 1,
        width: document.documentElement.clientWidth,
        isCoarse: matchMedia("(pointer: coarse)").matches,
    };
}

/** How the window is now, and whenever it is another. */
export function useLayout(): Layout {
    const [now, setNow] = useState(layout);
    useEffect(() => {
        const tell = () => {
            const next = layout();
            setNow((before) => (JSON.stringify(before) === JSON.stringify(next) ? before : next));
        };
        window.addEventListener("resize", tell);
        return () => window.removeEventListener("resize", tell);
    }, []);
    return now;
}

/** Columns that are no figure with a name above it. */
const WORDS = ["name", "state", "worst", "use", "follows"];

export interface Stacked {
    /** Figures beside each other. */
    readonly across: number;
    /** Whether the state stands beside the name, and what is used of a band beside its class. */
    readonly isBeside: boolean;
    /** px. */
    readonly height: number;
}

/** How a row is stacked. */
export function stacked(ids: readonly string[], { width, scale }: Pick<Layout, "width" | "scale">): Stacked {
    // Without the margins of the page, the box and the padding.
    const room = width - 86;
    const across = Math.max(1, Math.min(3, Math.floor(room / (118 * scale))));
    const isBeside = room >= 275 * scale;
    const has = (id: string) => ids.includes(id);
    const pair = (...of: readonly string[]) => {
        const shown = of.filter(has).length;
        return isBeside ? Math.min(1, shown) : shown;
    };
    const words = pair("name", "state") + pair("worst", "use");
    const figures = Math.ceil(ids.filter((id) => !WORDS.includes(id)).length / across) + (has("follows") ? 1 : 0);
    const gaps = words + figures - 1;
    return { across, isBeside, height: Math.ceil(scale * (words * 22 + figures * 36)) + gaps * 4 + 21 };
}
