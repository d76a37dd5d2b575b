/** Corrects a fill that a person typed in wrong, or takes it back: what is on record, what is right, what that changes. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";
import { Refused } from "../../api/client";
import { correct, corrected, foreseen, type Correction, type Taken } from "../../api/fills";
import type { OrderView } from "../../api/history";
import type { Proposal } from "../../api/questions";
import { Dialog } from "../dialog";
import { NumberField } from "../number-field";
import { Fault, Note } from "../panel";
import { Side } from "../side";
import {
    afterwards,
    changes,
    correctionOf,
    doneInWords,
    draftOf,
    faultsOf,
    foreseenChanges,
    isAnother,
    refusedInWords,
    rightOf,
    takingBack,
    type Draft,
    type Fill,
} from "./correction";

interface Asked {
    readonly of: Proposal;
    readonly order: OrderView;
    readonly fill: Fill;
    readonly close: () => void;
    /** It is on record; what is to be said of it. */
    readonly done: (words: string) => void;
}

/** Sends what is right, and tells who asked. */
function useCorrection({ of, done }: Pick<Asked, "of" | "done">) {
    const client = useQueryClient();
    return useMutation({
        mutationFn: (correction: Correction) => correct(correction),
        onSuccess: async (taken: Taken) => {
            done(doneInWords(taken));
            await corrected(client, of.household, of.id);
        },
    });
}

/** How long nothing is typed before the server is asked what it would come to. */
const PAUSE_MS = 400;

/** What the server says a correction would come to, once nothing more is typed. */
function useForeseen(correction: Correction | null) {
    const text = correction && JSON.stringify(correction);
    const [settled, setSettled] = useState<string | null>(null);
    useEffect(() => {
        const timer = setTimeout(() => setSettled(text), PAUSE_MS);
        return () => clearTimeout(timer);
    }, [text]);
    const asked = useQuery(foreseen(settled === null ? null : (JSON.parse(settled) as Correction)));
    const isSettled = text !== null && text === settled;
    return {
        outcome: isSettled ? (asked.data ?? null) : null,
        error: isSettled ? asked.error : null,
        isAsking: text !== null && (!isSettled || asked.isFetching),
    };
}

export function CorrectDialog(asked: Asked) {
    const { of, order, fill, close } = asked;
    const id = useId();
    const [draft, setDraft] = useState<Draft>(() => draftOf(fill));
    const [accept, setAccept] = useState(false);
    const [isTried, setTried] = useState(false);
    const send = useCorrection(asked);
    const right = rightOf(fill, draft);
    const faulty = isTried ? faultsOf(draft) : {};
    const isSame = right !== null && !isAnother(fill, right);
    const correction = isSame ? null : correctionOf(order, fill, draft, accept);
    const seen = useForeseen(correction);
    // What was typed since is not what the server refused when it was sent.
    const error = seen.error ?? (seen.outcome ? null : send.error);
    const refused = error instanceof Refused ? refusedInWords(error.problem) : null;
    const faults = { ...faulty, ...(refused?.field ? { [refused.field]: refused.problem.detail } : {}) };
    const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
    const field = (name: keyof Draft) => ({
        id: `${id}-${name}`,
        ...(faults[name] ? { "aria-invalid": true, "aria-describedby": `${id}-${name}-fault` } : {}),
    });
    const fault = (name: keyof Draft) =>
        faults[name] ? (
            <p id={`${id}-${name}-fault`} className="small fault" role="alert">
                {faults[name]}
            </p>
        ) : null;
    const number = (name: "quantity" | "price" | "fees", label: string) => (
        <div className="field">
            <label htmlFor={`${id}-${name}`}>{label}</label>
            <NumberField
                {...field(name)}
                value={draft[name]}
                step={name === "quantity" ? "1" : "0.01"}
                onChange={(value) => set({ [name]: value })}
            />
            {fault(name)}
        </div>
    );
    return (
        <Dialog title="Correct a fill" close={close} wide isBusy={send.isPending}>
            <form
                className="dialog-form"
                noValidate
                onSubmit={(event) => {
                    event.preventDefault();
                    setTried(true);
                    if (correction && !send.isPending) send.mutate(correction);
                }}
            >
                <Which order={order} fill={fill} />
                <div className="correction-fields">
                    {number("quantity", "Shares")}
                    {number("price", "Price of a share, $")}
                    {number("fees", "Fees, $")}
                    <div className="field">
                        <label htmlFor={`${id}-at`}>Executed, New York time</label>
                        <input
                            {...field("at")}
                            type="datetime-local"
                            step={1}
                            value={draft.at}
                            onChange={(event) => set({ at: event.target.value })}
                        />
                        {fault("at")}
                    </div>
                    <div className="field">
                        <label htmlFor={`${id}-name`}>Broker’s name for the right fill</label>
                        <input
                            {...field("name")}
                            maxLength={128}
                            autoComplete="off"
                            aria-describedby={faults.name ? `${id}-name-help ${id}-name-fault` : `${id}-name-help`}
                            value={draft.name}
                            onChange={(event) => set({ name: event.target.value })}
                        />
                        <p id={`${id}-name-help`} className="small quiet">
                            Left empty, it gets a name here.
                        </p>
                        {fault("name")}
                    </div>
                </div>
                {right && !isSame ? (
                    <Preview order={order} fill={fill} right={right} of={of} seen={seen} />
                ) : (
                    <p className="quiet" role="status">
                        {isSame
                            ? "Nothing is changed yet: write what is right."
                            : "Write all figures to see what changes."}
                    </p>
                )}
                {error && !refused?.field ? <NotTaken error={error} /> : null}
                {refused?.asks || accept ? (
                    <label>
                        <input type="checkbox" checked={accept} onChange={(event) => setAccept(event.target.checked)} />{" "}
                        The price and the fees are right as they stand here
                    </label>
                ) : null}
                <div className="dialog-actions">
                    <button type="button" className="button" disabled={send.isPending} onClick={close}>
                        Keep it as it is
                    </button>
                    <button type="submit" className="button first" disabled={send.isPending || isSame}>
                        {send.isPending ? "Correcting…" : "Correct the fill"}
                    </button>
                </div>
            </form>
        </Dialog>
    );
}

export function TakeBackDialog(asked: Asked) {
    const { of, order, fill, close } = asked;
    const id = useId();
    const [reason, setReason] = useState("");
    const send = useCorrection(asked);
    // The reason changes nothing of what it comes to: one stands for all until one is written.
    const seen = useForeseen(takingBack(order, fill, "not written yet"));
    const error = send.error ?? seen.error;
    return (
        <Dialog title="Take a fill back" close={close} wide isBusy={send.isPending}>
            <form
                className="dialog-form"
                onSubmit={(event) => {
                    event.preventDefault();
                    if (!send.isPending) send.mutate(takingBack(order, fill, reason));
                }}
            >
                <Which order={order} fill={fill} />
                <div className="field">
                    <label htmlFor={id}>Why nothing of it happened</label>
                    <textarea
                        id={id}
                        required
                        maxLength={500}
                        value={reason}
                        onChange={(event) => setReason(event.target.value)}
                    />
                    <p className="small quiet">The reason goes on record.</p>
                </div>
                <Preview order={order} fill={fill} right={null} of={of} seen={seen} />
                {error ? <NotTaken error={error} /> : null}
                <div className="dialog-actions">
                    <button type="button" className="button" disabled={send.isPending} onClick={close}>
                        Keep it as it is
                    </button>
                    <button type="submit" className="button first" disabled={send.isPending || reason.trim() === ""}>
                        {send.isPending ? "Taking it back…" : "Take the fill back"}
                    </button>
                </div>
            </form>
        </Dialog>
    );
}

/** Of which fill it is. */
function Which({ order, fill }: { readonly order: OrderView; readonly fill: Fill }) {
    return (
        <p>
            <Side of={order.action} /> {order.ticker} in account {order.account_id}
            {order.lot_id ? `, lot ${order.lot_id}` : ""}: fill <code>{fill.execution_id}</code>
        </p>
    );
}

/** The server’s refusal; nothing was taken. It comes below what was typed, and is moved to where it is seen. */
function NotTaken({ error }: { readonly error: Error }) {
    const box = useRef<HTMLDivElement>(null);
    useEffect(() => {
        // Some browsers answer this with a promise, which is no way to end an effect.
        void box.current?.scrollIntoView({ block: "nearest" });
    }, [error]);
    return (
        <div ref={box}>
            <Fault error={error instanceof Refused ? new Refused(refusedInWords(error.problem).problem) : error} />
        </div>
    );
}

function Preview({
    of,
    order,
    fill,
    right,
    seen: { outcome, isAsking },
}: {
    readonly of: Proposal;
    readonly order: OrderView;
    readonly fill: Fill;
    readonly right: Omit<Fill, "execution_id"> | null;
    readonly seen: ReturnType<typeof useForeseen>;
}) {
    const lines = [...changes(order, fill, right), ...(outcome ? foreseenChanges(outcome) : [])];
    const isExecuting = of.state === "Execution_In_Progress" && Number(order.attempt) === of.attempt;
    return (
        <section>
            <table className="correction-changes" aria-busy={isAsking}>
                <caption>What changes</caption>
                <thead>
                    <tr>
                        <th scope="col">
                            <span className="unseen">Figure</span>
                        </th>
                        <th scope="col" className="number">
                            On record
                        </th>
                        <th scope="col" className="number">
                            Then
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {lines.map(({ what, was, becomes, isPrivate }) => (
                        <tr key={what}>
                            <th scope="row">{what}</th>
                            <td className={isPrivate ? "number private" : "number"}>{was}</td>
                            <td className={isPrivate ? "number private" : "number"}>
                                {becomes === null ? (
                                    <span className="quiet">the same</span>
                                ) : (
                                    <strong>{becomes}</strong>
                                )}
                            </td>
                        </tr>
                    ))}
                </tbody>
            </table>
            <Note kind="plain">
                {afterwards(order, fill, right, isExecuting).map((sentence) => (
                    <p key={sentence} className="private">
                        {sentence}
                    </p>
                ))}
                {outcome?.portfolio_version ? <p>The portfolio becomes version {outcome.portfolio_version}.</p> : null}
                <p>
                    The wrong fill stays on record, and a booking takes back what it moved. Lots and realised gains are
                    booked anew; gains stand here before wash sales.
                </p>
            </Note>
        </section>
    );
}
