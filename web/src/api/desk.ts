/**
 * What the table of all households asks and does.
 *
 * Keys as in `questions.ts`. What moves money goes one household at a time, bound to the hash of the plan that was read.
 */
import { queryOptions, type QueryClient } from "@tanstack/react-query";
import { answered, api, Refused, type Schemas } from "./client";
import { asColumns, type Columns } from "./columns";

/** Not asked again for every event, since one answer holds all households: whoever shows it asks as often as it can bear. */
export const table = queryOptions({
    queryKey: ["all-households"],
    queryFn: async (): Promise<Columns> => asColumns(await answered(api.GET("/api/v1/households/table"))),
});

/** Makes what hangs on the proposals of a household be asked again, after a person has answered or made one. */
export async function answeredFor(client: QueryClient, household: string): Promise<void> {
    const kinds = ["household", "proposals", "notices"];
    await client.invalidateQueries({
        predicate: ({ queryKey: [kind, of] }) =>
            kind === table.queryKey[0] || (kinds.includes(String(kind)) && (of === undefined || of === household)),
    });
}

/** Asks for a plan of one household now. */
export function propose(household: string): Promise<Schemas["Proposed"]> {
    return answered(api.POST("/api/v1/households/{household}/propose", { params: { path: { household } } }));
}

/** What an approval came to: where no answer came, the server is asked what it made of it; it is never sent again. */
export async function approve(
    proposal: string,
    plan_hash: string,
): Promise<"approved" | "one_more" | "still_waits" | "unknown"> {
    const params = { path: { proposal } };
    try {
        const answer = await answered(
            api.POST("/api/v1/proposals/{proposal}/approve", { params, body: { plan_hash } }),
        );
        return answer.outcome === "one_more" ? "one_more" : "approved";
    } catch (error) {
        if (!(error instanceof Refused && error.isUnknown)) throw error;
    }
    let last: "still_waits" | "unknown" = "unknown";
    // The approval may still be on its way, so that one look that finds it waiting proves nothing.
    for (const pause of [500, 2000, 5000]) {
        await new Promise((done) => setTimeout(done, pause));
        try {
            const now = await answered(api.GET("/api/v1/proposals/{proposal}", { params }));
            if (now.plan_hash !== plan_hash || now.state === "Rejected") return "unknown";
            if (now.state !== "Pending_Approval") return "approved";
            last = now.approved_by.length > 0 ? "unknown" : "still_waits";
        } catch {
            last = "unknown";
        }
    }
    return last;
}
