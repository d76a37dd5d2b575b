//! What does a plan add to the year's tax by the brackets, where its flat rates stop being true.
//!
//! In: the year's table, the household's [`Income`] and flat [`Rates`], and the net gains of the year
//! without and with the plan, USD. Out: [`Bracketed`], the same amount as [`Rates::added_tax`] with every
//! flat federal rate replaced by the brackets, and the NIIT by its threshold. The invariant is that the
//! two are equal to the last digit while no bound is crossed: what a loss is worth beyond this year's
//! deduction, and how the characters meet, is taken from the flat rates' own terms.

use rust_decimal::Decimal;

use crate::brackets::{Bracket, YearTable};
use crate::income_tax::{YearIncome, net_investment_income_tax};
use crate::plan_tax::{Netting, Rates};

/// What a household has beside its capital result, USD and a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Income {
    /// Ordinary taxable income without any capital result.
    pub ordinary: Decimal,
    /// Modified adjusted gross income without any capital result.
    pub magi: Decimal,
    /// Flat state rate.
    pub state_rate: Decimal,
}

/// A bound between the income that the flat rates were looked up at and the income with the year's gains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crossing {
    /// Of the brackets of ordinary income, which short-term gains fill.
    Ordinary {
        /// USD of taxable income.
        bound: Decimal,
        /// The rate above it.
        above: Decimal,
    },
    /// Of the 0, 15 and 20 % on long-term gains.
    LongTerm {
        /// USD of taxable income.
        bound: Decimal,
        /// The rate above it.
        above: Decimal,
    },
    /// Of the net investment income tax.
    Niit {
        /// USD of modified adjusted gross income.
        bound: Decimal,
        /// The rate above it.
        above: Decimal,
    },
}

/// What a plan adds to the tax of the year, USD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bracketed {
    /// Federal income tax, bracket by bracket.
    pub federal: Decimal,
    /// Net investment income tax.
    pub niit: Decimal,
    /// State tax at its flat rate.
    pub state: Decimal,
    /// Less the worth of losses carried on to later years, which no bracket of this year touches.
    pub carried: Decimal,
    /// The bounds that the year's gains cross, in the order of their amounts within each table.
    pub crossed: Vec<Crossing>,
}

impl Bracketed {
    /// The whole, as comparable to [`Rates::added_tax`].
    #[must_use]
    pub fn total(&self) -> Decimal {
        [self.niit, self.state, self.carried].into_iter().fold(self.federal, Decimal::saturating_add)
    }
}

/// tax(S, L) − tax(S₀, L₀) by the brackets, where `before` is (S₀, L₀) and `after` (S, L): net
/// (short-term, long-term) gains of the year in USD.
///
/// Net investment income is the net gain alone: dividends and interest are not in a portfolio document,
/// and what the gain adds to the tax does not depend on them while `magi` holds them.
///
/// # Source
/// IRC s.1(h), 1(j), 1211(b), 1411(a)(1); rules 2.7 to 2.10 of the tax facts: a trade is priced as tax with it
/// less tax without it. House decision of 2026-11-26: losses count as far as model.md's T counts them.
#[must_use]
pub fn added_tax(
    table: &YearTable,
    income: Income,
    rates: &Rates,
    before: (Decimal, Decimal),
    after: (Decimal, Decimal),
) -> Bracketed {
    let limited = YearTable { capital_loss_limit: rates.ordinary_loss_limit, ..table.clone() };
    let (without, with) = (Counted::of(rates, before, before), Counted::of(rates, before, after));
    let year = YearIncome {
        ordinary: income.ordinary,
        short_term: without.short,
        long_term: without.long,
        qualified_dividends: Decimal::ZERO,
    };
    let moved = |with: Decimal, without: Decimal| with.saturating_sub(without);
    let niit = |of: &Counted| {
        let magi = income.magi.saturating_add(of.net());
        net_investment_income_tax(&limited, of.net().max(Decimal::ZERO), magi)
    };
    Bracketed {
        federal: year.added_tax(&limited, moved(with.short, without.short), moved(with.long, without.long)),
        niit: moved(niit(&with), niit(&without)),
        state: income.state_rate.saturating_mul(moved(with.net(), without.net())),
        carried: rates.carryforward.saturating_mul(moved(without.carried, with.carried)),
        crossed: crossed(table, income, &with),
    }
}

fn crossed(table: &YearTable, income: Income, with: &Counted) -> Vec<Crossing> {
    let (at, net) = (income.ordinary, with.net());
    // Of a net gain what is long-term is taxed on top; the rest, and a loss, moves ordinary income.
    let long = with.long.min(net).max(Decimal::ZERO);
    let ordinary = at.saturating_add(net.saturating_sub(long));
    let between = |steps: &[Bracket], to: Decimal| -> Vec<(Decimal, Decimal)> {
        let (low, high) = (at.min(to), at.max(to));
        let bounds = steps.windows(2).filter_map(|pair| Some((pair[0].up_to?, pair[1].rate)));
        bounds.filter(|(bound, _)| (low..high).contains(bound)).collect()
    };
    let mut found: Vec<Crossing> = between(&table.ordinary, ordinary)
        .into_iter()
        .map(|(bound, above)| Crossing::Ordinary { bound, above })
        .collect();
    if long > Decimal::ZERO {
        let of_long = between(&table.long_term, ordinary.saturating_add(long));
        found.extend(of_long.into_iter().map(|(bound, above)| Crossing::LongTerm { bound, above }));
    }
    let (bound, above) = (table.niit_threshold, table.niit_rate);
    let magi = income.magi.saturating_add(net);
    if (income.magi.min(magi)..income.magi.max(magi)).contains(&bound) {
        found.push(Crossing::Niit { bound, above });
    }
    found
}

/// The net gains that T counts, losses as far as they lower this year's income.
struct Counted {
    short: Decimal,
    long: Decimal,
    /// Loss that is carried on and worth something later.
    carried: Decimal,
}

impl Counted {
    fn of(rates: &Rates, before: (Decimal, Decimal), (s, l): (Decimal, Decimal)) -> Counted {
        let zero = Decimal::ZERO;
        if rates.netting == Netting::Separate {
            return Counted { short: s.max(zero), long: l.max(zero), carried: zero };
        }
        let net = s.saturating_add(l);
        if net > zero {
            return Counted { short: s, long: l, carried: zero };
        }
        let least = before.0.saturating_add(before.1).saturating_mul(Decimal::NEGATIVE_ONE);
        let counted = net.saturating_mul(Decimal::NEGATIVE_ONE).min(rates.harvest_usd.max(least));
        let now = counted.min(rates.ordinary_loss_limit);
        Counted { short: -now, long: zero, carried: counted.saturating_sub(now) }
    }

    fn net(&self) -> Decimal {
        self.short.saturating_add(self.long)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::brackets::{FilingStatus, table};
    use crate::rates::look_up;

    fn usd(value: i64) -> Decimal {
        Decimal::new(value, 0)
    }

    fn zeroes() -> (Decimal, Decimal) {
        (Decimal::ZERO, Decimal::ZERO)
    }

    fn of_2026(ordinary: i64) -> (Income, Rates) {
        let (ordinary, state_rate) = (usd(ordinary), Decimal::ZERO);
        let rates = look_up(2026, FilingStatus::Single, ordinary, ordinary, state_rate).unwrap().plan_rates();
        (Income { ordinary, magi: ordinary, state_rate }, rates)
    }

    fn single() -> &'static YearTable {
        table(2026, FilingStatus::Single).unwrap()
    }

    #[test]
    fn a_long_gain_that_leaves_the_zero_bracket() {
        let (income, rates) = of_2026(40_000);
        let plan = (usd(0), usd(20_000));
        assert_eq!(rates.added_tax(plan.0, plan.1, usd(0), usd(0)), usd(0));
        // T-TAX-2 without the tax of its ordinary income: 10,550 of the gain at 15 %.
        let exact = added_tax(single(), income, &rates, zeroes(), plan);
        assert_eq!((exact.total(), exact.niit), (Decimal::new(158_250, 2), usd(0)));
        let zero_ends = Crossing::LongTerm { bound: usd(49_450), above: Decimal::new(15, 2) };
        assert_eq!(exact.crossed, [zero_ends]);
    }

    #[test]
    fn a_gain_that_crosses_the_threshold_of_niit() {
        let (income, rates) = of_2026(190_000);
        let plan = (usd(0), usd(30_000));
        assert_eq!(rates.added_tax(plan.0, plan.1, usd(0), usd(0)), usd(4_500));
        let exact = added_tax(single(), income, &rates, zeroes(), plan);
        assert_eq!((exact.federal, exact.niit), (usd(4_500), usd(760)));
        assert_eq!(exact.crossed, [Crossing::Niit { bound: usd(200_000), above: Decimal::new(38, 3) }]);
    }

    #[test]
    fn a_short_gain_fills_ordinary_brackets() {
        let (income, rates) = of_2026(105_000);
        let exact = added_tax(single(), income, &rates, zeroes(), (usd(10_000), usd(0)));
        assert_eq!(exact.total(), usd(700) * Decimal::new(22, 2) + usd(9_300) * Decimal::new(24, 2));
        assert_eq!(exact.crossed, [Crossing::Ordinary { bound: usd(105_700), above: Decimal::new(24, 2) }]);
    }

    /// Well inside every bracket, the brackets give what the flat rates give, in every case of the model.
    #[test]
    fn inside_a_bracket_both_are_equal() {
        let ordinary = usd(160_000);
        let rates = look_up(2026, FilingStatus::Single, ordinary, ordinary, Decimal::new(5, 2)).unwrap();
        let income = Income { ordinary, magi: ordinary, state_rate: Decimal::new(5, 2) };
        let amounts = [-9_000, -3_000, -500, 0, 700, 4_000, 12_000].map(usd);
        for (harvest, netting) in [
            (0, Netting::ScheduleD),
            (2_000, Netting::ScheduleD),
            (20_000, Netting::ScheduleD),
            (0, Netting::Separate),
        ] {
            let rates = Rates { harvest_usd: usd(harvest), netting, ..rates.plan_rates() };
            for (s0, l0) in amounts.iter().flat_map(|s| amounts.iter().map(move |l| (*s, *l))) {
                for (s, l) in amounts.iter().flat_map(|s| amounts.iter().map(move |l| (*s, *l))) {
                    let exact = added_tax(single(), income, &rates, (s0, l0), (s, l)).total();
                    assert_eq!(exact, rates.added_tax(s, l, s0, l0), "{s0} {l0} {s} {l} {harvest}");
                }
            }
        }
    }

    #[test]
    fn no_amount_overflows() {
        let (income, rates) = of_2026(40_000);
        let huge = (Decimal::MAX, Decimal::MAX);
        let _ = added_tax(single(), income, &rates, (Decimal::MIN, Decimal::MIN), huge).total();
        let _ = added_tax(single(), income, &rates, huge, (Decimal::MIN, Decimal::MIN)).total();
    }
}
