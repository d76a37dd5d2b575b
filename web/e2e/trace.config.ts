/** Not a test: `npm run trace`. */
import { defineConfig } from "vitest/config";

export default defineConfig({
    root: import.meta.dirname,
    test: { include: ["trace.ts"], environment: "node", testTimeout: 300_000, hookTimeout: 120_000 },
});
