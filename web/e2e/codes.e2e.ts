/** Codes of the program are told in plain words: no screen shows one alone, what nobody knows stands for itself, and the code is there for who asks about it. */
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

/** Words of the program in what is in sight: with an underscore, or of a family of codes. What is marked as a code stands beside its words. */
function bare(page: Page): Promise<string[]> {
    return page.evaluate(() => {
        const code =
            /\b[A-Za-z]+(?:_[A-Za-z0-9]+)+\b|\b(?:approval|budget|concentration|desk|execution|life|order|preference|tax|wash_sale)\.[a-z_]+\b/g;
        const found: string[] = [];
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const parent = node.parentElement;
            if (!parent?.checkVisibility() || parent.closest(".code, code, pre, textarea, script, style")) continue;
            for (const [word] of (node.textContent ?? "").matchAll(code))
                found.push(`${word} in “${node.textContent}”`);
        }
        return found;
    });
}

/** The first household, once its plan waits. */
async function home(page: Page): Promise<string> {
    await page.goto("/");
    await page.getByRole("link", { name: "Review proposal" }).waitFor({ timeout: 60_000 });
    return /\/h\/([^/]+)/.exec(page.url())?.[1] ?? "";
}

it("no screen shows one alone", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    const household = await home(page);
    const shown: Record<string, string[]> = {};
    const visit = async (name: string, address: string, there: () => Promise<void>) => {
        await page.goto(address);
        await there();
        await page.waitForTimeout(600);
        shown[name] = await bare(page);
    };
    const heading = (name: string | RegExp) => () => page.getByRole("heading", { name }).first().waitFor();
    await visit("proposal that waits", `/h/${household}/proposal`, heading("Trades by account"));
    for (const box of await page.locator(".confirm input").all()) await box.check();
    await page.getByRole("button", { name: /^Approve \d+ order/ }).click();
    await page.getByText("Everything was executed").waitFor({ timeout: 60_000 });
    shown["proposal that is executed"] = await bare(page);
    const proposal = /\/proposal\/([^/?]+)/.exec(page.url())?.[1] ?? "";
    for (const [tab, words] of [
        ["summary", "What became of it"],
        ["trades", "trades"],
        ["orders", "Together"],
        ["records", "A proof is a file"],
        ["messages", "No model was asked"],
    ] as const) {
        await visit(`history, ${tab}`, `/h/${household}/history?proposal=${proposal}&tab=${tab}`, () =>
            page.getByRole("tabpanel").getByText(words).first().waitFor(),
        );
    }
    for (const part of ["transactions", "gains"]) {
        await visit(part, `/h/${household}/history?part=${part}`, () =>
            page.locator("#booked tbody tr").first().waitFor(),
        );
    }
    await visit("dashboard", `/h/${household}`, heading("Drift from the target"));
    await visit("preferences", `/h/${household}/preferences`, heading("Preferences"));
    await visit("households", "/households", () => page.getByRole("grid").waitFor());
    await visit("inbox", "/inbox", () => page.locator(".notice-link").first().waitFor());
    await visit("rules", "/rules", heading("Rules of the house"));
    await visit("start", "/start", heading(/./));
    await page.getByRole("button", { name: "Try the example" }).click();
    for (let step = 1; step < 4; step += 1) {
        await page.getByRole("button", { name: /^(On to |Make the plan)/ }).click();
        await page.waitForTimeout(600);
        shown[`start, step ${step}`] = await bare(page);
    }
    expect(Object.entries(shown).filter(([, found]) => found.length > 0)).toEqual([]);
    expect(seen.complaints()).toEqual([]);
    await seen.context.close();
});

/** An answer of the program with some of it as it would be in another state. */
const changed = (change: (body: Record<string, unknown>) => void) => async (route: Route) => {
    const answer = await route.fetch();
    const body = (await answer.json()) as Record<string, unknown>;
    change(body);
    await route.fulfill({ response: answer, body: JSON.stringify(body) });
};

it("a finding and a refusal have words with the code beside; one that nobody knows is told as it is", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await page.goto("/households");
    const id = await page
        .getByRole("grid")
        .getByRole("row", { name: /Waits for approval/ })
        .first()
        .click()
        .then(() => page.getByRole("link", { name: "Review proposal" }).getAttribute("href"));
    const findings = [
        { code: "desk.odd_lot", where: "household", detail: "1 order is below a round lot" },
        { code: "desk.of_tomorrow", where: "household", detail: "nobody has words for it yet" },
    ];
    await page.route("**/api/v1/proposals/*", (route) =>
        changed((body) => {
            body["refused"] = { code: "approval.price_unknown", words: "there is no price of VTI now" };
            (body["plan"] as { validation: { warnings: unknown[] } }).validation.warnings = findings;
        })(route),
    );
    await page.goto(id ?? "");
    const checks = page.getByRole("region", { name: "Checks" });
    await checks.getByText("Odd lot", { exact: true }).waitFor();
    await checks.getByText("desk.odd_lot", { exact: true }).waitFor();
    const strange = checks.getByText("desk.of_tomorrow", { exact: true });
    await strange.waitFor();
    // Once, as a code, and not as words made of it.
    expect(await strange.count()).toBe(1);
    expect(await checks.getByText(/of tomorrow/i).count()).toBe(0);
    const bar = page.getByRole("region", { name: "Answer the proposal" });
    await bar.getByText(/There is no price of VTI now/).waitFor();
    await bar.getByText("approval.price_unknown", { exact: true }).waitFor();
    expect(await faults(page)).toEqual([]);
    expect(seen.complaints()).toEqual([]);
    await seen.context.close();
});

it("kinds of records and states of orders are told in words, and a kind that nobody knows as it is", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    const household = await (async () => {
        await page.goto("/inbox");
        return /\/h\/([^/]+)/.exec(
            (await page.locator(".notice-link[href*=history]").first().getAttribute("href", { timeout: 30_000 })) ?? "",
        )?.[1];
    })();
    await page.route("**/api/v1/proposals/*/records*", (route) =>
        changed((body) => {
            const [first] = body["items"] as { kind: string }[];
            if (first) first.kind = "of_tomorrow";
        })(route),
    );
    await page.goto(`/h/${household}/history?tab=records`);
    const records = page.getByRole("group", { name: "Records" });
    await records.getByRole("button", { name: "of_tomorrow" }).waitFor();
    const approved = records.getByRole("button", { name: /Approved/ });
    await approved.first().waitFor();
    expect(await approved.first().locator(".code").innerText()).toBe("approval");
    await page.goto(`/h/${household}/history?tab=orders`);
    const filled = page.getByRole("group", { name: "Orders, planned and actual" }).getByTitle("filled");
    expect(await filled.first().innerText()).toBe("Filled");
    expect(seen.complaints()).toEqual([]);
    await seen.context.close();
});
