import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
    { ignores: ["dist", "node_modules", "src/api/schema.d.ts"] },
    js.configs.recommended,
    ...tseslint.configs.strict,
    {
        files: ["src/**/*.{ts,tsx}"],
        plugins: { "react-hooks": hooks },
        rules: {
            ...hooks.configs.recommended.rules,
            "no-console": "error",
            eqeqeq: "error",
            // Money is text with every digit it has; a binary float would change it silently.
            "no-restricted-globals": [
                "error",
                { name: "parseFloat", message: "use `measured` of text/figures for graphics; amounts stay text" },
            ],
        },
    },
);
