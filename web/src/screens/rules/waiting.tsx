/**
 * What waits for a second person: how it differs from what counts, who proposes it and why; to confirm it, or to withdraw it.
 *
 * Invariants: what is confirmed is what stands on the screen, by its name; the person who proposed it is told beforehand that it takes another one; a click
 * counts once.
 */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useRef } from "react";
import { Refused } from "../../api/client";
import { confirmRules, rulesMoved, withdrawRules, type HouseRules, type ProposedRules } from "../../api/house-rules";
import { session } from "../../api/questions";
import { Fault, Note, Panel } from "../../parts/panel";
import { Told } from "../../parts/told";
import { several } from "../../text/figures";
import { atTime } from "../../text/times";
import { StepUp } from "../proposal/step-up";
import { differences, LIMITS, type Difference } from "./book";
import type { Names } from "./rules";

export function Waiting(given: {
    readonly proposed: ProposedRules;
    readonly rules: HouseRules;
    readonly names: Names;
    /** What is told once it is over. */
    readonly done: (words: string) => void;
}) {
    const { proposed, rules, names } = given;
    const client = useQueryClient();
    const { data: who } = useQuery(session);
    const why = useId();
    const isSent = useRef(false);
    const found = differences(rules.rules, proposed.rules);
    const isMine = who?.session?.name === proposed.by;
    const isOver = proposed.over !== rules.version;
    const settled = {
        onSettled: () => {
            isSent.current = false;
        },
    };
    const confirm = useMutation({
        mutationFn: () => confirmRules(proposed.proposal),
        ...settled,
        onSuccess: async ({ version }) => {
            given.done(
                `Confirmed: version ${version} counts from now on. Plans that wait and don’t keep it are superseded.`,
            );
            await rulesMoved(client, true);
        },
        onError: async (error) => {
            // What is proposed by now is shown: it has to be looked at first. Where no answer came, whether it counts.
            if (!(error instanceof Refused)) return;
            if (error.isUnknown || error.problem.code === "changed") await rulesMoved(client, error.isUnknown);
        },
    });
    const withdraw = useMutation({
        mutationFn: withdrawRules,
        ...settled,
        onSuccess: async () => {
            given.done("Withdrawn: nothing waits, and what counted before goes on.");
            await rulesMoved(client, false);
        },
        onError: async (error) => {
            if (error instanceof Refused && error.isUnknown) await rulesMoved(client, false);
        },
    });
    const once = (run: () => void) => {
        if (isSent.current) return;
        isSent.current = true;
        run();
    };
    const asks = [confirm, withdraw].find(
        ({ error }) => error instanceof Refused && error.problem.code === "proof_needed",
    );
    const reason = isMine
        ? "You propose it; another person has to confirm it."
        : isOver
          ? `It is to replace version ${proposed.over}, and version ${rules.version} counts by now. It has to be proposed anew.`
          : null;
    return (
        <Panel
            id="waiting"
            title="Waits for a second person"
            aside={
                <span className="small quiet">
                    proposed by {proposed.by}, {atTime(proposed.at)} New York
                </span>
            }
        >
            {proposed.words ? (
                <p>
                    <Told>{proposed.words}</Told>
                </p>
            ) : null}
            <Differences of={found} names={names} />
            {confirm.error && confirm !== asks ? <Fault error={confirm.error} /> : null}
            {withdraw.error && withdraw !== asks ? <Fault error={withdraw.error} /> : null}
            {reason ? (
                <p id={why} className="small strong">
                    <span aria-hidden="true">⚠ </span>
                    {reason}
                </p>
            ) : null}
            <p className="rule-actions">
                <button
                    type="button"
                    className="button"
                    disabled={withdraw.isPending || confirm.isPending}
                    onClick={() => once(() => withdraw.mutate())}
                >
                    {withdraw.isPending ? "Withdrawing…" : "Withdraw it"}
                </button>
                <button
                    type="button"
                    className="button first"
                    aria-disabled={reason !== null || confirm.isPending}
                    aria-describedby={reason ? why : undefined}
                    onClick={() => (reason === null ? once(() => confirm.mutate()) : undefined)}
                >
                    {confirm.isPending ? "Confirming…" : `Confirm ${several(found.length, "change")}`}
                </button>
            </p>
            {asks ? (
                <StepUp
                    what="A change of the rules"
                    close={() => asks.reset()}
                    proven={() => once(() => asks.mutate())}
                />
            ) : null}
        </Panel>
    );
}

const HEADS = { restricted: "Not traded", limits: "Limit", exemptions: "Exception" } as const;
const WHAT = {
    new: ["+", "New"],
    gone: ["−", "No longer"],
    changed: ["~", "Changed"],
} as const;

/** What differs from what counts, rule by rule. */
export function Differences({ of, names }: { readonly of: readonly Difference[]; readonly names: Names }) {
    if (of.length === 0) return <Note kind="plain">Nothing differs from what counts.</Note>;
    return (
        <div className="scroll" tabIndex={0} role="group" aria-label="What it changes">
            <table className="rule-differences">
                <thead>
                    <tr>
                        <th scope="col">Rule</th>
                        <th scope="col">What</th>
                        <th scope="col">Counts now</th>
                        <th scope="col">Would count</th>
                    </tr>
                </thead>
                <tbody>
                    {of.map((each) => {
                        const [sign, words] = WHAT[each.what];
                        return (
                            <tr key={each.key}>
                                <th scope="row">
                                    {HEADS[each.kind]}: {about(each, names)}
                                </th>
                                <td className="nowrap">
                                    <span aria-hidden="true">{sign}</span> {words}
                                </td>
                                <td>{each.before === null ? "—" : <Told>{each.before}</Told>}</td>
                                <td>{each.after === null ? "—" : <Told>{each.after}</Told>}</td>
                            </tr>
                        );
                    })}
                </tbody>
            </table>
        </div>
    );
}

function about({ kind, about: of }: Difference, names: Names): string {
    if (kind === "limits") return LIMITS[of as keyof typeof LIMITS] ?? of;
    if (kind === "restricted") return of;
    const [ticker = "", household = ""] = of.split(" ");
    return `${ticker}, ${names.get(household) ?? household}`;
}
