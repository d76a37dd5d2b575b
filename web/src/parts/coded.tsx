/** What a code means, with the code small behind it; a code that nobody knows stands alone. */
import { inWords, type Vocabulary } from "../text/codes";

export function Coded({ of, code }: { readonly of: Vocabulary; readonly code: string }) {
    const words = inWords(of, code);
    return words === code ? (
        <Code>{code}</Code>
    ) : (
        <>
            {words} <Code isBeside>{code}</Code>
        </>
    );
}

/** A code of the program as it is, for whoever asks about it. */
export function Code({ children, isBeside = false }: { readonly children: string; readonly isBeside?: boolean }) {
    return <span className={isBeside ? "code small faint" : "code"}>{children}</span>;
}
