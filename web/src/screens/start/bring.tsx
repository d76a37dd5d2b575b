/**
 * Brings holdings from elsewhere: the example, a table that is pasted, a portfolio document, or the files of a broker.
 *
 * Invariants: what is there is only replaced by what could be read; what stands against a file is told with the way on.
 */
import { useMutation } from "@tanstack/react-query";
import { useId, useRef, useState, type ChangeEvent } from "react";
import { importOf } from "../../api/documents";
import { Fault, Note, Panel } from "../../parts/panel";
import { several } from "../../text/figures";
import { bookOf, type Book } from "./book";
import { bookOfImport, FORMATS, notesOf, standsAgainst, type Against } from "./brokers";
import { EXAMPLE } from "./example";
import { today } from "./kept";
import { pasted, TEMPLATE } from "./paste";

export function Bring({ book, brought }: { readonly book: Book; readonly brought: (book: Book) => void }) {
    const [text, setText] = useState("");
    const [fault, setFault] = useState<string | null>(null);
    const [notes, setNotes] = useState<readonly string[] | null>(null);
    const [readings, setReadings] = useState(0);
    const field = useId();
    const instead = book.lots.length > 0 ? `, in place of the ${several(book.lots.length, "lot")} here` : "";
    const take = (found: Book, words: readonly string[]) => {
        setFault(null);
        setNotes(words);
        brought(found.name === "" ? { ...found, name: book.name } : found);
    };
    // What stood against the files of a broker is of no account once something else was read.
    const otherwise = () => setReadings(readings + 1);
    const readIt = (words: string) => {
        otherwise();
        try {
            const found = pasted(words, today());
            take(found.book, found.notes);
        } catch (error) {
            setNotes(null);
            setFault(error instanceof Error ? error.message : String(error));
        }
    };
    return (
        <Panel id="bring" title="Bring them">
            <div className="example-box">
                <p>
                    <strong>Just looking?</strong> Take a made-up household with three accounts and see its plan.
                </p>
                <button
                    type="button"
                    className="button"
                    onClick={() => {
                        otherwise();
                        take(bookOf(EXAMPLE, today()), []);
                        setNotes(null);
                    }}
                >
                    Try the example{instead}
                </button>
            </div>
            <Broker key={readings} take={take} instead={instead} />
            <div className="field">
                <label htmlFor={field}>Or paste a table of lots, or a portfolio document</label>
                <textarea
                    id={field}
                    rows={5}
                    spellCheck={false}
                    placeholder="account, ticker, quantity, acquisition_date, cost_per_share, price, asset_class"
                    value={text}
                    onChange={(event) => setText(event.target.value)}
                />
            </div>
            <div className="start-actions">
                <button
                    type="button"
                    className="button"
                    aria-disabled={text.trim() === ""}
                    onClick={() => (text.trim() === "" ? undefined : readIt(text))}
                >
                    Read it{text.trim() === "" ? "" : instead}
                </button>
                <FilePicker
                    label="Choose a document"
                    accept=".json,.csv,.tsv,.txt"
                    chosen={(files) => {
                        const words = files[0]?.text ?? "";
                        setText(words.length < 200_000 ? words : "");
                        readIt(words);
                    }}
                />
                <button type="button" className="button bare" onClick={() => setText(TEMPLATE)}>
                    Show a table to begin with
                </button>
            </div>
            <div role="status">
                {notes ? (
                    <Note kind={notes.length > 0 ? "warn" : "done"}>
                        {several(book.accounts.length, "account")} and {several(book.lots.length, "lot")} were read.
                        {notes.length > 0 ? (
                            <ul className="small">
                                {notes.map((note) => (
                                    <li key={note}>{note}</li>
                                ))}
                            </ul>
                        ) : null}
                    </Note>
                ) : null}
            </div>
            {fault ? (
                <Note kind="failed">
                    <strong>This could not be read:</strong> {fault}. Nothing here has changed.
                </Note>
            ) : null}
            <p className="small quiet">
                In a table the first row names the columns; ticker and quantity are needed, and a row with the ticker
                CASH gives the cash of an account. What is pasted stays in this tab of the browser until you ask for a
                plan.
            </p>
        </Panel>
    );
}

interface ChosenFile {
    readonly name: string;
    readonly text: string;
}

function FilePicker(given: {
    readonly label: string;
    readonly accept: string;
    readonly many?: boolean;
    readonly isBusy?: boolean;
    readonly chosen: (files: readonly ChosenFile[]) => void;
}) {
    const file = useRef<HTMLInputElement>(null);
    const choose = (event: ChangeEvent<HTMLInputElement>) => {
        const files = [...(event.target.files ?? [])];
        event.target.value = "";
        if (files.length === 0) return;
        void Promise.all(files.map(async (each) => ({ name: each.name, text: await each.text() }))).then(given.chosen);
    };
    return (
        <>
            <button
                type="button"
                className="button"
                aria-disabled={given.isBusy ?? false}
                onClick={() => (given.isBusy ? undefined : file.current?.click())}
            >
                {given.isBusy ? "Reading…" : given.label}
            </button>
            <input
                ref={file}
                type="file"
                hidden
                multiple={given.many ?? false}
                accept={given.accept}
                onChange={choose}
            />
        </>
    );
}

/** The files of a broker, read by the server. */
function Broker(given: { readonly take: (book: Book, notes: readonly string[]) => void; readonly instead: string }) {
    const [format, setFormat] = useState<string>(FORMATS[0].id);
    const [files, setFiles] = useState<readonly ChosenFile[]>([]);
    const [accepted, setAccepted] = useState<readonly string[]>([]);
    const select = useId();
    const ask = useMutation({
        mutationFn: (asked: { readonly files: readonly ChosenFile[]; readonly accepted: readonly string[] }) =>
            importOf({
                format,
                files: [...asked.files],
                ...Object.fromEntries(asked.accepted.map((name) => [name, true])),
            }),
        onSuccess: (imported) => {
            const found = bookOfImport(imported, today());
            if (found) given.take(found, notesOf(imported));
        },
    });
    const send = (next: readonly ChosenFile[], also: readonly string[]) => {
        setFiles(next);
        setAccepted(also);
        ask.mutate({ files: next, accepted: also });
    };
    const against = ask.data ? standsAgainst(ask.data) : [];
    return (
        <div className="broker">
            <div className="field">
                <label htmlFor={select}>Files of a broker</label>
                <select
                    id={select}
                    value={format}
                    onChange={(event) => {
                        setFormat(event.target.value);
                        ask.reset();
                    }}
                >
                    {FORMATS.map((each) => (
                        <option key={each.id} value={each.id}>
                            {each.name}
                        </option>
                    ))}
                </select>
                <p className="small quiet">Wanted: {FORMATS.find((each) => each.id === format)?.files}.</p>
            </div>
            <div className="start-actions">
                <FilePicker
                    label={`Choose files${given.instead}`}
                    accept=".csv,.xml,.txt"
                    many
                    isBusy={ask.isPending}
                    chosen={(chosen) => send(chosen, [])}
                />
            </div>
            {ask.error ? <Fault error={ask.error} again={() => send(files, accepted)} /> : null}
            {against.map((each) => (
                <StandsAgainst
                    key={each.title}
                    of={each}
                    goOn={() => (each.accept ? send(files, [...accepted, each.accept]) : undefined)}
                />
            ))}
        </div>
    );
}

function StandsAgainst({ of, goOn }: { readonly of: Against; readonly goOn: () => void }) {
    return (
        <Note kind={of.accept ? "warn" : "failed"}>
            <p className="strong">{of.title}</p>
            <ul className="small">
                {of.lines.slice(0, 20).map((line) => (
                    <li key={line}>{line}</li>
                ))}
            </ul>
            {of.lines.length > 20 ? <p className="small">And {of.lines.length - 20} more.</p> : null}
            {of.accept ? (
                <button type="button" className="button slim" onClick={goOn}>
                    {of.button}
                </button>
            ) : null}
        </Note>
    );
}
