/**
 * What is wished in a person's own words, read into settings that they accept or not.
 *
 * In: words. Out: changes of the draft. Invariants: nothing changes before “Apply”, and nothing is saved by it; what was not understood is shown;
 * a setting that was edited since asks for a choice.
 */
import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { meaningOf } from "../../api/documents";
import { Fault, Note, Panel } from "../../parts/panel";
import { several } from "../../text/figures";
import { useEditing } from "./editing";
import { valueOf } from "./changes";
import { accepted, contested, EXAMPLES, isChangedSince, isSet, rowsOf, type Choice, type Row } from "./words";

interface Reading {
    readonly rows: readonly Row[];
    readonly notUnderstood: readonly string[];
    /** The tokens when the words were read. */
    readonly then: readonly string[];
}

export function WordsPanel({ household }: { readonly household: string }) {
    const { draft, change, facts } = useEditing();
    const [text, setText] = useState("");
    const [reading, setReading] = useState<Reading | null>(null);
    const [done, setDone] = useState<string | null>(null);
    const field = useId();
    const ask = useMutation({
        mutationFn: (words: string) => meaningOf(words, household),
        onSuccess: (meaning) => {
            const rows = rowsOf(meaning, draft.tokens);
            setReading({ rows, notUnderstood: meaning.not_understood, then: draft.tokens });
        },
    });
    const interpret = () => {
        if (text.trim() === "" || ask.isPending) return;
        setDone(null);
        ask.mutate(text);
    };
    return (
        <Panel id="words" title="In your own words">
            <div className="field">
                <label htmlFor={field}>What do you wish?</label>
                <textarea
                    id={field}
                    rows={4}
                    maxLength={10_000}
                    value={text}
                    onChange={(event) => setText(event.target.value)}
                    onKeyDown={(event) => {
                        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
                        event.preventDefault();
                        interpret();
                    }}
                />
            </div>
            {facts.instructions ? (
                <p className="small quiet instructions">
                    The document says: “{facts.instructions}”{" "}
                    <button type="button" className="undo" onClick={() => setText(facts.instructions ?? "")}>
                        Use these words
                    </button>
                </p>
            ) : null}
            <details className="examples">
                <summary className="small">Examples</summary>
                <ul>
                    {EXAMPLES.map((each) => (
                        <li key={each}>
                            <button
                                type="button"
                                className="undo"
                                onClick={() => setText(text.trim() === "" ? each : `${text.trim()} ${each}`)}
                            >
                                {each}
                            </button>
                        </li>
                    ))}
                </ul>
            </details>
            <div className="words-actions">
                <button
                    type="button"
                    className="button"
                    aria-disabled={text.trim() === "" || ask.isPending}
                    onClick={interpret}
                >
                    {ask.isPending ? "Reading…" : "Interpret"}
                </button>
                <span className="small faint">
                    <kbd>Ctrl</kbd> <kbd>Enter</kbd>
                </span>
            </div>
            <p className="small faint">
                The settings are what counts. Words are read into settings, and you see each before it is taken.
            </p>
            {ask.error ? <Fault error={ask.error} again={interpret} /> : null}
            <div role="status">
                {reading ? (
                    <p className="unseen">
                        {several(reading.rows.length, "setting")} understood,{" "}
                        {several(reading.notUnderstood.length, "part")} not understood.
                    </p>
                ) : null}
                {done ? <Note kind="done">{done}</Note> : null}
            </div>
            {reading ? (
                <Readings
                    reading={reading}
                    apply={(rows) => {
                        change({ ...draft, tokens: rows.reduce(accepted, draft.tokens) });
                        setReading(null);
                        setDone(`${several(rows.length, "change")} put into the settings. Save when you are done.`);
                    }}
                    close={() => setReading(null)}
                />
            ) : null}
        </Panel>
    );
}

function Readings(given: {
    readonly reading: Reading;
    readonly apply: (rows: readonly Row[]) => void;
    readonly close: () => void;
}) {
    const { reading } = given;
    const { draft } = useEditing();
    const [choices, setChoices] = useState<ReadonlyMap<Row, Choice>>(new Map());
    const name = useId();
    const open = reading.rows.filter((row) => !isSet(row, draft.tokens));
    const choiceOf = (row: Row): Choice => {
        const isSince = isChangedSince(row, reading.then, draft.tokens);
        return choices.get(row) ?? (isSince ? undefined : "accept");
    };
    const undecided = open.filter((row) => choiceOf(row) === undefined);
    const taken = open.filter((row) => choiceOf(row) === "accept");
    const clashes = contested(taken);
    const canApply = taken.length > 0 && undecided.length === 0 && clashes.length === 0;
    return (
        <div className="readings">
            {reading.rows.length > 0 ? <h3>Understood</h3> : null}
            <ul className="reading-list">
                {reading.rows.map((row, place) => {
                    const isSince = isChangedSince(row, reading.then, draft.tokens);
                    const choice = choiceOf(row);
                    const now = valueOf(draft, `token|${row.slot}`).text;
                    return (
                        <li key={place}>
                            <p className="small quiet">“{row.words}”</p>
                            <p>
                                <strong>{row.name}</strong>
                                <br />
                                <span className="quiet">{isSince ? now : row.before}</span>{" "}
                                <span aria-hidden="true">→</span>
                                <span className="unseen">becomes</span> <strong>{row.after}</strong>
                            </p>
                            {isSet(row, draft.tokens) ? (
                                <p className="small quiet">✓ This is so already.</p>
                            ) : (
                                <>
                                    {isSince ? (
                                        <p className="small warn">
                                            ⚠ Changed since: it was {row.before} when your words were read, and is {now}{" "}
                                            now. Choose.
                                        </p>
                                    ) : null}
                                    <fieldset className="either">
                                        <legend className="unseen">{row.name}</legend>
                                        {(["accept", "reject"] as const).map((each) => (
                                            <label key={each}>
                                                <input
                                                    type="radio"
                                                    name={`${name}-${place}`}
                                                    checked={choice === each}
                                                    onChange={() => setChoices(new Map(choices).set(row, each))}
                                                />
                                                {each === "accept" ? "Accept" : "Reject"}
                                            </label>
                                        ))}
                                    </fieldset>
                                </>
                            )}
                        </li>
                    );
                })}
            </ul>
            {reading.notUnderstood.length > 0 ? (
                <>
                    <h3>Not understood</h3>
                    <ul className="not-understood">
                        {reading.notUnderstood.map((words, place) => (
                            <li key={place}>
                                <span className="warn" aria-hidden="true">
                                    ⚠
                                </span>{" "}
                                “{words}”
                            </li>
                        ))}
                    </ul>
                    <p className="small quiet">
                        Nothing is done about these. Say them in another way, one wish in a sentence, or use the
                        controls.
                    </p>
                </>
            ) : null}
            <div className="words-actions">
                <button
                    type="button"
                    className="button"
                    aria-disabled={!canApply}
                    onClick={() => (canApply ? given.apply(taken) : undefined)}
                >
                    Apply {several(taken.length, "change")}
                </button>
                <button type="button" className="button bare" onClick={given.close}>
                    Leave it
                </button>
            </div>
            {clashes.map((each) => (
                <p key={each} className="small warn" role="status">
                    ⚠ “{each}” is set twice, to different things: accept one of them and reject the other.
                </p>
            ))}
            {undecided.length > 0 ? (
                <p className="small warn">⚠ {several(undecided.length, "setting")} changed since: choose first.</p>
            ) : null}
        </div>
    );
}
