/** A finding of the checks: what it is called, where it is, what is the matter; settings by their names, its code small behind. */
import { Told } from "../../parts/told";
import { codeInWords, namedIn } from "./named-in";

export interface Finding {
    readonly code: string;
    readonly where: string;
    readonly detail: string;
}

export function FindingWords({ of }: { readonly of: Finding }) {
    return (
        <>
            <strong>{codeInWords(of.code)}</strong>, {namedIn(of.where)}: <Told>{namedIn(of.detail)}</Told>{" "}
            <span className="small faint">{of.code}</span>
        </>
    );
}
