/**
 * The log that everything stands in: how many records are under a signature, and the signed checkpoint to keep elsewhere.
 *
 * Invariant: a check that failed is shown in red and can't be put away.
 */
import { useQuery } from "@tanstack/react-query";
import { checkpoint } from "../../api/history";
import { DownloadButton } from "../../parts/download";
import { Answer, Panel } from "../../parts/panel";
import { count, several } from "../../text/figures";

export function Log() {
    const signed = useQuery(checkpoint);
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
                        {found.checkpoint ? (
                            <details className="checkpoint no-print">
                                <summary>Signed checkpoint</summary>
                                <p className="small quiet">
                                    Keep it on another machine: whoever has it can tell if the log was shortened or
                                    rewritten behind it (<code>equipoise audit verify --since FILE</code>).
                                </p>
                                <pre className="body-text" tabIndex={0} role="group" aria-label="Signed checkpoint">
                                    {found.checkpoint}
                                </pre>
                                <DownloadButton
                                    name={`equipoise-checkpoint-${found.covers}.txt`}
                                    make={() => found.checkpoint ?? ""}
                                >
                                    Save it
                                </DownloadButton>
                            </details>
                        ) : null}
                    </div>
                )}
            </Answer>
        </Panel>
    );
}
