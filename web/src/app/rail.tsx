/**
 * The screens: a rail at the left, and on a phone a bar at the foot.
 *
 * Invariant: on a phone no name is cut off: beside the screens of a household there is room for one more, and the others are behind it.
 */
import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, type ReactNode } from "react";
import { table } from "../api/desk";
import { Icon, type IconName } from "../parts/icon";
import { useClosing } from "../parts/closing";
import { set, useSettings } from "./settings";

export function Rail() {
    const id = useParams({ strict: false }).household;
    const { data: all } = useQuery(table);
    const waits = id !== undefined && all?.state[all.id.indexOf(id)] === "Pending_Approval";
    const { isRailNarrow } = useSettings();
    return (
        <nav className="rail no-print" aria-label="Screens">
            {id ? (
                <>
                    <RailLink to="/h/$household" id={id} sign="dashboard" exact>
                        Dashboard
                    </RailLink>
                    <RailLink to="/h/$household/proposal" id={id} sign="proposal">
                        Proposal
                        {waits ? <span className="badge" aria-label="waits for approval" /> : null}
                    </RailLink>
                    <RailLink to="/h/$household/preferences" id={id} sign="preferences">
                        Preferences
                    </RailLink>
                    <RailLink to="/h/$household/history" id={id} sign="history">
                        History
                    </RailLink>
                </>
            ) : null}
            <div className={id ? "rail-others behind" : "rail-others"}>
                <Others hasModels={all?.id.length !== 0} />
            </div>
            {id ? <More hasModels={all?.id.length !== 0} /> : null}
            <button
                type="button"
                className="button bare slim fold"
                aria-label={isRailNarrow ? "Widen the rail" : "Narrow the rail"}
                onClick={() => set({ isRailNarrow: !isRailNarrow })}
            >
                {isRailNarrow ? "»" : "«"}
            </button>
        </nav>
    );
}

/** The screens that are of no household. Who sees no household sees no model portfolio; before that is known it stands there, so that nothing jumps. */
function Others({ hasModels }: { readonly hasModels: boolean }) {
    const active = { activeProps: { className: "active" }, className: "rail-link" };
    return (
        <>
            <Link to="/households" {...active}>
                <Icon name="households" />
                <span>Households</span>
            </Link>
            {hasModels ? (
                <Link to="/models" {...active}>
                    <Icon name="models" />
                    <span>Models</span>
                </Link>
            ) : null}
            <Link to="/rules" {...active}>
                <Icon name="rules" />
                <span>
                    Rules <span className="rail-more">of the house</span>
                </span>
            </Link>
            <Link to="/inbox" {...active}>
                <Icon name="inbox" />
                <span>Inbox</span>
            </Link>
            <Link to="/start" {...active}>
                <Icon name="add" />
                <span>
                    New <span className="rail-more">household</span>
                </span>
            </Link>
        </>
    );
}

/** On a phone, what the bar has no room for. */
function More({ hasModels }: { readonly hasModels: boolean }) {
    const box = useRef<HTMLDetailsElement>(null);
    const path = useRouterState({ select: (state) => state.location.pathname });
    useClosing(box);
    useEffect(() => {
        if (box.current) box.current.open = false;
    }, [path]);
    return (
        <details className="more-screens" ref={box}>
            <summary className="rail-link">
                <Icon name="more" />
                <span>More</span>
            </summary>
            <div className="more-body">
                <Others hasModels={hasModels} />
            </div>
        </details>
    );
}

function RailLink(given: {
    readonly to: "/h/$household" | "/h/$household/proposal" | "/h/$household/preferences" | "/h/$household/history";
    readonly id: string;
    readonly sign: IconName;
    readonly exact?: boolean;
    readonly children: ReactNode;
}) {
    return (
        <Link
            to={given.to}
            params={{ household: given.id }}
            className="rail-link"
            activeOptions={{ exact: given.exact ?? false, includeSearch: false }}
            activeProps={{ className: "active" }}
        >
            <Icon name={given.sign} />
            <span>{given.children}</span>
        </Link>
    );
}
