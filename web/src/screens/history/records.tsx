/**
 * Everything that is on record about a proposal, and the proof of each record as a file that is checked offline.
 *
 * Long bodies are folded; a body is formatted when it is opened, so that hundreds of records cost little.
 */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { proofOf, records, type RecordView } from "../../api/history";
import { nameOfPerson, useKnown } from "../../api/people";
import type { Proposal } from "../../api/questions";
import { Coded } from "../../parts/coded";
import { download } from "../../parts/download";
import { Answer, Empty, Fault } from "../../parts/panel";
import { count, several } from "../../text/figures";
import { ACTORS, inWords, RECORDS } from "../../text/codes";
import { atSecond } from "../../text/times";
import { pretty } from "./body";

/** A body longer than this is shown in part first. */
const FOLDED = 4000;

export function Records({ of }: { readonly of: Proposal }) {
    const found = useQuery(records(of.id));
    const known = useKnown();
    const [kind, setKind] = useState("");
    const [proven, setProven] = useState<number | null>(null);
    const [fault, setFault] = useState<Error | null>(null);
    const prove = async (record: number) => {
        setFault(null);
        try {
            download(fileOf(record), await proofOf(record), "application/json");
            setProven(record);
        } catch (error) {
            setFault(error as Error);
        }
    };
    return (
        <Answer of={found} rows={8}>
            {(all) => {
                if (all.length === 0) return <Empty title="No records" why="Nothing of this proposal is on record." />;
                const kinds = [...new Set(all.map((record) => record.kind))].sort();
                const shown = kind === "" ? all : all.filter((record) => record.kind === kind);
                return (
                    <>
                        <div className="tab-head">
                            <p role="status">{several(shown.length, "record")}</p>
                            <label className="no-print">
                                Kind{" "}
                                <select
                                    className="input"
                                    value={kind}
                                    onChange={(event) => setKind(event.target.value)}
                                >
                                    <option value="">All</option>
                                    {kinds.map((each) => (
                                        <option key={each} value={each} title={each}>
                                            {inWords(RECORDS, each)}
                                        </option>
                                    ))}
                                </select>
                            </label>
                        </div>
                        <p className="small quiet no-print">
                            A proof is a file that shows to anybody, without this server, that a record stood in the
                            log, when, and what it said. To check one: <code>{command(proven)}</code>, with the key of
                            the log from a trusted place (<code>equipoise audit key</code>).
                        </p>
                        {fault ? <Fault error={fault} /> : null}
                        <div className="scroll" tabIndex={0} role="group" aria-label="Records">
                            <table className="records stacks">
                                <thead>
                                    <tr>
                                        <th scope="col" className="number">
                                            No.
                                        </th>
                                        <th scope="col">When</th>
                                        <th scope="col">Kind</th>
                                        <th scope="col">By</th>
                                        <th scope="col" className="no-print">
                                            Proof
                                        </th>
                                    </tr>
                                </thead>
                                <tbody>
                                    {shown.map((record) => (
                                        <Row
                                            key={record.record}
                                            of={record}
                                            by={
                                                record.actor
                                                    ? (nameOfPerson(record.actor, known) ?? record.actor)
                                                    : null
                                            }
                                            prove={() => void prove(record.record)}
                                        />
                                    ))}
                                </tbody>
                            </table>
                        </div>
                        <p role="status" className="unseen">
                            {proven === null ? "" : `The proof of record ${proven} was saved as ${fileOf(proven)}.`}
                        </p>
                    </>
                );
            }}
        </Answer>
    );
}

const fileOf = (record: number) => `equipoise-record-${record}.proof.json`;

/** The one line that checks it offline. */
function command(record: number | null): string {
    return `equipoise audit check ${record === null ? "FILE" : fileOf(record)} --key KEY`;
}

function Row({
    of,
    by,
    prove,
}: {
    readonly of: RecordView;
    readonly by: string | null | undefined;
    readonly prove: () => void;
}) {
    const [isOpen, setOpen] = useState(false);
    return (
        <>
            <tr>
                <td data-label="No." className="number">
                    {of.record}
                </td>
                <td data-label="When" className="nowrap">
                    {atSecond(of.at)}
                </td>
                <th scope="row">
                    <button
                        type="button"
                        className="row-opener"
                        data-stop
                        aria-expanded={isOpen}
                        onClick={() => setOpen(!isOpen)}
                    >
                        <span aria-hidden="true">{isOpen ? "▾" : "▸"}</span>{" "}
                        <span>
                            <Coded of={RECORDS} code={of.kind} />
                        </span>
                    </button>
                </th>
                <td data-label="By" className="small" title={by ?? undefined}>
                    {by ? inWords(ACTORS, by) : "—"}
                </td>
                <td className="no-print">
                    <button
                        type="button"
                        className="button slim"
                        aria-label={`Proof of record ${of.record}`}
                        onClick={prove}
                    >
                        Proof
                    </button>
                </td>
            </tr>
            {isOpen ? (
                <tr>
                    <td colSpan={5} className="body-cell">
                        {of.body === null || of.body === undefined ? (
                            <p className="quiet">What it said was erased; that it was there can still be proven.</p>
                        ) : (
                            <BodyText text={pretty(of.body)} name={`Record ${of.record}`} />
                        )}
                    </td>
                </tr>
            ) : null}
        </>
    );
}

/** Text as it is, folded where it is long. */
export function BodyText({ text, name }: { readonly text: string; readonly name: string }) {
    const [isWhole, setWhole] = useState(false);
    const isLong = text.length > FOLDED;
    return (
        <>
            <pre className="body-text" tabIndex={0} role="group" aria-label={name}>
                {isLong && !isWhole ? `${text.slice(0, FOLDED)}…` : text}
            </pre>
            {isLong ? (
                <button type="button" className="button slim no-print" onClick={() => setWhole(!isWhole)}>
                    {isWhole ? "Fold" : `Show all ${count(text.length)} characters`}
                </button>
            ) : null}
        </>
    );
}
