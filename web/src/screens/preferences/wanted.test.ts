import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { weightsByTicker } from "./facts";
import { changes, rebased, valueOf, withValueOf } from "./changes";
import { faultsOf, faultsOfProblem, sumInWords } from "./faults";
import { fitted, MODELS, roleOf } from "./models";
import {
    atPrices,
    fraction,
    isWhole,
    percentText,
    rounded,
    total,
    typedInto,
    wantedOf,
    writtenInto,
    type Wanted,
} from "./wanted";
import { accepted, contested, isChangedSince, isSet, rowsOf } from "./words";

const ROOT = new URL("../../../../", import.meta.url);
const text = (name: string) => readFileSync(new URL(name, ROOT), "utf8");
const cases = readdirSync(new URL("cases", ROOT))
    .filter((name) => !name.includes(".") && name !== "preferences")
    .map((name) => `cases/${name}/portfolio.json`);
const examples = ["household", "design-holdings", "design-prompt", "direct-500"].map((name) => `examples/${name}.json`);
const household = text("examples/household.json");

/** What is wanted with a target typed. */
function withTarget(wanted: Wanted, name: string, percent: string): Wanted {
    return { ...wanted, targets: wanted.targets.map((each) => (each.name === name ? typedInto(each, percent) : each)) };
}

describe.each([...cases, ...examples])("%s", (name) => {
    const whole = text(name);
    const { wanted, facts } = wantedOf(whole);

    test("without an edit it stays byte for byte", () => {
        expect(writtenInto(whole, wanted)).toBe(whole);
        expect(changes(wanted, wanted)).toEqual([]);
    });

    test("its targets are whole, and typing what stands there is no edit", () => {
        expect(isWhole(total(wanted.targets))).toBe(true);
        const again = { ...wanted, targets: wanted.targets.map((each) => typedInto(each, percentText(each))) };
        expect(writtenInto(whole, again)).toBe(whole);
        expect(faultsOf(wanted)).toEqual([]);
    });

    test("one target typed changes one number", () => {
        const [first] = wanted.targets;
        if (!first) throw new Error("a document has targets");
        const after = writtenInto(whole, withTarget(wanted, first.name, "12.5"));
        const expected = JSON.parse(whole) as { target_allocation: Record<string, number> };
        expected.target_allocation[first.name] = 0.125;
        expect(JSON.parse(after)).toEqual(expected);
        expect(after.length - whole.length).toBe("0.125".length - (first.source?.length ?? 0));
    });

    test("every setting can be put onto the document without its wishes, and it is the same again", () => {
        const bare = { ...wanted, tokens: [] };
        const { draft, clashes } = rebased(bare, wanted, wantedOf(writtenInto(whole, bare)).wanted);
        expect(clashes).toEqual([]);
        expect(changes(wanted, draft)).toEqual([]);
    });

    test("it says what it holds", () => {
        expect(facts.classes.at(-1)).toBe("Cash");
        expect(facts.securities.length).toBeGreaterThan(0);
        expect(facts.lots.every((lot) => lot.id !== "" && lot.ticker !== "")).toBe(true);
    });
});

describe("bands", () => {
    const { wanted } = wantedOf(household);
    const band = (typed: string, of = wanted) => {
        const own = of.bands["Bonds"];
        if (!own) throw new Error("every class has a band");
        return { ...of, bands: { ...of.bands, Bonds: { ...own, absolute: typedInto(own.absolute, typed) } } };
    };

    test("an own band is put into the document, and taken out of it whole", () => {
        const after = writtenInto(household, band("3.5"));
        expect((JSON.parse(after) as { monitoring: object }).monitoring).toEqual({
            volatility: 0.17,
            user_score: 0.6,
            last_rebalance: "2026-02-18",
            bands: { Bonds: { absolute: 0.035 } },
        });
        const again = writtenInto(after, band("", wantedOf(after).wanted));
        expect((JSON.parse(again) as { monitoring: { bands: object } }).monitoring.bands).toEqual({});
    });

    test("a blank band is no change where there was none", () => {
        expect(changes(wanted, band(""))).toEqual([]);
        expect(changes(wanted, band("3.5"))).toMatchObject([{ before: "not set", after: "±3.5" }]);
    });
});

describe("other fields of the document", () => {
    const { wanted } = wantedOf(household);
    const typed = (path: string, text: string, of = wanted): Wanted => {
        const entry = of.fields[path];
        if (!entry) throw new Error("every field is there");
        return { ...of, fields: { ...of.fields, [path]: { ...entry, typed: text } } };
    };
    const parsed = (text: string) => JSON.parse(text) as Record<string, Record<string, unknown>>;

    test("a percentage, a number and a choice are put where they belong, and nothing else changes", () => {
        let after = writtenInto(household, typed("monitoring.user_score", "80"));
        expect(parsed(after)["monitoring"]).toMatchObject({ user_score: 0.8, volatility: 0.17 });
        after = writtenInto(after, typed("monitoring.trade_to", "edge", wantedOf(after).wanted));
        expect(parsed(after)["monitoring"]?.["trade_to"]).toBe("edge");
        after = writtenInto(after, typed("weights.drift", ".5", wantedOf(after).wanted));
        expect(parsed(after)["weights"]?.["drift"]).toBe(0.5);
        after = writtenInto(after, typed("tax.long_term_rate", "18.8", wantedOf(after).wanted));
        expect(parsed(after)["tax"]?.["long_term_rate"]).toBe(0.188);
    });

    test("what is left empty is taken out, and was never there is none", () => {
        const after = writtenInto(household, typed("monitoring.user_score", ""));
        expect(parsed(after)["monitoring"]).not.toHaveProperty("user_score");
        expect(writtenInto(household, typed("weights.esg", ""))).toBe(household);
        expect(changes(wanted, typed("weights.esg", ""))).toEqual([]);
    });

    test("a change is told in words, and what can't be read at its field", () => {
        expect(changes(wanted, typed("monitoring.user_score", "80"))).toEqual([
            { key: "field|monitoring.user_score", name: "How close to the target", before: "60%", after: "80%" },
        ]);
        expect(changes(wanted, typed("monitoring.trade_to", "midway"))).toMatchObject([
            { before: "not set", after: "Half way" },
        ]);
        expect(changes(wanted, typed("monitoring.user_score", "60.0"))).toEqual([]);
        const [fault] = faultsOf(typed("monitoring.user_score", "180"));
        expect(fault).toMatchObject({ field: "f-field-monitoring-user-score", name: "How close to the target" });
        expect(faultsOf(typed("weights.tax", "much"))).toHaveLength(1);
        expect(faultsOfProblem({ detail: "weights.tax: -1 is below 0" } as never, [])[0]?.field).toBe(
            "f-field-weights-tax",
        );
    });

    test("edits of two people are put together, and clash where both changed the same", () => {
        const mine = typed("weights.tax", "2");
        const theirs = typed("monitoring.user_score", "80");
        const { draft, clashes } = rebased(wanted, mine, theirs);
        expect(clashes).toEqual([]);
        expect(
            changes(wanted, draft)
                .map((each) => each.after)
                .sort(),
        ).toEqual(["2", "80%"]);
        expect(rebased(wanted, mine, typed("weights.tax", "3")).clashes).toMatchObject([{ mine: "2", theirs: "3" }]);
    });
});

test("a target for a class that has none is added, and 0 is not", () => {
    const whole = household.replace('"Real Estate": 0.05, ', "");
    const { wanted } = wantedOf(whole);
    expect(writtenInto(whole, withTarget(wanted, "Real Estate", "0"))).toBe(whole);
    const after = JSON.parse(writtenInto(whole, withTarget(wanted, "Real Estate", "5"))) as Record<string, object>;
    expect(after["target_allocation"]).toMatchObject({ "Real Estate": 0.05, Cash: 0.03 });
});

test("numbers that are written as strings stay strings", () => {
    const whole = '{"target_allocation": {"A": "0.60", "Cash": 4e-1}}';
    const { wanted } = wantedOf(whole);
    expect(wanted.targets.map(fraction)).toEqual(["0.60", "0.4"]);
    expect(writtenInto(whole, withTarget(wanted, "A", "55"))).toBe(
        '{"target_allocation": {"A": "0.55", "Cash": 4e-1}}',
    );
});

test("the design document's own object stays until what it says is changed", () => {
    const whole = '{"preferences": ["no_sells"], "User Preferences": {"esg_minimum": "A"}}';
    const { wanted } = wantedOf(whole);
    expect(wanted.tokens).toEqual(["no_sells", "esg_minimum_score_A"]);
    const more = { ...wanted, tokens: [...wanted.tokens, "max_tax_5_usd"] };
    expect(JSON.parse(writtenInto(whole, more))).toEqual({
        preferences: ["no_sells", "max_tax_5_usd"],
        "User Preferences": { esg_minimum: "A" },
    });
    const other = { ...wanted, tokens: ["no_sells", "esg_minimum_score_BB"] };
    expect(JSON.parse(writtenInto(whole, other))).toEqual({ preferences: other.tokens });
    // Said twice, and taken back: it is said nowhere any more.
    const twice = '{"preferences": ["esg_minimum_score_A"], "User Preferences": {"esg_minimum": "A"}}';
    expect(JSON.parse(writtenInto(twice, { ...wantedOf(twice).wanted, tokens: [] }))).toEqual({ preferences: [] });
    const object = '{"preferences": {"tax_loss_harvesting_enabled": true}}';
    expect(wantedOf(object).wanted.tokens).toEqual(["harvest_losses_up_to_3000_usd"]);
    expect(JSON.parse(writtenInto(object, { ...wantedOf(object).wanted, tokens: ["no_sells"] }))).toEqual({
        preferences: ["no_sells"],
    });
});

describe("two who edit", () => {
    const base = wantedOf(household).wanted;
    const mine = withTarget(withTarget({ ...base, tokens: [...base.tokens, "no_sells"] }, "Bonds", "30"), "Cash", "1");

    test("what only one of them changed is kept of both", () => {
        const theirs = { ...withTarget(base, "Real Estate", "8"), tokens: [...base.tokens, "max_tax_9_usd"] };
        const { draft, clashes, theirChanges } = rebased(base, mine, theirs);
        expect(clashes).toEqual([]);
        expect(theirChanges.map((each) => each.name)).toEqual(["Target of Real Estate", "Most tax of a plan"]);
        expect(changes(theirs, draft).map((each) => each.name)).toEqual([
            "Target of Bonds",
            "Target of Cash",
            "Sell nothing",
        ]);
        expect(draft.tokens).toContain("max_tax_9_usd");
    });

    test("what both changed is a clash, and theirs can be taken", () => {
        const theirs = withTarget(base, "Bonds", "20");
        const { draft, clashes } = rebased(base, mine, theirs);
        expect(clashes).toEqual([
            { key: "target|Bonds", name: "Target of Bonds", before: "25%", mine: "30%", theirs: "20%" },
        ]);
        expect(valueOf(draft, "target|Bonds").text).toBe("30%");
        expect(valueOf(withValueOf(draft, "target|Bonds", theirs), "target|Bonds").text).toBe("20%");
    });

    test("the same change by both is none", () => {
        expect(rebased(base, mine, mine).clashes).toEqual([]);
    });
});

describe("faults", () => {
    const base = wantedOf(household).wanted;

    test("a sum that is not 100 is told with what is missing", () => {
        const [fault] = faultsOf(withTarget(base, "Bonds", "23.5"));
        expect(fault?.message).toBe("They have to sum to 100%, and are 98.5%: 1.5 left.");
        expect(sumInWords("1.012")).toBe("101.2%: 1.2 too much");
        expect(sumInWords("0.9999995")).toBe("100.0%");
        expect(sumInWords("0.9998")).toBe("99.98%: 0.02 left");
    });

    test("what is typed wrong is kept and told at its field", () => {
        const wrong = withTarget(base, "Bonds", "2x");
        expect(faultsOf(wrong)[0]).toMatchObject({ field: "f-target-Bonds" });
        expect(writtenInto(household, wrong)).toBe(household);
        expect(faultsOf(withTarget(base, "Bonds", "125"))[0]?.field).toBe("f-target-Bonds");
    });

    test("rules that contradict each other name both", () => {
        const tokens = ["prefer_ticker_VTI", "do_not_buy_ticker_VTI"];
        expect(faultsOf({ ...base, tokens })[0]?.name).toBe("“Do not buy VTI” and “Prefer VTI” contradict each other");
    });

    test("every line of a refusal finds its field", () => {
        const detail =
            "line 3, column 14: preferences[1]: `max_tax_x_usd`: `x` is not a plain number\ntarget_allocation: the weights sum to 0.9\ncurrency: only USD";
        const found = faultsOfProblem({ status: 422, code: "invalid", title: "", detail }, [
            "no_sells",
            "max_tax_x_usd",
        ]);
        expect(found.map((each) => each.field)).toEqual(["f-token-max-tax-usd-", "f-sum-targets", null]);
        expect(found[1]?.message).toBe("the weights sum to 0.9");
    });
});

describe("models", () => {
    const classes = ["US Stocks", "International Stocks", "Bonds", "Real Estate", "Cash"];

    test.each(MODELS.map((model) => [model.name, model] as const))("%s is whole beside the cash", (_, model) => {
        for (const cash of ["0", "0.03", "0.0333"]) {
            for (const age of [25, 47, 80]) {
                const fit = fitted(model, classes, cash, age);
                if (!("percents" in fit)) throw new Error(fit.why);
                const entries = [...fit.percents].map(([name, typed]) => ({ name, source: null, typed }));
                expect(isWhole(total([...entries, { name: "Cash", source: cash, typed: null }]))).toBe(true);
            }
        }
    });

    test("a model that does not fit says why", () => {
        expect(fitted(MODELS[0] as never, ["Stocks", "Cash"], "0", 40)).toEqual({ why: "no class here is of bonds" });
    });

    test("60/40 is 60 and 40", () => {
        const fit = fitted(MODELS[0] as never, ["Stocks", "Bonds", "Cash"], "0", 40);
        expect("percents" in fit && [...fit.percents]).toEqual([
            ["Stocks", "60"],
            ["Bonds", "40"],
        ]);
    });

    test("classes are known by their names", () => {
        expect(["US Stocks", "Emerging", "Treasuries", "REITs", "Gold", "Equity"].map(roleOf)).toEqual([
            "us",
            "abroad",
            "bonds",
            "property",
            "other",
            "stocks",
        ]);
    });
});

describe("own words", () => {
    const tokens = ["maintain_cash_balance_of_12000_usd"];
    const meaning = {
        tokens: [],
        understood: [
            { token: "maintain_cash_balance_of_5000_usd", words: "keep 5000" },
            { token: "exclude_tobacco_weapons", words: "no tobacco, no weapons" },
            { token: "a_new_wish", words: "something new" },
        ],
        not_understood: [],
    };

    test("every setting is a row with old and new", () => {
        const rows = rowsOf(meaning, tokens);
        expect(rows.map(({ name, before, after }) => [name, before, after])).toEqual([
            ["Keep in cash at least", "$12,000", "$5,000"],
            ["Exclude tobacco", "not set", "on"],
            ["Exclude weapons", "not set", "on"],
            ["`a_new_wish`", "not set", "on"],
        ]);
        expect(rows.reduce(accepted, tokens)).toEqual([
            "maintain_cash_balance_of_5000_usd",
            "exclude_tobacco_weapons",
            "a_new_wish",
        ]);
    });

    test("two wishes for one setting are told by its name", () => {
        const twice = ["10000", "20000"].map((usd) => ({
            token: `maintain_cash_balance_of_${usd}_usd`,
            words: `keep ${usd}`,
        }));
        const [first, second] = rowsOf({ ...meaning, understood: twice }, tokens);
        if (!first || !second) throw new Error("there are two rows");
        expect(contested([first, second])).toEqual(["Keep in cash at least"]);
        expect(contested([second])).toEqual([]);
        expect(contested([first, { ...first }])).toEqual([]);
    });

    test("a control that was edited since is seen", () => {
        const [row] = rowsOf(meaning, tokens);
        if (!row) throw new Error("there is a row");
        expect(isChangedSince(row, tokens, tokens)).toBe(false);
        expect(isChangedSince(row, tokens, ["maintain_cash_balance_of_7000_usd"])).toBe(true);
        expect(isSet(row, ["maintain_cash_balance_of_5000.0_usd"])).toBe(true);
    });
});

test("an effect is told at other prices, and the rest stays", () => {
    const after = atPrices(household, new Map([["VTI", "400.5"]]));
    expect(after).toBe(household.replace('"current_price": 345.00', '"current_price": 400.5'));
});

test("weights by ticker are parts of all that is held, with cash", () => {
    const { facts } = wantedOf(text("examples/household.json"));
    const weights = weightsByTicker(facts, new Map([["VTI", "0"]]));
    expect(weights.get("VTI")).toBe("0.0000000000");
    expect([...weights.values()].reduce((whole, part) => whole + Number(part), 0)).toBeCloseTo(1, 8);
    expect(facts.cash).toBe("11300");
});

test("rounding is half up, and exact", () => {
    expect(rounded("97.12070272704638", 4)).toBe("97.1207");
    expect(rounded("0.00005", 4)).toBe("0.0001");
    expect(rounded("45", 1)).toBe("45");
});
