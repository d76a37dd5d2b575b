/**
 * What a broker leaves undone, and who may approve: two people for one plan, fills in parts, an order that comes to nothing, the plan over what is
 * left; a plan whose prices have moved; edits of a plan that is overtaken; a fill that was typed in wrong. The broker is a person, so that the test decides
 * what is filled.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { faults } from "./accessible";
import { browser, command, installation, look, type House } from "./house";

const PASSWORD = "correct horse battery";
const DOCUMENT = readFileSync(join(import.meta.dirname, "../../examples/design-prompt.json"), "utf8");
const CONFIGURATION = `database = "sqlite:books.db"
checkpoints = "checkpoints"
broker = "manual"

[keys]
folder = "keys"

[http]
listen = "127.0.0.1:0"

[service]
tick_secs = 1
poll_secs = 1
lead_secs = 3

# A minute every second: prices move, and a trading day lasts longer than the test.
[simulated]
tick_secs = 60
start = "2026-11-23T14:30:00Z"
speed = 60
skips_closed = true

[[households]]
name = "Smith"
owner = "ann"
portfolio = "smith.json"

[households.approval]
valid_minutes = 40000
price_move_bps_max = 5000
second_above_usd = 0

[[households]]
name = "Brown"
owner = "ann"
portfolio = "brown.json"

[households.approval]
valid_minutes = 40000
price_move_bps_max = 5000

[[households]]
name = "Green"
owner = "ann"
portfolio = "green.json"

[households.approval]
valid_minutes = 40000
price_move_bps_max = 5000

[[households]]
name = "Jones"
owner = "ann"
portfolio = "jones.json"

# Any move at all is too much.
[households.approval]
valid_minutes = 40000
price_move_bps_max = 0
`;

let house: House;
let chromium: Browser;

beforeAll(async () => {
    [house, chromium] = await Promise.all([
        installation(CONFIGURATION, {
            "smith.json": DOCUMENT,
            "jones.json": DOCUMENT,
            "brown.json": DOCUMENT,
            "green.json": DOCUMENT,
        }),
        browser(),
    ]);
    for (const person of ["ann", "bob"]) command(house, ["people", "add", person], `${PASSWORD}\n`);
    command(house, ["people", "grant", "bob", "approver", "--household", "Smith", "--as", "ann"]);
});
afterAll(async () => {
    await chromium?.close();
    await house?.end();
});

/** Signs in and opens the proposal of a household. */
async function proposalOf(page: Page, name: string, household: string): Promise<void> {
    await page.goto("/");
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(/\/h\//);
    const switcher = page.getByRole("combobox", { name: "Household" });
    const id = await switcher.locator("option", { hasText: household }).getAttribute("value");
    await switcher.selectOption(id);
    await page.waitForURL((url) => url.pathname === `/h/${id}`);
    await page.getByRole("link", { name: /^(Review|See) proposal$/ }).click({ timeout: 60_000 });
    await page.getByRole("heading", { name: "Trades by account" }).waitFor();
}

interface Ticket {
    readonly order: string;
    readonly left: string;
    readonly price: string;
}

/** The orders that are to be executed, as the command line tells them to whoever executes. */
function tickets(): Ticket[] {
    const rows = command(house, ["tickets", "--format", "csv"]).trim().split("\n");
    const names = (rows[0] ?? "").split(",");
    return rows.slice(1).map((row) => {
        const cells = row.split(",");
        const cell = (name: string) => cells[names.indexOf(name)] ?? "";
        return { order: cell("order"), left: cell("shares"), price: cell("limit") };
    });
}

it("two people approve one plan; fills in parts and an order that comes to nothing are told, and what is left is planned anew", async () => {
    const hers = await look(chromium, house);
    await proposalOf(hers.page, "ann", "Smith");
    for (const box of await hers.page.locator(".confirm input").all()) await box.check();
    await hers.page.getByRole("button", { name: /^Approve \d+ order/ }).click();
    await hers.page.getByText("a second person has to approve").first().waitFor();
    // Hers counts once, and the page says so before she tries again.
    await expect
        .poll(() => hers.page.getByRole("button", { name: /^Approve/ }).getAttribute("aria-disabled"))
        .toBe("true");
    await hers.page.getByText(/You have approved it; a second person/).waitFor();
    // Whom she gave the role is told to her by name.
    await hers.page
        .getByText(/That may be bob\./)
        .first()
        .waitFor();

    const his = await look(chromium, house);
    await proposalOf(his.page, "bob", "Smith");
    await his.page.getByText(/has approved this plan already; it needs one more/).waitFor();
    for (const box of await his.page.locator(".confirm input").all()) await box.check();
    await his.page.getByRole("button", { name: /^Approve \d+ order/ }).click();
    await his.page.getByRole("heading", { name: "Orders and fills" }).waitFor();
    await his.context.close();
    await hers.page.getByText(/Approved by you and bob/).waitFor();

    // Of the first order a part is filled and the rest called off; the second comes to nothing.
    await expect.poll(() => tickets().length, { timeout: 30_000, interval: 1000 }).toBeGreaterThan(0);
    const [first, ...others] = tickets();
    if (!first) throw new Error("there are tickets");
    command(house, ["fill", first.order, "--quantity", "1", "--price", first.price, "--as", "bob"]);
    await hers.page.getByText("Partly filled").waitFor({ timeout: 30_000 });
    command(house, ["fill", first.order, "--ended", "no more buyers", "--as", "bob"]);
    for (const each of others) command(house, ["fill", each.order, "--ended", "no buyer at all", "--as", "bob"]);
    // What waits for its turn comes to nothing as well. What was not done is told; a new plan over it comes by a click, or by itself where that is
    // quicker.
    const again = hers.page.getByRole("button", { name: "Plan what is left" });
    const second = hers.page.getByText(/revision 2/);
    await expect
        .poll(
            async () => {
                for (const each of tickets()) command(house, ["fill", each.order, "--ended", "none", "--as", "bob"]);
                return (await again.count()) + (await second.count());
            },
            { timeout: 60_000, interval: 1000 },
        )
        .toBeGreaterThan(0);
    if (await again.isVisible()) await again.click({ timeout: 2000 }).catch(() => undefined);
    await second.waitFor({ timeout: 60_000 });
    await hers.page.getByRole("button", { name: /^Approve \d+ order/ }).waitFor();
    expect(hers.complaints()).toEqual([]);
    await hers.context.close();
});

it("a plan whose prices have moved can't be approved, says so beforehand, and another takes its place", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await proposalOf(page, "ann", "Jones");
    const approve = page.getByRole("button", { name: /^Approve/ });
    // A tick later the prices are others.
    await page.getByText(/The price of \w+ moved from/).waitFor({ timeout: 60_000 });
    expect(await approve.getAttribute("aria-disabled")).toBe("true");
    let sent = 0;
    await page.route("**/approve", (route) => {
        sent += 1;
        return route.continue();
    });
    await approve.click({ force: true });
    expect(sent).toBe(0);
    // The plan stays readable, and the way out is one click.
    await page.getByRole("heading", { name: "Trades by account" }).waitFor();
    const before = page.url();
    await page.getByRole("button", { name: "Reject and plan anew" }).click();
    await page.waitForURL((url) => url.href !== before && url.pathname.includes("/proposal/"));
    await approve.waitFor();
    expect(seen.complaints()).toEqual([]);
    await seen.context.close();
});

it("a trade is added; edits of a plan that is overtaken are taken to the next one by a click", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await proposalOf(page, "ann", "Brown");
    await page.getByRole("button", { name: /Edit trades/ }).click();
    const form = page.getByRole("form", { name: "Add a trade" });
    await form.getByRole("button", { name: "Add", exact: true }).click();
    await form.getByText("Choose what to trade.").waitFor();
    await form.getByLabel("Lot").selectOption({ index: 1 });
    await form.getByLabel("Shares").fill("1");
    await form.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText("Added by you").waitFor();
    // The server has judged it, and figures that have moved say what was proposed.
    await page.getByText(/^1 edit: tax/).waitFor();
    expect(await page.locator(".moved", { hasText: "proposed" }).count()).toBeGreaterThan(0);

    // Money comes in: the plan that was being changed can't stand, and nothing of the edit is lost.
    command(house, ["household", "deposit", "Brown", "default", "2000", "--as", "ann"]);
    await page.getByText("This plan has ended while you were changing it").waitFor({ timeout: 60_000 });
    await page.getByText("Added by you").waitFor();
    await page.getByRole("link", { name: "Take them to the new plan" }).click({ timeout: 60_000 });
    await page.getByText("This is another plan than the one that you changed").waitFor();
    expect(await page.getByText("Added by you").count()).toBe(0);
    await page.getByRole("button", { name: "Put them on this plan" }).click();
    await page
        .getByText(/Added by you|Edited by you/)
        .first()
        .waitFor();
    await page.getByText("You have changed the plan.").waitFor();
    expect(seen.complaints()).toEqual([]);
    await seen.context.close();
});

it("a fill that was typed in wrong is corrected, and taken back, by keys alone; a refusal says what is wrong", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await proposalOf(page, "ann", "Green");
    for (const box of await page.locator(".confirm input").all()) await box.check();
    await page.getByRole("button", { name: /^Approve \d+ order/ }).click();
    await page.getByRole("heading", { name: "Orders and fills" }).waitFor();
    await expect.poll(() => tickets().length, { timeout: 30_000, interval: 1000 }).toBeGreaterThan(0);
    const ticket = tickets()[0];
    if (!ticket) throw new Error("there are tickets");
    const typed = ["--quantity", "2", "--price", ticket.price, "--id", "W-1", "--as", "ann"];
    command(house, ["fill", ticket.order, ...typed]);

    await page.setViewportSize({ width: 390, height: 800 });
    await page.getByText("1 fill, one by one, to correct or take back").click({ timeout: 30_000 });
    await page.getByRole("button", { name: /^Correct fill W-1 of/ }).press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Nothing is changed yet").waitFor();
    expect(await faults(page)).toEqual([]);
    // Escape changes nothing, and the focus is where it was.
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
    expect(await focused()).toMatch(/^Correct fill W-1/);
    await page.keyboard.press("Enter");
    await dialog.getByLabel("Shares", { exact: true }).fill("1");
    await dialog.getByLabel("Price of a share").fill("0.5");
    await dialog.getByText(/has \$[\d,.]+ (more|less) cash/).waitFor();
    await page.keyboard.press("Enter");
    await dialog.getByText(/A price of 0.5 USD is below the limit of .*if that is right, say so below/).waitFor();
    await dialog.getByRole("checkbox", { name: /are right as they stand here/ }).waitFor();
    expect(await faults(page)).toEqual([]);
    // What was typed is still there; the right price is taken.
    await dialog.getByLabel("Price of a share").fill(ticket.price);
    await page.keyboard.press("Enter");
    const said = page.locator(".fills-said");
    await said.getByText(/^✓ W-1 is corrected: 1 shares? at/).waitFor();
    expect(await page.evaluate(() => document.activeElement?.className)).toContain("fills-said");

    await page.getByRole("button", { name: /^Take back fill/ }).press("Enter");
    await dialog.getByLabel("Why nothing of it happened").fill("typed in for another house");
    await dialog.getByRole("button", { name: "Take the fill back" }).press("Enter");
    await said.getByText(/is taken back/).waitFor();
    await page.getByText(/fill, one by one/).waitFor({ state: "detached" });
    // The history has it all, and nothing of it counts any more.
    await page.goto(page.url().replace("/proposal/", "/history?tab=records&proposal="));
    const record = page.getByRole("button", { name: "A fill was corrected or taken back" });
    await record.first().waitFor();
    expect(await record.count()).toBe(2);
    // The refusal alone is in the console, where the browser puts every answer that is none.
    expect(seen.complaints().filter((each) => !/status of 422 .*\/api\/v1\/fills/.test(each))).toEqual([]);
    await seen.context.close();
});
