/**
 * The rules as rows that somebody edits, and proposes as a whole.
 *
 * In: what counts. Out: all rules as they are to be, for another person to confirm. Invariants: what is left out counts no longer, and is told as such before
 * it is sent; rows that are typed survive a refusal.
 */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";
import { Refused } from "../../api/client";
import { proposeRules, rulesMoved, type HouseRules } from "../../api/house-rules";
import { Leaving } from "../../parts/leaving";
import { Fault, Note, Panel } from "../../parts/panel";
import { several } from "../../text/figures";
import { RowFaults, Rows, Remove, TextCell } from "../start/fields";
import { rowFieldId, type RowFault } from "../start/book";
import {
    differences,
    draftOf,
    faultOfRefusal,
    faultsOf,
    LIMITS,
    rulesOf,
    withRow,
    type BookDraft,
    type Kind,
    type Row,
} from "./book";
import type { Names } from "./rules";
import { Differences } from "./waiting";
import { StepUp } from "../proposal/step-up";
import "../start/start.css";

export function RulesEditor(given: {
    readonly of: HouseRules;
    readonly names: Names;
    /** Ends it; with what is told, where something was proposed. */
    readonly close: (words: string | null) => void;
}) {
    const { names } = given;
    const client = useQueryClient();
    const [base, setBase] = useState(given.of);
    const [draft, setDraft] = useState<BookDraft>(() => draftOf(base.rules));
    const [words, setWords] = useState("");
    const [isTold, setTold] = useState(false);
    const reason = useId();
    const isSent = useRef(false);
    const top = useRef<HTMLParagraphElement>(null);
    useEffect(() => top.current?.focus(), []);
    const found = differences(base.rules, rulesOf(draft));
    const propose = useMutation({
        mutationFn: (of: BookDraft) => proposeRules(rulesOf(of), words.trim(), base.version),
        onSuccess: async () => {
            await rulesMoved(client, false);
            given.close("Proposed: it counts once another person has confirmed it.");
        },
        onError: async (error) => {
            if (error instanceof Refused && error.problem.code === "changed") await rulesMoved(client, false);
        },
        onSettled: () => {
            isSent.current = false;
        },
    });
    const problem = propose.error instanceof Refused ? propose.error.problem : null;
    const refused = problem && propose.variables === draft ? faultOfRefusal(problem, draft) : null;
    const local = faultsOf(draft);
    const shown: readonly RowFault[] = [...(isTold ? local : []), ...(refused ? [refused] : [])];
    const asksPassword = problem?.code === "proof_needed";
    const isMoved = given.of.version !== base.version;
    const send = () => {
        if (local.length > 0) {
            setTold(true);
            const [first] = local;
            requestAnimationFrame(() =>
                document.getElementById(rowFieldId(first?.row ?? "", first?.field ?? ""))?.focus(),
            );
            return;
        }
        if (found.length === 0 || isSent.current) return;
        isSent.current = true;
        propose.mutate(draft);
    };
    const table = { draft, faults: shown, names, change: setDraft };
    return (
        <Panel id="propose" title="A change to propose">
            <p className="quiet" ref={top} tabIndex={-1}>
                All rules as they are to be: what is taken away counts no longer. A rule counts from its first day to
                its last, both included; without them always.
            </p>
            <div className="rule-tables">
                <RuleRows {...table} kind="restricted" title="Not traded" add="Add a security" />
                <RuleRows {...table} kind="limits" title="Limits on orders" add="Add a limit" />
                <RuleRows {...table} kind="exemptions" title="Exceptions" add="Add an exception" />
            </div>
            <div className="field rule-words">
                <label htmlFor={reason}>Why, for who confirms it</label>
                <input
                    id={reason}
                    maxLength={2000}
                    autoComplete="off"
                    value={words}
                    onChange={(event) => setWords(event.target.value)}
                />
            </div>
            <h3>What it changes</h3>
            <Differences of={found} names={names} />
            {isMoved ? (
                <Note kind="warn">
                    <div role="status">
                        Version {given.of.version} counts meanwhile; you began with version {base.version}. Your rows
                        are kept. Look at what counts above, then go on over that version.
                    </div>
                    <button type="button" className="button slim" onClick={() => setBase(given.of)}>
                        Go on over version {given.of.version}
                    </button>
                </Note>
            ) : null}
            {given.of.proposed ? (
                <Note kind="warn">What waits now, proposed by {given.of.proposed.by}, is replaced by this.</Note>
            ) : null}
            {propose.error && !asksPassword && !refused ? <Fault error={propose.error} /> : null}
            {isTold && local.length > 0 ? (
                <p className="danger" role="status">
                    ✕ {several(local.length, "thing")} to put right first.
                </p>
            ) : null}
            <p className="rule-actions">
                <button type="button" className="button" onClick={() => given.close(null)}>
                    Cancel
                </button>
                <button
                    type="button"
                    className="button first"
                    aria-disabled={found.length === 0 || propose.isPending || isMoved}
                    onClick={() => (isMoved ? undefined : send())}
                >
                    {propose.isPending
                        ? "Proposing…"
                        : found.length === 0
                          ? "Propose"
                          : `Propose ${several(found.length, "change")}`}
                </button>
            </p>
            {asksPassword ? <StepUp what="A change of the rules" close={() => propose.reset()} proven={send} /> : null}
            <Leaving count={found.length} />
        </Panel>
    );
}

const HEADS: Readonly<Record<Kind, readonly string[]>> = {
    restricted: ["Security", "First day", "Last day", "Why"],
    limits: ["Limit", "At most", "First day", "Last day", "Why"],
    exemptions: ["Household", "Security", "Who answers for it", "Last day", "Why"],
};
const LABELS: Readonly<Record<string, string>> = {
    ticker: "Ticker",
    from: "First day",
    until: "Last day",
    reason: "Reason",
    limit: "Kind",
    most: "At most",
    household: "Household",
    owner: "Who answers",
};
const ONE: Readonly<Record<Kind, string>> = { restricted: "security", limits: "limit", exemptions: "exception" };
const CELLS: Readonly<Record<Kind, readonly string[]>> = {
    restricted: ["ticker", "from", "until", "reason"],
    limits: ["limit", "most", "from", "until", "reason"],
    exemptions: ["household", "ticker", "owner", "until", "reason"],
};

function RuleRows(given: {
    readonly kind: Kind;
    readonly title: string;
    readonly add: string;
    readonly draft: BookDraft;
    readonly faults: readonly RowFault[];
    readonly names: Names;
    readonly change: (next: BookDraft) => void;
}) {
    const { kind, draft, faults, names, change } = given;
    const rows = draft[kind];
    const put = (row: Row, field: string, value: string) =>
        change({ ...draft, [kind]: rows.map((each) => (each.key === row.key ? { ...each, [field]: value } : each)) });
    return (
        <section>
            <h3>{given.title}</h3>
            {rows.length > 0 ? (
                <Rows label={given.title} heads={HEADS[kind]}>
                    <tbody>
                        {rows.map((row, place) => [
                            <tr key={row.key}>
                                {CELLS[kind].map((field) => (
                                    <td key={field}>
                                        <Cell
                                            row={row}
                                            field={field}
                                            label={`${LABELS[field] ?? field} of ${ONE[kind]} ${place + 1}`}
                                            faults={faults}
                                            names={names}
                                            onChange={(value) => put(row, field, value)}
                                        />
                                    </td>
                                ))}
                                <td>
                                    <Remove
                                        label={`Take away ${ONE[kind]} ${row["ticker"] || place + 1}`}
                                        onRemove={() =>
                                            change({ ...draft, [kind]: rows.filter((each) => each.key !== row.key) })
                                        }
                                    />
                                </td>
                            </tr>,
                            <RowFaults key={`${row.key}-faults`} row={row.key} faults={faults} columns={6} />,
                        ])}
                    </tbody>
                </Rows>
            ) : (
                <p className="quiet">None.</p>
            )}
            <button type="button" className="button slim add-row" onClick={() => change(withRow(draft, kind))}>
                {given.add}
            </button>
        </section>
    );
}

function Cell(given: {
    readonly row: Row;
    readonly field: string;
    readonly label: string;
    readonly faults: readonly RowFault[];
    readonly names: Names;
    readonly onChange: (value: string) => void;
}) {
    const { row, field, label, faults, names, onChange } = given;
    const value = row[field] ?? "";
    if (field === "limit" || field === "household") {
        const offered: readonly (readonly [string, string])[] =
            field === "limit" ? Object.entries(LIMITS) : [...names].sort((a, b) => a[1].localeCompare(b[1]));
        const isWrong = faults.some((fault) => fault.row === row.key && fault.field === field);
        return (
            <select
                id={rowFieldId(row.key, field)}
                className="input cell"
                aria-label={label}
                {...(isWrong ? { "aria-invalid": true, "aria-describedby": `${row.key}-faults` } : {})}
                value={value}
                onChange={(event) => onChange(event.target.value)}
            >
                {field === "household" ? <option value="">Choose…</option> : null}
                {value !== "" && !offered.some(([each]) => each === value) ? (
                    <option value={value}>{value}</option>
                ) : null}
                {offered.map(([each, text]) => (
                    <option key={each} value={each}>
                        {text}
                    </option>
                ))}
            </select>
        );
    }
    return (
        <TextCell
            row={row.key}
            field={field}
            label={label}
            value={value}
            faults={faults}
            onChange={onChange}
            {...(field === "from" || field === "until" ? { type: "date" as const } : {})}
            {...(field === "most" ? { isNumber: true } : {})}
        />
    );
}
