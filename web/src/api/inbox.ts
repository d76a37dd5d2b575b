/**
 * What the inbox asks: proposals of all households, those that need somebody to the last one, the rest page by page.
 *
 * Keys as in `questions.ts`.
 */
import { queryOptions } from "@tanstack/react-query";
import { answered, api, whole } from "./client";
import type { Proposal } from "./questions";

/** States in which somebody has to do something. */
const STATES = ["Pending_Approval", "Execution_Failed"] as const;

export const needingSomebody = queryOptions({
    queryKey: ["notices"],
    queryFn: async (): Promise<Proposal[]> => {
        const lists = await Promise.all(
            STATES.map((state) =>
                whole<Proposal>((query) =>
                    answered(api.GET("/api/v1/proposals", { params: { query: { ...query, state } } })),
                ),
            ),
        );
        return lists.flat();
    },
});
