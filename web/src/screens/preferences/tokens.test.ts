import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FAMILIES, familyOf } from "./families";
import {
    conflicts,
    faultOf,
    isSame,
    nameOf,
    parsed,
    settingIn,
    settingsOf,
    shown,
    slotOf,
    slotsOf,
    withSetting,
    written,
} from "./tokens";

const ROOT = new URL("../../../../", import.meta.url);

/** The tokens that the program itself lists. */
function grammar(): string[] {
    const source = readFileSync(new URL("crates/portfolio/src/preference/grammar.rs", ROOT), "utf8");
    const list = /pub const EXAMPLES[^=]*= \[([^\]]*)\]/.exec(source)?.[1] ?? "";
    return [...list.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? "");
}

function ofCases(): string[] {
    const names = readdirSync(new URL("cases", ROOT)).filter((name) => !name.includes(".") && name !== "preferences");
    return names.flatMap((name) => {
        const text = readFileSync(new URL(`cases/${name}/portfolio.json`, ROOT), "utf8");
        return (JSON.parse(text) as { preferences: string[] }).preferences;
    });
}

function ofPhrases(): string[] {
    const lines = readFileSync(new URL("cases/preferences/phrases.jsonl", ROOT), "utf8").trim().split("\n");
    return lines.flatMap((line) => (JSON.parse(line) as { expect: string[] }).expect);
}

const every = [...new Set([...grammar(), ...ofCases(), ...ofPhrases()])];

test("the program's own list is read, and it has every family", () => {
    expect(grammar()).toHaveLength(32);
    expect(every.length).toBeGreaterThan(60);
    const seen = new Set(grammar().map((token) => parsed(token)?.family));
    expect(seen.size).toBe(FAMILIES.length);
    expect(seen.has(undefined)).toBe(false);
});

describe.each(every)("%s", (token) => {
    test("has a control, nothing wrong with it, and comes back letter for letter", () => {
        const setting = parsed(token);
        expect(setting).not.toBeNull();
        if (!setting) return;
        expect(written(setting.family, setting.parts)).toBe(token);
        expect(faultOf(setting)).toBeNull();
        expect(nameOf(setting)).not.toContain("{}");
        expect(shown(setting)).not.toBe("");
    });

    test("taken out and put in again it is the same", () => {
        const list = ["unheard_of_token_7", token];
        let without: readonly string[] = list;
        for (const { slot } of slotsOf(token)) without = withSetting(without, slot, null);
        expect(without).toEqual(["unheard_of_token_7"]);
        let again = without;
        for (const { slot, setting } of slotsOf(token)) again = withSetting(again, slot, setting);
        const [kept, back] = again;
        expect(kept).toBe("unheard_of_token_7");
        expect([...settingsOf([back ?? ""]).keys()].sort()).toEqual([...settingsOf([token]).keys()].sort());
    });
});

test("the longer form is not swallowed by the shorter one", () => {
    expect(parsed("max_sector_exposure_pct_25_in_Information_Technology")?.parts).toEqual([
        "25",
        "Information_Technology",
    ]);
    expect(parsed("min_holding_months_13_unless_necessary")?.family.pattern).toBe(
        "min_holding_months_{}_unless_necessary",
    );
    expect(parsed("do_not_sell_ticker_BRK_B")?.parts).toEqual(["BRK_B"]);
});

test("what is not known stays, wherever it stands", () => {
    const tokens = ["a_new_wish_3", "max_tax_400.00_usd", "exclude_tobacco_unobtainium", "no_sells"];
    const family = familyOf("max_tax_{}_usd");
    expect(withSetting(tokens, slotOf(family), { family, parts: ["400"] })).toEqual(tokens);
    expect(withSetting(tokens, slotOf(family), { family, parts: ["500"] })).toEqual([
        "a_new_wish_3",
        "max_tax_500_usd",
        "exclude_tobacco_unobtainium",
        "no_sells",
    ]);
    expect(withSetting(tokens, "verbatim|a_new_wish_3", null)).toEqual(tokens.slice(1));
});

test("industries are added to one token and taken out of all", () => {
    const family = familyOf("exclude_{}");
    const on = (tokens: readonly string[], word: string) =>
        withSetting(tokens, slotOf(family, word), { family, parts: [word] });
    expect(on([], "tobacco")).toEqual(["exclude_tobacco"]);
    expect(on(["exclude_tobacco", "no_sells"], "weapons")).toEqual(["exclude_tobacco_weapons", "no_sells"]);
    expect(on(["exclude_weapons_tobacco"], "tobacco")).toEqual(["exclude_weapons_tobacco"]);
    const two = ["exclude_tobacco_weapons", "exclude_tobacco"];
    expect(withSetting(two, slotOf(family, "tobacco"), null)).toEqual(["exclude_weapons"]);
});

test("settings of different things stand side by side", () => {
    const tokens = ["do_not_sell_ticker_A", "do_not_sell_ticker_B", "max_trade_frequency_1_per_month"];
    const family = familyOf("max_trade_frequency_{}_per_{}");
    const next = withSetting(tokens, slotOf(family, "year"), { family, parts: ["4", "year"] });
    expect(next).toEqual([...tokens, "max_trade_frequency_4_per_year"]);
    expect(settingIn(next, slotOf(family, "month"))?.parts).toEqual(["1", "month"]);
    const sector = familyOf("max_sector_exposure_pct_{}_in_{}");
    expect(slotOf(sector, "Real Estate")).toBe(slotOf(sector, "Real_Estate"));
});

test.each([
    ["maintain_cash_balance_of__usd", "dollars"],
    ["maintain_cash_balance_of_-5_usd", "dollars"],
    ["max_concentration_pct_101", "0 to 100"],
    ["max_daily_trade_volume_pct_201", "0 to 200"],
    ["volatility_cap_pct_0", "above 0"],
    ["min_holding_months_1201", "1200"],
    ["min_holding_months_1.5", "whole"],
    ["max_trade_frequency_0_per_month", "1 to 1000"],
    ["execute_between_1530_0945_ET", "later"],
    ["execute_between_0945_2460_ET", "time"],
])("%s can't be used", (token, word) => {
    const setting = parsed(token);
    expect(setting && faultOf(setting)).toContain(word);
});

test("the same number written in two ways is the same", () => {
    expect(isSame(parsed("max_tax_400_usd"), parsed("max_tax_400.0_usd"))).toBe(true);
    expect(isSame(parsed("max_tax_400_usd"), parsed("max_tax_401_usd"))).toBe(false);
    expect(isSame(parsed("no_sells"), null)).toBe(false);
});

test("contradictions name both", () => {
    const [found] = conflicts(["prefer_ticker_A", "do_not_buy_ticker_B", "do_not_buy_ticker_A"]);
    expect(found && [nameOf(found.first), nameOf(found.second)]).toEqual(["Do not buy A", "Prefer A"]);
    expect(conflicts(["sell_lot_first_L", "do_not_sell_lot_M"])).toEqual([]);
});
