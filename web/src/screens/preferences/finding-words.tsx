/** A finding of the checks: what it is called, where it is, what is the matter; settings by their names, its code small behind. */
import { Code } from "../../parts/coded";
import { Told } from "../../parts/told";
import { codeInWords, namedIn } from "./named-in";

export interface Finding {
    readonly code: string;
    readonly where: string;
    readonly detail: string;
}

export function FindingWords({ of }: { readonly of: Finding }) {
    const words = codeInWords(of.code);
    const isKnown = words !== of.code;
    return (
        <>
            <strong className={isKnown ? undefined : "code"}>{words}</strong>, {namedIn(of.where)}:{" "}
            <Told>{namedIn(of.detail)}</Told> {isKnown ? <Code isBeside>{of.code}</Code> : null}
        </>
    );
}
