/**
 * The rows of a plan as a person changes them, and what they come to lot by lot.
 *
 * In: the trades of a plan, lots, a person's changes. Out: rows by account with gain and term, and the trades to send. Invariants: a row never
 * changes its side; the order of the rows is that of the plan; every amount is an exact decimal.
 */
import type { Schemas } from "../../api/client";
import { orderKeyOf, type Plan, type Trade } from "../../api/plan";
import {
    commaFault,
    compared,
    difference,
    isNegative,
    isPlain,
    isZero,
    product,
    sum,
    type Decimal,
} from "../../text/figures";

export type Lot = Schemas["LotView"];
export type Account = Schemas["AccountView"];

/** A trade that a person adds: the plan has no row for it. */
export type NewTrade = Omit<Trade, "quantity" | "rationale">;

/** What a person has done to a row. */
export interface Change {
    /** Shares as typed; what is no number is kept and told. */
    readonly quantity: string;
    /** Of a row that was added. */
    readonly trade?: NewTrade;
}

/** Changes by the place of the row in the plan; what was added has places behind its last. */
export type Changes = Readonly<Record<number, Change>>;

export interface Row {
    /** Place in the plan. */
    readonly at: number;
    readonly trade: Trade;
    readonly lot: Lot | null;
    /** Shares, after the changes; what was typed where it is no number. */
    readonly quantity: string;
    readonly isChanged: boolean;
    readonly isExcluded: boolean;
    /** Whether a person has added it. */
    readonly isAdded: boolean;
    /** What is wrong with what was typed, and what would do. */
    readonly fault: string | null;
    /** USD, at the price that the plan was made with. */
    readonly amount: Decimal;
    /** Realised gain before wash sales, USD; of sales from a known lot. */
    readonly gain: Decimal | null;
    readonly term: "short" | "long" | null;
}

/** Whether two rows are shown alike. */
export function isSameRow(one: Row, other: Row): boolean {
    return (
        one.trade === other.trade &&
        one.lot === other.lot &&
        one.quantity === other.quantity &&
        one.fault === other.fault &&
        one.gain === other.gain &&
        one.term === other.term
    );
}

/** What makes two trades the same one, whatever their shares. */
export function keyOf({ action, account_id, ticker, lot_id }: NewTrade): string {
    return JSON.stringify([action, account_id, ticker, lot_id ?? ""]);
}

/** What the engine says of the sale of a lot in a taxable account: its term, and its gain with all shares of the plan. */
export type Sold = Schemas["LotGainView"];

/**
 * The rows of a plan with a person's changes.
 *
 * `lots` are those that the plan was made for; empty where some may have been sold since. `sold` is what the engine says of the plan's sales, since
 * only it knows holding periods. `proposed` are the rows of the same without changes, if they are there already: most are shown as they are.
 */
export function rows(
    plan: Plan,
    lots: readonly Lot[],
    sold: readonly Sold[],
    changes: Changes,
    proposed: readonly Row[] = [],
): Row[] {
    const named = <T extends { account_id: string; ticker: string; lot_id: string }>(all: readonly T[]) =>
        new Map(all.map((each) => [`${each.account_id}/${each.ticker}/${each.lot_id}`, each]));
    const byName = named(lots);
    const soldByName = named(sold);
    const added = Object.entries(changes).flatMap(([at, { trade }]) =>
        trade && Number(at) >= plan.trades.length
            ? [{ trade: { ...trade, quantity: "0", rationale: "" }, at: Number(at) }]
            : [],
    );
    const planned = plan.trades.map((trade, at) => ({ trade, at }));
    return [...planned, ...added].map(({ trade, at }) => {
        const asProposed = changes[at] ? undefined : proposed[at];
        if (asProposed) return asProposed;
        const isAdded = at >= plan.trades.length;
        const name = `${trade.account_id}/${trade.ticker}/${trade.lot_id ?? ""}`;
        const lot = byName.get(name) ?? null;
        const sale = trade.action === "SELL" ? soldByName.get(name) : undefined;
        const change = changes[at];
        const quantity = change?.quantity ?? trade.quantity;
        const fault = change ? faultOf(quantity, trade, lot) : null;
        // What can't be read is no zero, and what isn't there is not sold: until it is mended, the row counts as it was proposed.
        const counted = fault === null ? quantity : trade.quantity;
        const isChanged = fault !== null || compared(counted, trade.quantity) !== 0;
        const fromLot =
            trade.action === "SELL" && lot
                ? product(counted, difference(trade.estimated_price, lot.basis_per_share))
                : null;
        return {
            at,
            trade,
            lot,
            quantity,
            fault,
            isChanged,
            isExcluded: isZero(counted) && !isAdded,
            isAdded,
            amount: product(counted, trade.estimated_price),
            gain: isChanged ? fromLot : (sale?.gain_usd ?? fromLot),
            // The engine has not been asked of a sale that is new: what it says of the lot counts.
            term: termOf(sale?.term ?? (isAdded && trade.action === "SELL" ? lot?.term : undefined)),
        };
    });
}

const termOf = (term: string | undefined) => (term === undefined ? null : term === "long" ? "long" : "short");

function faultOf(quantity: string, trade: Trade, lot: Lot | null): string | null {
    if (!isPlain(quantity)) return commaFault(quantity) ?? "Write a number of shares, 0 or more, such as 12.5.";
    if (trade.action === "SELL" && lot && compared(quantity, lot.quantity) > 0) {
        return `Lot ${lot.lot_id} has ${lot.quantity} shares; no more can be sold of it.`;
    }
    return null;
}

/** The trades to be judged or kept: what was excluded is left out. Quantities stay as they were typed. */
export function tradesOf(all: readonly Row[]): Omit<Trade, "rationale" | "estimated_price">[] {
    return all
        .filter((row) => !row.isExcluded && row.fault === null)
        .map(({ trade, quantity }) => ({
            action: trade.action,
            account_id: trade.account_id,
            ticker: trade.ticker,
            ...(trade.lot_id === undefined ? {} : { lot_id: trade.lot_id }),
            quantity,
        }));
}

/** JSON of trades whose quantities have every digit that was typed, without zeros in front. */
export function asBody(trades: readonly object[], more: Readonly<Record<string, string>> = {}): string {
    const marked = JSON.stringify({ trades, ...more }, (key, value: unknown) =>
        key === "quantity" && typeof value === "string" ? `\u0000${value}\u0000` : value,
    );
    // `007` is a number to a person, and none to JSON.
    return marked.replace(/"\\u0000([\d.]+)\\u0000"/g, (_, typed: string) => typed.replace(/^0+(?=\d)/, ""));
}

export interface OfAccount {
    readonly account: Account | null;
    readonly name: string;
    readonly rows: readonly Row[];
    readonly sold: Decimal;
    readonly bought: Decimal;
    /** Of the sales whose lots are known; `null` where none is. */
    readonly gain: Decimal | null;
    /** Cash before the plan with what comes in or goes out, and after it without costs. */
    readonly cashBefore: Decimal | null;
    readonly cashAfter: Decimal | null;
}

/**
 * Rows account by account, in the order in which accounts come in the plan.
 *
 * `isAtHand`: nothing was executed yet, so that the cash of now is the cash before the plan.
 */
export function byAccount(all: readonly Row[], accounts: readonly Account[], isAtHand: boolean): OfAccount[] {
    const names = [...new Set(all.map((row) => row.trade.account_id))];
    return names.map((name) => {
        const own = all.filter((row) => row.trade.account_id === name);
        const account = accounts.find((each) => each.account_id === name) ?? null;
        const { sold, bought } = traded(own);
        const cashBefore = account && isAtHand ? sum([account.cash, account.cash_flow]) : null;
        return {
            account,
            name,
            rows: own,
            sold,
            bought,
            gain: own.some((row) => row.gain !== null) ? sum(own.flatMap((row) => row.gain ?? [])) : null,
            cashBefore,
            cashAfter: cashBefore === null ? null : difference(sum([cashBefore, sold]), bought),
        };
    });
}

/** USD sold and bought. */
export function traded(all: readonly Row[]): { sold: Decimal; bought: Decimal } {
    const of = (action: string) => sum(all.filter((row) => row.trade.action === action).map((row) => row.amount));
    return { sold: of("SELL"), bought: of("BUY") };
}

/** Gains of sales in taxable accounts by term, USD, before wash sales. */
export function gainsByTerm(all: readonly Row[], accounts: readonly Account[]): { short: Decimal; long: Decimal } {
    const taxable = new Set(accounts.filter((each) => each.kind === "taxable").map((each) => each.account_id));
    const of = (wanted: string) =>
        sum(
            all
                .filter((row) => row.term === wanted && taxable.has(row.trade.account_id))
                .flatMap((row) => row.gain ?? []),
        );
    return { short: of("short"), long: of("long") };
}

/** The rows that are traded, one whose shares can't be read among them: until they can, it counts as it was proposed. */
export function included(all: readonly Row[]): readonly Row[] {
    return all.filter((row) => !row.isExcluded);
}

/** Orders that a plan becomes. */
export function orderCount(all: readonly Row[]): number {
    return new Set(included(all).map((row) => orderKeyOf(row.trade))).size;
}

/**
 * In how many days the lot of a short-term sale becomes long-term; `null` where that isn't known.
 *
 * The day after the purchase, plus one calendar year, as `long_term_from` of the engine; 29 February becomes 1 March.
 */
export function daysToLongTerm({ term, lot }: Pick<Row, "term" | "lot">, day: string): number | null {
    if (term !== "short" || !lot?.acquired) return null;
    const [year, month, date] = lot.acquired.split("-").map(Number) as [number, number, number];
    const start = new Date(Date.UTC(year, month - 1, date + 1));
    const first = Date.UTC(start.getUTCFullYear() + 1, start.getUTCMonth(), start.getUTCDate());
    const left = Math.round((first - Date.parse(`${day}T00:00:00Z`)) / 86_400_000);
    // A holding period that a wash sale has carried over does not begin with the lot.
    return left > 0 ? left : null;
}

/** Whether an account's cash would be below nothing. */
export function isOverdrawn(of: OfAccount): boolean {
    return of.cashAfter !== null && isNegative(of.cashAfter);
}
