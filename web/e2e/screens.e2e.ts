/** Every screen: nothing serious in an automated check of accessibility, light and dark, wide and narrow; keyboard; no complaint. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { faults } from "./accessible";
import { browser, demonstration, look, type House } from "./house";
import { watchShifts } from "./pace";

let house: House;
let chromium: Browser;

beforeAll(async () => {
    [house, chromium] = await Promise.all([demonstration(), browser()]);
});
afterAll(async () => {
    await chromium?.close();
    await house?.end();
});

const SCREENS = {
    dashboard: "/h/HOUSEHOLD",
    proposal: "/h/HOUSEHOLD/proposal",
    preferences: "/h/HOUSEHOLD/preferences",
    history: "/h/HOUSEHOLD/history",
    households: "/households",
    models: "/models",
    "new model": "/new-model",
    rules: "/rules",
    inbox: "/inbox",
    start: "/start",
    nowhere: "/no/such/address",
} as const;

describe.each(["light", "dark"] as const)("%s", (scheme) => {
    it.each(Object.entries(SCREENS))("%s has no fault", async (_, path) => {
        const seen = await look(chromium, house, { scheme });
        const { page } = seen;
        await page.goto("/");
        await page.waitForURL(/\/h\//);
        const household = /\/h\/([^/]+)/.exec(page.url())?.[1] ?? "";
        await page.goto(path.replace("HOUSEHOLD", household));
        await page.getByRole("heading").first().waitFor();
        await page.waitForTimeout(1200);
        expect(await faults(page)).toEqual([]);
        expect(seen.complaints().filter((text) => !text.includes("404"))).toEqual([]);
        await seen.context.close();
    });
});

/** A screen of the first household on a phone, settled for some milliseconds; or in another browser, or as wide as that. */
async function onPhone(path: string, settled: number, at = chromium, width = 380) {
    const seen = await look(at, house, { width, height: 800 });
    const { page } = seen;
    await page.goto("/");
    await page.waitForURL(/\/h\//);
    const household = /\/h\/([^/]+)/.exec(page.url())?.[1] ?? "";
    await page.goto(path.replace("HOUSEHOLD", household));
    await page.getByRole("heading").first().waitFor();
    await page.waitForTimeout(settled);
    return seen;
}

it.each(Object.entries(SCREENS))("%s fits a narrow screen", async (_, path) => {
    const seen = await onPhone(path, 500);
    const { page } = seen;
    // Tables scroll inside their boxes; the page itself doesn't.
    const [wide, seenWidth] = await page.evaluate(() => {
        document.body.style.overflowX = "visible";
        return [document.documentElement.scrollWidth, document.documentElement.clientWidth];
    });
    expect(wide).toBeLessThanOrEqual(seenWidth ?? 0);
    await seen.context.close();
});

it("fits the window with text of twice the size, on a desk and on a phone", async () => {
    const large = await browser(32);
    try {
        for (const width of [1280, 375]) {
            for (const path of Object.values(SCREENS)) {
                const seen = await onPhone(path, 500, large, width);
                const [font, beyond] = await seen.page.evaluate(() => {
                    document.body.style.overflowX = "visible";
                    const { scrollWidth, clientWidth } = document.documentElement;
                    return [getComputedStyle(document.documentElement).fontSize, scrollWidth - clientWidth] as const;
                });
                expect([path, width, font, beyond]).toEqual([path, width, "28px", 0]);
                await seen.context.close();
            }
        }
    } finally {
        await large.close();
    }
});

it.each(Object.entries({ ...SCREENS, pages: "/households?as=pages" }))(
    "%s has no fault on a phone, no table that is to be moved aside, and no name cut off at its foot",
    async (_, path) => {
        const seen = await onPhone(path, 1200);
        const { page } = seen;
        const cut = await page.evaluate(() =>
            [...document.querySelectorAll<HTMLElement>("main .scroll, .grid-scroll, .rail .rail-link > span")]
                .filter((box) => box.scrollWidth > box.clientWidth + 1)
                .map((box) => box.getAttribute("aria-label") ?? box.textContent),
        );
        expect(cut).toEqual([]);
        // As high as the page, so that no field is half behind the bar at the foot.
        const height = await page.evaluate(() => document.documentElement.scrollHeight);
        await page.setViewportSize({ width: 380, height });
        expect(await faults(page)).toEqual([]);
        await seen.context.close();
    },
);

it("has nothing with the focus behind a bar of a phone", async () => {
    const seen = await onPhone(SCREENS.proposal, 1500);
    const { page } = seen;
    const behind: string[] = [];
    for (let stop = 0; stop < 70; stop += 1) {
        await page.keyboard.press("Tab");
        const found = await page.evaluate(() => {
            const one = document.activeElement;
            if (!one || one === document.body || one.closest(".top, .rail, .approve-bar, .scroll:focus, .skip"))
                return "";
            const { top, height, left } = one.getBoundingClientRect();
            const over = document.elementFromPoint(left + 2, top + height / 2);
            return over?.closest(".top, .rail, .approve-bar") ? (one.textContent ?? "") : "";
        });
        if (found) behind.push(found);
    }
    expect(behind).toEqual([]);
    await seen.context.close();
});

it.each(["light", "dark"] as const)(
    "shows what is pressed, what is first, and where one is in forced colours, %s",
    async (scheme) => {
        const seen = await look(chromium, house, { scheme });
        const { page } = seen;
        await page.emulateMedia({ forcedColors: "active", colorScheme: scheme });
        await page.goto("/");
        await page.waitForURL(/\/h\//);
        await page.goto(`${page.url()}/history`);
        const colours = (where: string) =>
            page
                .locator(where)
                .first()
                .evaluate((one) => {
                    const { color, backgroundColor, outlineStyle } = getComputedStyle(one);
                    return { color, backgroundColor, outlineStyle };
                });
        await page.locator(".parts [data-on]").waitFor();
        const on = await colours(".parts [data-on]");
        expect(on.color).not.toBe(on.backgroundColor);
        expect(on.backgroundColor).not.toBe((await colours(".parts > :not([data-on])")).backgroundColor);
        expect((await colours(".rail-link.active")).outlineStyle).toBe("solid");
        expect((await colours(".rail-link:not(.active)")).outlineStyle).toBe("none");
        // The words of a picture are as light or dark as those beside it.
        await page.goto(page.url().replace("/history", ""));
        await page.locator("svg .axis").first().waitFor();
        const fill = await page
            .locator("svg .axis")
            .first()
            .evaluate((one) => getComputedStyle(one).fill);
        expect(fill).toBe((await colours("h1")).color);
        await seen.context.close();
    },
);

it("keeps the other screens behind one more on a phone", async () => {
    const seen = await look(chromium, house, { width: 380, height: 800 });
    const { page } = seen;
    await page.goto("/");
    await page.waitForURL(/\/h\//);
    const more = page.getByRole("navigation", { name: "Screens" }).locator("summary");
    await more.click();
    const links = page.getByRole("navigation", { name: "Screens" }).locator("details").getByRole("link");
    expect(await links.allInnerTexts()).toEqual([
        "Households",
        "Models",
        "Rules of the house",
        "Inbox",
        "New household",
    ]);
    await page.keyboard.press("Escape");
    expect(await page.getByRole("link", { name: "Inbox" }).count()).toBe(0);
    expect(await more.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Inbox" }).click();
    await page.getByRole("heading", { level: 1, name: "Inbox" }).waitFor();
    await seen.context.close();
});

it("goes from the dashboard to the approve button by keyboard alone", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await page.goto("/");
    await page.getByRole("link", { name: "Review proposal" }).waitFor({ timeout: 60_000 });
    await page.keyboard.press("g");
    await page.keyboard.press("p");
    await page.waitForURL(/\/proposal\//);
    await page.getByRole("button", { name: /^Approve/ }).waitFor();
    await page.keyboard.press("a");
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
    expect(await focused()).toMatch(/^Approve/);
    // The key moves the focus and approves nothing.
    expect(await page.getByRole("button", { name: /^Approve/ }).count()).toBe(1);
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Find a command" }).fill("dash");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => /\/h\/[^/]+$/.test(url.pathname));
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "All keys" }).waitFor();
    await page.keyboard.press("Escape");
    expect(await page.getByRole("dialog").count()).toBe(0);
    await seen.context.close();
});

it("a session of somebody else reaches nothing of a household", async () => {
    const seen = await look(chromium, house);
    await seen.page.goto("/h/01a208d0-5240-7bcd-baa7-000000000000");
    await seen.page.getByRole("alert").first().waitFor();
    expect(await seen.page.getByRole("alert").first().textContent()).toContain("not_found");
    await seen.context.close();
});

it.each(["dashboard", "proposal", "preferences", "history", "households"] as const)(
    "%s does not jump",
    async (name) => {
        const seen = await look(chromium, house);
        const { page } = seen;
        await page.goto("/");
        await page.waitForURL(/\/h\//);
        const household = /\/h\/([^/]+)/.exec(page.url())?.[1] ?? "";
        const shifts = await watchShifts(page);
        await page.goto(SCREENS[name].replace("HOUSEHOLD", household));
        await page.getByRole("heading").first().waitFor();
        // Prices come every second: what they change stays where it is.
        await page.waitForTimeout(5000);
        const { score, of } = await shifts();
        expect(score, of.join("\n")).toBeLessThan(0.02);
        await seen.context.close();
    },
);

it("the first view is small", async () => {
    const seen = await look(chromium, house);
    const sizes: number[] = [];
    seen.page.on("response", async (response) => {
        if (!response.url().endsWith(".js")) return;
        const bytes = await response.request().sizes();
        sizes.push(bytes.responseBodySize);
        expect(response.headers()["content-encoding"]).toMatch(/^(br|gzip)$/);
        expect(response.headers()["cache-control"]).toContain("immutable");
    });
    await seen.page.goto("/");
    await seen.page.getByRole("heading", { level: 1 }).waitFor();
    await seen.page.waitForLoadState("load");
    const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
    expect(total).toBeGreaterThan(20_000);
    expect(total).toBeLessThan(220_000);
    await seen.context.close();
});

it("eight tabs share one connection, and none hangs", async () => {
    const seen = await look(chromium, house);
    const pages = [seen.page];
    while (pages.length < 8) pages.push(await seen.context.newPage());
    let streams = 0;
    for (const page of pages) {
        page.on("request", (request) => {
            if (request.url().endsWith("/api/v1/events")) streams += 1;
        });
        await page.goto("/");
        await page.getByRole("heading", { level: 1 }).filter({ hasText: /class/ }).waitFor();
    }
    // The last one, which came seventh and eighth after the connections that a browser has, is as alive as the first.
    await pages[7]?.getByRole("button", { name: /^Live/ }).waitFor();
    await pages[0]?.getByRole("button", { name: /^Live/ }).waitFor();
    expect(streams).toBe(1);
    // Who leads goes; another takes over.
    await pages[0]?.close();
    await expect.poll(() => streams, { timeout: 20_000 }).toBe(2);
    await pages[7]?.getByRole("button", { name: /^Live/ }).waitFor();
    await seen.context.close();
});
