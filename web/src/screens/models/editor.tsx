/**
 * A model portfolio as it is to be: what is wanted, what that would do to every household that follows, and then the publication of exactly that.
 *
 * In: what is published, or nothing for a new one. Out: the next version. Invariants: nothing is published whose effect was not looked at as it stands on
 * the screen; what was edited since has no effect yet; a version that somebody else published meanwhile is never replaced without a word.
 */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Refused } from "../../api/client";
import { effectOf, publish, targetsMoved, type Effect, type KeptModel } from "../../api/model-portfolios";
import { Leaving } from "../../parts/leaving";
import { Fault, Note, Panel } from "../../parts/panel";
import type { Fault as DraftFault } from "../preferences/faults";
import {
    CLASSES_FIELD,
    draftOf,
    editsOf,
    faultsOf,
    faultsOfRefusal,
    NAME_FIELD,
    NOTHING,
    targetOf,
    type ModelDraft,
} from "./draft";
import { EffectTable } from "./effect-table";
import { Fields } from "./fields";
import { PublishBar } from "./publish-bar";
import { PublishedPanel } from "./published";
import { SecuritiesOf } from "./securities";
import { MayNotMake, Overtaken } from "./overtaken";
import "../preferences/preferences.css";

/** What is asked about: a target, as JSON, under a name. */
interface Asked {
    readonly name: string;
    readonly target: string;
}

/** What was looked at, with what it would do. */
interface Looked extends Asked {
    readonly effect: Effect;
}

const EFFECT = "what-it-would-do";
const WRONG = "what-is-wrong";

export function ModelEditor({ kept }: { readonly kept: KeptModel | null }) {
    const client = useQueryClient();
    const [base, setBase] = useState(kept);
    const [draft, setDraft] = useState<ModelDraft>(() => (kept ? draftOf(kept) : NOTHING));
    const [looked, setLooked] = useState<Looked | null>(null);
    const [isTold, setTold] = useState(false);
    // A second click may come before the first one has changed what is shown.
    const isSent = useRef(false);
    // Where no answer came, it is sent again under the same key: the server answers what it has answered, and publishes nothing twice.
    const key = useRef({ of: "", key: "" });
    const start = base ? draftOf(base) : NOTHING;
    const edits = editsOf(start, draft);
    const asked: Asked = { name: draft.name.trim(), target: targetOf(draft, base) };
    const { name } = asked;
    const isOfThis = (of: Asked | null | undefined) => of?.name === asked.name && of.target === asked.target;

    const look = useMutation({
        mutationFn: async (of: Asked): Promise<Looked> => ({ ...of, effect: await effectOf(of.name, of.target) }),
        onSuccess: (found) => {
            setLooked(found);
            publishing.reset();
            requestAnimationFrame(() => document.getElementById(EFFECT)?.focus());
        },
    });
    const publishing = useMutation({
        mutationFn: (of: Looked) => {
            const sent = `${of.effect.effect} ${draft.about}`;
            if (key.current.of !== sent) key.current = { of: sent, key: crypto.randomUUID() };
            return publish(of.name, draft.about, of.target, of.effect.effect, key.current.key);
        },
        onSuccess: () => targetsMoved(client),
        onError: (error) => {
            if (!(error instanceof Refused && error.isUnknown)) key.current = { of: "", key: "" };
        },
        onSettled: () => {
            isSent.current = false;
        },
    });
    // Nobody edited, and a newer version is there: it is the one that is edited.
    if (kept && base && kept.model.version !== base.model.version && edits === 0 && !publishing.data) {
        setBase(kept);
        setDraft(draftOf(kept));
        setLooked(null);
    }

    const refusal = [look, publishing].flatMap(({ error, variables }) =>
        error instanceof Refused && isOfThis(variables) ? faultsOfRefusal(error.problem, draft) : [],
    );
    const local = faultsOf(draft, base);
    const faults = [...local, ...refusal];
    if (isTold && faults.length === 0) setTold(false);
    useEffect(() => {
        if (isTold) document.getElementById(WRONG)?.focus();
    }, [isTold]);
    const change = (next: ModelDraft) => setDraft(next);
    const begin = () => {
        if (local.length > 0) setTold(true);
        else if (!look.isPending) look.mutate(asked);
    };
    const send = () => {
        if (!isFresh || !looked || isSent.current || isTaken) return;
        isSent.current = true;
        publishing.mutate(looked);
    };
    const again = (from: KeptModel | null) => {
        setBase(from);
        setDraft(from ? draftOf(from) : NOTHING);
        setLooked(null);
        look.reset();
        publishing.reset();
    };

    const isFresh = looked !== null && isOfThis(looked);
    // A new one has a name that is there by now.
    const isTaken = isFresh && base === null && looked.effect.present > 0;
    const overtaken =
        publishing.error instanceof Refused && publishing.error.problem.code === "changed" ? publishing.error : null;
    const isOvertaken = overtaken !== null;
    const isShown = (error: Error | null) =>
        error instanceof Refused &&
        (error.problem.code === "changed" || faultsOfRefusal(error.problem, draft).length > 0);

    if (publishing.data) {
        return <PublishedPanel name={name} published={publishing.data} edit={base ? () => again(kept) : null} />;
    }
    return (
        <>
            <div className="stack model-editor">
                {isTold ? <Wrong faults={faults} /> : null}
                <Fields
                    draft={draft}
                    published={base ? start : null}
                    kept={base}
                    faults={isTold ? faults : faults.filter((each) => !isMissing(each))}
                    change={change}
                />
                {base ? <SecuritiesOf kept={base} /> : null}
                <Panel
                    id="effect"
                    title="What it would do"
                    aside={<span className="small faint">{isFresh ? "at the prices of now" : ""}</span>}
                >
                    <div id={EFFECT} tabIndex={-1} role="group" aria-label="What publishing would do">
                        {look.error instanceof Refused && look.error.problem.status === 404 ? (
                            <MayNotMake />
                        ) : look.error && !isShown(look.error) ? (
                            <Fault error={look.error} again={begin} />
                        ) : null}
                        {overtaken ? (
                            <Overtaken
                                error={overtaken}
                                isLooking={look.isPending}
                                again={() => (local.length === 0 && !look.isPending ? look.mutate(asked) : undefined)}
                            />
                        ) : null}
                        {publishing.error && !isShown(publishing.error) ? (
                            <Fault error={publishing.error} again={send} />
                        ) : null}
                        {looked && !isOvertaken ? (
                            <>
                                {isFresh ? null : (
                                    <Note kind="warn">
                                        You have edited it since. What stands here is of what it was before: look again
                                        before it can be published.
                                    </Note>
                                )}
                                {base && kept && looked.effect.present !== base.model.version ? (
                                    <Note kind="warn">
                                        Somebody published version {looked.effect.present} meanwhile; you began with
                                        version {base.model.version}. Publishing replaces theirs.{" "}
                                        <button type="button" className="button slim" onClick={() => again(kept)}>
                                            Begin with theirs
                                        </button>
                                    </Note>
                                ) : null}
                                {isTaken ? (
                                    <Note kind="failed">
                                        There is a model portfolio of this name already, in version{" "}
                                        {looked.effect.present}. Choose another name, or publish the next version of
                                        that one.
                                    </Note>
                                ) : (
                                    <EffectTable of={looked.effect} />
                                )}
                            </>
                        ) : look.error || isOvertaken ? null : (
                            <p className="quiet">
                                {look.isPending
                                    ? "Working it out for every household that follows…"
                                    : "Nothing is published before its effect was looked at: what would be outside its band, and how much there would be to trade, for every household that follows."}
                            </p>
                        )}
                    </div>
                </Panel>
            </div>
            <PublishBar
                name={name}
                edits={edits}
                faults={faults.length}
                effect={isFresh && !isTaken && !isOvertaken ? looked.effect : null}
                isLooking={look.isPending}
                isPublishing={publishing.isPending}
                look={begin}
                publish={send}
                discard={edits > 0 ? () => again(kept) : null}
            />
            <Leaving count={edits} />
        </>
    );
}

/** What nobody has typed yet is told with the wish to look, not before. */
const isMissing = ({ field }: DraftFault) => field === NAME_FIELD || field === CLASSES_FIELD;

/** Everything that is wrong, each with the way to its field. */
function Wrong({ faults }: { readonly faults: readonly DraftFault[] }) {
    return (
        <div className="note failed fault-summary" id={WRONG} tabIndex={-1} aria-label="What is to be put right">
            <p>
                <strong>It can’t be looked at yet.</strong>
            </p>
            <ul>
                {faults.map((fault) => (
                    <li key={`${fault.field ?? ""} ${fault.message}`}>
                        <a
                            href={`#${fault.field ?? ""}`}
                            onClick={(event) => {
                                event.preventDefault();
                                document.getElementById(fault.field ?? "")?.focus();
                            }}
                        >
                            {fault.name}
                        </a>
                        : {fault.message}
                    </li>
                ))}
            </ul>
        </div>
    );
}
