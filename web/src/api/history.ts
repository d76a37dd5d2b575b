/**
 * What the history asks: plans, orders and records of a proposal, what was booked for a household, and the log.
 *
 * Keys as in `questions.ts`. Bodies of plans are read with every digit they have; what is long is asked for page by page to its end.
 */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answered, api, exactly, whole, type Page, type Schemas } from "./client";
import { asPlan, type Plan } from "./plan";

export type OrderView = Schemas["OrderView"];
export type RecordView = Schemas["RecordView"];
export type Gain = Schemas["GainView"];
export type Transaction = Schemas["TransactionView"];
export type Account = Schemas["AccountView"];

/** Proposals of a household, newest first, in one state where one is named. */
export const pastProposals = (household: string, state: string | undefined) =>
    infiniteQueryOptions({
        queryKey: ["proposals", household, "history", state ?? ""],
        queryFn: ({ pageParam }) => {
            const query = {
                household,
                limit: 100,
                ...(state === undefined ? {} : { state }),
                ...(pageParam === null ? {} : { after: pageParam }),
            };
            return answered(api.GET("/api/v1/proposals", { params: { query } }));
        },
        initialPageParam: null as string | null,
        getNextPageParam: (last) => last.next ?? null,
    });

/** A plan as it was shown. */
export interface Attempt {
    readonly attempt: number;
    readonly at: string;
    readonly planner: string;
    readonly plan_hash: string;
    readonly plan: Plan;
}

export const attempts = (id: string) =>
    queryOptions({
        queryKey: ["attempts", id],
        queryFn: async (): Promise<Attempt[]> => {
            const params = { path: { proposal: id } };
            const text = await answered(
                api.GET("/api/v1/proposals/{proposal}/attempts", { params, parseAs: "text" as const }),
            );
            const page = exactly(text as unknown as string) as Page<Record<string, string> & { plan: unknown }>;
            return page.items.map((each) => ({
                attempt: Number(each["attempt"]),
                at: each["at"] ?? "",
                planner: each["planner"] ?? "",
                plan_hash: each["plan_hash"] ?? "",
                plan: asPlan(each.plan),
            }));
        },
    });

export const orders = (id: string) =>
    queryOptions({
        queryKey: ["orders", id],
        queryFn: async () =>
            (await answered(api.GET("/api/v1/proposals/{proposal}/orders", { params: { path: { proposal: id } } })))
                .items,
    });

export const records = (id: string) =>
    queryOptions({
        queryKey: ["records", id],
        queryFn: () =>
            whole<RecordView>((query) =>
                answered(
                    api.GET("/api/v1/proposals/{proposal}/records", { params: { path: { proposal: id }, query } }),
                ),
            ),
    });

export const transactions = (id: string) =>
    queryOptions({
        queryKey: ["transactions", id],
        queryFn: () =>
            whole<Transaction>((query) =>
                answered(
                    api.GET("/api/v1/households/{household}/transactions", {
                        params: { path: { household: id }, query },
                    }),
                ),
            ),
    });

export const allGains = (id: string) =>
    queryOptions({
        queryKey: ["gains", id, "all"],
        queryFn: () =>
            whole<Gain>((query) =>
                answered(
                    api.GET("/api/v1/households/{household}/gains", { params: { path: { household: id }, query } }),
                ),
            ),
    });

export const checkpoint = queryOptions({
    queryKey: ["checkpoint"],
    queryFn: () => answered(api.GET("/api/v1/audit/checkpoint")),
});

/** The file that proves one record, as the server writes it. */
export async function proofOf(record: number): Promise<string> {
    const params = { path: { record: String(record) } };
    return answered(api.GET("/api/v1/audit/records/{record}/proof", { params, parseAs: "text" as const }));
}

export type Verified = Schemas["Verified"];

/** Has the whole log verified, from its first record to its last. */
export function verify(): Promise<Verified> {
    return answered(api.POST("/api/v1/audit/verify"));
}
