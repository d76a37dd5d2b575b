/**
 * What may be added to a plan: lots to sell and securities to buy that it does not trade yet, account by account.
 *
 * In: rows of the plan, lots, prices on record, tickers of the household's document. Out: things to choose from. Invariants: nothing that the plan has is
 * offered again, and nothing without a price; whether it may be traded, at a price that is old perhaps, is not judged here but by the server.
 */
import type { Schemas } from "../../api/client";
import { change, shares, type Decimal } from "../../text/figures";
import { day } from "../../text/times";
import { keyOf, type Lot, type NewTrade, type Row } from "./rows";

export interface Offer {
    readonly trade: NewTrade;
    readonly text: string;
}

/** Prices by ticker of what has one, be it that nothing can be traded on it now: overnight that is every one. */
export function pricesOf(prices: readonly Schemas["PriceView"][]): ReadonlyMap<string, Decimal> {
    return new Map(prices.flatMap(({ ticker, price_usd }) => (price_usd ? [[ticker, price_usd]] : [])));
}

/** The trades that the plan has. */
const tradedIn = (rows: readonly Row[]): ReadonlySet<string> => new Set(rows.map(({ trade }) => keyOf(trade)));

/** Lots of an account that could be sold. */
export function sales(
    account: string,
    lots: readonly Lot[],
    rows: readonly Row[],
    prices: ReadonlyMap<string, Decimal>,
): readonly Offer[] {
    const traded = tradedIn(rows);
    return lots.flatMap((lot) => {
        const price = prices.get(lot.ticker);
        if (lot.account_id !== account || price === undefined) return [];
        const { ticker, lot_id } = lot;
        const trade = { action: "SELL", account_id: account, ticker, lot_id, estimated_price: price } as const;
        if (traded.has(keyOf(trade))) return [];
        const gain = lot.gain_usd ? `, ${change(lot.gain_usd)} ${lot.term}-term` : "";
        const when = lot.acquired ? day(lot.acquired) : "day unknown";
        return [{ trade, text: `${ticker} · lot ${lot_id}: ${shares(lot.quantity)} of ${when}${gain}` }];
    });
}

/** Securities that could be bought in an account. */
export function purchases(
    account: string,
    known: readonly string[],
    rows: readonly Row[],
    prices: ReadonlyMap<string, Decimal>,
): readonly Offer[] {
    const traded = tradedIn(rows);
    return [...new Set(known)].sort().flatMap((ticker) => {
        const price = prices.get(ticker);
        if (price === undefined) return [];
        const trade = { action: "BUY", account_id: account, ticker, estimated_price: price } as const;
        return traded.has(keyOf(trade)) ? [] : [{ trade, text: ticker }];
    });
}
