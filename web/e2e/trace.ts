/**
 * How fast the page is, in a Chromium of its own against the real program: `npm run trace`. Prints a line for each figure, and nothing is judged here.
 *
 * `EQUIPOISE_TRACE=FILE` writes the figures as JSON too; `bench/report.py` takes them from there.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, it } from "vitest";
import { browser, command, demonstration, installation, look, type House } from "./house";
import { MANY, manyHouseholds } from "./many";
import { median, tasksWhile, untilPainted, watchShifts, type Task } from "./pace";

const PASSWORD = "correct horse battery";
const EXAMPLE = join(import.meta.dirname, "../../examples/direct-500.json");

interface Figure {
    readonly what: string;
    readonly ms: string;
}

const figures: Figure[] = [];
const tell = (what: string, ms: string) => {
    figures.push({ what, ms });
    process.stdout.write(`${what}: ${ms}\n`);
};

let chromium: Browser;
let demo: House;

beforeAll(async () => {
    [chromium, demo] = await Promise.all([browser(), demonstration()]);
});
afterAll(async () => {
    const file = process.env["EQUIPOISE_TRACE"];
    if (file) writeFileSync(file, JSON.stringify(figures, null, 2));
    await chromium?.close();
    await demo?.end();
});

/** Of several times: the one in the middle and the longest. */
const both = (times: readonly number[]) =>
    `median ${median(times).toFixed(0)} ms, longest ${Math.max(...times).toFixed(0)} ms`;

/** The longest task, and how many are longer than a person feels. */
function inWords(tasks: readonly Task[]): string {
    const over = tasks.filter((task) => task.processor > 50).length;
    const clock = Math.max(0, ...tasks.map((task) => task.clock));
    return `${(tasks[0]?.processor ?? 0).toFixed(1)} ms of the processor (${clock.toFixed(1)} by the clock), ${over} over 50 ms`;
}

it("ten thousand households", async () => {
    const { page, context } = await look(chromium, demo, { width: 1440, height: 900 });
    await page.route("**/api/v1/households/table", (route) =>
        route.fulfill({ contentType: "application/json", body: manyHouseholds() }),
    );
    await page.goto("/households");
    await page.getByRole("grid").waitFor();
    await page.waitForTimeout(1000);
    const box = await page.getByRole("grid").boundingBox();
    await page.mouse.move((box?.x ?? 0) + 300, (box?.y ?? 0) + 300);
    const scrolling = await tasksWhile(chromium, page, async () => {
        for (let turn = 0; turn < 120; turn += 1) {
            await page.mouse.wheel(0, turn % 40 === 39 ? 60_000 : 700);
            await page.waitForTimeout(16);
        }
    });
    tell(`${MANY} households, scrolling: longest task`, inWords(scrolling));
    const filters: number[] = [];
    for (const name of [/^Inside/, /^Paused/, /^Inside/, /^Paused/, /^Waits/, /^Waits/]) {
        const chip = page.locator(".chip", { hasText: name }).first();
        if ((await chip.count()) === 0) continue;
        filters.push(await untilPainted(page, () => chip.click()));
    }
    tell(`${MANY} households, a filter: until it is painted`, both(filters));
    const find = page.getByRole("searchbox");
    const typed: number[] = [];
    await find.focus();
    for (const key of "household 012")
        typed.push(await untilPainted(page, () => page.keyboard.press(key === " " ? "Space" : key)));
    tell(`${MANY} households, a key of a search: until it is painted`, both(typed));
    const sorts: number[] = [];
    for (const name of ["Value", "Cash", "Household"]) {
        sorts.push(await untilPainted(page, () => page.getByRole("columnheader", { name }).click()));
    }
    tell(`${MANY} households, sorting: until it is painted`, both(sorts));
    await context.close();
});

it("preferences of 500 securities", async () => {
    const configuration = `database = "sqlite:books.db"
checkpoints = "checkpoints"

[keys]
folder = "keys"

[http]
listen = "127.0.0.1:0"

[simulated]
tick_secs = 300
start = "2026-11-23T14:30:00Z"

[[households]]
name = "Index"
owner = "ann"
portfolio = "index.json"
`;
    const house = await installation(configuration, { "index.json": readFileSync(EXAMPLE, "utf8") });
    command(house, ["people", "add", "ann"], `${PASSWORD}\n`);
    try {
        const { page, context } = await look(chromium, house);
        await page.goto("/");
        await page.getByLabel("Name").fill("ann");
        await page.getByLabel("Password").fill(PASSWORD);
        await page.getByRole("button", { name: "Sign in" }).click();
        await page.waitForURL(/\/h\//);
        await page.getByRole("link", { name: "Preferences" }).click();
        await page.getByLabel("Find a security").waitFor();
        await page.waitForTimeout(1500);
        await keystrokes(page, "Target of A, percent", "target of a security");
        await keystrokes(page, "Target of US Stocks, percent", "target of a class");
        const finding: number[] = [];
        await page.getByLabel("Find a security").focus();
        for (const key of "amz") finding.push(await untilPainted(page, () => page.keyboard.press(key)));
        tell("500 securities, a key of a search: until it is painted", both(finding));
        await context.close();
    } finally {
        await house.end();
    }
});

/** Every key in a field of the preferences. */
async function keystrokes(page: Page, label: string, what: string): Promise<void> {
    const field = page.getByLabel(label, { exact: true });
    await field.scrollIntoViewIfNeeded();
    await field.click();
    await page.keyboard.press("End");
    const times: number[] = [];
    for (const key of ["Backspace", "Backspace", "1", "2", "Backspace", "Backspace", "3", "1"]) {
        times.push(await untilPainted(page, () => page.keyboard.press(key)));
        await page.waitForTimeout(120);
    }
    tell(`500 securities, a key in the ${what}: until it is painted`, both(times));
    const tasks = await tasksWhile(chromium, page, async () => {
        for (const key of ["Backspace", "Backspace", "1", "2"]) {
            await page.keyboard.press(key);
            await page.waitForTimeout(250);
        }
    });
    tell(`500 securities, keys in the ${what}: longest task`, inWords(tasks));
}

it("what jumps while a screen loads", async () => {
    for (const [name, path] of [
        ["dashboard", "/h/HOUSEHOLD"],
        ["proposal", "/h/HOUSEHOLD/proposal"],
        ["preferences", "/h/HOUSEHOLD/preferences"],
        ["history", "/h/HOUSEHOLD/history"],
        ["households", "/households"],
    ] as const) {
        const { page, context } = await look(chromium, demo);
        await page.goto("/");
        await page.waitForURL(/\/h\//);
        const household = /\/h\/([^/]+)/.exec(page.url())?.[1] ?? "";
        const shifts = await watchShifts(page);
        await page.goto(path.replace("HOUSEHOLD", household));
        await page.getByRole("heading").first().waitFor();
        await page.waitForTimeout(6000);
        const { score, of } = await shifts();
        tell(`${name}: layout shift of loading and six seconds of events`, score.toFixed(4));
        if (score > 0.001) process.stdout.write(`    ${of.slice(0, 6).join("\n    ")}\n`);
        await context.close();
    }
});
