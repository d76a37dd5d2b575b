/**
 * What publishing a model portfolio would do, household by household and in a sentence.
 *
 * In: an effect as the API tells it. Out: what becomes of each household, and sums of exact amounts. Invariant: households that somebody may not see are
 * counted, and nothing else is said of them.
 */
import type { Effect, HouseholdEffect } from "../../api/model-portfolios";
import { several, sum, type Decimal } from "../../text/figures";

/**
 * `takes` it over at once, `later` once its orders have ended or it has a document, is `offered` it and keeps its own until somebody who may change it takes
 * it over, or `keeps` the target that it has.
 */
export type Becomes = "takes" | "later" | "offered" | "keeps";

export function becomes(of: HouseholdEffect): Becomes {
    if (of.refused) return "keeps";
    if (of.is_offered) return "offered";
    return of.is_executing || !of.after ? "later" : "takes";
}

/** Why it is not at once, in words. */
export function whyLater(of: HouseholdEffect): string {
    return of.is_executing
        ? "Its orders are at the broker: it takes the target over once they have ended."
        : "It has no document yet: it takes the target over with its first one.";
}

export interface Together {
    readonly takes: number;
    readonly later: number;
    /** Of those that are seen. */
    readonly offered: number;
    readonly keeps: number;
    readonly unseen: number;
    /** USD that would have to be traded now, and then, of those that take it over. */
    readonly now: Decimal;
    readonly then: Decimal;
}

export function together({ households, unseen }: Effect): Together {
    const counted = (what: Becomes) => households.filter((each) => becomes(each) === what).length;
    const moving = households.filter((each) => ["takes", "later"].includes(becomes(each)));
    return {
        takes: counted("takes"),
        later: counted("later"),
        offered: counted("offered"),
        keeps: counted("keeps"),
        unseen,
        now: sum(moving.map((each) => each.before?.off_target_usd ?? "0")),
        then: sum(moving.map((each) => each.after?.off_target_usd ?? "0")),
    };
}

const one = (number: number, single: string, more: string) => (number === 1 ? single : more);

/** What it comes to, without an amount. */
export function inWords({ takes, later, offered, keeps, unseen }: Together): string {
    if (takes + later + offered + keeps + unseen === 0) return "Nobody follows it: no household changes.";
    const parts = [
        ...(takes > 0 ? [`${several(takes, "household takes", "households take")} the target over at once`] : []),
        ...(later > 0 ? [`${several(later, "household does", "households do")} later`] : []),
        ...(offered > 0 ? [`${several(offered, "household is", "households are")} offered it`] : []),
        ...(keeps > 0
            ? [
                  `${several(keeps, "household keeps", "households keep")} the target that ${one(keeps, "it has", "they have")}`,
              ]
            : []),
        ...(unseen > 0
            ? [`${several(unseen, "more that you may not see is", "more that you may not see are")} offered it`]
            : []),
    ];
    return `${parts.join("; ")}.`;
}

/** Why a document can't have a target, as a person reads it: without the place in a text that nobody sees. */
export function reasonOf(why: string): string {
    const plain = why
        .split("\n")
        .map((line) =>
            line.replace(/^line \d+(, column \d+)?: /, "").replace(/^(target_allocation|security_targets)[^:]*: /, ""),
        )
        .filter((line) => line.trim() !== "");
    return plain.join("; ");
}

/** Classes outside their band, in words. */
export function outside(breaches: readonly string[] | undefined): string {
    if (!breaches) return "—";
    return breaches.length === 0 ? "None" : breaches.join(", ");
}
