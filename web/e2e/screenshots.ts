/** The screens of the page as it is, light and dark, into `docs/screens/`: `make screenshots`. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { expect, it } from "vitest";
import { browser, demonstration, look, type House } from "./house";

const FOLDER = join(import.meta.dirname, "../../docs/screens");

const SCREENS: readonly (readonly [name: string, path: string, width: number, height: number])[] = [
    ["dashboard", "/h/HOUSEHOLD", 1280, 900],
    ["dashboard-narrow", "/h/HOUSEHOLD", 390, 844],
    ["proposal", "/h/HOUSEHOLD/proposal", 1280, 1400],
    ["preferences", "/h/HOUSEHOLD/preferences", 1280, 1100],
    ["history", "/h/HOUSEHOLD/history", 1280, 900],
    ["households", "/households", 1280, 700],
    ["inbox", "/inbox", 1280, 600],
    ["start", "/start", 1280, 800],
];

/** Once there is a model portfolio. */
const WITH_A_MODEL: typeof SCREENS = [
    ["models", "/models", 1280, 500],
    ["model", "/models/Growth", 1280, 1100],
];

it("makes the pictures", async () => {
    mkdirSync(FOLDER, { recursive: true });
    const house = await demonstration();
    const chromium = await browser();
    try {
        await pictures(chromium, house, SCREENS);
        await growth(chromium, house);
        await pictures(chromium, house, WITH_A_MODEL);
    } finally {
        await chromium.close();
        await house.end();
    }
});

/** A model portfolio that the household with several accounts follows. */
async function growth(chromium: Browser, house: House): Promise<void> {
    const { page, context } = await look(chromium, house, {});
    await page.goto("/");
    await page.waitForURL(/\/h\//);
    const statuses = await page.evaluate(async () => {
        const send = async (method: string, path: string, body: unknown) => {
            const headers = { "content-type": "application/json" };
            const answer = await fetch(`/api/v1/${path}`, { method, headers, body: JSON.stringify(body) });
            return { status: answer.status, told: answer.status === 204 ? null : await answer.json() };
        };
        const classes = {
            "US Stocks": "0.5",
            "International Stocks": "0.25",
            Bonds: "0.15",
            "Real Estate": "0.07",
            Cash: "0.03",
        };
        const target = { target_allocation: classes };
        const effect = await send("POST", "model-portfolios/Growth/effect", { target });
        const about = "For households with more than ten years to go";
        const published = await send("PUT", "model-portfolios/Growth", { about, target, effect: effect.told.effect });
        const households = await (await fetch("/api/v1/households")).json();
        const household = households.items.find((each: { name: string }) => each.name === "Alex and Sam");
        const follows = await send("PUT", `households/${household.id}/model-portfolio`, { model_portfolio: "Growth" });
        return [effect.status, published.status, follows.status];
    });
    expect(statuses).toEqual([200, 200, 204]);
    await context.close();
}

/** Each of these screens, light and dark. */
async function pictures(chromium: Browser, house: House, screens: typeof SCREENS): Promise<void> {
    for (const scheme of ["light", "dark"] as const) {
        for (const [name, path, width, height] of screens) {
            const { page, context } = await look(chromium, house, { scheme, width, height });
            await page.goto("/");
            await page.waitForURL(/\/h\//);
            // The household with several accounts shows the most.
            const household = await page
                .getByRole("combobox", { name: "Household" })
                .locator("option", { hasText: "Alex and Sam" })
                .getAttribute("value");
            await page.goto(path.replace("HOUSEHOLD", household ?? ""));
            await page.getByRole("heading").first().waitFor();
            await page.waitForTimeout(2500);
            await page.screenshot({ path: join(FOLDER, `${name}-${scheme}.png`) });
            await context.close();
        }
    }
}
