/**
 * What a portfolio document says besides what is wanted: its classes, securities, lots, sectors and cash.
 *
 * In: a document that was read. Out: {@link Facts}. Invariant: every figure has the digits of the document.
 */
import { plain } from "../../api/client";
import { product, sum, type Decimal } from "../../text/figures";
import { at, digits, items, members, words, type Tree } from "../../text/lossless";

export const CASH = "Cash";

export interface Security {
    readonly ticker: string;
    readonly class: string;
    readonly kind: string;
    /** USD, as the document has it. */
    readonly price: Decimal;
}

export interface HeldLot {
    readonly id: string;
    readonly ticker: string;
    readonly quantity: Decimal;
    readonly acquired: string | null;
}

/** What the document says besides. */
export interface Facts {
    readonly classes: readonly string[];
    readonly securities: readonly Security[];
    readonly lots: readonly HeldLot[];
    readonly sectors: readonly string[];
    readonly hasRiskModel: boolean;
    /** USD of all accounts. */
    readonly cash: Decimal;
    readonly instructions: string | null;
}

/** What the lists are called, in this document or in that of the design. */
export const NAMES = {
    targets: ["target_allocation", "Target Allocation"],
    holdings: ["holdings", "Current Holdings"],
    spoken: ["user_preferences", "User Preferences"],
} as const;

/** The name that a document uses of several; the first where it uses none. */
export function named(tree: Tree, names: readonly string[]): string {
    return names.find((name) => at(tree, name)) ?? names[0] ?? "";
}

/** What a document holds and lists. */
export function factsOf(tree: Tree): Facts {
    const short = items(at(tree, named(tree, NAMES.holdings)));
    const described = [...short, ...items(at(tree, "securities"))];
    const text = (of: Tree, field: string) => words(at(of, field)) ?? "";
    const known = new Map<string, Security>();
    for (const each of described) {
        const ticker = text(each, "ticker");
        if (known.has(ticker)) continue;
        const price = plain(digits(at(each, "current_price")) ?? "0");
        known.set(ticker, { ticker, class: text(each, "asset_class"), kind: text(each, "kind") || "stock", price });
    }
    const lots = [
        ...short,
        ...items(at(tree, "accounts")).flatMap((account) => items(at(account, "holdings"))),
    ].flatMap((holding) =>
        items(at(holding, "lots")).map((lot) => ({
            id: text(lot, "lot_id"),
            ticker: text(holding, "ticker"),
            quantity: plain(digits(at(lot, "quantity")) ?? "0"),
            acquired: words(at(lot, "acquisition_date")) ?? null,
        })),
    );
    const securities = [...known.values()].filter((each) => each.ticker !== "");
    const unique = (names: readonly string[]) => [...new Set(names)].filter((name) => name !== "");
    const written = members(at(tree, named(tree, NAMES.targets))).map((each) => each.name);
    const classes = unique([...written, ...securities.map((each) => each.class)]).filter((name) => name !== CASH);
    return {
        classes: [...classes, CASH],
        securities,
        lots,
        sectors: unique(described.map((each) => text(each, "sector"))).sort(),
        cash: sum([tree, ...items(at(tree, "accounts"))].map((of) => plain(digits(at(of, "cash")) ?? "0"))),
        hasRiskModel: at(tree, "risk_model") !== undefined,
        instructions: words(at(tree, "instructions")) ?? null,
    };
}

/** Part of the value by ticker, and of cash, at the prices of now or else those of the document. */
export function weightsByTicker(facts: Facts, prices: ReadonlyMap<string, Decimal>): ReadonlyMap<string, Decimal> {
    const priceOf = new Map(facts.securities.map((each) => [each.ticker, prices.get(each.ticker) ?? each.price]));
    const values = new Map<string, Decimal[]>([[CASH, [facts.cash]]]);
    for (const { ticker, quantity } of facts.lots) {
        values.set(ticker, [...(values.get(ticker) ?? []), product(quantity, priceOf.get(ticker) ?? "0")]);
    }
    const summed = [...values].map(([name, parts]) => [name, sum(parts)] as const);
    const whole = Number(sum(summed.map(([, value]) => value))) || 1;
    return new Map(summed.map(([name, value]) => [name, (Number(value) / whole).toFixed(10)]));
}
