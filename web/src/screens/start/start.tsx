/**
 * A new household in four steps: holdings, lots, targets, the first plan.
 *
 * In: what is typed, pasted or taken from the example. Out: a plan, and a document to keep. Invariants: the step stands in the address; going back
 * or loading again loses nothing; a step that is not right says so at the row and field, and the plan waits for it.
 */
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { Note, Panel } from "../../parts/panel";
import { isPlain, several, type Decimal, product, sum } from "../../text/figures";
import { fieldId } from "../preferences/changes";
import { sumInWords } from "../preferences/faults";
import { TargetsEditor } from "../preferences/targets-editor";
import { CASH } from "../preferences/facts";
import { fraction, isWhole, total } from "../preferences/wanted";
import {
    completed,
    documentOf,
    empty,
    faultsOfAccounts,
    faultsOfLots,
    plainly,
    rowFieldId,
    type Book,
    type RowFault,
} from "./book";
import { HoldingsStep } from "./holdings-step";
import { Keep } from "./keep";
import { forget, keep, load, today } from "./kept";
import { LotsStep } from "./lots-step";
import { PlanStep } from "./plan-step";
import "./start.css";

const STEPS = [
    { id: "holdings", name: "Holdings" },
    { id: "lots", name: "Lots" },
    { id: "targets", name: "Targets" },
    { id: "plan", name: "First plan" },
] as const;

type StepId = (typeof STEPS)[number]["id"];

/** What is wrong at each step. */
function faultsOf(book: Book): Readonly<Record<StepId, readonly RowFault[]>> {
    const targets: RowFault[] = book.targets
        .filter((each) => fraction(each) === null)
        .map((each) => ({ row: each.name, field: "target", message: "Give a percentage, such as 12.5." }));
    const parts = total(book.targets);
    if (!isWhole(parts)) {
        const message = `They have to sum to 100%, and are ${sumInWords(parts)}.`;
        targets.push({ row: "targets", field: "sum", message });
    }
    return { holdings: faultsOfAccounts(book), lots: faultsOfLots(book), targets, plan: [] };
}

/** Weights of what is held, by class: for the eye, the plan's own are the server's. */
function weightsOf(book: Book): ReadonlyMap<string, Decimal> {
    const priceOf = new Map(book.securities.map((each) => [each.ticker, each] as const));
    const isNumber = (text: string) => isPlain(plainly(text));
    const values = new Map<string, Decimal>();
    const add = (name: string, value: Decimal) => values.set(name, sum([values.get(name) ?? "0", value]));
    for (const { ticker, quantity } of book.lots) {
        const security = priceOf.get(ticker);
        if (!security || !isNumber(security.price) || !isNumber(quantity)) continue;
        add(security.class.trim(), product(plainly(quantity), plainly(security.price)));
    }
    for (const { cash } of book.accounts) if (isNumber(cash)) add(CASH, plainly(cash));
    const whole = Number(sum([...values.values()])) || 1;
    return new Map([...values].map(([name, value]) => [name, (Number(value) / whole).toFixed(8)]));
}

export function StartScreen() {
    const { step = "holdings" } = useSearch({ from: "/start" });
    const navigate = useNavigate();
    const [book, setBook] = useState(load);
    const [told, setTold] = useState<readonly string[]>([]);
    const place = Math.max(
        0,
        STEPS.findIndex((each) => each.id === step),
    );
    const current = STEPS[place] ?? STEPS[0];
    const faults = useMemo(() => faultsOf(book), [book]);
    const open = (id: StepId) => faults[id].filter((fault) => !fault.isNote).length;
    const change = (next: Book) => {
        setBook(next);
        keep(next);
    };
    const tell = (...ids: readonly StepId[]) => setTold((before) => [...new Set([...before, ...ids])]);
    // Before somebody has tried to go on, only what is worth knowing is told.
    const shown = faults[current.id].filter((fault) => fault.isNote || told.includes(current.id));
    const go = (to: StepId) => {
        change(completed(book));
        void navigate({ to: "/start", search: { step: to } });
    };
    const next = STEPS[place + 1];
    const onward = () => {
        if (!next) return;
        const [first] = faults[current.id].filter((fault) => !fault.isNote);
        if (!first) return go(next.id);
        tell(current.id);
        requestAnimationFrame(() => document.getElementById(rowFieldId(first.row, first.field))?.focus());
    };
    const inTheWay = STEPS.filter((each) => each.id !== "plan" && open(each.id) > 0);
    const isBegun = book.lots.length > 0 || book.name !== "" || book.accounts.some((each) => each.cash !== "");
    return (
        <>
            <header className="screen-head">
                <div>
                    <h1>New household</h1>
                    <p className="quiet lead">
                        From what you hold to a first plan in four steps. Nothing is traded here.
                    </p>
                </div>
                {isBegun ? (
                    <StartOver
                        again={() => {
                            forget();
                            setTold([]);
                            setBook(empty(today()));
                            void navigate({ to: "/start", search: { step: "holdings" } });
                        }}
                    />
                ) : null}
            </header>
            <nav aria-label="Steps">
                <ol className="steps">
                    {STEPS.map((each, at) => {
                        const isDone = isBegun && at < place && open(each.id) === 0;
                        return (
                            <li key={each.id}>
                                <Link
                                    to="/start"
                                    search={{ step: each.id }}
                                    onClick={() => change(completed(book))}
                                    className="step"
                                    data-current={each.id === current.id ? "" : undefined}
                                >
                                    <span className="step-number" aria-hidden="true">
                                        {isDone ? "✓" : at + 1}
                                    </span>
                                    <span>
                                        {each.name}
                                        {told.includes(each.id) && open(each.id) > 0 ? (
                                            <span className="small danger"> ✕ {open(each.id)} to mend</span>
                                        ) : null}
                                    </span>
                                </Link>
                            </li>
                        );
                    })}
                </ol>
            </nav>
            {current.id === "holdings" ? (
                <HoldingsStep
                    book={book}
                    faults={shown}
                    change={change}
                    brought={(next) => {
                        change(next);
                        tell("holdings", "lots");
                    }}
                />
            ) : null}
            {current.id === "lots" ? <LotsStep book={book} faults={shown} change={change} /> : null}
            {current.id === "targets" ? (
                <Panel id="targets" title="Targets by class">
                    <TargetsEditor
                        kind="target"
                        entries={book.targets}
                        weights={weightsOf(book)}
                        onChange={(targets) => change({ ...book, targets })}
                        isWrong={(entry) => fraction(entry) === null}
                        under={(entry) =>
                            fraction(entry) === null ? (
                                <p className="fault small" id={`${fieldId(`target|${entry.name}`)}-fault`}>
                                    Give a percentage, such as 12.5.
                                </p>
                            ) : null
                        }
                    />
                </Panel>
            ) : null}
            {current.id === "plan" ? (
                inTheWay.length > 0 ? (
                    <Note kind="failed">
                        <p>
                            <strong>The plan waits for this:</strong>
                        </p>
                        <ul>
                            {inTheWay.map((each) => (
                                <li key={each.id}>
                                    <Link to="/start" search={{ step: each.id }} onClick={() => tell(each.id)}>
                                        {each.name}
                                    </Link>
                                    : {several(open(each.id), "thing")} to mend.{" "}
                                    {faults[each.id].find((fault) => !fault.isNote)?.message}
                                </li>
                            ))}
                        </ul>
                    </Note>
                ) : (
                    <PlanStep book={book} text={documentOf(book)} keep={<Keep book={book} change={change} />} />
                )
            ) : null}
            <div className="start-foot">
                {place > 0 ? (
                    <button type="button" className="button" onClick={() => go(STEPS[place - 1]?.id ?? "holdings")}>
                        Back
                    </button>
                ) : (
                    <span />
                )}
                {next ? (
                    <button type="button" className="button first" onClick={onward}>
                        {next.id === "plan" ? "Make the plan" : `On to ${next.name.toLowerCase()}`}
                    </button>
                ) : null}
            </div>
        </>
    );
}

/** Two clicks, so that nothing is lost by one. */
function StartOver({ again }: { readonly again: () => void }) {
    const [isSure, setSure] = useState(false);
    return (
        <button
            type="button"
            className="button bare slim"
            onBlur={() => setSure(false)}
            onClick={() => {
                if (isSure) again();
                setSure(!isSure);
            }}
        >
            {isSure ? "Really start over? Everything typed is lost" : "Start over"}
        </button>
    );
}
