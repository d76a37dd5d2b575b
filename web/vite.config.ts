/** How the page is built: hashed files under `dist/`, which the program carries inside itself. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { precompress } from "./precompress.ts";

/** Where `npm run dev` finds the API. */
const API = process.env["EQUIPOISE_API"] ?? "http://127.0.0.1:8700";

export default defineConfig({
    plugins: [react(), precompress()],
    build: { target: "es2022", sourcemap: false, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
    server: { port: 5173, proxy: { "/api": API, "/openapi.json": API } },
    test: { include: ["src/**/*.test.{ts,tsx}"], environment: "node" },
});
