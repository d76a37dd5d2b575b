//! What of a year's capital result is deducted now and what is carried on.
//!
//! In: the year's net short-term and long-term results (losses carried in already in them), the
//! ordinary loss limit and taxable income. Out: the deduction, the parts that are taxed, and the
//! carry-over by character. The invariant is conservation: what is neither taxed, deducted nor
//! carried is only what the worksheet takes for income that is not there.

use rust_decimal::Decimal;

/// Net results of a year, USD; gains positive, losses negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearResult {
    /// Schedule D line 7: net short-term.
    pub short_term: Decimal,
    /// Schedule D line 15: net long-term.
    pub long_term: Decimal,
    /// The most that ordinary income absorbs: 3,000, or 1,500 filing separately.
    pub limit: Decimal,
    /// Form 1040 line 15 after the deduction; it may be negative where income is below the
    /// deductions. It matters only where income is too low to use the deduction.
    pub taxable_income: Decimal,
}

/// What becomes of a year's result, USD, all >= 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Netted {
    /// Net loss deducted from ordinary income this year.
    pub deducted: Decimal,
    /// Short-term gain left after netting, taxed at ordinary rates.
    pub short_term_gain: Decimal,
    /// Net capital gain, taxed at the long-term rates.
    pub net_capital_gain: Decimal,
    /// Short-term loss carried to the next year.
    pub short_term_carried: Decimal,
    /// Long-term loss carried to the next year.
    pub long_term_carried: Decimal,
}

/// Nets a year: the characters against each other, a net loss against ordinary income up to the
/// limit, the rest carried on in its own character, short-term loss being used up first.
///
/// # Source
/// IRC s.1211(b), 1212(b)(1)-(2), 1222(11); Schedule D Capital Loss Carryover Worksheet, form 2.4
/// of the tax facts.
#[must_use]
pub fn net(year: YearResult) -> Netted {
    let zero = Decimal::ZERO;
    let YearResult { short_term: s, long_term: l, limit, taxable_income } = year;
    let total = s.saturating_add(l);
    let deducted = (-total).max(zero).min(limit.max(zero));
    let adjusted_income = taxable_income.saturating_add(deducted).max(zero);
    let used = deducted.min(adjusted_income);
    let short_loss = (-s).max(zero);
    let long_loss = (-l).max(zero);
    let used_of_long = used.saturating_sub(short_loss).max(zero);
    let net_capital_gain = l.min(total).max(zero);
    Netted {
        deducted,
        short_term_gain: total.max(zero).saturating_sub(net_capital_gain),
        net_capital_gain,
        short_term_carried: short_loss.saturating_sub(used).saturating_sub(l.max(zero)).max(zero),
        long_term_carried: long_loss.saturating_sub(s.max(zero)).saturating_sub(used_of_long).max(zero),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(value: i64) -> Decimal {
        Decimal::new(value, 0)
    }

    fn netted(s: i64, l: i64, limit: i64, income: i64) -> [i64; 5] {
        let got = net(YearResult {
            short_term: usd(s),
            long_term: usd(l),
            limit: usd(limit),
            taxable_income: usd(income),
        });
        [
            got.deducted,
            got.short_term_carried,
            got.long_term_carried,
            got.short_term_gain,
            got.net_capital_gain,
        ]
        .map(|amount| i64::try_from(amount).unwrap())
    }

    #[test]
    fn net_1_to_net_9_deduction_and_carry_over_by_character() {
        for (id, s, l, limit, income, expected) in [
            ("NET-1", -10_000, 4_000, 3_000, 50_000, [3_000, 3_000, 0, 0, 0]),
            ("NET-2", 2_000, -12_000, 3_000, 60_000, [3_000, 0, 7_000, 0, 0]),
            ("NET-3", -7_000, -9_000, 3_000, 50_000, [3_000, 4_000, 9_000, 0, 0]),
            ("NET-4", -1_000, -5_000, 3_000, 50_000, [3_000, 0, 3_000, 0, 0]),
            ("NET-5", -10_000, 0, 1_500, 60_000, [1_500, 8_500, 0, 0, 0]),
            ("NET-6", -2_000, 8_000, 3_000, 50_000, [0, 0, 0, 0, 6_000]),
            ("NET-7", 5_000, -2_000, 3_000, 50_000, [0, 0, 0, 3_000, 0]),
            ("NET-8", -5_000, 0, 3_000, -5_100, [3_000, 5_000, 0, 0, 0]),
            ("NET-9", -5_000, 0, 3_000, -1_000, [3_000, 3_000, 0, 0, 0]),
        ] {
            assert_eq!(netted(s, l, limit, income), expected, "{id}");
        }
    }

    #[test]
    fn with_income_enough_every_dollar_is_taxed_deducted_or_carried() {
        for s in (-9_000..9_000).step_by(700) {
            for l in (-9_000..9_000).step_by(700) {
                let [deducted, st, lt, gain, capital] = netted(s, l, 3_000, 100_000);
                assert_eq!(gain + capital - deducted - st - lt, s + l, "{s} {l}");
            }
        }
    }

    #[test]
    fn extreme_amounts_saturate() {
        let _ = net(YearResult {
            short_term: Decimal::MIN,
            long_term: Decimal::MIN,
            limit: Decimal::MAX,
            taxable_income: Decimal::MIN,
        });
    }
}
