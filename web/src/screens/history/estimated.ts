/**
 * What a plan expected beside what became of it, order by order and in sum.
 *
 * In: plans as they were shown, orders with their fills, the records of fills (booked cash and gains). Out: exact decimals. Cash is positive into
 * the account, so that a difference above zero is better for the household than the plan; it is compared for the shares that were filled.
 */
import type { Attempt, OrderView, RecordView } from "../../api/history";
import { exactly } from "../../api/client";
import { difference, negated, product, size, sum, type Decimal } from "../../text/figures";

/** What the log has of a fill. */
export interface Booked {
    readonly execution_id: string;
    readonly account_id: string;
    readonly cash: Decimal;
    readonly gain: { readonly usd: Decimal; readonly long_term: boolean } | null;
}

export interface Against {
    readonly order: OrderView;
    /** USD per share in the plan; absent where the plan has no such trade. */
    readonly planned: Decimal | null;
    readonly filled: Decimal;
    readonly unfilled: Decimal;
    /** USD per share, the mean over its fills, to four digits. */
    readonly price: Decimal | null;
    readonly fees: Decimal;
    /** USD at the plan's price, for the shares that were filled. */
    readonly expected: Decimal | null;
    /** USD that were booked, after fees. */
    readonly actual: Decimal;
    readonly difference: Decimal | null;
}

export interface Together {
    readonly expected: Decimal;
    readonly actual: Decimal;
    readonly fees: Decimal;
    readonly difference: Decimal;
    /** Orders that no trade of a plan belongs to: they are in no sum but `actual` and `fees`. */
    readonly unplanned: number;
}

/** The fills among records; a body that was erased or is no fill is left out. */
export function booked(records: readonly RecordView[]): Booked[] {
    return records.flatMap((record) => {
        if (record.kind !== "fill" || !record.body) return [];
        try {
            const body = exactly(record.body) as Partial<Booked>;
            if (typeof body.execution_id !== "string" || typeof body.cash !== "string") return [];
            return [
                {
                    execution_id: body.execution_id,
                    account_id: body.account_id ?? "",
                    cash: body.cash,
                    gain: body.gain ?? null,
                },
            ];
        } catch {
            return [];
        }
    });
}

export function against(
    orders: readonly OrderView[],
    attempts: readonly Attempt[],
    fills: readonly Booked[],
): Against[] {
    const cash = new Map(fills.map((fill) => [fill.execution_id, fill.cash]));
    return orders.map((order) => {
        const plan = attempts.find((each) => each.attempt === Number(order.attempt))?.plan;
        const trade = plan?.trades.find(
            (each) =>
                each.action === order.action &&
                each.account_id === order.account_id &&
                each.ticker === order.ticker &&
                (each.lot_id ?? null) === (order.lot_id ?? null),
        );
        const planned = trade?.estimated_price ?? null;
        const filled = sum(order.fills.map((fill) => fill.quantity));
        const fees = sum(order.fills.map((fill) => fill.fees));
        const worth = sum(order.fills.map((fill) => product(fill.quantity, fill.price)));
        const into = (amount: Decimal) => (order.action === "BUY" ? negated(amount) : amount);
        const actual = sum(
            order.fills.map(
                (fill) =>
                    cash.get(fill.execution_id) ?? difference(into(product(fill.quantity, fill.price)), fill.fees),
            ),
        );
        const expected = planned === null ? null : into(product(filled, planned));
        return {
            order,
            planned,
            filled,
            unfilled: difference(order.quantity, filled),
            price: quotient(worth, filled, 4),
            fees,
            expected: expected === null ? null : tidy(expected),
            actual: tidy(actual),
            difference: expected === null ? null : tidy(difference(actual, expected)),
        };
    });
}

export function together(rows: readonly Against[]): Together {
    const planned = rows.filter((row) => row.expected !== null);
    return {
        expected: sum(planned.map((row) => row.expected ?? "0")),
        actual: sum(rows.map((row) => row.actual)),
        fees: sum(rows.map((row) => row.fees)),
        difference: sum(planned.map((row) => row.difference ?? "0")),
        unplanned: rows.length - planned.length,
    };
}

/** The fills of the orders of one plan, where a proposal had several. */
export function fillsOf(attempt: number, orders: readonly OrderView[], fills: readonly Booked[]): Booked[] {
    const own = new Set(
        orders
            .filter((order) => Number(order.attempt) === attempt)
            .flatMap((order) => order.fills.map((fill) => fill.execution_id)),
    );
    return fills.filter((fill) => own.has(fill.execution_id));
}

/** Gains that were realised in taxable accounts, USD; what is sold elsewhere is not taxed and counts apart. */
export function realised(
    fills: readonly Booked[],
    taxable: ReadonlySet<string>,
): { readonly short: Decimal; readonly long: Decimal; readonly untaxed: Decimal } {
    const of = (fits: (fill: Booked) => boolean) =>
        sum(fills.filter((fill) => fill.gain !== null && fits(fill)).map((fill) => fill.gain?.usd ?? "0"));
    return {
        short: of((fill) => taxable.has(fill.account_id) && fill.gain?.long_term === false),
        long: of((fill) => taxable.has(fill.account_id) && fill.gain?.long_term === true),
        untaxed: of((fill) => !taxable.has(fill.account_id)),
    };
}

/** A quotient of decimals to so many digits, half away from zero; none where nothing divides. */
export function quotient(left: Decimal, right: Decimal, digits: number): Decimal | null {
    const scale = (value: Decimal) => value.split(".")[1]?.length ?? 0;
    const at = Math.max(scale(left), scale(right));
    const whole = (value: Decimal) => BigInt(product(size(value), `1${"0".repeat(at)}`));
    const divisor = whole(right);
    if (divisor === 0n) return null;
    const power = 10n ** BigInt(digits);
    const rounded = (whole(left) * power * 2n + divisor) / (divisor * 2n);
    const text = rounded.toString().padStart(digits + 1, "0");
    const value = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`.replace(/\.?0+$/, "");
    return left.startsWith("-") === right.startsWith("-") || rounded === 0n ? value : `-${value}`;
}

/** `-0` is `0`. */
function tidy(value: Decimal): Decimal {
    return /^-0*(\.0*)?$/.test(value) ? "0" : value;
}
