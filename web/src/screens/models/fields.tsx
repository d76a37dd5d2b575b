/**
 * The fields of a model portfolio: its name, what it is for, and the weights of its classes.
 *
 * In: the draft, what is published, what is wrong. Out: the draft as typed. Invariant: the weights have to sum to 100, and nothing is scaled unasked.
 */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type ReactNode } from "react";
import { table } from "../../api/desk";
import { portfolio } from "../../api/documents";
import { modelPortfolios, type KeptModel } from "../../api/model-portfolios";
import { inPercent } from "../../graphics/target-bar";
import { Chooser, isLong } from "../../parts/chooser";
import { Fault, Note, Panel } from "../../parts/panel";
import { fieldId } from "../preferences/changes";
import { SUM_FIELD, type Fault as DraftFault } from "../preferences/faults";
import { TargetsEditor } from "../preferences/targets-editor";
import { fraction } from "../preferences/wanted";
import {
    ABOUT_MAX,
    CLASSES_FIELD,
    entriesOfDocument,
    isBySecurityAlone,
    NAME_FIELD,
    NAME_MAX,
    withClass,
    type ModelDraft,
} from "./draft";

export function Fields(given: {
    readonly draft: ModelDraft;
    readonly published: ModelDraft | null;
    readonly kept: KeptModel | null;
    readonly faults: readonly DraftFault[];
    readonly change: (next: ModelDraft) => void;
}) {
    const { draft, published, kept, faults, change } = given;
    const about = useId();
    const at = (field: string) => faults.filter((fault) => fault.field === field);
    return (
        <>
            <Panel id="about" title={published ? "Purpose" : "Name and purpose"}>
                <div className="model-form">
                    {published ? null : (
                        <div className="field">
                            <label htmlFor={NAME_FIELD}>Name</label>
                            <input
                                id={NAME_FIELD}
                                autoComplete="off"
                                maxLength={NAME_MAX}
                                value={draft.name}
                                {...marks(NAME_FIELD, faults)}
                                onChange={(event) => change({ ...draft, name: event.target.value })}
                            />
                            <Told id={NAME_FIELD} of={at(NAME_FIELD)} />
                        </div>
                    )}
                    <div className="field">
                        <label htmlFor={about}>
                            What it is for <span className="small quiet">(whoever chooses it reads this)</span>
                        </label>
                        <textarea
                            id={about}
                            maxLength={ABOUT_MAX}
                            value={draft.about}
                            onChange={(event) => change({ ...draft, about: event.target.value })}
                        />
                    </div>
                </div>
            </Panel>
            {isBySecurityAlone(kept) ? null : (
                <Panel id="model-target" title="Target" className="model-target">
                    <Begin hasEntries={draft.entries.length > 0} begin={(entries) => change({ ...draft, entries })} />
                    {draft.entries.length > 0 ? (
                        <TargetsEditor
                            kind="target"
                            isAlone
                            entries={draft.entries}
                            weights={null}
                            onChange={(entries) => change({ ...draft, entries })}
                            isWrong={(entry) => at(fieldId(`target|${entry.name}`)).length > 0}
                            under={(entry) => (
                                <Told id={fieldId(`target|${entry.name}`)} of={at(fieldId(`target|${entry.name}`))} />
                            )}
                            more={{
                                heads: [
                                    ...(published ? [<Beside key="published">Published</Beside>] : []),
                                    <span key="away" className="unseen">
                                        Take away
                                    </span>,
                                ],
                                cells: (name) => [
                                    ...(published ? [<Published key="published" of={published} name={name} />] : []),
                                    <button
                                        key="away"
                                        type="button"
                                        className="button bare slim"
                                        aria-label={`Take away ${name}`}
                                        title={`Take away ${name}`}
                                        onClick={() =>
                                            change({
                                                ...draft,
                                                entries: draft.entries.filter((each) => each.name !== name),
                                            })
                                        }
                                    >
                                        ✕
                                    </button>,
                                ],
                            }}
                        />
                    ) : null}
                    <Told id={CLASSES_FIELD} of={at(CLASSES_FIELD)} />
                    {/* What the sum is tells its own line; this is what the server says of it. */}
                    <Told id={SUM_FIELD} of={at(SUM_FIELD).filter((each) => !each.message.startsWith("They have"))} />
                    <AddClass
                        entries={draft.entries}
                        add={(name) => change({ ...draft, entries: withClass(draft.entries, name) })}
                    />
                </Panel>
            )}
        </>
    );
}

function marks(field: string, faults: readonly DraftFault[]) {
    return faults.some((fault) => fault.field === field)
        ? { "aria-invalid": true, "aria-describedby": `${field}-fault` }
        : {};
}

function Told({ id, of }: { readonly id: string; readonly of: readonly DraftFault[] }): ReactNode {
    if (of.length === 0) return null;
    return (
        <p className="fault small" id={`${id}-fault`}>
            {of.map((fault) => fault.message).join(" ")}
        </p>
    );
}

function Published({ of, name }: { readonly of: ModelDraft; readonly name: string }) {
    const entry = of.entries.find((each) => each.name === name);
    return <Beside>{entry ? inPercent(fraction(entry) ?? "0") : "—"}</Beside>;
}

/** A figure beside the one that is edited, in a column of its own. */
const Beside = ({ children }: { readonly children: ReactNode }) => <span className="beside-figure">{children}</span>;

/** To begin with what a household wants. */
function Begin(given: { readonly hasEntries: boolean; readonly begin: (entries: ModelDraft["entries"]) => void }) {
    const id = useId();
    const client = useQueryClient();
    const { data: all } = useQuery(table);
    const [typed, setTyped] = useState("");
    const options = (all?.id ?? []).map((value, at) => ({ value, text: all?.name[at] ?? value }));
    const copy = useMutation({
        mutationFn: async (household: string) => {
            const document = await client.fetchQuery(portfolio(household));
            return document ? entriesOfDocument(document.text) : null;
        },
        onSuccess: (found) => {
            if (found && found.entries.length > 0) given.begin(found.entries);
        },
    });
    // Where there are many, a name is typed: it stands for the household that is called so.
    const chosen = options.find((each) => each.value === typed || each.text === typed)?.value;
    if (options.length === 0) return null;
    return (
        <>
            <div className="model-begin">
                <label htmlFor={id}>Copy a household’s target</label>
                <Chooser
                    id={id}
                    options={isLong(options) ? options.map(({ text }) => ({ value: text, text })) : options}
                    value={typed}
                    onChange={setTyped}
                    none="Choose a household…"
                />
                <button
                    type="button"
                    className="button slim"
                    aria-disabled={chosen === undefined || copy.isPending}
                    onClick={() => (chosen === undefined || copy.isPending ? undefined : copy.mutate(chosen))}
                >
                    {copy.isPending ? "Copying…" : given.hasEntries ? "Copy over what is below" : "Copy"}
                </button>
            </div>
            {copy.error ? <Fault error={copy.error} /> : null}
            {copy.data === null || copy.data?.entries.length === 0 ? (
                <Note kind="warn">This household has no target by class to copy.</Note>
            ) : null}
            {copy.data?.hasSecurities ? (
                <Note kind="plain">
                    It has weights by security as well, which are not copied: only those by class are.
                </Note>
            ) : null}
        </>
    );
}

/** One more class, by its name. */
function AddClass(given: { readonly entries: ModelDraft["entries"]; readonly add: (name: string) => void }) {
    const id = useId();
    const { data: models } = useQuery(modelPortfolios);
    const [typed, setTyped] = useState("");
    const known = [...new Set((models ?? []).flatMap((each) => Object.keys(each.target.target_allocation)))]
        .map((name) => name.replaceAll("_", " "))
        .filter((name) => !given.entries.some((each) => each.name === name));
    const add = () => {
        if (typed.trim() === "") return;
        given.add(typed);
        setTyped("");
    };
    return (
        <div className="model-add">
            <label htmlFor={id}>Add a class</label>
            <input
                id={id}
                className="input"
                list={`${id}-list`}
                autoComplete="off"
                placeholder="Such as Bonds"
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
                onKeyDown={(event) => (event.key === "Enter" ? add() : undefined)}
            />
            <datalist id={`${id}-list`}>
                {[...new Set(["Cash", ...known])].map((name) => (
                    <option key={name} value={name} />
                ))}
            </datalist>
            <button type="button" className="button slim" aria-disabled={typed.trim() === ""} onClick={add}>
                Add
            </button>
        </div>
    );
}
