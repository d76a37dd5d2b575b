/**
 * What a person says is right of a fill, and what that changes.
 *
 * In: an order, its fill as it is on record, what was typed. Out: what is sent, the faults of what was typed, what changes line by line. Invariants: what was not
 * changed is not sent as if it were (the time stays to the last digit that the books have); cash is shares times price with fees, exactly; lots, gains and
 * taxes are the server's to say (`foreseen`) and are not worked out here.
 */
import type { Problem } from "../../api/client";
import type { Correction, Outcome, Taken } from "../../api/fills";
import type { OrderView } from "../../api/history";
import {
    cents,
    changeInCents,
    compared,
    difference,
    isNegative,
    isPlain,
    isZero,
    negated,
    price,
    product,
    shares,
    sum,
    type Decimal,
} from "../../text/figures";
import { atSecond, fromNewYork, inNewYork } from "../../text/times";

export type Fill = OrderView["fills"][number];

/** As it was typed. */
export interface Draft {
    readonly quantity: string;
    readonly price: string;
    readonly fees: string;
    /** The broker's name for the right fill; one is made where it is empty. */
    readonly name: string;
    /** In New York, `2026-11-23T10:04:05`. */
    readonly at: string;
}

export function draftOf(fill: Fill): Draft {
    return { quantity: fill.quantity, price: fill.price, fees: fill.fees, name: "", at: inNewYork(fill.at) };
}

export type Faults = Partial<Record<keyof Draft, string>>;

/** What can't be sent as it was typed; the server says the rest. */
export function faultsOf(draft: Draft): Faults {
    const isMore = (text: string) => isPlain(text.trim()) && !isZero(text.trim());
    return {
        ...(isMore(draft.quantity)
            ? {}
            : { quantity: "Write how many shares were filled; if none was, take the fill back." }),
        ...(isMore(draft.price) ? {} : { price: "Write the price of a share, such as 449.09." }),
        ...(isPlain(draft.fees.trim()) ? {} : { fees: "Write what the fill cost, 0 if nothing." }),
        ...(fromNewYork(draft.at) ? {} : { at: "Write the day and the time of the execution." }),
    };
}

/** The right figures; none where something typed is faulty. */
export function rightOf(fill: Fill, draft: Draft): Omit<Fill, "execution_id"> | null {
    const at = draft.at === inNewYork(fill.at) ? fill.at : fromNewYork(draft.at);
    if (Object.keys(faultsOf(draft)).length > 0 || at === null) return null;
    const tidy = (text: string) => sum([text.trim()]);
    return { quantity: tidy(draft.quantity), price: tidy(draft.price), fees: tidy(draft.fees), at };
}

/** Whether anything that is booked would be another. */
export function isAnother(fill: Fill, right: Omit<Fill, "execution_id">): boolean {
    const figures = ["quantity", "price", "fees"] as const;
    return right.at !== fill.at || figures.some((each) => compared(right[each], fill[each]) !== 0);
}

/** What is sent in place of a fill. */
export function correctionOf(order: OrderView, fill: Fill, draft: Draft, accept: boolean): Correction | null {
    const right = rightOf(fill, draft);
    if (right === null) return null;
    const { at, ...figures } = right;
    return {
        accept_price: accept,
        fills: [
            {
                order: order.client_order_id,
                corrects: fill.execution_id,
                ...figures,
                ...(at === fill.at ? {} : { at }),
                ...(draft.name.trim() === "" ? {} : { execution_id: draft.name.trim() }),
            },
        ],
    };
}

/** What is sent to take a fill back. */
export function takingBack(order: OrderView, fill: Fill, why: string): Correction {
    return { fills: [{ order: order.client_order_id, corrects: fill.execution_id, cancelled: why.trim() }] };
}

/** A figure before and after. */
export interface Changed {
    readonly what: string;
    readonly was: string;
    /** Absent where it stays. */
    readonly becomes: string | null;
    readonly isPrivate: boolean;
}

/** Cash that a fill brings into the account, below 0 where it takes some out. */
export function cashOf(order: OrderView, fill: Omit<Fill, "execution_id"> | null): Decimal {
    if (fill === null) return "0";
    const worth = product(fill.quantity, fill.price);
    return difference(order.action === "BUY" ? negated(worth) : worth, fill.fees);
}

/** What changes of the fill, of the account's cash and of the order; `right` is none where the fill is taken back. */
export function changes(order: OrderView, fill: Fill, right: Omit<Fill, "execution_id"> | null): readonly Changed[] {
    const line = (what: string, was: string, now: string, isPrivate = false): Changed => ({
        what,
        was,
        becomes: was === now ? null : now,
        isPrivate,
    });
    const [before, after] = [cashOf(order, fill), cashOf(order, right)];
    const filled = sum(order.fills.map((each) => each.quantity));
    const filledAfter = sum([difference(filled, fill.quantity), right?.quantity ?? "0"]);
    const asked = order.asked ?? order.quantity;
    return [
        line("Shares", shares(fill.quantity), right ? shares(right.quantity) : "none", true),
        ...(right
            ? [
                  line("Price", price(fill.price), price(right.price)),
                  line("Fees", cents(fill.fees), cents(right.fees)),
                  line("Executed", atSecond(fill.at), atSecond(right.at)),
              ]
            : []),
        line(`Cash of account ${order.account_id}`, changeInCents(before), changeInCents(after), true),
        line(
            "Filled of the order",
            `${shares(filled)} of ${shares(asked)}`,
            `${shares(filledAfter)} of ${shares(asked)}`,
            true,
        ),
    ];
}

/** What the server foresees of the gain of the lot and the tax of the year. */
export function foreseenChanges(outcome: Outcome): readonly Changed[] {
    const { realised_usd: realised, tax_usd: tax, was_long_term: was, is_long_term: is } = outcome;
    const term = (isLong: boolean | null | undefined) => (isLong ? "long-term" : "short-term");
    const lot = outcome.lot_id ? ` of lot ${outcome.lot_id}` : "";
    const told = (isLong: boolean | null | undefined, usd: Decimal) =>
        isLong === null || isLong === undefined ? "none" : `${changeInCents(usd)} ${term(isLong)}`;
    const line = (what: string, before: string, after: string): Changed => ({
        what,
        was: before,
        becomes: before === after ? null : after,
        isPrivate: true,
    });
    return [
        ...(realised ? [line(`Realised gain${lot}`, told(was, realised.before), told(is, realised.after))] : []),
        ...(tax
            ? [line("Estimated tax of the year’s sales", changeInCents(tax.before), changeInCents(tax.after))]
            : []),
    ];
}

/** What becomes of the cash and the order, in sentences. */
export function afterwards(
    order: OrderView,
    fill: Fill,
    right: Omit<Fill, "execution_id"> | null,
    isExecuting: boolean,
): readonly string[] {
    const more = difference(cashOf(order, right), cashOf(order, fill));
    const filled = sum([
        ...order.fills.filter((each) => each !== fill).map((each) => each.quantity),
        right?.quantity ?? "0",
    ]);
    const left = difference(order.asked ?? order.quantity, filled);
    const isOpen = isExecuting && order.state !== "cancelled" && order.state !== "expired";
    return [
        isZero(more)
            ? `The cash of account ${order.account_id} stays as it is.`
            : `Account ${order.account_id} has ${cents(more.replace("-", ""))} ${isNegative(more) ? "less" : "more"} cash.`,
        ...(compared(left, "0") > 0
            ? [
                  isOpen
                      ? `${shares(left)} shares of the order are open, and may still be filled.`
                      : `${shares(left)} shares of the order are not filled.`,
              ]
            : []),
        ...(isExecuting
            ? []
            : ["The plan has ended: the portfolio gets a new version, and a proposal that waits is made anew on it."]),
    ];
}

/** What was done, in a sentence. */
export function doneInWords(taken: Taken): string {
    const again = taken.is_new ? "" : " That was on record already.";
    const wrong = taken.corrects ?? "";
    if (taken.execution_id === null || taken.execution_id === undefined) return `${wrong} is taken back.${again}`;
    const figures = `${shares(taken.quantity ?? "0")} shares at ${price(taken.price ?? "0")} with fees of ${cents(taken.fees ?? "0")}`;
    return `${wrong} is corrected: ${figures} stand in its place as ${taken.execution_id}.${again}`;
}

/** Names of fields of the API that a refusal speaks of, in words of this dialog. */
const SPOKEN: readonly (readonly [RegExp, string])[] = [
    [/; `accept_price` takes (it|them) if (?:it is|they are) right/, "; if that is right, say so below"],
    [
        /; name this one with `execution_id` if it is another fill/,
        "; give the broker’s name for this one if it is another fill",
    ],
    [/, until a correction says what is right \(`corrects`: `[^`]*`\)/, "; choose another name for this one"],
    [
        /; hand in a document of what the broker holds/,
        ". Have the books take over what the broker holds (equipoise sync)",
    ],
];

/** The code of what is taken once somebody says that it is right. */
const NEEDS_ACCEPTANCE = "fill.needs_acceptance";

/** The fields of the API, as they are named here. */
const FIELDS: Readonly<Record<string, keyof Draft>> = {
    quantity: "quantity",
    price: "price",
    fees: "fees",
    at: "at",
    execution_id: "name",
};

/** A refusal of a correction as a person reads it: of which field it is, and whether it is taken once somebody says that price and fees are right. */
export function refusedInWords(problem: Problem): {
    readonly problem: Problem;
    readonly field: keyof Draft | null;
    readonly asks: boolean;
} {
    const detail = SPOKEN.reduce((text, [said, words]) => text.replace(said, words), problem.detail);
    const whole = detail.charAt(0).toUpperCase() + detail.slice(1);
    return {
        // Where it stood in what was sent is nothing that a person has seen.
        problem: { ...problem, path: null, detail: /[.!?]$/.test(whole) ? whole : `${whole}.` },
        field: FIELDS[/^fills\[0\]\.(\w+)$/.exec(problem.path ?? "")?.[1] ?? ""] ?? null,
        asks: problem.findings?.some(({ code }) => code === NEEDS_ACCEPTANCE) ?? false,
    };
}
