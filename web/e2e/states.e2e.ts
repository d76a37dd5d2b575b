/**
 * Every state of every screen: loading, empty, failed to load, stale, failed at the broker. Each is made by answering for the program, looked over for
 * faults of accessibility, and photographed where `EQUIPOISE_STATES` names a folder.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { faults } from "./accessible";
import { browser, demonstration, look, type House } from "./house";

let house: House;
let chromium: Browser;
let household = "";

beforeAll(async () => {
    [house, chromium] = await Promise.all([demonstration(), browser()]);
    const { page, context } = await look(chromium, house);
    await page.goto("/");
    await page.getByRole("link", { name: "Review proposal" }).waitFor({ timeout: 60_000 });
    household = /\/h\/([^/]+)/.exec(page.url())?.[1] ?? "";
    await context.close();
});
afterAll(async () => {
    await chromium?.close();
    await house?.end();
});

const PROBLEM = JSON.stringify({
    type: "about:blank",
    title: "The database does not answer",
    status: 503,
    code: "outside",
    detail: "try again in a moment",
    request_id: "0000000000000000",
});
const fail = (route: Route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: PROBLEM });
const empty = (route: Route) => route.fulfill({ contentType: "application/json", body: '{"items": [], "next": null}' });
const never = () => undefined;

/** An answer of the program with some of it as it would be in another state. */
const changed = (more: object) => async (route: Route) => {
    const answer = await route.fetch();
    const body = (await answer.json()) as object;
    await route.fulfill({ response: answer, body: JSON.stringify({ ...body, ...more }) });
};

interface State {
    readonly name: string;
    readonly path: string;
    /** What is answered in place of the program. */
    readonly instead: Readonly<Record<string, (route: Route) => unknown>>;
    /** What a person reads then. */
    readonly reads: RegExp;
}

const OF_DATA = "**/api/v1/households/*/";
const STATES: readonly State[] = [
    { name: "dashboard, loading", path: "", instead: { [`${OF_DATA}drift`]: never }, reads: /Loading/ },
    {
        name: "dashboard, failed to load",
        path: "",
        instead: { [`${OF_DATA}drift`]: fail },
        reads: /stands could not be read/,
    },
    {
        name: "dashboard, nothing held",
        path: "",
        instead: { [`${OF_DATA}drift`]: (route) => route.fulfill({ contentType: "application/json", body: "{}" }) },
        reads: /Nothing is held yet/,
    },
    {
        name: "dashboard, no history",
        path: "",
        instead: { [`${OF_DATA}drift-history*`]: empty },
        reads: /No history yet/,
    },
    { name: "proposal, loading", path: "/proposal", instead: { "**/api/v1/proposals/*": never }, reads: /Loading/ },
    {
        name: "proposal, failed to load",
        path: "/proposal",
        instead: { "**/api/v1/proposals/*": fail },
        reads: /The database does not answer/,
    },
    {
        name: "proposal, stale",
        path: "/proposal",
        instead: {
            "**/api/v1/proposals/*": changed({
                refused: {
                    code: "approval.price_unknown",
                    words: "there is no price of VTI now; approve once there is one",
                },
            }),
        },
        reads: /It can’t be approved now\. There is no price of VTI now/,
    },
    {
        name: "proposal, failed at the broker",
        path: "/proposal",
        instead: {
            "**/api/v1/proposals/*": changed({ state: "Execution_Failed" }),
            "**/api/v1/proposals/*/orders*": (route) =>
                route.fulfill({
                    contentType: "application/json",
                    body: JSON.stringify({
                        next: null,
                        items: [
                            {
                                account_id: "joint-brokerage",
                                action: "SELL",
                                asked: "172.028",
                                at: "2026-11-23T15:00:00Z",
                                attempt: 1,
                                broker: "paper",
                                client_order_id: "rec-1-1-0",
                                fills: [
                                    {
                                        execution_id: "e-1",
                                        quantity: "72.028",
                                        price: "74.1",
                                        fees: "0",
                                        at: "2026-11-23T15:01:00Z",
                                    },
                                ],
                                limit: "72",
                                lot_id: "VXUS-2026",
                                quantity: "172.028",
                                state: "cancelled",
                                ticker: "VXUS",
                            },
                        ],
                    }),
                }),
        },
        reads: /Not everything was executed/,
    },
    {
        name: "preferences, loading",
        path: "/preferences",
        instead: { [`${OF_DATA}document`]: never },
        reads: /Loading/,
    },
    {
        name: "preferences, failed to load",
        path: "/preferences",
        instead: { [`${OF_DATA}document`]: fail },
        reads: /The database does not answer/,
    },
    {
        name: "preferences, no document",
        path: "/preferences",
        instead: {
            [`${OF_DATA}document`]: (route) =>
                route.fulfill({ status: 404, contentType: "application/problem+json", body: PROBLEM }),
        },
        reads: /This household has no document yet/,
    },
    {
        name: "history, empty",
        path: "/history",
        instead: { "**/api/v1/proposals?*": empty },
        reads: /\bNo\b|Nothing/,
    },
    {
        name: "history, failed to load",
        path: "/history",
        instead: { "**/api/v1/proposals?*": fail },
        reads: /The database does not answer/,
    },
    {
        name: "households, loading",
        path: "/households",
        instead: { "**/api/v1/households/table": never },
        reads: /Loading/,
    },
    {
        name: "households, failed to load",
        path: "/households",
        instead: { "**/api/v1/households/table": fail },
        reads: /The database does not answer/,
    },
    { name: "models, loading", path: "/models", instead: { "**/api/v1/model-portfolios*": never }, reads: /Loading/ },
    {
        name: "models, empty",
        path: "/models",
        instead: { "**/api/v1/model-portfolios*": empty },
        reads: /There is no model portfolio yet/,
    },
    {
        name: "models, failed to load",
        path: "/models",
        instead: { "**/api/v1/model-portfolios*": fail },
        reads: /The database does not answer/,
    },
    { name: "rules, loading", path: "/rules", instead: { "**/api/v1/house-rules": never }, reads: /Loading/ },
    {
        name: "rules, failed to load",
        path: "/rules",
        instead: { "**/api/v1/house-rules": fail },
        reads: /The database does not answer/,
    },
];

/** Addresses that are of no household. */
const OF_NONE = /^\/(households|models|rules)/;

async function photographed(page: Page, name: string): Promise<void> {
    const folder = process.env["EQUIPOISE_STATES"];
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name.replaceAll(/[^a-z]+/g, "-")}.png`) });
}

describe.each(STATES)("$name", ({ name, path, instead, reads }) => {
    it.each(["light", "dark"] as const)("%s", async (scheme) => {
        const { page, context } = await look(chromium, house, { scheme });
        await page.request.post("/api/v1/session/guest");
        for (const [pattern, answer] of Object.entries(instead)) await page.route(pattern, (route) => answer(route));
        await page.goto(OF_NONE.test(path) ? path : `/h/${household}${path}`);
        await page.getByText(reads).first().waitFor({ state: "attached" });
        await page.waitForTimeout(500);
        expect(await page.getByText("This could not be shown").count()).toBe(0);
        await photographed(page, `${name} ${scheme}`);
        expect(await faults(page)).toEqual([]);
        await context.close();
    });
});
