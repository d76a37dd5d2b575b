/**
 * One target for two households, and rules for all: an adviser makes a model portfolio, sees its effect, publishes; households follow and take it over; a rule
 * is proposed by one person and confirmed by another.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { faults } from "./accessible";
import { browser, command, installation, look, type House, type Look } from "./house";

const PASSWORD = "correct horse battery";
const DOCUMENT = readFileSync(join(import.meta.dirname, "../../examples/design-prompt.json"), "utf8");
const CONFIGURATION = `database = "sqlite:books.db"
checkpoints = "checkpoints"

[keys]
folder = "keys"

[http]
listen = "127.0.0.1:0"

[service]
tick_secs = 1
lead_secs = 3

[simulated]
tick_secs = 300
start = "2026-11-23T14:30:00Z"
speed = 300
skips_closed = true

[[households]]
name = "Smith"
owner = "sue"
portfolio = "first.json"

[[households]]
name = "Jones"
owner = "bob"
portfolio = "second.json"
`;

let house: House;
let chromium: Browser;

beforeAll(async () => {
    [house, chromium] = await Promise.all([
        installation(CONFIGURATION, { "first.json": DOCUMENT, "second.json": DOCUMENT }),
        browser(),
    ]);
    const people = { ann: ["--role", "adviser"], eve: ["--role", "approver"], dan: ["--role", "approver"], bob: [] };
    for (const [name, role] of Object.entries(people))
        command(house, ["people", "add", name, ...role], `${PASSWORD}\n`);
});
afterAll(async () => {
    await chromium?.close();
    await house?.end();
});

async function signedIn(name: string, options: { scheme?: "dark"; width?: number } = {}): Promise<Look> {
    const seen = await look(chromium, house, options);
    await seen.page.goto("/");
    await seen.page.getByLabel("Name").fill(name);
    await seen.page.getByLabel("Password").fill(PASSWORD);
    await seen.page.getByRole("button", { name: "Sign in" }).click();
    await seen.page.getByRole("navigation", { name: "Screens" }).waitFor();
    return seen;
}

/** Households by name, as a person sees them. */
async function ids(page: Page): Promise<Readonly<Record<string, string>>> {
    const answer = await page.request.get("/api/v1/households");
    const { items } = (await answer.json()) as { items: { id: string; name: string }[] };
    return Object.fromEntries(items.map(({ id, name }) => [name, id]));
}

async function targetOf(page: Page, household: string): Promise<Readonly<Record<string, number>>> {
    const answer = await page.request.get(`/api/v1/households/${household}/document`);
    return ((await answer.json()) as { target_allocation: Record<string, number> }).target_allocation;
}

const percents = async (page: Page, stocks: string, bonds: string) => {
    await page.getByLabel("Target of Stocks, percent").fill(stocks);
    await page.getByLabel("Target of Bonds, percent").fill(bonds);
};

it("an adviser makes a model portfolio of a household's target", async () => {
    const seen = await signedIn("ann");
    const { page } = seen;
    await page.getByRole("link", { name: "Models" }).click();
    await page.getByRole("heading", { name: "There is no model portfolio yet" }).waitFor();
    expect(await faults(page)).toEqual([]);
    await page.getByRole("link", { name: "New model portfolio" }).click();
    await page.getByRole("button", { name: "Show what it would do" }).click();
    await page.getByText("Give it a name.").first().waitFor();
    expect(await faults(page)).toEqual([]);
    await page.getByLabel("Name", { exact: true }).fill("Growth & more");
    await page.getByLabel(/^What it is for/).fill("For the young");
    await page.getByLabel("Copy a household’s target").selectOption({ label: "Smith" });
    await page.getByRole("button", { name: "Copy", exact: true }).click();
    await percents(page, "70", "25");
    // What does not sum to 100 is told, and not asked about.
    await page.getByText("95.0%: 5.0 left").waitFor();
    await page.getByLabel("Put the rest in").selectOption("Bonds");
    await page.getByRole("button", { name: "Show what it would do" }).click();
    await page.getByText("Nobody follows it: publishing changes no household.").waitFor();
    await page.getByRole("button", { name: "Publish version 1" }).click();
    await page.getByText("Growth & more is published as version 1.").waitFor();
    expect(await faults(page)).toEqual([]);
    await page.getByRole("link", { name: "All model portfolios" }).first().click();
    const row = page.getByRole("row", { name: /Growth & more/ });
    expect(await row.innerText()).toMatch(/Bonds 30%[\s\S]*Stocks 70%[\s\S]*by ann/);
    expect(await faults(page)).toEqual([]);
    expect(seen.complaints()).toEqual([]);
    await seen.context.close();
});

it("a household follows it, and its target is edited there no more", async () => {
    const seen = await signedIn("ann");
    const { page } = seen;
    const { Smith = "", Jones = "" } = await ids(page);
    await page.goto(`/h/${Smith}/preferences`);
    await page.getByLabel("Follow a model portfolio").selectOption("Growth & more");
    await page.getByText(/is not edited here while it follows/).waitFor();
    expect(await faults(page)).toEqual([]);
    await page.getByRole("button", { name: "Follow Growth & more" }).click();
    await page.getByText(/Follows Growth & more, version 1/).waitFor();
    expect(await page.getByLabel("Target of Stocks, percent").count()).toBe(0);
    expect(await faults(page)).toEqual([]);
    expect(await targetOf(page, Smith)).toEqual({ Bonds: 0.3, Stocks: 0.7 });
    await page.getByRole("link", { name: "Dashboard" }).click();
    await page.getByText(/follows Growth & more, version 1/).waitFor();
    const headers = { "content-type": "application/json", origin: house.address };
    const body = { model_portfolio: "Growth & more" };
    const follows = await page.request.put(`/api/v1/households/${Jones}/model-portfolio`, { headers, data: body });
    expect(follows.status()).toBe(204);
    expect(seen.complaints()).toEqual([]);
    await seen.context.close();
});

it("the next version is looked at, then published, and both documents have it", async () => {
    const seen = await signedIn("ann");
    const { page } = seen;
    const { Smith = "", Jones = "" } = await ids(page);
    await page.goto("/models/Growth%20%26%20more");
    await percents(page, "20", "80");
    await page.getByRole("button", { name: "Show what it would do" }).click();
    const effect = page.getByRole("group", { name: "Households that follow" });
    await effect.waitFor();
    for (const name of ["Smith", "Jones"]) {
        const row = await effect.getByRole("row", { name: new RegExp(name) }).innerText();
        expect(row).toMatch(/\$[\d,]+/);
        expect(row).toMatch(/Stocks/);
        expect(row).toMatch(/Takes it over at once/);
    }
    const bar = page.getByRole("region", { name: "Publish" });
    expect(await bar.innerText()).toMatch(/2 households take the target over at once/);
    expect(await faults(page)).toEqual([]);
    // What is edited since has to be looked at again.
    await percents(page, "25", "75");
    await page.getByText(/You have edited it since/).waitFor();
    expect(await page.getByRole("button", { name: /^Publish version/ }).count()).toBe(0);
    await percents(page, "20", "80");
    // Somebody stops following meanwhile: nothing is published before it was looked at again.
    const headers = { origin: house.address };
    await page.request.delete(`/api/v1/households/${Jones}/model-portfolio`, { headers });
    await page.getByRole("button", { name: "Publish version 2" }).click();
    await page.getByText(/Something has changed since you looked/).waitFor();
    expect(await faults(page)).toEqual([]);
    await page.request.put(`/api/v1/households/${Jones}/model-portfolio`, {
        headers: { ...headers, "content-type": "application/json" },
        data: { model_portfolio: "Growth & more" },
    });
    await page.getByRole("button", { name: "Look again" }).click();
    await page.getByRole("button", { name: "Publish version 2" }).click();
    await page.getByText("Growth & more is published as version 2.").waitFor();
    const outcomes = page.getByRole("group", { name: "What came of it" });
    expect(await outcomes.getByText("Has the target now").count()).toBe(2);
    for (const household of [Smith, Jones]) {
        expect(await targetOf(page, household)).toEqual({ Bonds: 0.8, Stocks: 0.2 });
    }
    expect(seen.complaints().filter((text) => !text.includes("409"))).toEqual([]);
    await seen.context.close();
});

it("who may not publish it reads it, and stops following in preferences", async () => {
    const seen = await signedIn("bob");
    const { page } = seen;
    const { Jones = "" } = await ids(page);
    await page.goto("/models/Growth%20%26%20more");
    await page.getByText(/You may look at it and not change it. ann, who made it/).waitFor();
    expect(await page.getByRole("button", { name: /what it would do/ }).count()).toBe(0);
    expect(await faults(page)).toEqual([]);
    await page.goto(`/h/${Jones}/preferences`);
    await page.getByRole("button", { name: "Stop following…" }).click();
    const dialog = page.getByRole("dialog", { name: /Stop following/ });
    expect(await faults(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Stop following" }).click();
    await page.getByText("It follows none: its target is its own.").waitFor();
    await page.getByLabel("Target of Stocks, percent").waitFor();
    expect(await targetOf(page, Jones)).toEqual({ Bonds: 0.8, Stocks: 0.2 });
    expect(seen.complaints()).toEqual([]);
    await seen.context.close();
});

it("edits of a target are told and taken back where the household follows a model portfolio meanwhile", async () => {
    const seen = await signedIn("bob");
    const { page } = seen;
    const { Jones = "" } = await ids(page);
    await page.goto(`/h/${Jones}/preferences`);
    await percents(page, "30", "70");
    await page.getByText("2 unsaved changes").waitFor();
    const follows = await page.request.put(`/api/v1/households/${Jones}/model-portfolio`, {
        headers: { "content-type": "application/json", origin: house.address },
        data: { model_portfolio: "Growth & more" },
    });
    expect(follows.status()).toBe(204);
    await page.getByText(/You have edited the target, which is that of Growth & more/).waitFor();
    expect(await faults(page)).toEqual([]);
    await page.getByRole("button", { name: "Take 2 edits of the target back" }).click();
    await page.getByText("Nothing unsaved").waitFor();
    expect(seen.complaints()).toEqual([]);
    await seen.context.close();
});

it("what was published by somebody who may not change a household is offered to it, and taken over by who may", async () => {
    const [bob, ann, eve] = [await signedIn("bob"), await signedIn("ann"), await signedIn("eve")];
    const { Smith = "" } = await ids(ann.page);
    const headers = { "content-type": "application/json", origin: house.address };
    const publish = async (stocks: number) => {
        const target = { target_allocation: { Stocks: stocks, Bonds: 1 - stocks } };
        const address = "/api/v1/model-portfolios/Plain";
        const looked = await bob.page.request.post(`${address}/effect`, { headers, data: { target } });
        const { effect } = (await looked.json()) as { effect: string };
        const done = await bob.page.request.put(address, { headers, data: { target, effect } });
        expect(done.status()).toBe(200);
    };
    await publish(0.5);
    const follows = await ann.page.request.put(`/api/v1/households/${Smith}/model-portfolio`, {
        headers,
        data: { model_portfolio: "Plain" },
    });
    expect(follows.status()).toBe(204);
    await bob.page.goto("/models/Plain");
    await percents(bob.page, "25", "75");
    await bob.page.getByRole("button", { name: "Show what it would do" }).click();
    await bob.page.getByText(/1 more household follows that you may not see. It is offered it/).waitFor();
    expect(await faults(bob.page)).toEqual([]);
    await bob.page.getByRole("button", { name: "Publish version 2" }).click();
    await bob.page.getByText("Plain is published as version 2.").waitFor();
    expect(await targetOf(ann.page, Smith)).toEqual({ Bonds: 0.5, Stocks: 0.5 });
    await ann.page.goto(`/h/${Smith}`);
    await ann.page
        .getByText(/was published by somebody who may not change this household/)
        .first()
        .waitFor();
    await ann.page.goto(`/h/${Smith}/preferences`);
    await ann.page.getByText(/Version 2 of Plain was published by somebody who may not/).waitFor();
    await ann.page.getByRole("group", { name: "Its target, and that of Plain" }).waitFor();
    expect(await faults(ann.page)).toEqual([]);
    await ann.page.getByRole("button", { name: "Take version 2 over" }).click();
    await ann.page.getByText(/Follows Plain, version 2/).waitFor();
    expect(await ann.page.getByText(/may not change this household/).count()).toBe(0);
    expect(await targetOf(ann.page, Smith)).toEqual({ Bonds: 0.75, Stocks: 0.25 });
    // One that somebody follows stays; one that nobody follows can be removed.
    await bob.page.goto("/models/Plain");
    await bob.page.getByText("It can be removed once nobody does.").waitFor();
    await ann.page.request.delete(`/api/v1/households/${Smith}/model-portfolio`, {
        headers: { origin: house.address },
    });
    await publish(0.4);
    await bob.page.reload();
    await bob.page.getByRole("button", { name: "Remove Plain…" }).click();
    expect(await faults(bob.page)).toEqual([]);
    await bob.page.getByRole("dialog").getByRole("button", { name: "Remove it" }).click();
    await bob.page.getByRole("link", { name: "Growth & more" }).waitFor();
    expect(await bob.page.getByRole("link", { name: "Plain" }).count()).toBe(0);
    // Who may change no household makes no model portfolio.
    await eve.page.goto("/models");
    await eve.page.getByRole("link", { name: "Growth & more" }).waitFor();
    expect(await eve.page.getByRole("link", { name: "New model portfolio" }).count()).toBe(0);
    for (const seen of [bob, ann, eve]) {
        expect(seen.complaints()).toEqual([]);
        await seen.context.close();
    }
});

it("a rule is proposed by one and confirmed by another", async () => {
    const eve = await signedIn("eve");
    await eve.page.getByRole("link", { name: /^Rules/ }).click();
    await eve.page.getByText("There are none yet.").waitFor();
    expect(await faults(eve.page)).toEqual([]);
    await eve.page.getByRole("button", { name: "Propose a change" }).click();
    await eve.page.getByRole("button", { name: "Add a security" }).click();
    await eve.page.getByRole("button", { name: "Add a limit" }).click();
    await eve.page.getByRole("button", { name: "Propose 2 changes" }).click();
    await eve.page.getByText("Give a ticker, such as XYZ.").waitFor();
    expect(await faults(eve.page)).toEqual([]);
    await eve.page.getByLabel("Ticker of security 1").fill("SPY");
    await eve.page.getByLabel("First day of security 1").fill("2026-11-01");
    await eve.page.getByLabel("Reason of security 1").fill("we advise them");
    await eve.page.getByLabel("At most of limit 1").fill("50,000");
    await eve.page.getByLabel("Reason of limit 1").fill("small desk");
    await eve.page.getByRole("button", { name: "Add an exception" }).click();
    await eve.page.getByLabel("Household of exception 1").selectOption({ label: "Jones" });
    await eve.page.getByLabel("Ticker of exception 1").fill("SPY");
    await eve.page.getByLabel("Who answers of exception 1").fill("zoe");
    await eve.page.getByLabel("Last day of exception 1").fill("2027-01-31");
    await eve.page.getByLabel("Reason of exception 1").fill("inherited");
    await eve.page.getByLabel("Why, for who confirms it").fill("merger");
    // What only the server knows stands at its row.
    await eve.page.getByRole("button", { name: "Propose 3 changes" }).click();
    await eve.page.getByText(/nobody here is called `zoe`/).waitFor();
    await eve.page.getByLabel("Who answers of exception 1").fill("dan");
    // The password is asked for once more where it was shown too long ago.
    const proof = JSON.stringify({
        title: "Your password is needed",
        status: 403,
        code: "proof_needed",
        detail: "once more",
    });
    await eve.page.route(
        "**/house-rules/proposal",
        (route) => route.fulfill({ status: 403, contentType: "application/problem+json", body: proof }),
        { times: 1 },
    );
    await eve.page.getByRole("button", { name: "Propose 3 changes" }).click();
    await eve.page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
    await eve.page.getByRole("button", { name: "Go on" }).click();
    await eve.page.getByText("Proposed: it counts once another person has confirmed it.").waitFor();
    await eve.page.getByText("You propose it; another person has to confirm it.").waitFor();
    expect(await faults(eve.page)).toEqual([]);

    const dan = await signedIn("dan", { scheme: "dark" });
    await dan.page.goto("/rules");
    const changes = dan.page.getByRole("group", { name: "What it changes" });
    await changes.waitFor();
    expect(await changes.innerText()).toMatch(/SPY[\s\S]*\$50,000 at most[\s\S]*Jones/);
    expect(await faults(dan.page)).toEqual([]);
    await dan.page.getByRole("button", { name: "Confirm 3 changes" }).click();
    await dan.page.getByText(/version 1 counts from now on/).waitFor();
    await dan.page.getByText(/Proposed by eve, confirmed by dan/).waitFor();
    expect(await faults(dan.page)).toEqual([]);
    expect(dan.complaints()).toEqual([]);
    expect(eve.complaints().filter((text) => !/40[39]|422/.test(text))).toEqual([]);
    await dan.context.close();
    await eve.context.close();

    // An adviser reads them; of exceptions she sees those of households that she sees, and nothing to change.
    const ann = await signedIn("ann", { width: 380 });
    await ann.page.goto("/rules");
    await ann.page.getByRole("group", { name: "Exceptions" }).getByText("Jones").waitFor();
    expect(await ann.page.getByRole("button", { name: "Propose a change" }).count()).toBe(0);
    expect(await faults(ann.page)).toEqual([]);
    await ann.context.close();
});

it("a plan is judged under the rules, and says under which", async () => {
    const seen = await signedIn("ann");
    const { page } = seen;
    const { Smith = "" } = await ids(page);
    await page.goto(`/h/${Smith}/proposal`);
    await page.getByText(/It counted the rules of the house, version 1/).waitFor({ timeout: 90_000 });
    await seen.context.close();
});
