/**
 * The names of people, as far as whoever asks may know them: their own, and of those whom the roles that they keep were given to.
 *
 * Keys as in `questions.ts`. The API lists the roles of a household to its owner, and all to who administers; to others none.
 */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { answered, api, whole, type Schemas } from "./client";
import { session } from "./questions";

export type Grant = Schemas["GrantView"];

export const grants = queryOptions({
    queryKey: ["grants"],
    queryFn: () => whole<Grant>((query) => answered(api.GET("/api/v1/grants", { params: { query } }))),
    staleTime: 60_000,
});

/** Who looks, and the roles that they know of. */
export interface Known {
    readonly me: { readonly person: string; readonly name: string } | null;
    readonly grants: readonly Grant[];
}

const NONE: readonly Grant[] = [];

export function useKnown(): Known {
    const who = useQuery(session);
    const given = useQuery(grants);
    return { me: who.data?.session ?? null, grants: given.data ?? NONE };
}

/** The name behind an id, where it is known. */
export function nameOfPerson(id: string, { me, grants: given }: Known): string | null {
    if (id === me?.person) return me.name;
    return given.find((grant) => grant.person === id)?.name ?? null;
}
