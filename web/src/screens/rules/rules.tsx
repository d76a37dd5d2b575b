/**
 * The rules of the house: what counts for every household, what waits for a second person, and a change that somebody proposes.
 *
 * In: the rules as the API tells them to whoever looks. Out: a proposal, a confirmation, a withdrawal. Invariant: nothing counts before another person
 * than the one who proposed it has confirmed exactly that.
 */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { Refused } from "../../api/client";
import { table } from "../../api/desk";
import { houseRules, type HouseRules } from "../../api/house-rules";
import { Answer, Empty, Note, Panel } from "../../parts/panel";
import { atTime } from "../../text/times";
import { RulesEditor } from "./editor";
import { Counts } from "./counts";
import { Waiting } from "./waiting";
import "./rules.css";

export type Names = ReadonlyMap<string, string>;

export function RulesScreen() {
    const rules = useQuery(houseRules);
    const { data: all } = useQuery(table);
    const names = useMemo(() => new Map(all?.id.map((id, at) => [id, all.name[at] ?? id]) ?? []), [all]);
    const isNobody = rules.error instanceof Refused && rules.error.problem.status === 404;
    return (
        <>
            <header className="screen-head">
                <div>
                    <h1>Rules of the house</h1>
                    <p className="quiet lead">
                        What binds every household, whatever its own document says. One person proposes, another one
                        confirms.
                    </p>
                </div>
            </header>
            {isNobody ? (
                <Panel>
                    <Empty
                        title="You see no household yet"
                        why="The rules are told to whoever sees a household that they bind, or may change them."
                        action={
                            <Link to="/start" className="button">
                                Set up a household
                            </Link>
                        }
                    />
                </Panel>
            ) : (
                <Answer of={rules} rows={10}>
                    {(found) => <Rules of={found} names={names} />}
                </Answer>
            )}
        </>
    );
}

const DONE = "what-was-done";
const PROPOSE = "propose-a-change";

function Rules({ of, names }: { readonly of: HouseRules; readonly names: Names }) {
    const [isEditing, setEditing] = useState(false);
    const [done, setDone] = useState<string | null>(null);
    const edit = () => {
        setDone(null);
        setEditing(true);
    };
    // What was clicked is gone by then: whoever goes by keyboard finds what came of it.
    useEffect(() => {
        if (done) document.getElementById(DONE)?.focus();
    }, [done]);
    return (
        <div className="stack">
            {done ? (
                <Note kind="done">
                    <div role="status" id={DONE} tabIndex={-1}>
                        {done}
                    </div>
                </Note>
            ) : null}
            {of.proposed ? <Waiting proposed={of.proposed} rules={of} names={names} done={setDone} /> : null}
            <Panel
                id="counts"
                title="What counts"
                aside={
                    of.may_change && !isEditing ? (
                        <button type="button" id={PROPOSE} className="button" onClick={edit}>
                            Propose a change
                        </button>
                    ) : null
                }
            >
                <p className="quiet">{standing(of)}</p>
                <Counts of={of.rules} names={names} />
                {of.may_change ? null : (
                    <p className="small quiet">
                        Administrators change them, and who approves everywhere: one proposes, another one confirms.
                        Exceptions are told of households that you see.
                    </p>
                )}
            </Panel>
            {isEditing ? (
                <RulesEditor
                    of={of}
                    names={names}
                    close={(words) => {
                        setEditing(false);
                        setDone(words);
                        if (words === null) requestAnimationFrame(() => document.getElementById(PROPOSE)?.focus());
                    }}
                />
            ) : null}
        </div>
    );
}

function standing({ version, since, proposed_by: by, confirmed_by: second }: HouseRules): string {
    if (version === 0) return "There are none yet.";
    const people = by && second ? ` Proposed by ${by}, confirmed by ${second}.` : "";
    return `Version ${version}${since ? `, since ${atTime(since)} New York` : ""}.${people}`;
}
