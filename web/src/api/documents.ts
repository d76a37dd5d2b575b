/**
 * Portfolio documents: the one of a household, saved over the version that was looked at, and what is asked about one that is sent along.
 *
 * Invariants: a document stays text, so that no digit is lost; nobody's change is written over without their knowing (`If-Match`).
 */
import { queryOptions } from "@tanstack/react-query";
import { answered, api, asProblem, exactly, Refused, type Schemas } from "./client";
import { asPlan, type Plan } from "./plan";
import type { Drift, Household } from "./questions";

export interface KeptDocument {
    readonly text: string;
    /** Its version, as the server names it. */
    readonly version: string;
}

/** A body that is JSON already. */
const asIs = { bodySerializer: (body: unknown) => body as string, headers: { "Content-Type": "application/json" } };

export const portfolio = (id: string) =>
    queryOptions({
        queryKey: ["document", id],
        queryFn: async (): Promise<KeptDocument | null> => {
            const { data, error, response } = await api.GET("/api/v1/households/{household}/document", {
                params: { path: { household: id } },
                parseAs: "text",
            });
            if (response.status === 404) return null;
            if (!response.ok) throw new Refused(asProblem(error, response));
            return { text: data as unknown as string, version: response.headers.get("etag") ?? "" };
        },
    });

/** Saves a document over a version, and says which version it is. `key` makes that happen once. */
export async function save(id: string, over: string, text: string, key: string): Promise<string> {
    const { error, response } = await api.PUT("/api/v1/households/{household}/document", {
        params: { path: { household: id }, header: { "If-Match": over } },
        body: text as never,
        bodySerializer: asIs.bodySerializer,
        headers: { ...asIs.headers, "Idempotency-Key": key },
    });
    if (!response.ok) throw new Refused(asProblem(error, response));
    return response.headers.get("etag") ?? "";
}

/** How far a document has drifted that is sent along. */
export const driftOf = (text: string) =>
    queryOptions({
        queryKey: ["drift-of", text],
        // The text of a document is a name of its own: to write it as JSON once more takes long where it is large.
        queryKeyHashFn: ([kind, of]) => `${kind} ${of}`,
        queryFn: async ({ signal }): Promise<Drift> =>
            answered(api.POST("/api/v1/drift", { body: text as never, ...asIs, signal })),
        staleTime: Infinity,
        gcTime: 60_000,
        retry: false,
    });

/** A plan for a document that is sent along. */
export async function planOf(text: string): Promise<Plan> {
    const answer = await answered(api.POST("/api/v1/plans", { body: text as never, ...asIs, parseAs: "text" }));
    return asPlan(exactly(answer as unknown as string));
}

/** What plain words mean, as tokens. */
export async function meaningOf(text: string, household: string | null): Promise<Schemas["MeaningView"]> {
    const body = household === null ? { text } : { text, household };
    return answered(api.POST("/api/v1/preferences", { body }));
}

/** The portfolio document that brokers' files make, what is wrong with them, and what is missing. Nothing of it is kept. */
export async function importOf(asked: Schemas["ImportAsked"]): Promise<Schemas["Imported"]> {
    return answered(api.POST("/api/v1/imports", { body: asked }));
}

/** Opens a household with its first document. `key` makes that happen once. */
export async function openHousehold(name: string, text: string, key: string): Promise<Household> {
    return answered(
        api.POST("/api/v1/households", {
            params: { query: { name } },
            body: text as never,
            bodySerializer: asIs.bodySerializer,
            headers: { ...asIs.headers, "Idempotency-Key": key },
        }),
    );
}
