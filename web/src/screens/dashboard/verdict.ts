/** What is the matter with a household, in one sentence. */
import type { Drift, Household } from "../../api/questions";
import { several } from "../../text/figures";

export function verdict(
    of: Pick<Household, "proposal" | "paused" | "name">,
    drift: Pick<Drift, "breaches" | "classes"> | null,
    /** Nobody could say how it stands: that is not the same as nothing being held. */
    isUnknown = false,
): string {
    if (isUnknown) return `How ${of.name} stands could not be read.`;
    if (drift === null) return `${of.name} has no holdings with prices yet.`;
    const outside = drift.breaches.length;
    const all = drift.classes.length;
    const stands =
        outside === 0
            ? `All ${several(all, "class", "classes")} are inside their bands.`
            : `${outside} of ${several(all, "class", "classes")} ${outside === 1 ? "is outside its band" : "are outside their bands"}.`;
    return `${stands} ${next(of, outside)}`.trim();
}

function next(of: Pick<Household, "proposal" | "paused">, outside: number): string {
    switch (of.proposal?.state) {
        case "Pending_Approval":
            return "A proposal is ready.";
        case "Pending_Generation":
        case "Pending_Validation":
        case "Validation_Failed":
            return "A proposal is being made.";
        case "Approved":
        case "Execution_In_Progress":
            return "Approved orders are on their way.";
        case "Execution_Failed":
            return "Some orders were not filled.";
        default:
            if (of.paused) return "The household is paused.";
            return outside === 0 ? "Nothing is to be done." : "";
    }
}

/** Why something is to be done, without the word that the headline has said already. */
export function reason(why: string): string {
    const told = why.replace(/^(Act|No need to act|Nothing|Nothing yet): /, "");
    const text = (listed(told) ?? inPoints(told))
        .replace(/^([^.;]+, [^.;]+) is outside its band(?=, and quiet)/, "$1 are outside their bands")
        .replace(/ (%|pp)/g, "\u00a0$1");
    return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Classes that are named in a headline, the furthest from its target first. */
const NAMED = 2;

/** A list of many classes with their distances and bands, as a person says it; the table below has every figure of it. Nothing of another text. */
function listed(text: string): string | null {
    const each = text
        .replace(/\.$/, "")
        .split("; ")
        .map((part) => /^(.+) is ([\d.]+) % (above|below) its target, band [\d.]+ %$/.exec(part));
    if (each.length <= NAMED || each.includes(null)) return null;
    const found = each.map((parts) => ({ name: parts?.[1] ?? "", by: parts?.[2] ?? "", side: parts?.[3] ?? "" }));
    const [first, ...rest] = found.toSorted((a, b) => Number(b.by) - Number(a.by));
    if (!first) return null;
    const others = rest.slice(0, NAMED - 1).map(({ name, by, side }) => `${name} ${by} pp ${side}`);
    const left = found.length - NAMED;
    return `${first.name} is ${first.by} pp ${first.side} its target, ${others.join(", ")}, and ${left} more ${left === 1 ? "is" : "are"} outside.`;
}

/** Distances of weights are percentage points; the program writes them as percent. */
function inPoints(text: string): string {
    return text
        .replace(/([\d.,]+) % (above|below) (its|the) target/g, "$1 pp $2 $3 target")
        .replace(/band ([\d.,]+) %/g, "band $1 pp");
}
