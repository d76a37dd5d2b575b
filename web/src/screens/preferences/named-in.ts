/** Sentences of the program with settings by their names, where it writes them as tokens of the document. */
import { FINDINGS, inWords } from "../../text/codes";
import { nameOf, slotsOf } from "./tokens";

/** `min_lot` and its like, with or without marks around it. */
const TOKEN = /`?\b([a-z]+(?:_[A-Za-z0-9.-]+)+)\b`?/g;

/** The text with each token that is known as the name of its setting; what is not known stays. */
export function namedIn(text: string): string {
    return text.replace(TOKEN, (written: string, token: string) => {
        const setting = slotsOf(token)[0]?.setting;
        return setting ? `“${nameOf(setting)}”` : written;
    });
}

/** `desk.odd_lot` as words: “Odd lot”; a code that nobody knows stays. */
export function codeInWords(code: string): string {
    return inWords(FINDINGS, code);
}
