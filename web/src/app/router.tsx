/**
 * The addresses of the page. The dashboard comes with the first view; every other screen is fetched when it is wanted.
 *
 * Everything that a person would want back (filter, sort, tab, alternative) stands in the address.
 */
import type { QueryClient } from "@tanstack/react-query";
import {
    createRootRouteWithContext,
    createRoute,
    createRouter,
    lazyRouteComponent,
    redirect,
} from "@tanstack/react-router";
import { table } from "../api/desk";
import { session } from "../api/questions";
import { Dashboard } from "../screens/dashboard/dashboard";
import { asSearch } from "../screens/history/filters";
import { asTableSearch } from "../screens/households/view";
import { asInboxSearch } from "../screens/inbox/notices";
import { asProposalSearch } from "../screens/proposal/looked-at";
import { BrokenScreen, NoSuchScreen } from "./lost";
import { Shell } from "./shell";

interface Context {
    readonly client: QueryClient;
}

const root = createRootRouteWithContext<Context>()({
    component: Shell,
    notFoundComponent: NoSuchScreen,
    errorComponent: BrokenScreen,
});

/** Beyond so many households, somebody begins with all of them. */
const OF_ONE_PERSON = 8;

const home = createRoute({
    getParentRoute: () => root,
    path: "/",
    loader: async ({ context: { client } }) => {
        // Nobody is signed in yet, or nothing answers: the shell says so, and the door leads back here.
        const who = await client.ensureQueryData(session).catch(() => null);
        if (!who?.session) return;
        const all = await client.ensureQueryData(table).catch(() => null);
        if (all === null) return;
        const [first] = all.id;
        if (all.id.length > OF_ONE_PERSON) throw redirect({ to: "/households" });
        if (first) throw redirect({ to: "/h/$household", params: { household: first } });
        throw redirect({ to: "/start" });
    },
    component: () => null,
});

const dashboard = createRoute({ getParentRoute: () => root, path: "/h/$household", component: Dashboard });

const proposalsOf = createRoute({
    getParentRoute: () => root,
    path: "/h/$household/proposal",
    component: lazyRouteComponent(() => import("../screens/proposal/latest"), "LatestProposal"),
});

const proposal = createRoute({
    getParentRoute: () => root,
    path: "/h/$household/proposal/$proposal",
    validateSearch: asProposalSearch,
    component: lazyRouteComponent(() => import("../screens/proposal/proposal"), "ProposalScreen"),
});

const preferences = createRoute({
    getParentRoute: () => root,
    path: "/h/$household/preferences",
    component: lazyRouteComponent(() => import("../screens/preferences/preferences"), "PreferencesScreen"),
});

const history = createRoute({
    getParentRoute: () => root,
    path: "/h/$household/history",
    validateSearch: asSearch,
    component: lazyRouteComponent(() => import("../screens/history/history"), "HistoryScreen"),
});

const all = createRoute({
    getParentRoute: () => root,
    path: "/households",
    validateSearch: asTableSearch,
    component: lazyRouteComponent(() => import("../screens/households/households"), "HouseholdsScreen"),
});

const start = createRoute({
    getParentRoute: () => root,
    path: "/start",
    validateSearch: (search): { step?: string } => ({
        ...(typeof search["step"] === "string" && search["step"] !== "" ? { step: search["step"] } : {}),
    }),
    component: lazyRouteComponent(() => import("../screens/start/start"), "StartScreen"),
});

const inbox = createRoute({
    getParentRoute: () => root,
    path: "/inbox",
    validateSearch: asInboxSearch,
    component: lazyRouteComponent(() => import("../screens/inbox/inbox"), "InboxScreen"),
});

const models = createRoute({
    getParentRoute: () => root,
    path: "/models",
    component: lazyRouteComponent(() => import("../screens/models/models"), "ModelsScreen"),
});

const model = createRoute({
    getParentRoute: () => root,
    path: "/models/$model",
    component: lazyRouteComponent(() => import("../screens/models/model"), "ModelScreen"),
});

// Not below the others, so that a model portfolio may have any name.
const newModel = createRoute({
    getParentRoute: () => root,
    path: "/new-model",
    component: lazyRouteComponent(() => import("../screens/models/model"), "NewModelScreen"),
});

const rules = createRoute({
    getParentRoute: () => root,
    path: "/rules",
    component: lazyRouteComponent(() => import("../screens/rules/rules"), "RulesScreen"),
});

export const router = createRouter({
    routeTree: root.addChildren([
        ...[home, dashboard, proposalsOf, proposal, preferences, history],
        ...[all, models, model, newModel, rules, start, inbox],
    ]),
    context: { client: undefined as unknown as QueryClient },
    // A screen that can't be shown leaves the rail and the top bar where they are.
    defaultErrorComponent: BrokenScreen,
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
});

declare module "@tanstack/react-router" {
    interface Register {
        router: typeof router;
    }
}
