/** A figure that an edit has moved: tinted, with a rule at its left, and what was proposed beside it in words. */
import type { ReactNode } from "react";

export function Moved({ was, children }: { readonly was: string | null; readonly children: ReactNode }) {
    if (was === null) return children;
    return (
        <span className="moved">
            {children}
            <span className="small was"> proposed {was}</span>
        </span>
    );
}

/** What was proposed, where it reads otherwise than what is now. */
export function wasOf(now: string, proposed: string): string | null {
    return now === proposed ? null : proposed;
}
