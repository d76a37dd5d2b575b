/**
 * Whether everything that npm installs may be: permissive licences for what is shipped, and a few more for what only builds and tests.
 *
 * In: `package-lock.json`. Out: nothing, or each package that may not, and exit 1.
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { URL } from "node:url";

const SHIPPED = ["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "OFL-1.1", "Unlicense"];
const TOOLS = [...SHIPPED, "MPL-2.0", "BlueOak-1.0.0", "CC0-1.0", "CC-BY-4.0", "Python-2.0", "(MIT OR CC0-1.0)"];

const { packages } = JSON.parse(readFileSync(new URL("package-lock.json", import.meta.url), "utf8"));
const faults = Object.entries(packages)
    .filter(([path]) => path !== "")
    .filter(([, { license, dev }]) => !(dev ? TOOLS : SHIPPED).includes(license))
    .map(([path, { license, dev }]) => `${path}: ${license ?? "no licence"}${dev ? "" : ", and it is shipped"}`);
for (const fault of faults) process.stderr.write(`licences: ${fault}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
