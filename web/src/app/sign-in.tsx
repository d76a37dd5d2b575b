/**
 * The door: name and password, or nothing to type where the program was started as a demonstration; and the same in place, once a session ended.
 *
 * Invariants: a password is sent and forgotten; the session is a cookie that no script can read; while nobody is signed in nothing is shown, and
 * what was typed is there again for the same person alone.
 */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useId, useRef, useState, type FormEvent } from "react";
import { answered, api, type Schemas } from "../api/client";
import { beginAnew, goOn, signedInAgain, tellOtherTabs, useHasEnded, whenItMayHaveChanged } from "../api/ended";
import { session } from "../api/questions";
import { Dialog } from "../parts/dialog";
import { Fault } from "../parts/panel";
import "./sign-in.css";

/** Name and password, and the request that shows them. */
function useDoor(known: string, entered: () => Promise<void>) {
    const [name, setName] = useState(known);
    const [password, setPassword] = useState("");
    const enter = useMutation({
        mutationFn: () => answered(api.POST("/api/v1/session", { body: { name, password } })),
        onSuccess: async () => {
            setPassword("");
            tellOtherTabs();
            await entered();
        },
    });
    return { name, setName, password, setPassword, enter };
}

function DoorFields({ of }: { readonly of: ReturnType<typeof useDoor> }) {
    const ids = { name: useId(), password: useId() };
    return (
        <>
            <div className="field">
                <label htmlFor={ids.name}>Name</label>
                <input
                    id={ids.name}
                    autoComplete="username"
                    required
                    value={of.name}
                    onChange={(event) => of.setName(event.target.value)}
                />
            </div>
            <div className="field">
                <label htmlFor={ids.password}>Password</label>
                <input
                    id={ids.password}
                    type="password"
                    autoComplete="current-password"
                    required
                    value={of.password}
                    onChange={(event) => of.setPassword(event.target.value)}
                />
            </div>
            {of.enter.error ? <Fault error={of.enter.error} /> : null}
        </>
    );
}

export function SignIn() {
    const client = useQueryClient();
    const router = useRouter();
    const door = useDoor("", async () => {
        await client.invalidateQueries({ queryKey: session.queryKey });
        client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
        await router.invalidate();
    });
    const submit = (event: FormEvent) => {
        event.preventDefault();
        door.enter.mutate();
    };
    return (
        <main className="door">
            <form className="panel door-form" onSubmit={submit}>
                <h1>Equipoise</h1>
                <p className="quiet">Sign in to see your households.</p>
                <DoorFields of={door} />
                <button type="submit" className="button first" disabled={door.enter.isPending}>
                    {door.enter.isPending ? "Signing in…" : "Sign in"}
                </button>
                <p className="small faint">
                    An administrator adds people: <code>equipoise people add NAME</code>. This is a calculation on
                    figures given, and no investment, tax or legal advice.
                </p>
            </form>
        </main>
    );
}

/** Asks for the password in place once the session has ended; the screens stay as they are behind it, unseen. */
export function SignInAgain({ signed }: { readonly signed: Schemas["Signed"] }) {
    const client = useQueryClient();
    const hasEnded = useHasEnded();
    /** Who is signed in now, if anybody: in this tab or another. */
    const look = async () => {
        const now = await client.fetchQuery({ ...session, staleTime: 0, queryKey: ["session", "now"] });
        if (!now.session) void signedInAgain();
        else if (now.session.person !== signed.person) beginAnew();
        else if (hasEnded) {
            goOn();
            await client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "session" });
        }
    };
    const lookNow = useEffectEvent(() => {
        // Without an answer nothing is known to have changed.
        look().catch(() => undefined);
    });
    useEffect(() => whenItMayHaveChanged(lookNow), []);
    useEffect(() => {
        // Where guests are let in, the look itself lets one in again.
        if (hasEnded && signed.guest) lookNow();
    }, [hasEnded, signed.guest]);
    return hasEnded ? <Again name={signed.name} entered={look} /> : null;
}

function Again({ name, entered }: { readonly name: string; readonly entered: () => Promise<void> }) {
    const door = useDoor(name, entered);
    const form = useRef<HTMLFormElement>(null);
    useEffect(() => form.current?.querySelector<HTMLInputElement>("[type=password]")?.focus(), []);
    return (
        <Dialog title="Your session has ended" close={() => undefined} isBusy>
            <form
                ref={form}
                className="dialog-form"
                onSubmit={(event) => {
                    event.preventDefault();
                    door.enter.mutate();
                }}
            >
                <p className="quiet">
                    Sign in to go on where you were. What you typed is kept. Whoever signs in under another name begins
                    anew.
                </p>
                <DoorFields of={door} />
                <div className="dialog-actions">
                    <button type="submit" className="button first" disabled={door.enter.isPending}>
                        {door.enter.isPending ? "Signing in…" : "Sign in"}
                    </button>
                </div>
            </form>
        </Dialog>
    );
}
