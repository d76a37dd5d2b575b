/**
 * A fill that a person typed in was wrong: what is right is told, or that nothing of it happened.
 *
 * Keys as in `questions.ts`. Invariant: the same correction again counts once, so that one of which no answer came may be sent again as it was.
 */
import { queryOptions, type QueryClient } from "@tanstack/react-query";
import { answered, api, type Schemas } from "./client";

export type Correction = Schemas["FillsTold"];
export type Taken = Schemas["TakenView"];
export type Outcome = Schemas["OutcomeView"];

/** Sends a correction; what is on record now. */
export async function correct(correction: Correction): Promise<Taken> {
    const [taken] = (await answered(api.POST("/api/v1/fills", { body: correction }))).items;
    if (!taken) throw new Error("The server took the correction and said nothing of it; reload the page to see it.");
    return taken;
}

/** What a correction would come to as the books are now; nothing is taken. */
export function foreseen(correction: Correction | null) {
    return queryOptions({
        queryKey: ["correction", JSON.stringify(correction)],
        queryFn: async (): Promise<Outcome | null> => {
            if (correction === null) return null;
            const body = { ...correction, dry_run: true };
            const [taken] = (await answered(api.POST("/api/v1/fills", { body }))).items;
            return taken?.outcome ?? null;
        },
        enabled: correction !== null,
        retry: false,
        gcTime: 0,
        staleTime: 0,
    });
}

/** Makes what hangs on the fills of a household be asked again. */
export async function corrected(client: QueryClient, household: string, proposal: string): Promise<void> {
    await client.invalidateQueries({
        predicate: ({ queryKey: [kind, of] }) =>
            of === household || of === proposal || (of === undefined && kind !== "session"),
    });
}
