/**
 * A program with books of its own, and a browser that looks at it.
 *
 * In: the program (`EQUIPOISE`, else the one that was built last). Out: its address, pages of a headless Chromium. Invariants: every test has
 * its own books; whatever a page writes into its console as an error fails the test that looked.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const PROGRAM = resolve(process.env["EQUIPOISE"] ?? join(import.meta.dirname, "../../target/release/equipoise"));
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
/** A machine that does other things as well starts a program more slowly. */
const START_MS = 60_000;

export interface House {
    readonly address: string;
    readonly folder: string;
    /** What the program has printed so far. */
    readonly said: () => string;
    readonly end: () => Promise<void>;
}

/** The demonstration: three households in a simulated market, guests are let in. */
export function demonstration(): Promise<House> {
    const folder = mkdtempSync(join(tmpdir(), "equipoise-page-"));
    return begin(folder, ["demo", "--page", "--listen", "127.0.0.1:0", "--folder", folder]);
}

/** An installation with people of its own: `service.toml` and documents by name. */
export function installation(configuration: string, documents: Readonly<Record<string, string>>): Promise<House> {
    const folder = mkdtempSync(join(tmpdir(), "equipoise-page-"));
    writeFileSync(join(folder, "service.toml"), configuration);
    for (const [name, text] of Object.entries(documents)) writeFileSync(join(folder, name), text);
    return begin(folder, ["serve", "--config", join(folder, "service.toml")]);
}

/** Runs a command of the program; what it prints, or an exception where it refuses. */
export function program(args: readonly string[]): string {
    return execFileSync(PROGRAM, args, { encoding: "utf8" });
}

/** Runs a command of the program on the books of a house. */
export function command(house: House, args: readonly string[], input = ""): string {
    return execFileSync(PROGRAM, [...args, "--config", join(house.folder, "service.toml")], {
        input,
        encoding: "utf8",
    });
}

async function begin(folder: string, args: readonly string[]): Promise<House> {
    const child = spawn(PROGRAM, args, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    const address = await new Promise<string>((found, failed) => {
        const late = setTimeout(() => failed(new Error(`it does not listen:\n${said}`)), START_MS);
        const hear = (bytes: Buffer) => {
            said += bytes.toString();
            const listening = /listening on (http:\/\/[^\s;]+)/.exec(said);
            if (listening?.[1]) {
                clearTimeout(late);
                found(listening[1]);
            }
        };
        child.stdout.on("data", hear);
        child.stderr.on("data", hear);
        child.on("exit", (status) => failed(new Error(`it ended with ${status}:\n${said}`)));
    });
    return { address, folder, said: () => said, end: () => ended(child, folder) };
}

async function ended(child: ChildProcess, folder: string): Promise<void> {
    const gone = new Promise((done) => child.once("exit", done));
    if (child.exitCode === null && child.kill("SIGINT")) await gone;
    rmSync(folder, { recursive: true, force: true });
}

/** A browser, whose text may be larger than usual: the size that a person has chosen in its settings, px. */
export function browser(text_px = 16): Promise<Browser> {
    return chromium.launch({
        executablePath: CHROMIUM,
        args: [
            `--blink-settings=defaultFontSize=${text_px}`,
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    });
}

export interface Look {
    readonly page: Page;
    readonly context: BrowserContext;
    /** What the page complained of so far. */
    readonly complaints: () => readonly string[];
}

/** A page of its own, signed in as nobody yet. */
export async function look(
    at: Browser,
    house: House,
    options: { width?: number; height?: number; scheme?: "light" | "dark" } = {},
): Promise<Look> {
    const context = await at.newContext({
        baseURL: house.address,
        viewport: { width: options.width ?? 1280, height: options.height ?? 900 },
        colorScheme: options.scheme ?? "light",
        reducedMotion: "reduce",
        acceptDownloads: true,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const complaints: string[] = [];
    page.on("console", (message) => {
        if (message.type() === "error") complaints.push(`${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
        if (!request.url().startsWith(house.address) && !request.url().startsWith("data:")) {
            complaints.push(`a request to somebody else: ${request.url()}`);
        }
    });
    return { page, context, complaints: () => complaints };
}
