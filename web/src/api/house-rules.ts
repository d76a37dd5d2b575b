/**
 * The rules of the house: what counts, what somebody proposes, and a second person's word.
 *
 * Invariant: what is confirmed is exactly what was looked at (`proposal`), and what is proposed replaces the version that was looked at (`over`).
 */
import { queryOptions, type QueryClient } from "@tanstack/react-query";
import { answered, api, type Schemas } from "./client";

export type HouseRules = Schemas["HouseRulesView"];
export type Rulebook = Schemas["RulebookView"];
export type ProposedRules = Schemas["ProposedView"];

export const houseRules = queryOptions({
    queryKey: ["house-rules"],
    queryFn: () => answered(api.GET("/api/v1/house-rules")),
});

export function proposeRules(rules: Rulebook, words: string, over: number): Promise<Schemas["Waiting"]> {
    return answered(api.PUT("/api/v1/house-rules/proposal", { body: { rules, words, over } }));
}

export function confirmRules(proposal: string): Promise<Schemas["Confirmed"]> {
    return answered(api.POST("/api/v1/house-rules/proposal/confirm", { body: { proposal } }));
}

export function withdrawRules(): Promise<void> {
    return answered(api.DELETE("/api/v1/house-rules/proposal")) as Promise<void>;
}

/** Makes the rules be asked again, and where plans that wait may have been superseded those as well. */
export async function rulesMoved(client: QueryClient, doCount: boolean): Promise<void> {
    const kinds = doCount
        ? ["house-rules", "household", "proposals", "proposal", "notices", "all-households"]
        : ["house-rules"];
    await client.invalidateQueries({ predicate: ({ queryKey: [kind] }) => kinds.includes(String(kind)) });
}
