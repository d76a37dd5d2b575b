/** Why a plan that waits can't be approved now, as the server says it beforehand, in words for a person. */
import type { Schemas } from "../api/client";

export type Refusal = Schemas["RefusedView"];

/** The refusal as a sentence. */
export function refusalInWords({ code, words }: Refusal): string {
    if (code === "approval.same_person") return "You have approved it; a second person has to approve it as well.";
    if (code === "approval.expired") return "It has expired; a new one comes while a class stays outside its band.";
    const text = words.charAt(0).toUpperCase() + words.slice(1);
    return /[.!?]$/.test(text) ? text : `${text}.`;
}
