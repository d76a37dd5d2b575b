/**
 * The log that everything stands in: how many records are under a signature, the signed checkpoint to keep elsewhere, and its check.
 *
 * Invariant: a check that failed is shown in red and can't be put away; only a later one that succeeds replaces it.
 */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { checkpoint, verify } from "../../api/history";
import { useClosing } from "../../parts/closing";
import { DownloadButton } from "../../parts/download";
import { Answer, Fault, Note, Panel } from "../../parts/panel";
import { count, several } from "../../text/figures";
import { atSecond } from "../../text/times";
import { isBad, keep, useChecked, type Checked } from "./verified";

export function Log() {
    const signed = useQuery(checkpoint);
    const checked = useChecked();
    const check = useMutation({
        mutationFn: verify,
        onSuccess: (found) => keep({ at: new Date().toISOString(), found }),
    });
    return (
        <Panel id="log" className="log">
            <Answer of={signed} rows={1}>
                {(found) => (
                    <div className="log-line">
                        <p>
                            <strong>{several(found.records, "record")} in the log</strong>
                            <span className="quiet">
                                {found.checkpoint
                                    ? found.covers === found.records
                                        ? ", all under the last signature."
                                        : `, ${count(found.covers)} of them under the last signature.`
                                    : ", none of them signed yet."}
                            </span>
                        </p>
                        <div className="log-actions no-print">
                            {found.checkpoint ? <Checkpoint text={found.checkpoint} covers={found.covers} /> : null}
                            <button
                                type="button"
                                className="button slim"
                                aria-disabled={check.isPending}
                                onClick={() => (check.isPending ? undefined : check.mutate())}
                            >
                                {check.isPending ? "Verifying every record…" : "Verify now"}
                            </button>
                        </div>
                    </div>
                )}
            </Answer>
            {check.error ? <Fault error={check.error} again={() => check.mutate()} /> : null}
            {checked ? <Found of={checked} /> : null}
        </Panel>
    );
}

function Found({ of }: { readonly of: Checked }) {
    const { found } = of;
    if (isBad(of)) {
        return (
            <div className="note failed log-failed" role="alert">
                <p>
                    <strong>
                        ✕ The log does not verify
                        {typeof found.first_bad === "number" ? `: record ${found.first_bad} is the first bad one` : ""}.
                    </strong>{" "}
                    {found.fault ?? ""}
                </p>
                <ul>
                    {[...found.checkpoint_faults, ...found.words].map((line, at) => (
                        <li key={at}>{line}</li>
                    ))}
                </ul>
                <p className="small">
                    Found {atSecond(of.at)} New York. Rely on nothing that is shown from this record on. Keep the
                    database and the file of checkpoints as they are, and compare with a checkpoint from outside (
                    <code>equipoise audit verify --since FILE</code>). This stays until the log verifies again.
                </p>
            </div>
        );
    }
    return (
        <Note kind="done">
            <p role="status">
                <strong>Verified</strong> {atSecond(of.at)} New York: every one of {several(found.records, "record")} is
                the one that was written.
                {found.end_is_vouched_for ? "" : " Nothing from outside says that none was cut off the end."}
            </p>
            <details>
                <summary className="small">In full</summary>
                <ul className="small">
                    {found.words.map((line, at) => (
                        <li key={at}>{line}</li>
                    ))}
                </ul>
            </details>
        </Note>
    );
}

function Checkpoint({ text, covers }: { readonly text: string; readonly covers: number }) {
    const box = useRef<HTMLDetailsElement>(null);
    useClosing(box);
    return (
        <details className="checkpoint" ref={box}>
            <summary>Signed checkpoint</summary>
            <div className="checkpoint-body">
                <p className="small quiet">
                    Keep it on another machine: whoever has it can tell if the log was shortened or rewritten behind it
                    (<code>equipoise audit verify --since FILE</code>).
                </p>
                <pre className="body-text" tabIndex={0} role="group" aria-label="Signed checkpoint">
                    {text}
                </pre>
                <DownloadButton name={`equipoise-checkpoint-${covers}.txt`} make={() => text}>
                    Save it
                </DownloadButton>
            </div>
        </details>
    );
}
