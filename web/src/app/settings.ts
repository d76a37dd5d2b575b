/**
 * How a person wants the page to look: theme, density, private figures, single keys. Kept on this machine alone.
 *
 * The theme is a cookie as well, so that the server writes it into the page and nothing flashes.
 */
import { useSyncExternalStore } from "react";

export interface PageSettings {
    readonly theme: "" | "light" | "dark";
    readonly density: "comfortable" | "dense";
    readonly isPrivate: boolean;
    /** Whether single keys do something (SC 2.1.4). */
    readonly hasKeys: boolean;
    readonly isRailNarrow: boolean;
}

const NAME = "equipoise-page";
const FIRST: PageSettings = { theme: "", density: "comfortable", isPrivate: false, hasKeys: true, isRailNarrow: false };

let current = read();
const listeners = new Set<() => void>();

function read(): PageSettings {
    try {
        return { ...FIRST, ...(JSON.parse(localStorage.getItem(NAME) ?? "{}") as Partial<PageSettings>) };
    } catch {
        return FIRST;
    }
}

/** Shows the settings on the page. */
export function show(): void {
    const root = document.documentElement;
    root.dataset["theme"] = current.theme;
    root.dataset["density"] = current.density;
    root.dataset["private"] = current.isPrivate ? "yes" : "no";
}

/** Changes some of them. */
export function set(change: Partial<PageSettings>): void {
    current = { ...current, ...change };
    try {
        localStorage.setItem(NAME, JSON.stringify(current));
    } catch {
        // A browser that keeps nothing forgets them with the page.
    }
    document.cookie = `theme=${current.theme}; path=/; max-age=31536000; samesite=strict`;
    show();
    for (const listener of listeners) listener();
}

export function useSettings(): PageSettings {
    return useSyncExternalStore(
        (listener) => {
            listeners.add(listener);
            return () => listeners.delete(listener);
        },
        () => current,
    );
}
