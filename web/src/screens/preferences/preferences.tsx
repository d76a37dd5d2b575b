/**
 * What a household wants: targets and bands, and every kind of preference, by controls or in plain words.
 *
 * In: its portfolio document. Out: the next version of it. Invariants: the document keeps everything that was not edited; nothing is saved whose
 * targets do not sum to 100; edits survive a refusal, a newer version and, unless somebody says so, leaving.
 */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { Refused } from "../../api/client";
import { portfolio, save, type KeptDocument } from "../../api/documents";
import { modelPortfolios } from "../../api/model-portfolios";
import { drift, household } from "../../api/questions";
import { Leaving } from "../../parts/leaving";
import { Answer, Empty, Fault, Note, Skeleton } from "../../parts/panel";
import { changes } from "./changes";
import { chosen, onto, untouched, type Draft } from "./draft";
import { EditingProvider } from "./editing";
import { faultsOf, faultsOfProblem, type Fault as DraftFault } from "./faults";
import { Groups } from "./groups";
import { MOVED, MovedNotice, undecided } from "./moved-notice";
import { SaveBar, useEffects } from "./save-bar";
import { wantedOf, writtenInto, type Wanted } from "./wanted";
import { WordsPanel } from "./words-panel";
import "./preferences.css";

export function PreferencesScreen() {
    const { household: id } = useParams({ from: "/h/$household/preferences" });
    const kept = useQuery(portfolio(id));
    // What comes in one after the other would push the rest down: whose it is, and which model portfolios it may follow, stand above it.
    const [who, models] = [useQuery(household(id)), useQuery(modelPortfolios)];
    const isComing = !kept.error && (who.isPending || models.isPending);
    return (
        <>
            <header className="screen-head">
                <div>
                    <h1>Preferences</h1>
                    <p className="quiet lead">
                        What you want, and what must not be done. Nothing counts before it is saved.
                    </p>
                </div>
            </header>
            <Answer of={kept} rows={12}>
                {(found) =>
                    isComing ? (
                        <Skeleton rows={12} />
                    ) : found ? (
                        <Editor key={id} id={id} kept={found} />
                    ) : (
                        <Empty
                            title="This household has no document yet"
                            why="Targets and rules stand in its portfolio document, beside what it holds."
                            action={
                                <Link to="/start" className="button">
                                    Bring holdings
                                </Link>
                            }
                        />
                    )
                }
            </Answer>
        </>
    );
}

function Editor({ id, kept }: { readonly id: string; readonly kept: KeptDocument }) {
    const client = useQueryClient();
    const who = useQuery(household(id));
    const now = useQuery(drift(id));
    const [state, setState] = useState<Draft>(() => untouched(kept));
    const [refusal, setRefusal] = useState<{ readonly draft: Wanted; readonly faults: readonly DraftFault[] } | null>(
        null,
    );
    // What is wrong is told at its field at once; the list of it comes with the wish to save, so that nothing jumps while somebody types.
    const [isTold, setTold] = useState(false);
    const [done, setDone] = useState<string | null>(null);
    const key = useRef({ text: "", key: "" });
    const mine = useRef<Wanted | null>(null);
    /** Whether somebody just tried to save, and is to be shown why not. */
    const isAsked = useRef(false);
    // A newer version: edits are put onto it, before anybody sees the old one again.
    if (kept.version !== state.base.version) setState(onto(state, kept));

    const { draft, saved, facts, moved } = state;
    const edits = useMemo(() => changes(saved, draft), [saved, draft]);
    const local = useMemo(() => faultsOf(draft), [draft]);
    const faults = useMemo(
        () => [...local, ...(refusal?.draft === draft ? refusal.faults : [])],
        [local, refusal, draft],
    );
    if (isTold && faults.length === 0) setTold(false);
    const effects = useEffects(state.base.text, draft, local.length === 0);
    const change = useMemo(
        () => (next: Wanted) => {
            setDone(null);
            setState((before) => ({ ...before, draft: next }));
        },
        [],
    );

    const saving = useMutation({
        mutationFn: async () => {
            const text = writtenInto(state.base.text, draft);
            if (key.current.text !== text) key.current = { text, key: crypto.randomUUID() };
            return { text, version: await save(id, state.base.version, text, key.current.key) };
        },
        onSuccess: (next: KeptDocument) => {
            setRefusal(null);
            setState(untouched(next));
            setDone(`Saved as version ${next.version.replaceAll('"', "")}`);
            client.setQueryData<KeptDocument | null>(["document", id], next);
            for (const kind of ["drift", "household", "proposals", "document"]) {
                void client.invalidateQueries({ queryKey: [kind, id] });
            }
        },
        onError: (error) => {
            if (!(error instanceof Refused)) return;
            if (error.problem.status === 412) {
                isAsked.current = true;
                void client.refetchQueries({ queryKey: portfolio(id).queryKey });
            }
            // Somebody made it follow a model portfolio meanwhile: the panel of it says so, and takes edits of the target back.
            if (error.problem.code === "follows_model_portfolio") {
                void client.invalidateQueries({ queryKey: household(id).queryKey });
            }
            if (error.problem.status === 422) {
                setRefusal({ draft, faults: faultsOfProblem(error.problem, wantedOf(key.current.text).wanted.tokens) });
                setTold(true);
                requestAnimationFrame(toSummary);
            }
        },
    });
    useEffect(() => {
        if (!moved || !isAsked.current) return;
        isAsked.current = false;
        document.getElementById(MOVED)?.focus();
    }, [moved]);
    const isShownElsewhere = (error: Error) => error instanceof Refused && [412, 422].includes(error.problem.status);
    const canWrite = who.data ? who.data.rights.includes("write") : true;
    return (
        <EditingProvider draft={draft} saved={saved} facts={facts} faults={faults} edits={edits} change={change}>
            {moved ? (
                <MovedNotice
                    moved={moved}
                    choose={(clash, side) => {
                        mine.current ??= draft;
                        const own = mine.current;
                        setState((before) => chosen(before, clash, side, own));
                    }}
                    close={() => {
                        mine.current = null;
                        setState((before) => ({ ...before, moved: null, theirs: null }));
                    }}
                />
            ) : null}
            {canWrite ? null : (
                <Note kind="plain">
                    You may look at this household and not change it. What you try here is not saved.
                </Note>
            )}
            {isTold ? <Summary faults={faults} /> : null}
            {saving.error && !isShownElsewhere(saving.error) ? (
                <Fault error={saving.error} again={() => saving.mutate()} />
            ) : null}
            <div className="preferences-columns">
                <Groups
                    household={who.data ?? null}
                    drift={now.data ?? null}
                    preview={effects.after.data ?? null}
                    prices={effects.known}
                />
                <div className="preferences-aside">
                    <WordsPanel household={id} />
                </div>
            </div>
            <SaveBar
                count={edits.length}
                faults={faults.length}
                clashes={undecided(moved).length}
                effects={effects}
                isSaving={saving.isPending}
                saved={done}
                canWrite={canWrite}
                save={() => saving.mutate()}
                discard={() => {
                    setRefusal(null);
                    mine.current = null;
                    setState(untouched(state.base));
                }}
                toFaults={() => {
                    if (faults.length > 0) {
                        setTold(true);
                        requestAnimationFrame(toSummary);
                    } else document.getElementById(MOVED)?.focus();
                }}
            />
            <Leaving count={edits.length} />
        </EditingProvider>
    );
}

const SUMMARY = "what-is-wrong";

function toSummary(): void {
    document.getElementById(SUMMARY)?.focus();
}

/** Everything that is wrong, each with the way to its field. */
function Summary(given: { readonly faults: readonly DraftFault[] }) {
    if (given.faults.length === 0) return null;
    return (
        <div className="note failed fault-summary" id={SUMMARY} tabIndex={-1} aria-label="What is to be put right">
            <p>
                <strong>This can’t be saved yet.</strong>
            </p>
            <ul>
                {given.faults.map((fault, place) => (
                    <li key={place}>
                        {fault.field ? (
                            <a
                                href={`#${fault.field}`}
                                onClick={(event) => {
                                    event.preventDefault();
                                    const field = document.getElementById(fault.field ?? "");
                                    field?.scrollIntoView({ block: "center" });
                                    field?.focus({ preventScroll: true });
                                }}
                            >
                                {fault.name || "This field"}
                            </a>
                        ) : fault.name ? (
                            <strong>{fault.name}</strong>
                        ) : null}
                        {fault.field || fault.name ? ": " : ""}
                        {fault.message}
                    </li>
                ))}
            </ul>
        </div>
    );
}
