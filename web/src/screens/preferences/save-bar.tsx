/**
 * The bar at the foot: how many edits are unsaved, what they would do to the bands, and whether a plan can be made; save or discard.
 *
 * Invariant: the effect compares the draft with what is saved, both at the prices of now; while it is worked out the old words stay, and say so.
 */
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { driftOf, planOf } from "../../api/documents";
import { prices } from "../../api/questions";
import { Fault } from "../../parts/panel";
import { cents, dollars, several } from "../../text/figures";
import { effectOf } from "./effect";
import { atPrices, writtenInto, type Wanted } from "./wanted";

const PATIENCE_MS = 400;

function useLater<T>(value: T): T {
    const [later, setLater] = useState(value);
    useEffect(() => {
        const timer = setTimeout(() => setLater(value), PATIENCE_MS);
        return () => clearTimeout(timer);
    }, [value]);
    return later;
}

/** The drift of what is saved and of the draft, at the prices of now. A large document is not written for every key, but once nobody types. */
export function useEffects(savedText: string, draft: Wanted, isReady: boolean) {
    const onRecord = useQuery(prices);
    const known = useMemo(
        () =>
            new Map((onRecord.data ?? []).flatMap(({ ticker, price_usd: price }) => (price ? [[ticker, price]] : []))),
        [onRecord.data],
    );
    const later = useLater(draft);
    const savedNow = useMemo(() => atPrices(savedText, known), [savedText, known]);
    const laterNow = useMemo(() => atPrices(writtenInto(savedText, later), known), [savedText, later, known]);
    const before = useQuery({ ...driftOf(savedNow), enabled: !onRecord.isPending });
    const after = useQuery({
        ...driftOf(laterNow),
        // A draft that is being typed is not asked about, and neither is one that was taken back.
        enabled: !onRecord.isPending && isReady && later === draft,
        placeholderData: keepPreviousData,
    });
    return { before: before.data, after, isLate: later !== draft || after.isFetching, known, laterNow };
}

export function SaveBar(given: {
    readonly count: number;
    readonly faults: number;
    readonly clashes: number;
    readonly effects: ReturnType<typeof useEffects>;
    readonly isSaving: boolean;
    readonly saved: string | null;
    readonly canWrite: boolean;
    readonly save: () => void;
    readonly discard: () => void;
    readonly toFaults: () => void;
}) {
    const { count, faults, effects } = given;
    const reasons = [
        ...(faults > 0 ? [`${several(faults, "thing")} to put right first`] : []),
        ...(given.clashes > 0 ? [`${several(given.clashes, "choice")} to make first`] : []),
    ];
    const why = reasons.length > 0 ? reasons.join(", ") : null;
    const isOff = count === 0 || why !== null || given.isSaving;
    return (
        <div
            className="save-bar no-print"
            role="region"
            aria-label="Unsaved changes"
            data-idle={count === 0 && !given.saved && given.canWrite ? "" : undefined}
        >
            <div className="save-words">
                <p role="status">
                    <strong>
                        {count === 0 ? (given.saved ?? "Nothing unsaved") : several(count, "unsaved change")}
                    </strong>
                    {why ? (
                        <>
                            {" · "}
                            <button type="button" className="undo danger" onClick={given.toFaults}>
                                ✕ {why}
                            </button>
                        </>
                    ) : null}
                </p>
                {count > 0 && faults === 0 ? <Effect effects={effects} /> : null}
            </div>
            <div className="save-actions">
                {count > 0 && faults === 0 ? <TryPlan text={effects.laterNow} isLate={effects.isLate} /> : null}
                <button
                    type="button"
                    className="button"
                    disabled={count === 0 || given.isSaving}
                    onClick={given.discard}
                >
                    Discard
                </button>
                {given.canWrite ? (
                    <button
                        type="button"
                        className="button first"
                        aria-disabled={isOff}
                        onClick={() => (why ? given.toFaults() : isOff ? undefined : given.save())}
                    >
                        {given.isSaving ? "Saving…" : "Save"}
                    </button>
                ) : (
                    <span className="small quiet">You may look and not change.</span>
                )}
            </div>
        </div>
    );
}

function Effect({ effects: { before, after, isLate } }: { readonly effects: ReturnType<typeof useEffects> }) {
    if (after.error) return <p className="small quiet">The effect could not be worked out: {after.error.message}</p>;
    if (!before || !after.data) return <p className="small quiet">Working out the effect…</p>;
    return (
        <p className="small quiet">
            {effectOf(before, after.data)}
            {isLate ? " Working it out again…" : ""}
        </p>
    );
}

/** What plan the draft would bring, on demand. */
function TryPlan({ text, isLate }: { readonly text: string; readonly isLate: boolean }) {
    const ask = useMutation({ mutationFn: planOf });
    // What was edited since has no plan yet.
    const isOfThis = ask.variables === text && !isLate;
    if (ask.data && isOfThis) {
        const { trades, objective, status } = ask.data;
        return (
            <p className="small" role="status">
                {status === "infeasible"
                    ? "No plan keeps all of these rules."
                    : trades.length === 0
                      ? "With these settings nothing would be traded."
                      : `A plan now: ${several(trades.length, "trade")}, est. tax ${dollars(objective.tax_usd)}, costs ${cents(objective.cost_usd)}.`}
            </p>
        );
    }
    return (
        <>
            {ask.error && isOfThis ? <Fault error={ask.error} /> : null}
            <button
                type="button"
                className="button"
                aria-disabled={ask.isPending || isLate}
                onClick={() => (ask.isPending || isLate ? undefined : ask.mutate(text))}
            >
                {ask.isPending ? "Planning…" : "Try a plan"}
            </button>
        </>
    );
}
