/**
 * A panel that has one of the states of the page, at the same height in all of them.
 *
 * In: a question that was asked. Out: what is made of its answer. Invariants: what was shown once is never replaced by a skeleton; an error
 * leaves what is there, with its code and a way to try again; a panel that fails blanks no other.
 */
import type { UseQueryResult } from "@tanstack/react-query";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Refused } from "../api/client";
import { useClosing } from "./closing";
import { Code } from "./coded";
import "./panel.css";

/** A skeleton that is shown sooner would only flicker. */
const PATIENCE_MS = 150;

export function Panel({
    title,
    aside,
    id,
    className,
    children,
}: {
    readonly title?: ReactNode;
    /** Beside the title. */
    readonly aside?: ReactNode;
    readonly id?: string;
    readonly className?: string;
    readonly children: ReactNode;
}) {
    return (
        <section className={`panel ${className ?? ""}`} {...(id ? { id, "aria-labelledby": `${id}-title` } : {})}>
            {title ? (
                <header className="panel-head">
                    <h2 {...(id ? { id: `${id}-title` } : {})}>{title}</h2>
                    {aside}
                </header>
            ) : null}
            {children}
        </section>
    );
}

/** The answer of a question, or its state. */
export function Answer<T>({
    of,
    rows = 4,
    children,
}: {
    readonly of: UseQueryResult<T>;
    /** Height of the skeleton, in rows. */
    readonly rows?: number;
    readonly children: (data: T) => ReactNode;
}) {
    return (
        <>
            <span
                className="refreshing"
                data-on={of.isFetching && of.data !== undefined ? "" : undefined}
                aria-hidden="true"
            />
            {of.error ? <Fault error={of.error} again={() => void of.refetch()} /> : null}
            {of.data !== undefined ? children(of.data) : of.error ? null : <Skeleton rows={rows} />}
        </>
    );
}

export function Skeleton({ rows }: { readonly rows: number }) {
    const [isLate, setLate] = useState(false);
    useEffect(() => {
        const timer = setTimeout(() => setLate(true), PATIENCE_MS);
        return () => clearTimeout(timer);
    }, []);
    return (
        <div className="skeleton" style={{ ["--rows" as string]: rows }} aria-busy="true">
            <span className="unseen">Loading…</span>
            {isLate ? Array.from({ length: rows }, (_, row) => <i key={row} />) : null}
        </div>
    );
}

/** What went wrong, in words, with what to do. */
export function Fault({ error, again }: { readonly error: Error; readonly again?: () => void }) {
    const problem = error instanceof Refused ? error.problem : null;
    return (
        <div className="note failed" role="alert">
            <p>
                <strong>{problem?.title ?? "This could not be shown"}.</strong> {problem?.detail ?? error.message}
            </p>
            <Found in={problem?.findings ?? []} />
            <p className="small faint">
                {problem?.path ? `at ${problem.path} · ` : ""}
                {problem ? (
                    <>
                        code <Code>{problem.code}</Code>
                    </>
                ) : (
                    ""
                )}
                {problem?.request_id ? ` · request ${problem.request_id}` : ""}
            </p>
            {again ? (
                <button type="button" className="button slim" onClick={again}>
                    Try again
                </button>
            ) : null}
        </div>
    );
}

/** All that was found, where it is more than the one that the words beside it tell. */
function Found({ in: found }: { readonly in: readonly { readonly where: string; readonly detail: string }[] }) {
    if (found.length < 2) return null;
    return (
        <ul className="all-found">
            {found.map((each, at) => (
                <li key={at}>
                    {each.where === "" ? null : (
                        <>
                            <strong>
                                <Code>{each.where}</Code>
                            </strong>
                            :{" "}
                        </>
                    )}
                    {each.detail}
                </li>
            ))}
        </ul>
    );
}

/** Nothing is there: what it would be, why it isn't, and one thing to do. */
export function Empty({
    title,
    why,
    action,
}: {
    readonly title: string;
    readonly why: ReactNode;
    readonly action?: ReactNode;
}) {
    return (
        <div className="empty">
            <h3>{title}</h3>
            <p className="quiet">{why}</p>
            {action}
        </div>
    );
}

/** A note within a panel. `stale` and `warn` look the same: something to know before acting. */
export function Note({
    kind,
    children,
}: {
    readonly kind: "plain" | "warn" | "failed" | "done";
    readonly children: ReactNode;
}) {
    const sign = { plain: "i", warn: "⚠", failed: "✕", done: "✓" }[kind];
    return (
        <div className={`note ${kind}`} role={kind === "failed" ? "alert" : undefined}>
            <span aria-hidden="true">{sign}</span>
            <div>{children}</div>
        </div>
    );
}

/** A definition behind a figure: what it is, of what it is made, of when it is. It lies over what is below, and Escape folds it in. */
export function Info({ of, children }: { readonly of: string; readonly children: ReactNode }) {
    const box = useRef<HTMLDetailsElement>(null);
    useClosing(box);
    return (
        <details className="info" ref={box}>
            <summary aria-label={`What ${of} means`}>i</summary>
            <div className="info-body small">{children}</div>
        </details>
    );
}

/** A figure with its name, for strips of them. */
export function Fact({
    name,
    children,
    note,
    info,
    was = null,
}: {
    readonly name: string;
    readonly children: ReactNode;
    readonly note?: ReactNode;
    readonly info?: ReactNode;
    /** What was proposed, where an edit has moved the figure. */
    readonly was?: string | null;
}) {
    return (
        <div className={was === null ? "fact" : "fact moved"}>
            <dt className="small quiet">
                {name} {info ? <Info of={name.toLowerCase()}>{info}</Info> : null}
            </dt>
            <dd className="fact-figure">{children}</dd>
            {was === null ? null : <dd className="small was">proposed {was}</dd>}
            {note ? <dd className="small quiet">{note}</dd> : null}
        </div>
    );
}
