/**
 * What a class is held in: accounts, securities, lots, with what each is worth and would gain.
 *
 * In: lots at the prices of now, accounts. Out: positions of one class, the largest first. Invariants: values and gains are sums of what the server
 * says of each lot; a position with a lot without a price has none either.
 */
import type { Schemas } from "../../api/client";
import { compared, sum, type Decimal } from "../../text/figures";

type Lot = Schemas["LotView"];
type Account = Schemas["AccountView"];

/** What is held of one security in one account. */
export interface Position {
    readonly account: string;
    readonly ticker: string;
    readonly lots: readonly Lot[];
    readonly quantity: Decimal;
    /** USD; `null` where the price of it is not known. */
    readonly value: Decimal | null;
    /** Of all its lots, USD, by the term that a sale today would have. */
    readonly short: Decimal | null;
    readonly long: Decimal | null;
}

const summed = (of: readonly (Decimal | null | undefined)[]): Decimal | null => {
    const known = of.flatMap((each) => each ?? []);
    return known.length === of.length ? sum(known) : null;
};

/** The positions of a class, the most valuable first; what has no value is last. */
export function positionsOf(name: string, lots: readonly Lot[]): readonly Position[] {
    const groups = new Map<string, Lot[]>();
    for (const lot of lots) {
        if (lot.class !== name) continue;
        const key = JSON.stringify([lot.account_id, lot.ticker]);
        groups.set(key, [...(groups.get(key) ?? []), lot]);
    }
    const positions = [...groups.values()].flatMap((of): Position[] => {
        const [first] = of;
        if (!first) return [];
        const gains = (term: string) => summed(of.filter((lot) => lot.term === term).map((lot) => lot.gain_usd));
        return [
            {
                account: first.account_id,
                ticker: first.ticker,
                lots: of,
                quantity: sum(of.map((lot) => lot.quantity)),
                value: summed(of.map((lot) => lot.value_usd)),
                short: gains("short"),
                long: gains("long"),
            },
        ];
    });
    return positions.sort((left, right) => {
        if (left.value === null || right.value === null)
            return Number(left.value === null) - Number(right.value === null);
        return compared(right.value, left.value);
    });
}

/** Cash of the accounts that have any or wait for some, as the class of cash is held. */
export function cashOf(accounts: readonly Account[]): readonly { readonly account: string; readonly usd: Decimal }[] {
    return accounts
        .map((each) => ({ account: each.account_id, usd: sum([each.cash, each.cash_flow]) }))
        .filter(({ usd }) => compared(usd, "0") !== 0);
}
