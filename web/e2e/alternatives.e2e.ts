/** The alternative of a plan that is looked at: it stands in the address, a link and a reload show the same one, and Back goes to the one before. */
import type { Browser, Page } from "playwright-core";
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

/** The proposal of the household with several accounts, which has several alternatives. */
async function proposal(page: Page): Promise<void> {
    await page.goto("/");
    await page.getByRole("link", { name: "Review proposal" }).click({ timeout: 60_000 });
    await page.getByRole("radio", { name: "Recommended" }).waitFor();
}
const chosen = (page: Page) =>
    page
        .getByRole("region", { name: "Alternatives" })
        .getByRole("radio", { checked: true })
        .locator("xpath=..")
        .innerText();

it("stands in the address, for a link, a reload and the way back", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await proposal(page);
    expect(new URL(page.url()).search).toBe("");
    await page.getByRole("radio", { name: "Fewest trades" }).check();
    await page.waitForURL(/[?]alternative=fewest_trades$/);
    await page.getByRole("radio", { name: "Do nothing" }).check();
    await page.waitForURL(/[?]alternative=do_nothing$/);
    await page.getByText(/^Nothing is traded:/).waitFor();

    await page.reload();
    await page.getByText(/^Nothing is traded:/).waitFor();
    expect(await chosen(page)).toMatch(/^Do nothing/);

    // Back and forward go through what was looked at, and stay on the proposal.
    const address = new URL(page.url()).pathname;
    await page.goBack();
    await page.waitForURL(/[?]alternative=fewest_trades$/);
    await expect.poll(() => chosen(page)).toMatch(/^Fewest trades/);
    await page.goBack();
    await expect.poll(() => chosen(page)).toMatch(/^Recommended/);
    expect(new URL(page.url()).search).toBe("");
    await page.goForward();
    await expect.poll(() => chosen(page)).toMatch(/^Fewest trades/);
    expect(new URL(page.url()).pathname).toBe(address);

    // Somebody else who has the link sees the same.
    const other = await seen.context.newPage();
    await other.goto(page.url());
    await expect.poll(() => chosen(other)).toMatch(/^Fewest trades/);
    expect(await faults(other)).toEqual([]);
    await other.close();
    expect(seen.complaints()).toEqual([]);
    await seen.context.close();
});

it("is stepped through by keys, and a plan that is being changed is not left by it", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await proposal(page);
    await page.keyboard.press("e");
    await page.getByRole("button", { name: "Leave out" }).first().click();
    await page.getByText("Left out by you").waitFor();
    await page.keyboard.press("]");
    await page.waitForURL(/[?]alternative=/);
    expect(await page.getByRole("dialog").count()).toBe(0);
    await page.getByText("Left out by you").waitFor();
    await page.keyboard.press("[");
    await page.waitForURL((url) => url.search === "");
    expect(await chosen(page)).toMatch(/^Recommended/);
    await page.getByText("Left out by you").waitFor();
    expect(seen.complaints()).toEqual([]);
    await seen.context.close();
});

it("that there is none of is told, and the plan itself is shown", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await proposal(page);
    await page.goto(`${page.url()}?alternative=cheapest_of_all`);
    await page.getByText(/is not among the alternatives of this plan/).waitFor();
    expect(await chosen(page)).toMatch(/^Recommended/);
    await page.getByRole("radio", { name: "Fewest trades" }).check();
    await page.getByText(/is not among the alternatives of this plan/).waitFor({ state: "detached" });
    expect(seen.complaints()).toEqual([]);
    await seen.context.close();
});
