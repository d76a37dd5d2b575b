import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FINDINGS, inWords, RECORDS, REFUSALS, type Vocabulary } from "./codes";

const CRATES = join(import.meta.dirname, "../../../crates");

/** The sources of a folder of the program, one after the other. */
const sources = (folder: string): string =>
    readdirSync(join(CRATES, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".rs"))
        .map((file) => readFileSync(join(CRATES, folder, file), "utf8"))
        .join("\n");

/** What a pattern finds, each once. */
const all = (text: string, pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map((found) => found[1] ?? ""))];

const unknown = (of: Vocabulary, codes: readonly string[]) => codes.filter((code) => !Object.hasOwn(of, code));

describe("words of codes", () => {
    it("leave a code that nobody knows as it is", () => {
        expect(inWords(FINDINGS, "desk.odd_lot")).toBe("Odd lot");
        expect(inWords(FINDINGS, "desk.of_tomorrow")).toBe("desk.of_tomorrow");
        expect(inWords(FINDINGS, "toString")).toBe("toString");
    });

    it("are there for every finding of the checks", () => {
        const codes = all(sources("validate/src"), /const CODE: &str =\s*"([a-z_.]+)"/g);
        expect(codes.length).toBeGreaterThan(40);
        expect(unknown(FINDINGS, codes)).toEqual([]);
    });

    it("are there for every refusal of a step", () => {
        const text = readFileSync(join(CRATES, "rebalance/src/life/refusal.rs"), "utf8");
        const codes = all(text, /=> "([a-z_]+\.[a-z_]+)"/g);
        expect(codes.length).toBeGreaterThan(10);
        expect(unknown(REFUSALS, codes)).toEqual([]);
    });

    it("are there for every kind of record", () => {
        const codes = [
            ...all(sources("rebalance/src"), /(?:Record::new|\.record)\(\s*"([a-z_]+)"/g),
            ...all(sources("audit/src"), /pub const [A-Z_]+: &str = "([a-z_]+)"/g),
        ];
        expect(codes.length).toBeGreaterThan(20);
        expect(unknown(RECORDS, codes)).toEqual([]);
    });

    it("are none twice within what the checks find", () => {
        expect(new Set(Object.values(FINDINGS)).size).toBe(Object.keys(FINDINGS).length);
    });
});
