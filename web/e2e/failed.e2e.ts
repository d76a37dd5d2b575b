/** Orders that were not filled: the inbox names them and leads to the proposal that they are of, and so does the dashboard. What the broker left is answered for the program. */
import type { Browser, Page, Route } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { faults } from "./accessible";
import { browser, demonstration, look, type House } from "./house";

let house: House;
let chromium: Browser;

beforeAll(async () => {
    [house, chromium] = await Promise.all([demonstration(), browser()]);
});
afterAll(async () => {
    await chromium?.close();
    await house?.end();
});

type Json = Record<string, unknown>;

const order = (name: string, more: Json) => ({
    account_id: "joint-brokerage",
    action: "SELL",
    asked: "10",
    at: "2026-11-23T15:00:00Z",
    attempt: 1,
    broker: "paper",
    client_order_id: name,
    fills: [],
    limit: "72",
    lot_id: null,
    quantity: "10",
    state: "filled",
    ticker: "VTI",
    ...more,
});
const ORDERS = [
    order("one", { ticker: "VXUS", lot_id: "VXUS-2026", state: "cancelled" }),
    order("two", { ticker: "VXUS", lot_id: "VXUS-2018", state: "cancelled" }),
    order("three", {}),
    order("four", { ticker: "AGG", action: "BUY", account_id: "alex-ira", state: "refused" }),
];

/** The household with several accounts as it would be if its orders had failed. */
async function failed(page: Page): Promise<{ household: string; proposal: string }> {
    await page.goto("/");
    await page.getByRole("link", { name: "Review proposal" }).click({ timeout: 60_000 });
    await page.waitForURL(/\/proposal\/[^/]+$/);
    const [, household = "", proposal = ""] = /\/h\/([^/]+)\/proposal\/([^/?]+)/.exec(page.url()) ?? [];
    const state = "Execution_Failed";
    const change = async (route: Route, of: (body: Json) => Json) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, body: JSON.stringify(of((await answer.json()) as Json)) });
    };
    await page.route("**/api/v1/proposals?*", async (route) => {
        const asked = new URL(route.request().url());
        const wanted = asked.searchParams.get("state");
        asked.searchParams.delete("state");
        const answer = await route.fetch({ url: asked.href });
        const body = (await answer.json()) as { items: Json[] };
        const items = body.items
            .map((each) => (each["id"] === proposal ? { ...each, state } : each))
            .filter((each) => wanted === null || each["state"] === wanted);
        await route.fulfill({ response: answer, body: JSON.stringify({ ...body, items }) });
    });
    await page.route(`**/api/v1/proposals/${proposal}`, (route) => change(route, (body) => ({ ...body, state })));
    await page.route(`**/api/v1/proposals/${proposal}/orders`, (route) =>
        route.fulfill({ contentType: "application/json", body: JSON.stringify({ items: ORDERS, next: null }) }),
    );
    await page.route(`**/api/v1/households/${household}`, (route) =>
        change(route, (body) => ({ ...body, proposal: { id: proposal, state } })),
    );
    return { household, proposal };
}

/** The orders of the proposal are in sight. */
async function leadsToOrders(page: Page, proposal: string): Promise<void> {
    await page.waitForURL((url) => url.pathname.endsWith(proposal) && url.hash === "#progress");
    const panel = page.getByRole("region", { name: "Orders and fills" });
    await panel.getByText("1 of 3 orders filled").waitFor();
    const top = () => panel.evaluate((each) => each.getBoundingClientRect().top);
    await expect.poll(top).toBeLessThan(450);
    expect(await top()).toBeGreaterThan(0);
}

it.each(["light", "dark"] as const)("the inbox names them and leads to them, %s", async (scheme) => {
    const seen = await look(chromium, house, { scheme });
    const { page } = seen;
    const { proposal } = await failed(page);
    await page.goto("/inbox");
    const notice = page.getByRole("listitem").filter({ hasText: "Some orders were not filled" });
    await notice.getByText(/Sell VXUS in joint-brokerage: cancelled/).waitFor();
    await notice.getByText(/Buy AGG in alex-ira: refused by the broker/).waitFor();
    // Two lots of one order are one, and what was filled is not named.
    expect(await notice.getByRole("listitem").count()).toBe(2);
    expect(await faults(page)).toEqual([]);
    await notice.getByRole("link").click();
    await leadsToOrders(page, proposal);
    expect(seen.complaints()).toEqual([]);
    await seen.context.close();
});

it("the dashboard leads to them", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    const { household, proposal } = await failed(page);
    await page.goto(`/h/${household}`);
    await page.getByRole("link", { name: "See its orders" }).click();
    await leadsToOrders(page, proposal);
    expect(seen.complaints()).toEqual([]);
    await seen.context.close();
});
