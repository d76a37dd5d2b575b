/**
 * From row to row by `j` and `k`, over whatever list, table or plan a screen shows; rows are opened, unfolded and folded where they stand.
 *
 * In: `data-stop` on what takes the focus in a row (its link, the button that opens it, or the row itself), `data-entry` around all that belongs to the
 * row where that is more. Out: the focus moves, in the order of the page. Invariants: nothing is opened or changed by moving; what is not shown is no
 * row; at either end the focus stays.
 */

/** Where a row stands as seen from the focus. */
export type Standing = "before" | "here" | "after";

/** The next row: its place, or -1 where there is none. */
export function next(standings: readonly Standing[], by: 1 | -1): number {
    return by === 1 ? standings.indexOf("after") : standings.lastIndexOf("before");
}

/** Below the top bar. */
const TOP_PX = 56;

function standing(stop: Element, focused: Element): Standing {
    if (stop.contains(focused)) return "here";
    const isBefore = focused.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_PRECEDING;
    return isBefore ? "before" : "after";
}

/** Moves the focus by a row. Where it is nowhere yet, the first row in sight has it. */
export function step(by: 1 | -1): void {
    const main = document.getElementById("main");
    if (!main) return;
    const stops = [...main.querySelectorAll<HTMLElement>("[data-stop]")].filter((each) => each.checkVisibility());
    const focused = document.activeElement;
    const isNowhere = focused === null || focused === document.body || focused === main;
    const inSight = (each: HTMLElement) => {
        const { top, bottom } = each.getBoundingClientRect();
        return top >= TOP_PX && bottom <= innerHeight;
    };
    const to = isNowhere
        ? (stops.find(inSight) ?? stops[0])
        : stops[
              next(
                  stops.map((each) => standing(each, focused)),
                  by,
              )
          ];
    if (!to) return;
    to.focus({ preventScroll: true });
    to.scrollIntoView({ block: "nearest" });
}

/** What unfolds in the row. */
function foldOf(stop: Element): HTMLElement | null {
    const entry = stop.closest("[data-entry]") ?? stop;
    return entry.matches("[aria-expanded]") ? (entry as HTMLElement) : entry.querySelector("[aria-expanded]");
}

/** Right unfolds the row with the focus, Left folds it, Enter opens a row that is no link or button itself. Whether the key was for that. */
export function turned(key: string): boolean {
    const stop = document.activeElement;
    if (!(stop instanceof HTMLElement) || !stop.hasAttribute("data-stop")) return false;
    const fold = foldOf(stop);
    const isOpen = fold?.getAttribute("aria-expanded") === "true";
    if (key === "Enter" && !stop.matches("a, button")) {
        const field = stop.querySelector("input");
        if (field) {
            field.focus();
            field.select();
        } else fold?.click();
        return field !== null || fold !== null;
    }
    if (fold === null || (key === "ArrowRight" ? isOpen : key === "ArrowLeft" ? !isOpen : true)) return false;
    fold.click();
    return true;
}
