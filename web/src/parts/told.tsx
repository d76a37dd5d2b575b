/**
 * A sentence of the program, which is blurred as a whole where amounts are and it holds one.
 *
 * Invariant: every sentence that may hold an amount of money or shares goes through here; an amount that stands alone has the class `private`.
 */
export function Told({ children: text }: { readonly children: string }) {
    return holdsAmount(text) ? <span className="private">{text}</span> : text;
}

/** Whether a text holds an amount of money or shares. A count of trades or a percentage is none. */
export function holdsAmount(text: string): boolean {
    return /[$]\s?\d|\d\s*(USD|dollars?)\b|\bUSD\s?[\d\u2212-]|\d\s*shares?\b|\d of [\d.,]+ shares?\b/i.test(text);
}

/** Several sentences, each on a line of its own: as one block nobody reads them. */
export function ToldOneByOne({ children: text }: { readonly children: string }) {
    return (
        <ul className="sentences">
            {oneByOne(text).map((sentence, at) => (
                <li key={at}>
                    <Told>{sentence}</Told>
                </li>
            ))}
        </ul>
    );
}

/** The sentences of a text; a point behind a single capital letter, as of an abbreviation, ends none. */
export function oneByOne(text: string): readonly string[] {
    return text.split(/(?<=(?:[a-z0-9%)]|USD)\.) (?=[A-Z])/);
}
