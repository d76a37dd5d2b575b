/**
 * Allocations to begin with: a few that are well known, on the classes that a document has.
 *
 * In: the classes, what is kept in cash, an age. Out: percents of every class, which sum to 100 with cash, or why the model does not fit.
 * Invariant: cash keeps its target; a model fills the rest. These are conventions and no advice.
 */
import { difference, product, shifted, sum, type Decimal } from "../../text/figures";
import { CASH } from "./facts";
import { rounded } from "./wanted";

export type Role = "us" | "abroad" | "stocks" | "bonds" | "property" | "other";

/** What a class is, by its name. */
export function roleOf(name: string): Role {
    if (/real estate|reit|property/i.test(name)) return "property";
    if (/bond|fixed|treasur|munic|tips|credit/i.test(name)) return "bonds";
    if (/international|intl|foreign|ex[- ]?us|developed|emerging|abroad|europe|asia|pacific/i.test(name))
        return "abroad";
    if (/\b(us|u\.s\.|usa|american|domestic)\b/i.test(name)) return "us";
    if (/stock|equit|share/i.test(name)) return "stocks";
    return "other";
}

export interface Model {
    readonly id: string;
    readonly name: string;
    readonly explanation: string;
    /** Whether it asks for an age. */
    readonly byAge: boolean;
    /** Parts of ten thousand: of stocks, of bonds, of property. */
    readonly parts: (age: number) => { readonly stocks: number; readonly bonds: number; readonly property: number };
}

const fixed =
    (stocks: number, bonds: number, property = 0) =>
    () => ({ stocks, bonds, property });

export const MODELS: readonly Model[] = [
    {
        id: "60-40",
        name: "60/40",
        explanation:
            "60% stocks, 40% bonds: the classic middle way. Of stocks, 60% are American and 40% of other countries.",
        byAge: false,
        parts: fixed(6000, 4000),
    },
    {
        id: "three-funds",
        name: "Three funds, by age",
        explanation:
            "110 less your age in stocks, the rest in bonds. Of stocks, 60% are American and 40% of other countries.",
        byAge: true,
        parts: (age) => {
            const stocks = Math.min(100, Math.max(20, 110 - age)) * 100;
            return { stocks, bonds: 10_000 - stocks, property: 0 };
        },
    },
    {
        id: "80-20",
        name: "80/20, for growth",
        explanation: "80% stocks, 20% bonds: for money that is not needed for ten years or more.",
        byAge: false,
        parts: fixed(8000, 2000),
    },
    {
        id: "40-60",
        name: "40/60, for income",
        explanation: "40% stocks, 60% bonds: smaller falls, less growth.",
        byAge: false,
        parts: fixed(4000, 6000),
    },
    {
        id: "four-parts",
        name: "Stocks, bonds and property",
        explanation: "60% stocks, 30% bonds, 10% real estate. Of stocks, 60% are American and 40% of other countries.",
        byAge: false,
        parts: fixed(6000, 3000, 1000),
    },
];

/** Percents by class, or why there are none. */
export function fitted(
    model: Model,
    classes: readonly string[],
    cash: Decimal,
    age: number,
): { readonly percents: ReadonlyMap<string, Decimal> } | { readonly why: string } {
    const of = (role: Role) => classes.filter((name) => name !== CASH && roleOf(name) === role);
    const [us, abroad, stocks, bonds, property] = [of("us"), of("abroad"), of("stocks"), of("bonds"), of("property")];
    const parts = model.parts(age);
    if (parts.stocks > 0 && us.length + abroad.length + stocks.length === 0)
        return { why: "no class here is of stocks" };
    if (parts.bonds > 0 && bonds.length === 0) return { why: "no class here is of bonds" };
    if (parts.property > 0 && property.length === 0) return { why: "no class here is of real estate" };
    const shares = new Map<string, number>();
    const give = (names: readonly string[], part: number) => {
        for (const name of names) shares.set(name, (shares.get(name) ?? 0) + part / names.length);
    };
    const home = [...us, ...stocks];
    if (home.length > 0 && abroad.length > 0) {
        give(home, parts.stocks * 0.6);
        give(abroad, parts.stocks * 0.4);
    } else give([...home, ...abroad], parts.stocks);
    give(bonds, parts.bonds);
    give(property, parts.property);
    const left = difference("100", shifted(cash, 2));
    const percents = new Map<string, Decimal>();
    for (const name of classes) {
        if (name === CASH) continue;
        const share = String(Math.round(shares.get(name) ?? 0));
        percents.set(name, rounded(product(product(share, "0.0001"), left), 1));
    }
    // What rounding leaves goes to the largest.
    const rest = difference(left, sum([...percents.values()]));
    const [largest] = [...percents].sort((a, b) => Number(b[1]) - Number(a[1]));
    if (largest) percents.set(largest[0], sum([largest[1], rest]));
    return { percents };
}
