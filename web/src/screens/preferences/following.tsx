/**
 * A household follows a model portfolio, or has a target of its own.
 *
 * In: the household, what it wants now. Out: it follows, or follows none any more. Invariants: what would become of the target stands beside the button;
 * edits of the target that are not saved are not lost by following.
 */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useId, useState } from "react";
import {
    follow,
    mayMakeModels,
    modelPortfolios,
    targetsMoved,
    unfollow,
    type Followed,
    type ModelPortfolio,
} from "../../api/model-portfolios";
import type { Household } from "../../api/questions";
import { inPercent } from "../../graphics/target-bar";
import { Chooser, isLong } from "../../parts/chooser";
import { Dialog } from "../../parts/dialog";
import { Fault, Info, Note, Panel } from "../../parts/panel";
import { Told } from "../../parts/told";
import { compared, several } from "../../text/figures";
import { reasonOf } from "../models/effect";
import { useEditing } from "./editing";
import { comparedWith, isOfTarget } from "./followed";

export function Following({ household }: { readonly household: Household }) {
    const { changed, draft, saved, change } = useEditing();
    const canWrite = household.rights.includes("write");
    const followed = household.model_portfolio ?? null;
    const edits = [...changed.keys()].filter(isOfTarget).length;
    return (
        <Panel
            id="model-portfolio"
            title="Model portfolio"
            aside={
                <Info of="a model portfolio">
                    <p>
                        A named target that many households follow. Who publishes its next version changes the target of
                        all of them that they may change, and offers it to the others; everything else in a household’s
                        document is its own. It trades nothing: every plan waits for approval.
                    </p>
                </Info>
            }
        >
            {followed ? (
                <Follows household={household} followed={followed} canWrite={canWrite} />
            ) : canWrite ? (
                <Choose household={household} edits={edits} />
            ) : (
                <p className="quiet">It follows none: its target is its own.</p>
            )}
            {followed && edits > 0 ? (
                <Note kind="warn">
                    You have edited the target, which is that of {followed.name}: this can’t be saved while it follows.{" "}
                    <button
                        type="button"
                        className="button slim"
                        onClick={() => change({ ...draft, targets: saved.targets, securities: saved.securities })}
                    >
                        Take {several(edits, "edit")} of the target back
                    </button>
                </Note>
            ) : null}
        </Panel>
    );
}

function Follows(given: { readonly household: Household; readonly followed: Followed; readonly canWrite: boolean }) {
    const { household, followed } = given;
    const client = useQueryClient();
    const [isAsking, setAsking] = useState(false);
    const stop = useMutation({
        mutationFn: () => unfollow(household.id),
        onSuccess: async () => {
            setAsking(false);
            await targetsMoved(client, household.id);
        },
    });
    return (
        <>
            <p>
                Follows{" "}
                <Link to="/models/$model" params={{ model: followed.name }}>
                    {followed.name}
                </Link>
                {followed.version > 0 ? `, version ${followed.version}` : ", and has no version of it yet"}. Its target
                is edited there; bands, rules and everything else are edited here.
            </p>
            <Behind followed={followed} />
            {given.canWrite && followed.is_offered ? <TakeOver household={household} followed={followed} /> : null}
            {given.canWrite ? (
                <p>
                    <button type="button" className="button slim" onClick={() => setAsking(true)}>
                        Stop following…
                    </button>
                </p>
            ) : null}
            {isAsking ? (
                <Dialog
                    title={`Stop following ${followed.name}?`}
                    close={() => setAsking(false)}
                    isBusy={stop.isPending}
                >
                    <div className="dialog-form">
                        <p>
                            The target of {household.name} stays as it is until somebody changes it. Versions of{" "}
                            {followed.name} that come no longer reach it. Nothing is traded by that.
                        </p>
                        {stop.error ? <Fault error={stop.error} /> : null}
                        <div className="dialog-actions">
                            <button type="button" className="button" onClick={() => setAsking(false)}>
                                Keep following
                            </button>
                            <button
                                type="button"
                                className="button first"
                                aria-disabled={stop.isPending}
                                onClick={() => (stop.isPending ? undefined : stop.mutate())}
                            >
                                {stop.isPending ? "Stopping…" : "Stop following"}
                            </button>
                        </div>
                    </div>
                </Dialog>
            ) : null}
        </>
    );
}

/** A version that is offered is taken over, with what would become of the target beside the button. */
function TakeOver({ household, followed }: { readonly household: Household; readonly followed: Followed }) {
    const client = useQueryClient();
    const all = useQuery(modelPortfolios);
    const model = all.data?.find((each) => each.name === followed.name);
    const take = useMutation({
        mutationFn: () => follow(household.id, followed.name),
        onSuccess: () => targetsMoved(client, household.id),
    });
    return (
        <div className="model follow-model">
            {model ? <Compared model={model} /> : null}
            {take.error ? <Fault error={take.error} /> : null}
            <button
                type="button"
                className="button"
                aria-disabled={take.isPending}
                onClick={() => (take.isPending ? undefined : take.mutate())}
            >
                {take.isPending ? "Taking it over…" : `Take version ${followed.published} over`}
            </button>
        </div>
    );
}

/** That the document has not the version that is published, and why. */
export function Behind({ followed }: { readonly followed: Followed }) {
    if (followed.version >= followed.published) return null;
    return (
        <Note kind="warn">
            {followed.refused ? (
                <>
                    Version {followed.published} of {followed.name} can’t be taken over, so that the target stays as it
                    is: <Told>{reasonOf(followed.refused)}</Told>
                </>
            ) : followed.is_offered ? (
                `Version ${followed.published} of ${followed.name} was published by somebody who may not change this household. Its target stays until somebody who may takes the version over.`
            ) : (
                `Version ${followed.published} of ${followed.name} is published, and is taken over once the orders at the broker have ended.`
            )}
        </Note>
    );
}

function Choose({ household, edits }: { readonly household: Household; readonly edits: number }) {
    const id = useId();
    const reason = useId();
    const client = useQueryClient();
    const all = useQuery(modelPortfolios);
    const { data: mayMake } = useQuery(mayMakeModels);
    const [name, setName] = useState("");
    const chosen = all.data?.find((each) => each.name === name);
    const start = useMutation({
        mutationFn: (model: string) => follow(household.id, model),
        onSuccess: () => targetsMoved(client, household.id),
    });
    if (all.data?.length === 0) {
        return (
            <p className="quiet">
                It follows none: its target is its own. There is no model portfolio yet
                {mayMake ? (
                    <>
                        ; <Link to="/new-model">make one</Link>
                    </>
                ) : null}
                .
            </p>
        );
    }
    const options = (all.data ?? []).map((each) => ({ value: each.name, text: each.name }));
    return (
        <>
            <p className="quiet">It follows none: its target is its own.</p>
            {all.error ? <Fault error={all.error} again={() => void all.refetch()} /> : null}
            <div className="adder">
                <label htmlFor={id}>Follow a model portfolio</label>
                <Chooser id={id} options={options} value={name} onChange={setName} />
                {isLong(options) && name !== "" && !chosen ? (
                    <span className="small quiet">Choose one of those that are there.</span>
                ) : null}
            </div>
            {chosen ? (
                <div className="model follow-model">
                    {chosen.about ? <p>{chosen.about}</p> : null}
                    <Compared model={chosen} />
                    <p>
                        The target of {household.name} becomes that of {chosen.name}, version {chosen.version}, now and
                        whenever a version is published, and is not edited here while it follows.
                        {household.proposal?.state === "Pending_Approval"
                            ? " The plan that waits is superseded where that is another target."
                            : ""}{" "}
                        Nothing is traded by that.
                    </p>
                    {edits > 0 ? (
                        <p id={reason} className="small strong">
                            <span aria-hidden="true">⚠ </span>
                            Save or discard {several(edits, "edit")} of the target first.
                        </p>
                    ) : null}
                    {start.error ? <Fault error={start.error} /> : null}
                    <button
                        type="button"
                        className="button"
                        aria-disabled={edits > 0 || start.isPending}
                        aria-describedby={edits > 0 ? reason : undefined}
                        onClick={() => (edits > 0 || start.isPending ? undefined : start.mutate(chosen.name))}
                    >
                        {start.isPending ? "Taking it over…" : `Follow ${chosen.name}`}
                    </button>
                </div>
            ) : null}
        </>
    );
}

/** Its target and that of the model portfolio, class by class. */
function Compared({ model }: { readonly model: ModelPortfolio }) {
    const { saved } = useEditing();
    const rows = comparedWith(saved, model);
    const securities = Object.keys(model.target.security_targets).length;
    return (
        <>
            {rows.length > 0 ? (
                <div className="scroll" tabIndex={0} role="group" aria-label={`Its target, and that of ${model.name}`}>
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">Class</th>
                                <th scope="col" className="number">
                                    Its target
                                </th>
                                <th scope="col" className="number">
                                    {model.name}
                                </th>
                            </tr>
                        </thead>
                        <tbody>
                            {rows.map((row) => (
                                <tr key={row.name}>
                                    <th scope="row">{row.name}</th>
                                    <td className="number">{inPercent(row.own)}</td>
                                    <td className="number">
                                        {compared(row.own, row.model) === 0 ? (
                                            inPercent(row.model)
                                        ) : (
                                            <strong>{inPercent(row.model)}</strong>
                                        )}
                                    </td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            ) : null}
            {securities > 0 ? (
                <p className="small quiet">
                    {several(securities, "security has a weight of its own", "securities have weights of their own")}.
                </p>
            ) : null}
        </>
    );
}
