/** Somebody who has just started the demonstration: from the address to a proof of what was done. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browser, command, demonstration, look, program, type House, type Look } from "./house";

let house: House;
let chromium: Browser;

beforeAll(async () => {
    [house, chromium] = await Promise.all([demonstration(), browser()]);
});
afterAll(async () => {
    await chromium?.close();
    await house?.end();
});

/** The dashboard of the household whose proposal waits first. */
async function dashboard(of: Look): Promise<void> {
    await of.page.goto("/");
    await of.page.getByRole("heading", { level: 1 }).waitFor();
}

describe("a newcomer", () => {
    it("sees at once what is the matter, without signing in", async () => {
        const seen = await look(chromium, house);
        await dashboard(seen);
        await seen.page.getByRole("heading", { level: 1 }).filter({ hasText: /class/ }).waitFor();
        const table = seen.page.getByRole("group", { name: "Drift by class" });
        await table.getByRole("row").nth(2).waitFor();
        const pictures = await table
            .getByRole("img")
            .evaluateAll((all) => all.map((each) => each.getAttribute("aria-label")));
        expect(pictures.length).toBeGreaterThan(1);
        for (const words of pictures)
            expect(words).toMatch(/target \d.*, band .* to .*, (in its band|over by|under by)/);
        expect(await table.getByRole("row", { name: /Together/ }).textContent()).toContain("100.0%100.0%");
        expect(seen.complaints()).toEqual([]);
        await seen.context.close();
    });

    it("reviews a proposal, changes it, approves it, and sees it filled; the log proves it", async () => {
        const seen = await look(chromium, house);
        const { page } = seen;
        await dashboard(seen);
        await page.getByRole("link", { name: "Review proposal" }).click();
        await page
            .getByRole("heading", { level: 1 })
            .filter({ hasText: /would bring/ })
            .waitFor();
        await page.getByRole("heading", { name: "Trades by account" }).waitFor();

        // A trade is left out: what that comes to is recomputed, and kept as a plan of its own.
        await page.getByRole("button", { name: /Edit trades/ }).click();
        const leaveOut = page.getByRole("button", { name: "Leave out" });
        const before = await leaveOut.count();
        await leaveOut.last().click();
        await page.getByText("You have changed the plan.").waitFor();
        const keep = page.getByRole("button", { name: "Keep my version" });
        await expect.poll(() => keep.getAttribute("aria-disabled")).toBe("false");
        const first = page.url();
        await keep.click();
        await page.waitForURL((url) => url.href !== first && url.pathname.includes("/proposal/"));
        await page
            .getByRole("heading", { level: 1 })
            .filter({ hasText: `${before - 1} trade` })
            .waitFor();

        for (const box of await page.locator(".confirm input").all()) await box.check();
        const approve = page.getByRole("button", { name: /^Approve \d+ order/ });
        await approve.waitFor();
        await approve.dblclick();
        await page.getByRole("heading", { name: "Orders and fills" }).waitFor();
        await page.getByRole("heading", { level: 1 }).filter({ hasText: "all executed" }).waitFor({ timeout: 90_000 });
        await page.getByText(/(\d+) of \1 orders? filled/).waitFor();

        // The log is verified on the page, and a record of it by the command line, which needs neither the server nor the books.
        await page.getByRole("link", { name: "History" }).click();
        await page.getByRole("button", { name: "Verify now" }).click();
        await page
            .getByText(/every record is the one that was written/i)
            .waitFor({ state: "attached", timeout: 60_000 });
        await page.getByRole("tab", { name: "Records" }).click();
        const [download] = await Promise.all([
            page.waitForEvent("download"),
            page
                .getByRole("button", { name: /^Proof of record/ })
                .first()
                .click(),
        ]);
        const proof = await download.path();
        const key = command(house, ["audit", "key"]).trim();
        expect(program(["audit", "check", proof, "--key", key])).toMatch(/record \d+/i);
        expect(seen.complaints()).toEqual([]);
        await seen.context.close();
    });

    it("rejects a proposal with a reason, and nothing is traded", async () => {
        const seen = await look(chromium, house);
        const { page } = seen;
        const waiting = await page.request.get("/api/v1/welcome");
        expect(waiting.ok()).toBe(true);
        await dashboard(seen);
        // Another household: the first one's proposal was answered.
        const households = page.getByRole("combobox", { name: "Household" });
        const names = await households
            .locator("option")
            .evaluateAll((all) => all.map((each) => (each as HTMLOptionElement).value));
        let found = false;
        for (let turn = 0; turn < 30 && !found; turn += 1) {
            for (const name of names) {
                await households.selectOption(name);
                await page.waitForURL((url) => url.pathname === `/h/${name}`);
                await page.getByRole("heading", { name: "Drift from the target" }).waitFor();
                found = (await page.getByRole("link", { name: "Review proposal" }).count()) > 0;
                if (found) break;
            }
            if (!found) await page.waitForTimeout(1000);
        }
        expect(found).toBe(true);
        await page.getByRole("link", { name: "Review proposal" }).click();
        await page.getByRole("button", { name: "Reject…" }).click();
        const reject = page.getByRole("dialog").getByRole("button", { name: "Reject", exact: true });
        expect(await reject.isDisabled()).toBe(true);
        await page.getByRole("dialog").getByLabel("Reason").fill("Not before the move");
        await reject.click();
        await page.getByRole("heading", { level: 1 }).filter({ hasText: "not approved" }).waitFor();
        expect(await page.getByRole("button", { name: /^Approve/ }).count()).toBe(0);
        expect(seen.complaints()).toEqual([]);
        await seen.context.close();
    });
});

it("what can't be read is told at its row, kept, and not taken for a trade left out; leaving asks first", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    // A household whose plan still waits: the others were answered above.
    const waiting = await page.request.post("/api/v1/session/guest");
    expect(waiting.ok()).toBe(true);
    const table = (await (await page.request.get("/api/v1/households/table")).json()) as {
        id: string[];
        proposal_state: (string | null)[];
    };
    const household = table.id[table.proposal_state.indexOf("Pending_Approval")];
    expect(household).toBeDefined();
    await page.goto(`/h/${household}/proposal`);
    await page.getByRole("button", { name: /Edit trades/ }).click();
    const field = page.getByRole("textbox", { name: /^Shares of/ }).first();
    await field.fill("ten");
    await field.press("Enter");
    await page
        .getByText(/^Write a number of shares/)
        .first()
        .waitFor();
    expect(await field.inputValue()).toBe("ten");
    expect(await page.getByText("Left out by you").count()).toBe(0);
    expect(await page.getByRole("button", { name: "Keep my version" }).getAttribute("aria-disabled")).toBe("true");
    await page.getByRole("link", { name: "History" }).click();
    await page.getByRole("button", { name: "Stay here" }).click();
    expect(await field.inputValue()).toBe("ten");
    await page.getByRole("link", { name: "History" }).click();
    await page.getByRole("button", { name: "Leave without saving" }).click();
    await page.getByRole("heading", { level: 1, name: /History/ }).waitFor();
    await seen.context.close();
});
