/** The screens of the page as it is, light and dark, into `docs/screens/`: `make screenshots`. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { it } from "vitest";
import { browser, demonstration, look } from "./house";

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

it("makes the pictures", async () => {
    mkdirSync(FOLDER, { recursive: true });
    const house = await demonstration();
    const chromium = await browser();
    try {
        for (const scheme of ["light", "dark"] as const) {
            for (const [name, path, width, height] of SCREENS) {
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
    } finally {
        await chromium.close();
        await house.end();
    }
});
