/** Addresses that lead nowhere, and screens that broke. */
import { Link } from "@tanstack/react-router";
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

export function BrokenScreen({ error }: { readonly error: unknown }) {
    return (
        <Panel>
            <Fault
                error={error instanceof Error ? error : new Error(String(error))}
                again={() => window.location.reload()}
            />
        </Panel>
    );
}
