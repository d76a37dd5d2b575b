import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { at, digits, edited, items, members, read, words, type Tree } from "./lossless";

const ROOT = new URL("../../../", import.meta.url);
const documents = [
    ...readdirSync(new URL("cases", ROOT))
        .filter((name) => !name.includes(".") && name !== "preferences")
        .map((name) => `cases/${name}/portfolio.json`),
    ...readdirSync(new URL("examples", ROOT))
        .filter((name) => name.endsWith(".json"))
        .map((name) => `examples/${name}`),
];
const text = (name: string) => readFileSync(new URL(name, ROOT), "utf8");

/** The value of a tree by the rules of JSON. */
function value(tree: Tree): unknown {
    if (tree.kind === "object") return Object.fromEntries(tree.members.map((each) => [each.name, value(each.value)]));
    if (tree.kind === "array") return tree.items.map(value);
    return tree.kind === "number" ? Number(tree.source) : tree.value;
}

test("there are documents to try", () => {
    expect(documents.length).toBeGreaterThan(35);
});

describe.each(documents)("%s", (name) => {
    const whole = text(name);

    test("reads as JSON does", () => {
        expect(value(read(whole))).toEqual(JSON.parse(whole));
    });

    test("putting every value where it stands changes no byte", () => {
        const tree = read(whole);
        const edits = members(tree).map((each) => ({
            path: [each.name],
            json: whole.slice(each.value.from, each.value.to),
        }));
        expect(edited(whole, edits)).toBe(whole);
        expect(edited(whole, [])).toBe(whole);
    });

    test("an edit changes what it names and nothing else", () => {
        const after = edited(whole, [{ path: ["preferences"], json: '["no_sells"]' }]);
        expect(JSON.parse(after)).toEqual({ ...(JSON.parse(whole) as object), preferences: ["no_sells"] });
        const rest = edited(after, [{ path: ["preferences"], json: undefined }]);
        const before = edited(whole, [{ path: ["preferences"], json: undefined }]);
        expect(rest).toBe(before);
    });
});

test("what is read again and again is kept, however many other texts are read between", () => {
    const tree = read('{"a": 0}');
    for (let number = 1; number < 20; number += 1) {
        read(`{"a": ${number}}`);
        expect(read('{"a": 0}')).toBe(tree);
    }
    for (let number = 1; number < 20; number += 1) read(`{"a": ${number}}`);
    expect(read('{"a": 0}')).not.toBe(tree);
    expect(read('{"a": 0}')).toEqual(tree);
});

test("numbers keep every digit", () => {
    const whole = '{"a": 1.0000000000000000000001, "b": [1e-7, -0.0, 12345678901234567890.10]}';
    const after = edited(whole, [{ path: ["c"], json: "2" }]);
    expect(after).toBe('{"a": 1.0000000000000000000001, "b": [1e-7, -0.0, 12345678901234567890.10], "c": 2}');
    const tree = read(whole);
    expect(digits(at(tree, "a"))).toBe("1.0000000000000000000001");
    expect(items(at(tree, "b")).map(digits)).toEqual(["1e-7", "-0.0", "12345678901234567890.10"]);
});

test("what is missing is made, and set like its neighbours", () => {
    expect(edited("{}", [{ path: ["a", "b c", "d"], json: "1" }])).toBe('{"a": {"b c": {"d": 1}}}');
    expect(edited('{\n  "x": 1\n}\n', [{ path: ["y"], json: "2" }])).toBe('{\n  "x": 1,\n  "y": 2\n}\n');
});

test("members and things are taken out with their comma", () => {
    const whole = '{"a": 1, "b": 2, "c": [1, 2, 3]}';
    expect(edited(whole, [{ path: ["a"], json: undefined }])).toBe('{"b": 2, "c": [1, 2, 3]}');
    expect(edited(whole, [{ path: ["c"], json: undefined }])).toBe('{"a": 1, "b": 2}');
    expect(edited(whole, [{ path: ["c", 0], json: undefined }])).toBe('{"a": 1, "b": 2, "c": [2, 3]}');
    expect(edited('{"a": 1}', [{ path: ["a"], json: undefined }])).toBe("{}");
    expect(edited(whole, [{ path: ["z", "y"], json: undefined }])).toBe(whole);
});

test("strings are read with their escapes", () => {
    expect(words(at(read('{"a": "\\u00e9\\n\\"x\\""}'), "a"))).toBe('é\n"x"');
});

test.each(["", "{", '{"a" 1}', "[1,]", "01", "{a: 1}", '"\n"', "1 2", "nul"])("`%s` is no JSON", (wrong) => {
    expect(() => read(wrong)).toThrow(SyntaxError);
});

test("nothing can be put into what is no object", () => {
    expect(() => edited('{"a": 1}', [{ path: ["a", "b"], json: "1" }])).toThrow("a.b");
});
