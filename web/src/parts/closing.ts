/** A menu that folds away once somebody presses Escape or points elsewhere; by Escape the focus goes back to what has opened it. */
import { useEffect, type RefObject } from "react";

export function useClosing(box: RefObject<HTMLDetailsElement | null>): void {
    useEffect(() => {
        const close = (event: Event) => {
            const menu = box.current;
            if (!menu?.open) return;
            if (event instanceof KeyboardEvent) {
                if (event.key !== "Escape") return;
                menu.open = false;
                menu.querySelector("summary")?.focus();
            } else if (!menu.contains(event.target as Node)) menu.open = false;
        };
        document.addEventListener("keydown", close);
        document.addEventListener("pointerdown", close);
        return () => {
            document.removeEventListener("keydown", close);
            document.removeEventListener("pointerdown", close);
        };
    }, [box]);
}
