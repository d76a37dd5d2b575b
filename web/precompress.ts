/**
 * Compresses what the build has made, so that the server has nothing to compress.
 *
 * In: the folder of the build. Out: beside every text file a `.br` and a `.gz`, where that is smaller.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const TEXTS = /\.(js|css|svg|json|webmanifest)$/;

export function precompress(): Plugin {
    let folder = "dist";
    return {
        name: "precompress",
        apply: "build",
        configResolved(config) {
            folder = config.build.outDir;
        },
        closeBundle() {
            for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
                if (!entry.isFile() || !TEXTS.test(entry.name)) continue;
                const file = join(entry.parentPath, entry.name);
                const bytes = readFileSync(file);
                const packed = [
                    [".gz", gzipSync(bytes, { level: 9 })],
                    [".br", brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })],
                ] as const;
                for (const [ending, smaller] of packed) {
                    if (smaller.length < bytes.length) writeFileSync(file + ending, smaller);
                }
            }
        },
    };
}
