/** An adviser: all households as a table, plans approved together; a household that is set up on the page; words as preferences. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
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

it("approves several plans together, each with a result of its own", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await page.goto("/households");
    const grid = page.getByRole("grid");
    await grid.waitFor();
    // All three households of the demonstration have a plan within a few ticks.
    await expect
        .poll(() => grid.getByText("Waits for approval").count(), { timeout: 60_000, interval: 1000 })
        .toBeGreaterThanOrEqual(2);
    await page.getByRole("checkbox", { name: /all/i }).first().click();
    await page.getByRole("button", { name: /Approve together/ }).click();
    const dialog = page.getByRole("dialog", { name: "Approve together" });
    await dialog.getByRole("button", { name: "Close" }).waitFor();
    await dialog
        .getByText(/Left out|Households/)
        .first()
        .waitFor();
    for (const box of await dialog.getByRole("checkbox").all()) await box.check();
    await dialog.getByRole("button", { name: /^Approve \d+ plans?/ }).click();
    // While it sends there is only a way to stop.
    await dialog.getByRole("status").waitFor();
    await dialog.getByRole("button", { name: "Close" }).waitFor({ timeout: 60_000 });
    const results = await dialog.getByRole("group", { name: "Households" }).innerText();
    expect(results.match(/Approved\./g)?.length ?? 0, await dialog.innerText()).toBeGreaterThanOrEqual(2);
    await dialog.getByRole("button", { name: "Close" }).click();
    expect(seen.complaints()).toEqual([]);
    await seen.context.close();
});

it("sets up a household from the example and keeps it", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await page.goto("/start");
    await page.getByRole("button", { name: "Try the example" }).click();
    const name = page.getByLabel("Name of the household");
    await name.fill("Example of a newcomer");
    for (let step = 1; step < 4; step += 1) {
        await page.getByRole("button", { name: /^(On to |Make the plan)/ }).click();
    }
    await page.getByRole("button", { name: "Keep this household" }).click();
    await page.waitForURL(/\/h\//);
    await page.getByRole("heading", { name: "Drift from the target" }).waitFor();
    await seen.context.close();
});

it("words become rules only after they were accepted and saved", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await page.goto("/");
    await page.waitForURL(/\/h\//);
    await page.getByRole("link", { name: "Preferences" }).click();
    await page.getByRole("heading", { name: "Preferences", level: 1 }).waitFor();
    await page.getByLabel("What do you wish?").fill("no tobacco please, and sing me a song");
    await page.getByRole("button", { name: "Interpret" }).click();
    await page.getByRole("heading", { name: "Not understood" }).waitFor();
    await page.getByText("sing me a song").last().waitFor();
    // Reading words changes nothing; taking them changes the draft alone; saving saves.
    const wishes = async () => {
        const id = /\/h\/([^/]+)/.exec(page.url())?.[1] ?? "";
        const document = await page.request.get(`/api/v1/households/${id}/document`);
        return (await document.text()).includes("exclude_tobacco");
    };
    expect(await page.getByText("Nothing unsaved").count()).toBe(1);
    await page.getByRole("button", { name: /^Apply 1 change/ }).click();
    await page.getByText("Nothing unsaved").waitFor({ state: "detached" });
    expect(await wishes()).toBe(false);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText(/^Saved as version/).waitFor();
    expect(await wishes()).toBe(true);
    await seen.context.close();
});
