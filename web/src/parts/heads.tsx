/** The heads of a table: first those of words, then those of numbers, which stand at the right. */
export function Heads({
    words,
    numbers = [],
}: {
    readonly words: readonly string[];
    readonly numbers?: readonly string[];
}) {
    return (
        <thead>
            <tr>
                {words.map((name) => (
                    <th scope="col" key={name}>
                        {name}
                    </th>
                ))}
                {numbers.map((name) => (
                    <th scope="col" className="number" key={name}>
                        {name}
                    </th>
                ))}
            </tr>
        </thead>
    );
}
