/** The page in a real browser: one file after the other, since each starts a program and a browser. */
import { defineConfig } from "vitest/config";

export default defineConfig({
    root: import.meta.dirname,
    test: {
        include: ["**/*.e2e.ts"],
        environment: "node",
        testTimeout: 120_000,
        hookTimeout: 120_000,
        fileParallelism: false,
        sequence: { concurrent: false },
    },
});
