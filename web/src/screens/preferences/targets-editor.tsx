/**
 * Targets of classes in percent, with their sum, ways to fill it up, and bands where there are any.
 *
 * In: entries of a document, the weights of now. Out: entries as typed. Invariant: what sums to something else than 100 is told, with what is left,
 * and can be filled up; nothing is scaled without being asked.
 */
import { useId, useMemo, useState, type ReactNode } from "react";
import { NumberField } from "../../parts/number-field";
import {
    difference,
    isNegative,
    percent,
    percentsOfWhole,
    points,
    product,
    shifted,
    sum,
    type Decimal,
} from "../../text/figures";
import { fieldId } from "./changes";
import { sumInWords } from "./faults";
import { fitted, MODELS } from "./models";
import { CASH } from "./facts";
import { fraction, isWhole, percentText, total, typedInto, type Entry } from "./wanted";
import "./preferences.css";

export interface Targets {
    readonly entries: readonly Entry[];
    readonly onChange: (entries: readonly Entry[]) => void;
    /** Weight of now by name. */
    readonly weights: ReadonlyMap<string, Decimal> | null;
    /** `target` or `security`, for the fields' names. */
    readonly kind: "target" | "security";
    /** What stands beside a target, under this heading: its band. */
    readonly more?: {
        readonly heads: readonly ReactNode[];
        readonly cells: (name: string) => readonly ReactNode[];
    };
    /** What stands under a target: that it was edited, what is wrong. */
    readonly under: (entry: Entry) => ReactNode;
    readonly isWrong: (entry: Entry) => boolean;
    /** Beyond the entries: cash beside securities. */
    readonly beside?: { readonly name: string; readonly part: Decimal };
    /** Nothing is held against it: what it is now, and how far from the target, are left out. */
    readonly isAlone?: boolean;
    /** The targets are shown and not to be edited: they come from elsewhere. */
    readonly isFixed?: boolean;
}

/** Entries with the weights of now, in tenths of a percent that sum to 100. */
export function asHeld(entries: readonly Entry[], weights: ReadonlyMap<string, Decimal>, digits: number): Entry[] {
    const percents = percentsOfWhole(
        entries.map((each) => weights.get(each.name) ?? "0"),
        digits,
    );
    return entries.map((each, place) => typedInto(each, trimmed((percents[place] ?? "0").replace("%", ""))));
}

const trimmed = (number: string) => (number.includes(".") ? number.replace(/\.?0+$/, "") : number);

/** The entries with what is left to 100 put into one of them; never below 0. */
export function filledUp(entries: readonly Entry[], into: string, whole: Decimal = "1"): Entry[] {
    const rest = difference(whole, total(entries));
    return entries.map((each) => {
        if (each.name !== into) return each;
        const part = sum([fraction(each) ?? "0", rest]);
        return typedInto(each, isNegative(part) ? "0" : shifted(part, 2));
    });
}

export function TargetsEditor(given: Targets) {
    const { entries, onChange, weights, kind, isAlone = false } = given;
    // What is left of a row behind the target.
    const rest = (isAlone ? 0 : 1) + (given.more?.heads.length ?? 0);
    const [isAll, setAll] = useState(entries.length <= LONG);
    const [find, setFind] = useState("");
    const sumId = fieldId(`sum|${kind === "target" ? "targets" : "securities"}`);
    const found = entries.filter((each) => each.name.toLowerCase().includes(find.toLowerCase()));
    const rows = isAll ? found : found.slice(0, LONG);
    const change = (name: string, typed: string) =>
        onChange(entries.map((each) => (each.name === name ? typedInto(each, typed) : each)));
    const parts = sum([total(entries), given.beside?.part ?? "0"]);
    const label = kind === "target" ? "Class" : "Security";
    const digits = kind === "target" ? 1 : 2;
    // Shown weights sum to 100 as the exact ones do.
    const now = useMemo(() => {
        const held = percentsOfWhole([...(weights?.values() ?? [])], digits);
        return new Map([...(weights?.keys() ?? [])].map((name, place) => [name, held[place] ?? ""]));
    }, [weights, digits]);
    return (
        <>
            {entries.length > LONG ? (
                <label className="find-target">
                    <span className="small quiet">Find a security</span>
                    <input className="input" value={find} onChange={(event) => setFind(event.target.value)} />
                </label>
            ) : null}
            <div className="scroll" tabIndex={0} role="group" aria-label={`Targets by ${label.toLowerCase()}`}>
                <table className={isAlone ? "targets alone" : "targets"}>
                    <thead>
                        <tr>
                            <th scope="col">{label}</th>
                            {isAlone ? null : (
                                <th scope="col" className="number">
                                    Now
                                </th>
                            )}
                            <th scope="col" className="number">
                                Target
                            </th>
                            {isAlone ? null : (
                                <th scope="col" className="number">
                                    Drift
                                </th>
                            )}
                            {given.more?.heads.map((head, place) => (
                                <th scope="col" key={place}>
                                    {head}
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {rows.map((each) => (
                            <tr key={each.name}>
                                <th scope="row">
                                    {each.name}
                                    {given.under(each)}
                                </th>
                                {isAlone ? null : (
                                    <td className="number">
                                        {weights ? (now.get(each.name) ?? percent("0", digits)) : "—"}
                                    </td>
                                )}
                                <td className="number">
                                    {given.isFixed ? (
                                        `${percentText(each) || "0"}%`
                                    ) : (
                                        <NumberField
                                            id={fieldId(`${kind}|${each.name}`)}
                                            aria-label={`Target of ${each.name}, percent`}
                                            aria-invalid={given.isWrong(each) || undefined}
                                            aria-describedby={
                                                given.isWrong(each)
                                                    ? `${fieldId(`${kind}|${each.name}`)}-fault`
                                                    : undefined
                                            }
                                            value={percentText(each)}
                                            onChange={(typed) => change(each.name, typed)}
                                            step="0.1"
                                            unit="%"
                                        />
                                    )}
                                </td>
                                {isAlone ? null : (
                                    <td className="number">{weights ? apart(each, weights, digits) : "—"}</td>
                                )}
                                {given.more?.cells(each.name).map((cell, place) => (
                                    <td key={place}>{cell}</td>
                                ))}
                            </tr>
                        ))}
                    </tbody>
                    <tfoot>
                        {given.beside ? (
                            <tr>
                                <th scope="row">{given.beside.name}</th>
                                {isAlone ? null : <td className="number">{now.get(CASH) ?? ""}</td>}
                                <td className="number">{percent(given.beside.part)}</td>
                                {rest > 0 ? <td colSpan={rest} /> : null}
                            </tr>
                        ) : null}
                        <tr>
                            <th scope="row">Sum</th>
                            {isAlone ? null : <td className="number">{weights ? percent("1") : "—"}</td>}
                            <td className="number">
                                <strong className={isWhole(parts) ? "" : "danger"}>
                                    {isWhole(parts) ? percent("1") : `✕ ${percent(parts, 2)}`}
                                </strong>
                            </td>
                            {rest > 0 ? <td colSpan={rest} /> : null}
                        </tr>
                    </tfoot>
                </table>
            </div>
            {rows.length < found.length ? (
                <button type="button" className="button slim" onClick={() => setAll(true)}>
                    Show all {found.length} securities
                </button>
            ) : null}
            {given.isFixed ? null : (
                <>
                    <SumLine
                        id={sumId}
                        parts={parts}
                        entries={entries}
                        fill={(into) => onChange(filledUp(entries, into, difference("1", given.beside?.part ?? "0")))}
                    />
                    <Fillers {...given} />
                </>
            )}
        </>
    );
}

/** Rows that are shown at first. */
const LONG = 40;

function apart(entry: Entry, weights: ReadonlyMap<string, Decimal>, digits: number): ReactNode {
    const part = fraction(entry);
    if (part === null) return "—";
    return points(difference(weights.get(entry.name) ?? "0", part), digits);
}

function SumLine(given: {
    readonly id: string;
    readonly parts: Decimal;
    readonly entries: readonly Entry[];
    readonly fill: (into: string) => void;
}) {
    const select = useId();
    const isDone = isWhole(given.parts);
    // Hundreds of names stay as they are while a number is typed.
    const names = given.entries.map((each) => each.name).join("\n");
    const options = useMemo(
        () =>
            names.split("\n").map((name) => (
                <option key={name} value={name}>
                    {name}
                </option>
            )),
        [names],
    );
    return (
        <div className="sum-line" id={given.id} tabIndex={-1}>
            <p role="status">{isDone ? null : <strong className="danger">✕ {sumInWords(given.parts)}</strong>}</p>
            {isDone ? null : (
                <>
                    <label htmlFor={select}>Put the rest in</label>
                    <select
                        id={select}
                        className="input"
                        value=""
                        onChange={(event) => (event.target.value ? given.fill(event.target.value) : undefined)}
                    >
                        <option value="">Choose…</option>
                        {options}
                    </select>
                </>
            )}
        </div>
    );
}

/** Ways to fill in every target at once. */
function Fillers({ entries, onChange, weights, kind, beside, isAlone }: Targets) {
    const [id, setId] = useState("");
    const [age, setAge] = useState("45");
    const [choose, years] = [useId(), useId()];
    const cash = entries.find((each) => each.name === CASH);
    const model = MODELS.find((each) => each.id === id);
    const names = entries.map((each) => each.name);
    const fit = model ? fitted(model, names, cash ? (fraction(cash) ?? "0") : "0", Number(age) || 0) : null;
    const copy = () => {
        if (!weights) return;
        // Securities share what is not cash.
        const part = difference("1", beside?.part ?? "0");
        const held = sum(entries.map((each) => weights.get(each.name) ?? "0"));
        const scale = kind === "security" ? Number(part) / (Number(held) || 1) : 1;
        const scaled = new Map(
            entries.map((each) => [each.name, product(weights.get(each.name) ?? "0", scale.toFixed(12))]),
        );
        const next = asHeld(entries, kind === "security" ? scaled : weights, kind === "security" ? 3 : 1);
        onChange(kind === "security" ? filledUp(next, largest(next), part) : next);
    };
    return (
        <div className="fillers">
            {isAlone ? null : (
                <button type="button" className="button slim" disabled={!weights} onClick={copy}>
                    Copy the weights of now
                </button>
            )}
            {kind === "target" ? (
                <>
                    <label htmlFor={choose}>{isAlone ? "Fill in" : "or a model"}</label>
                    <select id={choose} className="input" value={id} onChange={(event) => setId(event.target.value)}>
                        <option value="">{isAlone ? "A usual division…" : "Choose a model…"}</option>
                        {MODELS.map((each) => (
                            <option key={each.id} value={each.id}>
                                {each.name}
                            </option>
                        ))}
                    </select>
                    {model?.byAge ? (
                        <>
                            <label htmlFor={years}>Age</label>
                            <NumberField id={years} value={age} onChange={setAge} step="1" maxLength={3} />
                        </>
                    ) : null}
                </>
            ) : null}
            {model && fit ? (
                <div className="model">
                    <p>
                        {model.explanation} Cash keeps its target, and the rest is divided so. A convention, no advice.
                    </p>
                    {"percents" in fit ? (
                        <>
                            <p className="quiet">
                                {[...fit.percents].map(([name, part]) => `${name} ${part}%`).join(" · ")}
                            </p>
                            <button
                                type="button"
                                className="button slim"
                                onClick={() =>
                                    onChange(
                                        entries.map((each) =>
                                            typedInto(each, fit.percents.get(each.name) ?? percentText(each)),
                                        ),
                                    )
                                }
                            >
                                Fill in {model.name}
                            </button>
                        </>
                    ) : (
                        <p className="warn">⚠ It does not fit: {fit.why}.</p>
                    )}
                </div>
            ) : null}
        </div>
    );
}

function largest(entries: readonly Entry[]): string {
    const [first] = [...entries].sort((a, b) => Number(fraction(b) ?? 0) - Number(fraction(a) ?? 0));
    return first?.name ?? "";
}
