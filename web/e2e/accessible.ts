/** What an automated check finds on a page, in the rules of WCAG 2.2 AA. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

interface Found {
    readonly violations: readonly {
        readonly id: string;
        readonly impact: string;
        readonly help: string;
        readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
    }[];
}

/** Violations in words; none where the page is fine. */
export async function faults(page: Page): Promise<string[]> {
    const found = await page.evaluate<Found, { axe: string; rules: string[] }>(
        async ({ axe, rules }) => {
            type Axe = { run: (where: Document, options: object) => Promise<unknown> };
            const known = window as unknown as { axe?: Axe };
            if (!known.axe) new Function(axe)();
            return (await known.axe?.run(document, { runOnly: { type: "tag", values: rules } })) as Found;
        },
        { axe: AXE, rules: RULES },
    );
    return found.violations.map(
        ({ id, impact, help, nodes }) =>
            `${id} (${impact}): ${help}\n` +
            nodes.map((node) => `    ${node.html}\n    ${node.failureSummary}`).join("\n"),
    );
}
