/**
 * Every family of preference tokens: what it is called, what it does, its units and ranges.
 *
 * Source: interface.md, "Preference tokens", and the rules of model.md. A slider covers what is usual; the field beside it takes what is allowed.
 * Invariant: the longer of two forms stands before the shorter one that would swallow it.
 */

export type Group = "tax" | "risk" | "esg" | "assets" | "transactions";

/** What stands in the place of a `{}`. */
export type Part =
    | "usd"
    | "pct"
    | "turnover"
    | "months"
    | "count"
    | "ticker"
    | "lot"
    | "class"
    | "sector"
    | "rating"
    | "industries"
    | "period"
    | "time"
    | "goals";

export interface Family {
    readonly pattern: string;
    readonly group: Group;
    readonly parts: readonly Part[];
    /** The part that says what it is about, where there may be several: a ticker, a lot. */
    readonly key?: number;
    readonly name: string;
    /** The name with what it is about in place of `{}`. */
    readonly nameWith: string;
    readonly explanation: string;
    readonly slider?: { readonly min: number; readonly max: number; readonly step: number };
    /** What it begins with when it is turned on. */
    readonly first: readonly string[];
    readonly isAboveZero?: boolean;
}

export const INDUSTRIES = [
    "fossil_fuels",
    "thermal_coal",
    "tobacco",
    "weapons",
    "alcohol",
    "gambling",
    "adult_entertainment",
    "nuclear_power",
    "private_prisons",
    "animal_testing",
] as const;

export const RATINGS = ["AAA", "AA", "A", "BBB", "BB", "B", "CCC"] as const;
export const PERIODS = ["day", "week", "month", "quarter", "year"] as const;
export const GOALS = ["drift", "cost", "tax", "esg"] as const;

type Given = Omit<Family, "nameWith" | "first" | "parts"> & Partial<Pick<Family, "nameWith" | "first" | "parts">>;

const family = (given: Given): Family => ({ parts: [], first: [], nameWith: given.name, ...given });

const TAX: readonly Family[] = [
    family({
        pattern: "minimize_short_term_gains",
        group: "tax",
        name: "Short-term gains last",
        explanation: "A lot with a short-term gain is sold only after every other lot of the position.",
    }),
    family({
        pattern: "avoid_short_term_gains",
        group: "tax",
        name: "No short-term gains at all",
        explanation: "No lot that is held for a year or less is sold at a gain in a taxable account.",
    }),
    family({
        pattern: "harvest_losses_up_to_{}_usd",
        group: "tax",
        parts: ["usd"],
        name: "Harvest losses up to",
        explanation:
            "So much of losses is worth realising beyond what gains need. $3,000 of a year may reduce ordinary income; more is carried forward.",
        slider: { min: 0, max: 10_000, step: 500 },
        first: ["3000"],
    }),
    family({
        pattern: "max_realized_gains_{}_usd",
        group: "tax",
        parts: ["usd"],
        name: "Most net gain of a plan",
        explanation: "A plan realises no more net gain than this in taxable accounts.",
        slider: { min: 0, max: 50_000, step: 500 },
        first: ["2500"],
    }),
    family({
        pattern: "max_tax_{}_usd",
        group: "tax",
        parts: ["usd"],
        name: "Most tax of a plan",
        explanation: "A plan causes no more tax than this.",
        slider: { min: 0, max: 20_000, step: 100 },
        first: ["1000"],
    }),
    family({
        pattern: "prioritize_qualified_dividends",
        group: "tax",
        name: "Wait for qualified dividends",
        explanation:
            "In taxable accounts no lot of a security that pays dividends is sold within 60 days, so that its dividends stay qualified.",
    }),
    family({
        pattern: "min_holding_months_{}_unless_necessary",
        group: "tax",
        parts: ["months"],
        name: "Hold for, unless a class would stay outside its band",
        explanation: "A wish: a younger lot is sold only where its class would otherwise stay outside its band.",
        slider: { min: 0, max: 36, step: 1 },
        first: ["13"],
    }),
    family({
        pattern: "min_holding_months_{}",
        group: "tax",
        parts: ["months"],
        name: "Hold for at least",
        explanation: "A rule: a lot that is held for less is not sold.",
        slider: { min: 0, max: 36, step: 1 },
        first: ["13"],
    }),
    family({
        pattern: "sell_lot_first_{}",
        group: "tax",
        parts: ["lot"],
        key: 0,
        name: "Sell this lot first",
        nameWith: "Sell lot {} first",
        explanation: "Of its position, this lot is sold before the others.",
    }),
    family({
        pattern: "do_not_sell_lot_{}",
        group: "tax",
        parts: ["lot"],
        key: 0,
        name: "Do not sell this lot",
        nameWith: "Do not sell lot {}",
        explanation: "This lot stays, whatever else is sold.",
    }),
];

const RISK: readonly Family[] = [
    family({
        pattern: "maintain_cash_balance_of_{}_usd",
        group: "risk",
        parts: ["usd"],
        name: "Keep in cash at least",
        explanation: "Cash of the household after a plan, all accounts together.",
        slider: { min: 0, max: 50_000, step: 500 },
        first: ["5000"],
    }),
    family({
        pattern: "max_concentration_pct_{}",
        group: "risk",
        parts: ["pct"],
        name: "Most in any single stock",
        explanation: "Part of the household's value. Funds and bonds do not count.",
        slider: { min: 1, max: 30, step: 0.5 },
        first: ["5"],
    }),
    family({
        pattern: "concentrate_up_to_{}_pct_in_ticker_{}",
        group: "risk",
        parts: ["pct", "ticker"],
        key: 1,
        name: "Most in one security",
        nameWith: "Most in {}",
        explanation: "Part of the household's value in this security. It counts instead of the limit for any stock.",
        slider: { min: 1, max: 50, step: 0.5 },
        first: ["10", ""],
    }),
    family({
        pattern: "max_sector_exposure_pct_{}_in_{}",
        group: "risk",
        parts: ["pct", "sector"],
        key: 1,
        name: "Most in one sector",
        nameWith: "Most in {}",
        explanation: "Part of the household's value in stocks of this sector.",
        slider: { min: 1, max: 60, step: 1 },
        first: ["25", ""],
    }),
    family({
        pattern: "max_sector_exposure_pct_{}",
        group: "risk",
        parts: ["pct"],
        name: "Most in any sector",
        explanation: "Part of the household's value in stocks of any one sector.",
        slider: { min: 5, max: 60, step: 1 },
        first: ["25"],
    }),
    family({
        pattern: "volatility_cap_pct_{}",
        group: "risk",
        parts: ["pct"],
        name: "Most volatility",
        explanation: "Volatility of the portfolio in a year after a plan, by the document's risk model.",
        slider: { min: 2, max: 30, step: 0.5 },
        first: ["12"],
        isAboveZero: true,
    }),
];

const ESG: readonly Family[] = [
    family({
        pattern: "esg_minimum_score_{}",
        group: "esg",
        parts: ["rating"],
        name: "Lowest rating that is bought",
        explanation: "Nothing that is rated lower, or not at all, is bought. What is held may stay.",
        first: ["A"],
    }),
    family({
        pattern: "exclude_{}",
        group: "esg",
        parts: ["industries"],
        name: "Industries that are not bought",
        nameWith: "Exclude {}",
        explanation: "Thermal coal comes with fossil fuels. What is held may stay.",
    }),
    family({
        pattern: "impact_investing_focus",
        group: "esg",
        name: "Lean towards better ratings",
        explanation: "Among plans that do as well, the one with the better ratings is taken.",
    }),
];

const ASSETS: readonly Family[] = [
    family({
        pattern: "do_not_sell_ticker_{}",
        group: "assets",
        parts: ["ticker"],
        key: 0,
        name: "Do not sell",
        nameWith: "Do not sell {}",
        explanation: "No lot of it is sold.",
    }),
    family({
        pattern: "do_not_buy_ticker_{}",
        group: "assets",
        parts: ["ticker"],
        key: 0,
        name: "Do not buy",
        nameWith: "Do not buy {}",
        explanation: "No more of it is bought.",
    }),
    family({
        pattern: "always_hold_ticker_{}",
        group: "assets",
        parts: ["ticker"],
        key: 0,
        name: "Always hold",
        nameWith: "Always hold {}",
        explanation: "At least $1 of it stays in the household.",
    }),
    family({
        pattern: "prefer_ticker_{}",
        group: "assets",
        parts: ["ticker"],
        key: 0,
        name: "Prefer",
        nameWith: "Prefer {}",
        explanation: "Within its class, this is what is bought.",
    }),
    family({
        pattern: "prefer_etfs_over_mutual_funds",
        group: "assets",
        name: "ETFs rather than mutual funds",
        explanation: "No mutual fund is bought where an ETF of its class can be. A security that you prefer is exempt.",
    }),
    family({
        pattern: "avoid_asset_class_{}",
        group: "assets",
        parts: ["class"],
        key: 0,
        name: "Classes that are not bought",
        nameWith: "Do not buy {}",
        explanation: "Nothing of the class is bought. What is held may stay.",
    }),
];

const TRANSACTIONS: readonly Family[] = [
    family({
        pattern: "avoid_trades_below_{}_usd",
        group: "transactions",
        parts: ["usd"],
        name: "No trades below",
        explanation: "A smaller order is not worth its trouble and is left out.",
        slider: { min: 0, max: 5_000, step: 50 },
        first: ["500"],
    }),
    family({
        pattern: "max_daily_trade_volume_pct_{}",
        group: "transactions",
        parts: ["turnover"],
        name: "Most traded in a day",
        explanation: "Sales and purchases of a day together, as a part of the household's value; up to 200%.",
        slider: { min: 1, max: 100, step: 1 },
        first: ["20"],
    }),
    family({
        pattern: "minimize_total_commissions",
        group: "transactions",
        name: "Weigh trading costs ten times",
        explanation: "Commissions and spreads count ten times as much against being closer to the target.",
    }),
    family({
        pattern: "no_sells",
        group: "transactions",
        name: "Sell nothing",
        explanation: "Only cash is put to work.",
    }),
    family({
        pattern: "max_trade_frequency_{}_per_{}",
        group: "transactions",
        parts: ["count", "period"],
        key: 1,
        name: "Most rebalances",
        nameWith: "Most rebalances in a {}",
        explanation: "Checked when a plan is proposed, approved and sent.",
        slider: { min: 1, max: 12, step: 1 },
        first: ["1", "month"],
    }),
    family({
        pattern: "execute_between_{}_{}_ET",
        group: "transactions",
        parts: ["time", "time"],
        name: "Trade only between",
        explanation: "Time of day in New York. Orders wait for it.",
        first: ["0945", "1530"],
    }),
    family({
        pattern: "priorities_{}",
        group: "transactions",
        parts: ["goals"],
        name: "What counts first",
        explanation: "The order of the goals where they pull in different directions.",
        first: ["drift_tax_cost_esg"],
    }),
];

export const FAMILIES: readonly Family[] = [...TAX, ...RISK, ...ESG, ...ASSETS, ...TRANSACTIONS];

/** The family of a pattern, which is one of those above. */
export function familyOf(pattern: string): Family {
    const found = FAMILIES.find((each) => each.pattern === pattern);
    if (!found) throw new Error(`no family of tokens is written \`${pattern}\``);
    return found;
}
