/**
 * What of a household's limits on a plan is used by the one that waits.
 *
 * In: the tax of the year with its limits. Out: for each limit what is used and left. Invariant: amounts stay exact; a limit that is not set is none.
 */
import type { Schemas } from "../../api/client";
import { difference, dollars, isNegative, size, sum, type Decimal } from "../../text/figures";

type Tax = Schemas["TaxView"];

export interface Budget {
    readonly name: string;
    readonly most: Decimal;
    readonly used: Decimal;
    /** Below 0 where more is used than may be. */
    readonly left: Decimal;
}

/** The limits that are set: tax, net gains. */
export function budgetsOf({ limits, proposal }: Pick<Tax, "limits" | "proposal">): readonly Budget[] {
    const gains = proposal ? sum([proposal.realised.short_term_usd, proposal.realised.long_term_usd]) : "0";
    const all = [
        { name: "tax", most: limits.tax_max_usd, used: proposal?.tax_usd ?? "0" },
        { name: "net gains", most: limits.gains_max_usd, used: gains },
    ];
    return all.flatMap(({ name, most, used }) => {
        if (!most) return [];
        // What saves tax, or loses, uses nothing of a limit.
        const spent = isNegative(used) ? "0" : used;
        return [{ name, most, used: spent, left: difference(most, spent) }];
    });
}

/** A limit in a few words, for a figure's note: the one that is broken, or else the first. */
export function budgetInWords(of: Pick<Tax, "limits" | "proposal">): string {
    const all = budgetsOf(of);
    const broken = all.find((each) => isNegative(each.left));
    if (broken) return `a plan’s ${broken.name}: ${dollars(size(broken.left))} over ${dollars(broken.most)}`;
    const [first] = all;
    if (!first) return "no limit is set for a plan";
    return `a plan’s ${first.name}: ${dollars(first.left)} left of ${dollars(first.most)}`;
}
