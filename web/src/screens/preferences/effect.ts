/** What a draft would do to the bands, in words. In: the drift of what is saved and of the draft, at the same prices. Out: sentences. */
import type { Drift } from "../../api/questions";
import { several } from "../../text/figures";

export function effectOf(before: Drift, after: Drift): string {
    const leave = after.breaches.filter((name) => !before.breaches.includes(name));
    const back = before.breaches.filter((name) => !after.breaches.includes(name));
    const classes = (names: readonly string[]) => `${several(names.length, "class", "classes")}`;
    const parts = [
        ...(leave.length > 0 ? [`${classes(leave)} would leave their band (${leave.join(", ")})`] : []),
        ...(back.length > 0 ? [`${classes(back)} would come back inside (${back.join(", ")})`] : []),
    ];
    if (parts.length > 0) return `${parts.join("; ")}.`.replace("1 class would leave their", "1 class would leave its");
    if (after.breaches.length === 0) return "Every class stays inside its band.";
    return `No class would leave its band or come back: ${classes(after.breaches)} outside, as now.`;
}
