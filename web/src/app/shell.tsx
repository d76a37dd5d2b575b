/**
 * What is around every screen: the top bar, the rail, and who is signed in.
 *
 * Invariants: nobody sees a screen before it is known who asks, or after the session has ended; the main part takes focus when the address
 * changes; where orders move real money every screen says so.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useParams, useRouter, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef } from "react";
import { api } from "../api/client";
import { table } from "../api/desk";
import { beginAnew, tellOtherTabs, useHasEnded } from "../api/ended";
import { session } from "../api/questions";
import { LiveProvider, useLive } from "../live/live";
import { Fault } from "../parts/panel";
import { dollars } from "../text/figures";
import { atTime } from "../text/times";
import { useKeptLately } from "./all-households";
import { useClosing } from "../parts/closing";
import { TimeProvider, useIsSimulated, useNow } from "./clock";
import { useCommand, useKeys } from "./keyboard";
import { Rail } from "./rail";
import { set, useSettings } from "./settings";
import { SignIn, SignInAgain } from "./sign-in";
import "./shell.css";

const Palette = lazy(() => import("./palette"));
const AllKeys = lazy(() => import("./all-keys"));

export function Shell() {
    const who = useQuery(session);
    if (who.isPending) return <p className="boot">Loading Equipoise…</p>;
    if (who.error) {
        return (
            <main className="door">
                <Fault error={who.error} again={() => void who.refetch()} />
            </main>
        );
    }
    const { session: signed, simulated, now, guest } = who.data;
    if (!signed) return <SignIn />;
    return (
        <LiveProvider>
            <TimeProvider since={now} isSimulated={simulated}>
                <Signed live={signed.live} name={guest && signed.guest ? "Demonstration" : signed.name} />
                <SignInAgain signed={signed} />
            </TimeProvider>
        </LiveProvider>
    );
}

function Signed({ live, name }: { readonly live: readonly string[]; readonly name: string }) {
    const { isRailNarrow } = useSettings();
    const keys = useKeys();
    const hasEnded = useHasEnded();
    useKeptLately();
    const main = useRef<HTMLElement>(null);
    const path = useRouterState({ select: (state) => state.location.pathname });
    const before = useRef(path);
    useEffect(() => {
        if (before.current !== path) main.current?.focus({ preventScroll: true });
        before.current = path;
    }, [path]);
    return (
        <div className="shell" data-narrow={isRailNarrow ? "" : undefined} data-ended={hasEnded ? "" : undefined}>
            <a className="skip" href="#main">
                To the content
            </a>
            <TopBar name={name} onCommands={keys.openPalette} onKeys={keys.openKeys} />
            <Rail />
            <main id="main" ref={main} tabIndex={-1}>
                {live.length > 0 ? (
                    <p className="real-money" role="status">
                        <strong>Real money.</strong> Orders of {live.join(", ")} move it.
                    </p>
                ) : null}
                <div className="screen">
                    <Outlet />
                </div>
                <footer className="about small faint">
                    Equipoise computes on the figures given. It is no investment, tax or legal advice.
                </footer>
            </main>
            {keys.palette ? (
                <Suspense>
                    {keys.palette === "keys" ? (
                        <AllKeys close={keys.closePalette} />
                    ) : (
                        <Palette close={keys.closePalette} />
                    )}
                </Suspense>
            ) : null}
        </div>
    );
}

function useHousehold(): string | undefined {
    return useParams({ strict: false }).household;
}

function TopBar({
    name,
    onCommands,
    onKeys,
}: {
    readonly name: string;
    readonly onCommands: () => void;
    readonly onKeys: () => void;
}) {
    return (
        <header className="top no-print">
            <Link to="/" className="brand" aria-label="Equipoise, to the beginning">
                <svg viewBox="0 0 24 24" width={22} height={22} aria-hidden="true">
                    <path d="M12 4v16M8 20h8M4 8h16" />
                    <path d="M4 8l-2.4 6a3 3 0 0 0 4.8 0zM20 8l-2.4 6a3 3 0 0 0 4.8 0z" />
                </svg>
                <span>Equipoise</span>
            </Link>
            <Switcher />
            <span className="grow" />
            <DataClock />
            <LineState />
            <button type="button" className="button bare slim commands" onClick={onCommands}>
                Commands <kbd>Ctrl K</kbd>
            </button>
            <PageMenu name={name} onKeys={onKeys} />
        </header>
    );
}

/** Households in the switcher at most; the table finds the others. */
const SWITCHER_MAX = 500;

/** Which household: a plain select, since a browser's own is the best on a phone and with a keyboard. */
function Switcher() {
    const { data: all } = useQuery(table);
    const id = useHousehold();
    const router = useRouter();
    const { isPrivate } = useSettings();
    if (!all || all.id.length === 0) return null;
    const isKnown = id !== undefined && all.id.includes(id);
    const shown = all.id.flatMap((each, at) => (at < SWITCHER_MAX || each === id ? [at] : []));
    return (
        <select
            className="switcher"
            aria-label="Household"
            value={isKnown ? id : ""}
            onChange={(event) => {
                if (event.target.value)
                    void router.navigate({ to: "/h/$household", params: { household: event.target.value } });
            }}
        >
            {isKnown ? null : <option value="">Choose a household</option>}
            {shown.map((at) => {
                const value = all.value[at];
                return (
                    <option key={all.id[at]} value={all.id[at]}>
                        {all.name[at]}
                        {/* A browser's own list can't be blurred in parts. */}
                        {value && !isPrivate ? ` · ${dollars(value)}` : ""}
                    </option>
                );
            })}
        </select>
    );
}

const LINES = {
    connecting: ["◌", "Connecting", ""],
    live: ["●", "Live", "ok"],
    reconnecting: ["◌", "Reconnecting", "warn"],
    offline: ["✕", "Offline", "danger"],
    paused: ["‖", "Paused", "warn"],
} as const;

/** Of when what is shown is: the time in which the households live. */
function DataClock() {
    const now = useNow();
    const isSimulated = useIsSimulated();
    return (
        <span className="data-clock small quiet">
            {isSimulated ? "Simulated market" : "New York"} · {atTime(new Date(now).toISOString())}
        </span>
    );
}

function LineState() {
    const { line, isPaused, pause } = useLive();
    useCommand(".", "Pause live changes, or go on with them", () => pause(!isPaused), true, "everywhere");
    const [sign, word, kind] = LINES[line];
    return (
        <button
            type="button"
            className="button bare slim line"
            aria-pressed={isPaused}
            aria-label={`${word}. ${isPaused ? "Go on with live changes" : "Pause live changes"}`}
            onClick={() => pause(!isPaused)}
        >
            <span className={kind} aria-hidden="true">
                {sign}
            </span>
            <span>{word}</span>
        </button>
    );
}

function PageMenu({ name, onKeys }: { readonly name: string; readonly onKeys: () => void }) {
    const settings = useSettings();
    const client = useQueryClient();
    const box = useRef<HTMLDetailsElement>(null);
    const signOut = async () => {
        await api.DELETE("/api/v1/session");
        tellOtherTabs();
        client.clear();
        beginAnew();
    };
    useClosing(box);
    return (
        <details className="menu" ref={box}>
            <summary className="button bare slim" aria-label={`Settings of the page; signed in: ${name}`}>
                <span className="who">{name}</span>
                <span aria-hidden="true">▾</span>
            </summary>
            <div className="menu-body">
                <fieldset>
                    <legend className="small quiet">Theme</legend>
                    {(
                        [
                            ["", "As this machine"],
                            ["light", "Light"],
                            ["dark", "Dark"],
                        ] as const
                    ).map(([theme, label]) => (
                        <label key={theme}>
                            <input
                                type="radio"
                                name="theme"
                                checked={settings.theme === theme}
                                onChange={() => set({ theme })}
                            />
                            {label}
                        </label>
                    ))}
                </fieldset>
                <label>
                    <input
                        type="checkbox"
                        checked={settings.density === "dense"}
                        onChange={(event) => set({ density: event.target.checked ? "dense" : "comfortable" })}
                    />
                    Dense rows
                </label>
                <label>
                    <input
                        type="checkbox"
                        checked={settings.isPrivate}
                        onChange={(event) => set({ isPrivate: event.target.checked })}
                    />
                    Blur amounts
                </label>
                <label>
                    <input
                        type="checkbox"
                        checked={settings.hasKeys}
                        onChange={(event) => set({ hasKeys: event.target.checked })}
                    />
                    Single-key commands
                </label>
                <button
                    type="button"
                    className="button slim"
                    onClick={() => {
                        // The focus comes back to what stays in sight.
                        if (box.current) box.current.open = false;
                        box.current?.querySelector("summary")?.focus();
                        onKeys();
                    }}
                >
                    All keys
                </button>
                <button type="button" className="button slim" onClick={() => void signOut()}>
                    Sign out
                </button>
            </div>
        </details>
    );
}
