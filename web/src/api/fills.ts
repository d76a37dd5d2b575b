/**
 * A fill that a person typed in was wrong: what is right is told, or that nothing of it happened.
 *
 * Keys as in `questions.ts`. Invariant: the same correction again counts once, so that one of which no answer came may be sent again as it was.
 */
import type { QueryClient } from "@tanstack/react-query";
import { answered, api, type Schemas } from "./client";

export type Correction = Schemas["FillsTold"];
export type Taken = Schemas["TakenView"];

/** Sends a correction; what is on record now. */
export async function correct(correction: Correction): Promise<Taken> {
    const [taken] = (await answered(api.POST("/api/v1/fills", { body: correction }))).items;
    if (!taken) throw new Error("The server took the correction and said nothing of it; reload the page to see it.");
    return taken;
}

/** Makes what hangs on the fills of a household be asked again. */
export async function corrected(client: QueryClient, household: string, proposal: string): Promise<void> {
    await client.invalidateQueries({
        predicate: ({ queryKey: [kind, of] }) =>
            of === household || of === proposal || (of === undefined && kind !== "session"),
    });
}
