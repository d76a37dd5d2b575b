/** The icons of the page: lines on a grid of 20, beside a word that says the same. */

const PATHS = {
    dashboard: "M3 3h6v8H3zM11 3h6v4h-6zM11 9h6v8h-6zM3 13h6v4H3z",
    proposal: "M4 7h12l-3-3M16 13H4l3 3",
    preferences: "M3 6h8M15 6h2M3 14h2M9 14h8M13 4v4M7 12v4",
    history: "M10 5v5l3 2M3.5 10a6.5 6.5 0 1 0 2-4.7M3 3v3.5h3.5",
    households: "M3 4h14M3 8h14M3 12h14M3 16h14",
    models: "M10 3l7 3.5-7 3.5-7-3.5zM3 10l7 3.5 7-3.5M3 13.5L10 17l7-3.5",
    rules: "M10 2.5l6.5 2.5v5c0 3.8-2.7 6.3-6.5 7.5-3.8-1.2-6.5-3.7-6.5-7.5V5zM7 10l2.2 2.2L13 8",
    inbox: "M3 11l2-7h10l2 7v5H3zM3 11h4l1 2h4l1-2h4",
    more: "M3.5 10a1 1 0 1 0 2 0 1 1 0 1 0-2 0zM9 10a1 1 0 1 0 2 0 1 1 0 1 0-2 0zM14.5 10a1 1 0 1 0 2 0 1 1 0 1 0-2 0z",
    add: "M10 4v12M4 10h12",
    print: "M6 7V3h8v4M6 13H3V7h14v6h-3M6 11h8v6H6z",
    save: "M10 3v9M6 8l4 4 4-4M4 16h12",
    close: "M5 5l10 10M15 5L5 15",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
    return (
        <svg className="icon" viewBox="0 0 20 20" width={18} height={18} aria-hidden="true">
            <path d={PATHS[name]} />
        </svg>
    );
}
