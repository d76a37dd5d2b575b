/** An adviser: all households as a table, plans approved together; a household that is set up on the page; words as preferences. */
import type { Browser } from "playwright-core";
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

it("hides columns, and keeps that with a view", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await page.goto("/households");
    await page.getByRole("grid").waitFor();
    await page.locator("summary", { hasText: "Columns" }).click();
    await page.getByRole("checkbox", { name: "Cash" }).uncheck();
    await page.waitForURL(/hide=cash/);
    expect(await page.getByRole("columnheader", { name: "Cash" }).count()).toBe(0);
    await page.locator("summary", { hasText: "Views" }).click();
    await page.getByLabel("Save what is shown now as").fill("Without cash");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.goto("/households");
    await page.getByRole("columnheader", { name: "Cash" }).waitFor();
    await page.locator("summary", { hasText: "Views" }).click();
    await page.getByRole("button", { name: "Without cash", exact: true }).click();
    await page.getByRole("columnheader", { name: "Cash" }).waitFor({ state: "detached" });
    // The side of a band's use is told in a word, not by a colour.
    await page
        .getByText(/\d% (over|under)/)
        .first()
        .waitFor();
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

it("how a household is watched, weighed and taxed is set with units, and saved into its document", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await page.goto("/");
    await page.waitForURL(/\/h\//);
    await page.getByRole("link", { name: "Preferences" }).click();
    const close = page.getByLabel("How close to the target", { exact: true });
    await close.fill("180");
    await page.getByText("Give a percentage from 0 to 100").waitFor();
    await close.fill("80");
    await page.getByLabel("How far a plan goes", { exact: true }).selectOption("midway");
    await page.getByLabel("Rate on long-term gains", { exact: true }).fill("18.8");
    await page.getByText("3 unsaved changes").waitFor();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText(/^Saved as version/).waitFor();
    const id = /\/h\/([^/]+)/.exec(page.url())?.[1] ?? "";
    const kept = (await (await page.request.get(`/api/v1/households/${id}/document`)).json()) as {
        monitoring: Record<string, unknown>;
        tax: Record<string, unknown>;
    };
    expect(kept.monitoring).toMatchObject({ user_score: 0.8, trade_to: "midway" });
    expect(kept.tax).toMatchObject({ long_term_rate: 0.188 });
    await seen.context.close();
});

it("a class says where it is held, lot by lot", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await page.goto("/");
    await page.waitForURL(/\/h\//);
    await page
        .getByRole("group", { name: "Drift by class" })
        .getByRole("button", { name: /Stocks/ })
        .first()
        .click();
    const held = page.getByRole("group", { name: /^Where .* is held$/ });
    await held.getByRole("button").first().click();
    await held
        .getByText(/(long|short)-term/)
        .first()
        .waitFor();
    await held.getByRole("row", { name: /Together/ }).waitFor();
    expect(await faults(page)).toEqual([]);
    await seen.context.close();
});
