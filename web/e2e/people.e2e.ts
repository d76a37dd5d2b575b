/** People with passwords: what is somebody else's can't be reached; an offer expires; a model that doesn't answer changes nothing. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { browser, command, installation, look, type House } from "./house";

const PASSWORD = "correct horse battery";
const DOCUMENT = readFileSync(join(import.meta.dirname, "../../examples/design-prompt.json"), "utf8");

let house: House;
let chromium: Browser;
let broken: Server;

/** A provider of models that answers with an error, whatever it is asked. */
function brokenProvider(): Promise<Server> {
    const server = createServer((_, response) => {
        response.writeHead(500, { "content-type": "application/json" });
        response.end('{"error": {"message": "out of order", "type": "server_error"}}');
    });
    return new Promise((done) => server.listen(0, "127.0.0.1", () => done(server)));
}

beforeAll(async () => {
    broken = await brokenProvider();
    const port = (broken.address() as AddressInfo).port;
    const models = `[providers.here]
kind = "openai_compatible"
url = "http://127.0.0.1:${port}/v1"

[models.small]
provider = "here"
model = "small"

[routes]
default = ["small"]
`;
    const configuration = `database = "sqlite:books.db"
checkpoints = "checkpoints"
models = "models.toml"

[keys]
folder = "keys"

[http]
listen = "127.0.0.1:0"

[service]
planner = "hybrid"
tick_secs = 1
lead_secs = 3

# A tick of five minutes every second; a trading day in a minute and a quarter, and no nights.
[simulated]
tick_secs = 300
start = "2026-11-23T14:30:00Z"
speed = 300
skips_closed = true

[[households]]
name = "Smith"
owner = "ann"
portfolio = "first.json"

[households.approval]
valid_minutes = 180

[[households]]
name = "Jones"
owner = "bob"
portfolio = "second.json"

# However late the test comes to it.
[households.approval]
valid_minutes = 40000
price_move_bps_max = 5000
`;
    [house, chromium] = await Promise.all([
        installation(configuration, { "models.toml": models, "first.json": DOCUMENT, "second.json": DOCUMENT }),
        browser(),
    ]);
    for (const person of ["ann", "bob"]) command(house, ["people", "add", person], `${PASSWORD}\n`);
});
afterAll(async () => {
    await chromium?.close();
    await house?.end();
    broken?.close();
});

async function signIn(page: Page, name: string, password = PASSWORD): Promise<void> {
    await page.goto("/");
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
}

it("a wrong password is told, and what was typed as a name stays", async () => {
    const seen = await look(chromium, house);
    await signIn(seen.page, "ann", "wrong horse battery");
    await seen.page.getByRole("alert").waitFor();
    expect(await seen.page.getByLabel("Name").inputValue()).toBe("ann");
    await seen.context.close();
});

it("a plan comes although the model is out of order, and the attempt is shown", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await signIn(page, "ann");
    await page.getByRole("link", { name: "Review proposal" }).click();
    await page
        .getByRole("heading", { level: 1 })
        .filter({ hasText: /would bring/ })
        .waitFor();
    const attempts = page.getByRole("region", { name: "What a model was asked" });
    await attempts.getByText("prompt", { exact: true }).first().waitFor();
    expect(seen.complaints()).toEqual([]);
    await seen.context.close();
});

it("somebody else's household is not reached, nor told to exist", async () => {
    const hers = await look(chromium, house);
    await signIn(hers.page, "ann");
    await hers.page.waitForURL(/\/h\//);
    const address = new URL(hers.page.url()).pathname;
    const his = await look(chromium, house);
    await signIn(his.page, "bob");
    await his.page.waitForURL(/\/h\//);
    expect(new URL(his.page.url()).pathname).not.toBe(address);
    const options = await his.page.getByRole("combobox", { name: "Household" }).locator("option").allTextContents();
    expect(options.join()).toContain("Jones");
    expect(options.join()).not.toContain("Smith");
    await his.page.goto(address);
    const told = await his.page.getByRole("alert").first().textContent();
    await his.page.goto(address.replace(/.{12}$/, "000000000000"));
    // The same words as for one that isn't there; only the number of the request differs.
    const words = (text: string | null) => text?.replace(/request [0-9a-f]+/, "");
    await his.page.getByRole("alert").first().waitFor();
    expect(words(await his.page.getByRole("alert").first().textContent())).toBe(words(told));
    await hers.context.close();
    await his.context.close();
});

it("a lost answer to an approval is not sent again, and the page says that it does not know", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await signIn(page, "bob");
    await page.getByRole("link", { name: "Review proposal" }).click();
    const approve = page.getByRole("button", { name: /^Approve/ });
    await approve.waitFor();
    for (const box of await page.locator(".confirm input").all()) await box.check();
    let sent = 0;
    await page.route("**/approve", async (route) => {
        sent += 1;
        // It arrives, and its answer is lost on the way back.
        await route.fetch();
        await route.abort("connectionreset");
    });
    await approve.click();
    await page.getByRole("heading", { name: "Orders and fills" }).waitFor();
    expect(sent).toBe(1);
    await seen.context.close();
});

it("an offer that expires stays readable and can't be approved", async () => {
    const seen = await look(chromium, house);
    const { page } = seen;
    await signIn(page, "ann");
    await page.getByRole("link", { name: "Review proposal" }).click();
    await page.getByRole("button", { name: /^Approve/ }).waitFor();
    await page.locator(".pill", { hasText: "Expired" }).waitFor({ timeout: 100_000 });
    await page.getByRole("heading", { name: "Trades by account" }).waitFor();
    expect(await page.getByRole("button", { name: /^Approve/ }).count()).toBe(0);
    await seen.context.close();
});
