/**
 * Model portfolios: targets that households follow.
 *
 * In: names, targets as JSON. Out: what there is, what a change would do, what came of it. Invariants: what a model portfolio brings of securities stays
 * text, so that no digit of it is lost; nothing is published but with the `effect` that was looked at.
 */
import { queryOptions, type QueryClient } from "@tanstack/react-query";
import { at, read } from "../text/lossless";
import { answered, api, asProblem, Refused, whole, type Schemas } from "./client";

export type ModelPortfolio = Schemas["ModelPortfolioView"];
export type Effect = Schemas["EffectView"];
export type HouseholdEffect = Schemas["HouseholdEffectView"];
export type Published = Schemas["PublishedView"];
export type Followed = Schemas["FollowedView"];

/** One with what the page does not edit as it was given. */
export interface KeptModel {
    readonly model: ModelPortfolio;
    /** JSON of the securities that it brings. */
    readonly securities: string;
}

export const modelPortfolios = queryOptions({
    queryKey: ["model-portfolios"],
    queryFn: () => whole((query) => answered(api.GET("/api/v1/model-portfolios", { params: { query } }))),
});

/** Whether one may make one. */
export const mayMakeModels = queryOptions({
    queryKey: ["model-portfolios", "may-make"],
    queryFn: async () => {
        const query = { limit: 1 };
        return (await answered(api.GET("/api/v1/model-portfolios", { params: { query } }))).may_make;
    },
});

/** One by its name; nothing where there is none. */
export const modelPortfolio = (name: string) =>
    queryOptions({
        queryKey: ["model-portfolio", name],
        queryFn: async (): Promise<KeptModel | null> => {
            const params = { path: { model: name } };
            const { data, error, response } = await api.GET("/api/v1/model-portfolios/{model}", {
                params,
                parseAs: "text",
            });
            if (response.status === 404) return null;
            if (!response.ok) throw new Refused(asProblem(error, response));
            return asKept(data as unknown as string);
        },
    });

/** A model portfolio out of its JSON. */
export function asKept(text: string): KeptModel {
    const listed = at(read(text), "target", "securities");
    return {
        model: JSON.parse(text) as ModelPortfolio,
        securities: listed ? text.slice(listed.from, listed.to) : "[]",
    };
}

const asJson = { bodySerializer: (body: unknown) => body as string, headers: { "Content-Type": "application/json" } };

/** What publishing a target, as JSON, would do to every household that follows. */
export function effectOf(name: string, target: string): Promise<Effect> {
    return answered(
        api.POST("/api/v1/model-portfolios/{model}/effect", {
            params: { path: { model: name } },
            body: `{"target": ${target}}` as never,
            ...asJson,
        }),
    );
}

/** Publishes exactly what was looked at. `key` makes that happen once. */
export function publish(name: string, about: string, target: string, effect: string, key: string): Promise<Published> {
    const body = `{"about": ${JSON.stringify(about)}, "target": ${target}, "effect": ${JSON.stringify(effect)}}`;
    return answered(
        api.PUT("/api/v1/model-portfolios/{model}", {
            params: { path: { model: name } },
            body: body as never,
            bodySerializer: asJson.bodySerializer,
            headers: { ...asJson.headers, "Idempotency-Key": key },
        }),
    );
}

export function remove(name: string): Promise<void> {
    return answered(
        api.DELETE("/api/v1/model-portfolios/{model}", { params: { path: { model: name } } }),
    ) as Promise<void>;
}

export function follow(household: string, model: string): Promise<void> {
    return answered(
        api.PUT("/api/v1/households/{household}/model-portfolio", {
            params: { path: { household } },
            body: { model_portfolio: model },
        }),
    ) as Promise<void>;
}

export function unfollow(household: string): Promise<void> {
    return answered(
        api.DELETE("/api/v1/households/{household}/model-portfolio", { params: { path: { household } } }),
    ) as Promise<void>;
}

/** What hangs on the target of a household. */
const OF_TARGETS = ["household", "document", "drift", "proposals", "notices"];

/** Makes what hangs on the targets of households be asked again: of one, or of all that may follow. */
export async function targetsMoved(client: QueryClient, household?: string): Promise<void> {
    await client.invalidateQueries({
        predicate: ({ queryKey: [kind, of] }) =>
            ["model-portfolios", "model-portfolio", "all-households"].includes(String(kind)) ||
            (OF_TARGETS.includes(String(kind)) && (household === undefined || of === undefined || of === household)),
    });
}
