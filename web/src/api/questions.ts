/**
 * What the page asks, by name: one question of each kind, with the key under which its answer is kept.
 *
 * Invariant: the first word of a key is its kind and the second, where there is one, the household or proposal, so that an event makes just
 * what it concerns be asked again (`live/live.ts`).
 */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answered, api, exactly, LIMIT, whole, type Schemas } from "./client";
import { asPlan, type Plan } from "./plan";

export type Household = Schemas["HouseholdView"];
export type ClassDrift = Schemas["ClassView"];
export type Drift = Schemas["DriftView"];
/** Whose approvals it has and needs is told where one proposal is asked for, and not in a list. */
export type Proposal = Schemas["ProposalView"] & Schemas["ApprovalsView"];

/** Who is signed in, and what everybody may know: asked first. Where guests are let in, somebody who isn't signed in becomes one. */
export const session = queryOptions({
    queryKey: ["session"],
    queryFn: async () => {
        const welcome = await answered(api.GET("/api/v1/welcome"));
        if (welcome.session || !welcome.guest) return welcome;
        await answered(api.POST("/api/v1/session/guest"));
        return answered(api.GET("/api/v1/welcome"));
    },
    retry: false,
    staleTime: Infinity,
});

export const household = (id: string) =>
    queryOptions({
        queryKey: ["household", id],
        queryFn: () => answered(api.GET("/api/v1/households/{household}", { params: { path: { household: id } } })),
    });

export const drift = (id: string) =>
    queryOptions({
        queryKey: ["drift", id],
        queryFn: async () =>
            (await answered(api.GET("/api/v1/households/{household}/drift", { params: { path: { household: id } } })))
                .drift ?? null,
    });

export const driftHistory = (id: string) =>
    queryOptions({
        queryKey: ["drift-history", id],
        queryFn: async () => {
            const path = { household: id };
            const looks: Schemas["Look"][] = [];
            let after: string | undefined;
            // Whole, but no more than a picture can show.
            for (let part = 0; part < 10; part += 1) {
                const query = after === undefined ? { limit: LIMIT } : { limit: LIMIT, after };
                const page = await answered(
                    api.GET("/api/v1/households/{household}/drift-history", { params: { path, query } }),
                );
                looks.push(...page.items);
                if (!page.next) break;
                after = page.next;
            }
            return looks;
        },
    });

export const accounts = (id: string) =>
    queryOptions({
        queryKey: ["accounts", id],
        queryFn: async () => {
            const params = { path: { household: id } };
            return (await answered(api.GET("/api/v1/households/{household}/accounts", { params }))).items;
        },
    });

export const lots = (id: string) =>
    queryOptions({
        queryKey: ["lots", id],
        queryFn: () =>
            whole((query) =>
                answered(
                    api.GET("/api/v1/households/{household}/lots", { params: { path: { household: id }, query } }),
                ),
            ),
    });

export const prices = queryOptions({
    queryKey: ["prices"],
    queryFn: () => whole((query) => answered(api.GET("/api/v1/prices", { params: { query } }))),
});

/** A proposal with its plan document, every figure as decimal text. */
export interface ProposalAndPlan {
    readonly proposal: Proposal;
    /** Why an approval would be refused now; nothing where it would count, or nothing waits for one. */
    readonly refused: Schemas["RefusedView"] | null;
    readonly plan: Plan | null;
}

export const proposal = (id: string) =>
    queryOptions({
        queryKey: ["proposal", id],
        queryFn: async (): Promise<ProposalAndPlan> => {
            const params = { path: { proposal: id } };
            const text = await answered(api.GET("/api/v1/proposals/{proposal}", { params, parseAs: "text" }));
            const { plan, refused, ...proposal } = exactly(text as unknown as string) as Schemas["ProposalWithPlan"];
            return {
                proposal: { ...proposal, attempt: Number(proposal.attempt), ...counted(proposal) },
                refused: refused ?? null,
                plan: plan ? asPlan(plan) : null,
            };
        },
    });

/** Counts are numbers; what was read exactly has them as text. */
function counted({ approvals_given: given, approvals_needed: needed }: Schemas["ApprovalsView"]) {
    const number = (count: number | null | undefined) => (count === null || count === undefined ? null : Number(count));
    return { approvals_given: number(given), approvals_needed: number(needed) };
}

export const proposals = (household?: string) =>
    infiniteQueryOptions({
        queryKey: household === undefined ? ["proposals"] : ["proposals", household],
        queryFn: ({ pageParam }) => {
            const query = {
                limit: 100,
                ...(household === undefined ? {} : { household }),
                ...(pageParam === null ? {} : { after: pageParam }),
            };
            return answered(api.GET("/api/v1/proposals", { params: { query } }));
        },
        initialPageParam: null as string | null,
        getNextPageParam: (last) => last.next ?? null,
    });

/** What a changed plan comes to, on the portfolio and at the prices of the proposal. */
export type WhatIf = Schemas["WhatIf"];

/** What else could be done, for the portfolio and the prices of a plan of a proposal. */
export const alternatives = (id: string, plan: string) =>
    queryOptions({
        queryKey: ["alternatives", id, plan],
        queryFn: () =>
            answered(api.GET("/api/v1/proposals/{proposal}/alternatives", { params: { path: { proposal: id } } })),
        staleTime: Infinity,
    });

export const timeline = (id: string) =>
    queryOptions({
        queryKey: ["timeline", id],
        queryFn: async () =>
            (await answered(api.GET("/api/v1/proposals/{proposal}/timeline", { params: { path: { proposal: id } } })))
                .stages,
    });

/** Where the tax of the year stands, and what a proposal adds to it. */
export const tax = (id: string, proposal: string | null) =>
    queryOptions({
        queryKey: ["tax", id, proposal],
        queryFn: () => {
            const query = proposal === null ? {} : { proposal };
            return answered(
                api.GET("/api/v1/households/{household}/tax", { params: { path: { household: id }, query } }),
            );
        },
    });
