/** Why what was looked at can't be published, or can't be looked at, with what to do. */
import { Note } from "../../parts/panel";

/** The model portfolio, who follows it or one of those households has changed since the effect was shown. */
export function Overtaken(given: { readonly error: Error; readonly isLooking: boolean; readonly again: () => void }) {
    return (
        <Note kind="warn">
            <div role="status">
                <strong>Something has changed since you looked, and nothing was published.</strong>{" "}
                {sentence(given.error)} Your edits are kept.
            </div>
            <button type="button" className="button slim" aria-disabled={given.isLooking} onClick={given.again}>
                {given.isLooking ? "Looking…" : "Look again"}
            </button>
        </Note>
    );
}

function sentence({ message }: Error): string {
    const text = message.charAt(0).toUpperCase() + message.slice(1);
    return /[.!?]$/.test(text) ? text : `${text}.`;
}

export function MayNotMake() {
    return (
        <Note kind="failed">
            You may see model portfolios and not make one: that needs the right to change a household. Whoever keeps
            people and rights here can give it to you.
        </Note>
    );
}
