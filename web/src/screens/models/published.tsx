/** What came of a publication: the version, and for each household whether it has the target, later, or not and why. */
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { Published } from "../../api/model-portfolios";
import { Note, Panel } from "../../parts/panel";
import { OutcomeTable } from "./effect-table";

export function PublishedPanel({
    name,
    published,
    edit,
}: {
    readonly name: string;
    readonly published: Published;
    /** Back to the editor, over the version that is published now. */
    readonly edit: (() => void) | null;
}) {
    const box = useRef<HTMLDivElement>(null);
    useEffect(() => box.current?.focus(), []);
    return (
        <Panel id="published" title={`${name}, version ${published.version}`}>
            <div ref={box} tabIndex={-1}>
                <Note kind="done">
                    <div role="status">
                        <strong>
                            {name} is published as version {published.version}.
                        </strong>{" "}
                        Nothing was traded: the next plan of each household waits for approval like any other.
                    </div>
                </Note>
            </div>
            <OutcomeTable of={published} />
            <p className="model-add">
                <Link to="/models" className="button first">
                    All model portfolios
                </Link>
                {edit ? (
                    <button type="button" className="button" onClick={edit}>
                        Edit it again
                    </button>
                ) : (
                    <Link to="/models/$model" params={{ model: name }} className="button">
                        Look at it
                    </Link>
                )}
            </p>
        </Panel>
    );
}
