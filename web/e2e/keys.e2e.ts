/** The keyboard beyond one grid: from screen to screen, from row to row, the overview of keys, and where single keys do nothing. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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

const keys = async (page: Page, ...pressed: string[]) => {
    for (const key of pressed) await page.keyboard.press(key);
};
/** What has the focus, in words. */
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
const density = (page: Page) => page.evaluate(() => document.documentElement.dataset["density"]);

/** The dashboard of the first household, once its plan waits. */
async function home(page: Page): Promise<string> {
    await page.goto("/");
    await page.getByRole("link", { name: "Review proposal" }).waitFor({ timeout: 60_000 });
    return /\/h\/([^/]+)/.exec(page.url())?.[1] ?? "";
}

it("goes from screen to screen, and the second key is no command of its own", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await home(page);
    const before = await density(page);
    const ways: readonly (readonly [string, RegExp])[] = [
        ["i", /\/inbox$/],
        ["t", /\/households$/],
        ["m", /\/models$/],
        ["r", /\/rules$/],
        ["n", /\/start$/],
    ];
    for (const [key, address] of ways) {
        await keys(page, "g", key);
        await page.waitForURL(address);
    }
    await home(page);
    for (const [key, address] of [
        ["h", /\/history$/],
        ["f", /\/preferences$/],
        ["p", /\/proposal\/[^/]+$/],
        ["d", /\/h\/[^/]+$/],
    ] as const) {
        await keys(page, "g", key);
        await page.waitForURL((url) => address.test(url.pathname));
    }
    expect(await density(page)).toBe(before);
    await keys(page, "d");
    expect(await density(page)).not.toBe(before);
    await keys(page, ".");
    await page.getByRole("button", { name: /^Paused/ }).waitFor();
    await keys(page, ".");
    await page.getByRole("button", { name: /^Paused/ }).waitFor({ state: "detached" });
    expect(seen.complaints()).toEqual([]);
    await seen.context.close();
});

it("goes from row to row and opens what it has come to", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await home(page);
    const opener = page.getByRole("group", { name: "Drift by class" }).locator("tbody .row-opener");
    await keys(page, "j");
    expect(await focused(page)).toBe((await opener.nth(0).textContent())?.trim());
    await keys(page, "j", "j", "k");
    expect(await focused(page)).toBe((await opener.nth(1).textContent())?.trim());
    // Enter opens the row that has the focus, not the proposal that it leads to where nothing has it.
    await keys(page, "Enter");
    expect(await opener.nth(1).getAttribute("aria-expanded")).toBe("true");
    await keys(page, "Enter");
    expect(await opener.nth(1).getAttribute("aria-expanded")).toBe("false");
    await keys(page, "ArrowRight");
    await page.getByRole("heading", { name: /^Where .* is held$/ }).waitFor();
    expect(await opener.nth(1).getAttribute("aria-expanded")).toBe("true");
    // Once more changes nothing: right unfolds, left folds.
    await keys(page, "ArrowRight");
    expect(await opener.nth(1).getAttribute("aria-expanded")).toBe("true");
    await keys(page, "ArrowLeft");
    expect(await opener.nth(1).getAttribute("aria-expanded")).toBe("false");

    await page.goto("/inbox");
    const notices = page.locator(".notice-link");
    await notices.first().waitFor();
    await keys(page, "j", "k");
    // At the first one there is nothing before.
    expect(await focused(page)).toBe((await notices.first().textContent())?.trim());
    await keys(page, "Enter");
    await page.waitForURL(/\/proposal\//);
    await page.getByRole("heading", { name: "Trades by account" }).waitFor();

    await keys(page, "g", "h");
    await page.waitForURL(/\/history/);
    await page.locator(".past-list a").first().waitFor();
    await keys(page, "j", "Enter");
    await page.waitForURL(/[?&]proposal=/);
    await keys(page, "/");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("past-find");
    expect(seen.complaints()).toEqual([]);
    await seen.context.close();
});

it("opens a household beside the table and comes back to where it was", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await home(page);
    await page.goto("/households");
    await page.getByRole("grid").waitFor();
    await keys(page, "j", "j", "Enter");
    await page.getByRole("complementary").waitFor();
    await keys(page, "Escape");
    await page.getByRole("complementary").waitFor({ state: "detached" });
    const row = () => page.evaluate(() => document.activeElement?.closest("[role=row]")?.getAttribute("aria-rowindex"));
    await expect.poll(row).toBe("3");
    await page.goto("/households?as=pages");
    const names = page.getByRole("group", { name: "Households" }).locator("tbody .row-opener");
    await names.first().waitFor();
    await keys(page, "j", "j", "Enter");
    await page.getByRole("complementary").waitFor();
    await keys(page, "Escape");
    await expect.poll(() => focused(page)).toBe((await names.nth(1).textContent())?.trim());
    expect(seen.complaints()).toEqual([]);
    await seen.context.close();
});

it("folds in by Escape what lies over the page, and the focus stays at what has opened it", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await home(page);
    await page.locator(".facts").waitFor();
    const household = page.url();
    for (const [path, where] of [
        ["", ".fact .info > summary"],
        ["", ".menu > summary"],
        ["/history", ".checkpoint > summary"],
    ]) {
        await page.goto(`${household}${path}`);
        const opener = page.locator(where ?? "").first();
        await opener.press("Enter");
        const isOpen = () => opener.evaluate((one) => (one.parentElement as HTMLDetailsElement).open);
        expect([where, await isOpen()]).toEqual([where, true]);
        await keys(page, "Escape");
        expect([where, await isOpen()]).toEqual([where, false]);
        expect(await opener.evaluate((one) => one === document.activeElement)).toBe(true);
    }
    expect(seen.complaints()).toEqual([]);
    await seen.context.close();
});

it("changes trades without a mouse, and letters that are typed into a field are letters", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await home(page);
    await keys(page, "g", "p");
    const trades = page.getByRole("region", { name: "Trades by account" });
    const rows = trades.locator("tbody > tr:first-child");
    await rows.first().waitFor();
    // A command that is found by its name works like its key.
    await keys(page, "Control+k");
    await page.getByRole("combobox", { name: "Find a command" }).fill("approve button");
    await keys(page, "Enter");
    await expect.poll(() => focused(page)).toMatch(/^Approve/);
    await rows.first().focus();
    await keys(page, "j", "e");
    const field = rows.nth(1).getByRole("textbox");
    await field.waitFor();
    await keys(page, "Enter");
    expect(await field.evaluate((each) => each === document.activeElement)).toBe(true);
    const before = [await density(page), page.url()];
    await page.keyboard.type("jd?x.gi");
    expect(await field.inputValue()).toBe("jd?x.gi");
    expect([await density(page), page.url()]).toEqual(before);
    expect(await page.getByRole("dialog").count()).toBe(0);
    // The first Escape takes back what was typed, the second leaves the field.
    await keys(page, "Escape", "Escape");
    expect(await rows.nth(1).evaluate((each) => each === document.activeElement)).toBe(true);
    await keys(page, "x");
    await trades.getByText("Left out by you").waitFor();
    await keys(page, "x");
    await trades.getByText("Left out by you").waitFor({ state: "detached" });
    expect(seen.complaints()).toEqual([]);
    await seen.context.close();
});

it("a key that is held with Ctrl, Alt or the like calls nothing", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await home(page);
    const before = [await density(page), page.url()];
    for (const held of ["Control", "Alt", "Meta"]) await keys(page, `${held}+d`, `${held}+j`, `${held}+.`);
    expect([await density(page), page.url()]).toEqual(before);
    expect(await page.evaluate(() => document.activeElement?.hasAttribute("data-stop"))).toBe(false);
    await seen.context.close();
});

describe.each(["light", "dark"] as const)("%s", (scheme) => {
    it("tells all keys, and turns single keys off and on", async () => {
        const seen = await look(chromium, house, { scheme });
        const { page } = seen;
        await home(page);
        await keys(page, "?");
        const dialog = page.getByRole("dialog", { name: "All keys" });
        await dialog.waitFor();
        for (const title of ["In lists and tables", "Between screens", "Everywhere"]) {
            await dialog.getByRole("heading", { name: title }).waitFor();
        }
        await dialog.getByText("Next row", { exact: true }).waitFor();
        expect(await faults(page)).toEqual([]);
        await dialog.getByRole("checkbox", { name: "Single-key commands" }).uncheck();
        await dialog.getByText(/^Off: letters and signs alone do nothing/).waitFor();
        expect(await faults(page)).toEqual([]);
        await keys(page, "Escape");
        await dialog.waitFor({ state: "detached" });
        const address = page.url();
        await keys(page, "?", "j", "g", "i");
        expect(await dialog.count()).toBe(0);
        expect(await page.evaluate(() => document.activeElement?.hasAttribute("data-stop"))).toBe(false);
        expect(page.url()).toBe(address);
        // It stays off on this machine, and the way back is in sight.
        await page.reload();
        await page.getByRole("link", { name: "Review proposal" }).waitFor();
        await keys(page, "?");
        expect(await dialog.count()).toBe(0);
        await page.locator("summary", { hasText: /demo/i }).click();
        await page.getByRole("button", { name: "All keys" }).click();
        await dialog.getByRole("checkbox", { name: "Single-key commands" }).check();
        await dialog.getByRole("button", { name: "Close" }).click();
        await keys(page, "g", "i");
        await page.waitForURL(/\/inbox$/);
        expect(seen.complaints()).toEqual([]);
        await seen.context.close();
    });
});
