/**
 * The door: name and password, or nothing to type where the program was started as a demonstration.
 *
 * Invariant: a password is sent and forgotten; the session is a cookie that no script can read.
 */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useId, useState, type FormEvent } from "react";
import { answered, api } from "../api/client";
import { session } from "../api/questions";
import { Fault } from "../parts/panel";
import "./sign-in.css";

export function SignIn() {
    const client = useQueryClient();
    const router = useRouter();
    const [name, setName] = useState("");
    const [password, setPassword] = useState("");
    const ids = { name: useId(), password: useId() };
    const enter = useMutation({
        mutationFn: () => answered(api.POST("/api/v1/session", { body: { name, password } })),
        onSuccess: async () => {
            setPassword("");
            await client.invalidateQueries({ queryKey: session.queryKey });
            client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
            await router.invalidate();
        },
    });
    const submit = (event: FormEvent) => {
        event.preventDefault();
        enter.mutate();
    };
    return (
        <main className="door">
            <form className="panel door-form" onSubmit={submit}>
                <h1>Equipoise</h1>
                <p className="quiet">Sign in to see your households.</p>
                <div className="field">
                    <label htmlFor={ids.name}>Name</label>
                    <input
                        id={ids.name}
                        autoComplete="username"
                        required
                        value={name}
                        onChange={(event) => setName(event.target.value)}
                    />
                </div>
                <div className="field">
                    <label htmlFor={ids.password}>Password</label>
                    <input
                        id={ids.password}
                        type="password"
                        autoComplete="current-password"
                        required
                        value={password}
                        onChange={(event) => setPassword(event.target.value)}
                    />
                </div>
                {enter.error ? <Fault error={enter.error} /> : null}
                <button type="submit" className="button first" disabled={enter.isPending}>
                    {enter.isPending ? "Signing in…" : "Sign in"}
                </button>
                <p className="small faint">
                    An administrator adds people: <code>equipoise people add NAME</code>. This is a calculation on
                    figures given, and no investment, tax or legal advice.
                </p>
            </form>
        </main>
    );
}
