/**
 * Addresses that lead nowhere, and screens that broke or could not be fetched.
 *
 * Invariant: a screen that could not be fetched is fetched again by itself once the service answers.
 */
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { api } from "../api/client";
import { Empty, Fault, Panel } from "../parts/panel";

export function NoSuchScreen() {
    return (
        <Panel>
            <Empty
                title="Nothing is at this address"
                why="It may have been mistyped, or what it named is not yours to see."
                action={
                    <Link className="button" to="/">
                        To the dashboard
                    </Link>
                }
            />
        </Panel>
    );
}

/** How often it is tried whether the service answers again. */
const AGAIN_MS = 3000;

export function BrokenScreen({ error }: { readonly error: unknown }) {
    const isUnfetched = error instanceof Error && isOfTheLine(error);
    useEffect(() => {
        if (!isUnfetched) return undefined;
        const timer = setInterval(() => {
            api.GET("/api/v1/welcome").then(
                // A part that failed once is kept as failed by the browser until the page is loaded anew.
                ({ response }) => (response.ok ? window.location.reload() : undefined),
                () => undefined,
            );
        }, AGAIN_MS);
        return () => clearInterval(timer);
    }, [isUnfetched]);
    if (isUnfetched) {
        return (
            <Panel>
                <Empty
                    title="The service can’t be reached"
                    why="This screen was not loaded yet. It is tried again by itself as soon as the service answers."
                    action={
                        <button type="button" className="button" onClick={() => window.location.reload()}>
                            Try again
                        </button>
                    }
                />
            </Panel>
        );
    }
    return (
        <Panel>
            <Fault
                error={error instanceof Error ? error : new Error(String(error))}
                again={() => window.location.reload()}
            />
        </Panel>
    );
}

/** Whether a part of the page could not be fetched, in the words of the browsers and of what loads the parts. */
export function isOfTheLine({ message }: Error): boolean {
    return /unable to preload|dynamically imported module|importing a module script failed/i.test(message);
}
