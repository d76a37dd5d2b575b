/**
 * Tabs as a person with a keyboard or a screen reader knows them: one stop, arrow keys between them, the panel below named by its tab.
 *
 * In: the tabs and which one is open. Out: what was chosen; the caller keeps it, in the address.
 */
import { useRef, type KeyboardEvent, type ReactNode } from "react";
import "./tabs.css";

export interface Tab {
    readonly id: string;
    readonly name: string;
}

export function Tabs({
    name,
    tabs,
    open,
    choose,
    children,
}: {
    /** What they are tabs of. */
    readonly name: string;
    readonly tabs: readonly Tab[];
    readonly open: string;
    readonly choose: (id: string) => void;
    readonly children: ReactNode;
}) {
    const list = useRef<HTMLDivElement>(null);
    const step = (event: KeyboardEvent) => {
        const at = tabs.findIndex((tab) => tab.id === open);
        const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        const next = tabs[(to + tabs.length) % tabs.length];
        if (!next) return;
        choose(next.id);
        list.current?.querySelector<HTMLElement>(`#tab-${next.id}`)?.focus();
    };
    return (
        <>
            <div className="tabs no-print" role="tablist" aria-label={name} ref={list}>
                {tabs.map((tab) => (
                    <button
                        key={tab.id}
                        type="button"
                        role="tab"
                        id={`tab-${tab.id}`}
                        aria-selected={tab.id === open}
                        aria-controls={`panel-${tab.id}`}
                        tabIndex={tab.id === open ? 0 : -1}
                        onClick={() => choose(tab.id)}
                        onKeyDown={step}
                    >
                        {tab.name}
                    </button>
                ))}
            </div>
            <div role="tabpanel" id={`panel-${open}`} aria-labelledby={`tab-${open}`} tabIndex={0}>
                {children}
            </div>
        </>
    );
}
