/** Not a test: `make screenshots`. */
import { defineConfig } from "vitest/config";

export default defineConfig({
    root: import.meta.dirname,
    test: { include: ["screenshots.ts"], environment: "node", testTimeout: 300_000, hookTimeout: 120_000 },
});
