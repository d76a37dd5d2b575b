/** A button with something that folds out below it; Escape folds it in and gives the focus back. */
import type { ReactNode } from "react";

export function Menu(given: { readonly name: string; readonly children: ReactNode }) {
    return (
        <details
            className="views"
            // Opening one closes the other.
            name="desk-menu"
            onKeyDown={(event) => {
                if (event.key !== "Escape" || !event.currentTarget.open) return;
                event.stopPropagation();
                fold(event.currentTarget);
            }}
        >
            <summary className="button slim">
                {given.name} <span aria-hidden="true">▾</span>
            </summary>
            <div className="views-body">{given.children}</div>
        </details>
    );
}

/** Folds in the menu that something stands in. */
export function fold(inside: Element): void {
    const menu = inside.closest("details");
    if (menu) menu.open = false;
    menu?.querySelector("summary")?.focus();
}
