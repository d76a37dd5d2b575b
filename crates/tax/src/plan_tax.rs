//! What does a plan add to the year's tax: the term `T` of the rebalancing model.
//!
//! In: net short-term and long-term gains in USD and the household's flat marginal rates. Out: USD
//! of tax, negative where losses save some. The invariant is agreement, case by case, with the
//! table of the model and with its independent evaluator. The bracket-exact tax of a year is in
//! [`crate::income_tax`]; this function is what plans are compared by.

use rust_decimal::Decimal;

/// How gains and losses of the two characters meet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Netting {
    /// Across characters, with the ordinary loss limit and a value of what is carried on.
    #[default]
    ScheduleD,
    /// Equation (45): each character alone, losses worth nothing.
    Separate,
}

/// The flat rates and limits with which plans are priced. Rates are fractions, limits USD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rates {
    /// On net short-term gains.
    pub short_term: Decimal,
    /// On net long-term gains.
    pub long_term: Decimal,
    /// Saved per USD of loss that is deducted from ordinary income.
    pub ordinary: Decimal,
    /// Worth per USD of loss that is carried on to later years.
    pub carryforward: Decimal,
    /// The most loss that ordinary income can absorb in a year: 3,000, or 1,500 filing separately.
    pub ordinary_loss_limit: Decimal,
    /// How the characters are netted.
    pub netting: Netting,
    /// H of `harvest_losses_up_to_H_usd`: how much net loss is worth having; 0 without the wish.
    pub harvest_usd: Decimal,
}

impl Default for Rates {
    /// The defaults of the model: 35 % short, 15 % long, carried losses at half the long rate.
    fn default() -> Self {
        Self {
            short_term: Decimal::new(35, 2),
            long_term: Decimal::new(15, 2),
            ordinary: Decimal::new(35, 2),
            carryforward: Decimal::new(75, 3),
            ordinary_loss_limit: Decimal::new(3_000, 0),
            netting: Netting::ScheduleD,
            harvest_usd: Decimal::ZERO,
        }
    }
}

impl Rates {
    /// tax(S, L) in USD, of the net short-term gain `s` and long-term gain `l` of the year, where
    /// `s0` and `l0` are those gains before the plan (they bound how much loss counts).
    ///
    /// Amounts beyond what a decimal holds saturate.
    ///
    /// # Source
    /// Rebalancing model, table "T, tax, USD"; IRC s.1211(b), 1222.
    #[must_use]
    pub fn tax(&self, s: Decimal, l: Decimal, s0: Decimal, l0: Decimal) -> Decimal {
        let zero = Decimal::ZERO;
        let by_character =
            || times(self.short_term, s.max(zero)).saturating_add(times(self.long_term, l.max(zero)));
        if self.netting == Netting::Separate {
            return by_character();
        }
        let net = s.saturating_add(l);
        if net <= zero {
            self.worth_of_loss(-net, s0.saturating_add(l0))
        } else if l <= zero {
            times(self.short_term, net)
        } else if s <= zero {
            times(self.long_term, net)
        } else {
            by_character()
        }
    }

    /// What a plan adds: tax(S, L) − tax(S₀, L₀), in USD.
    ///
    /// # Source
    /// Rebalancing model, "T, tax, USD".
    #[must_use]
    pub fn added_tax(&self, s: Decimal, l: Decimal, s0: Decimal, l0: Decimal) -> Decimal {
        self.tax(s, l, s0, l0).saturating_sub(self.tax(s0, l0, s0, l0))
    }

    /// The (negative) tax of a net loss of `loss` >= 0 USD, of which `net0` was there before.
    fn worth_of_loss(&self, loss: Decimal, net0: Decimal) -> Decimal {
        let counted = loss.min(self.harvest_usd.max(-net0));
        let now = counted.min(self.ordinary_loss_limit);
        let later = counted.saturating_sub(now);
        -times(self.ordinary, now).saturating_add(times(self.carryforward, later))
    }
}

/// A product that saturates instead of overflowing.
fn times(rate: Decimal, amount: Decimal) -> Decimal {
    rate.saturating_mul(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(value: i64) -> Decimal {
        Decimal::new(value, 0)
    }

    /// What the model's independent evaluator computes, transcribed with whole dollars.
    fn table(r: &Rates, s: i64, l: i64, s0: i64, l0: i64) -> Decimal {
        let x = s + l;
        if x <= 0 {
            let harvest = usd(-x).min(r.harvest_usd.max(usd(-(s0 + l0))));
            let now = harvest.min(r.ordinary_loss_limit);
            return -r.ordinary * now - r.carryforward * (harvest - now);
        }
        match (s, l) {
            (_, l) if l <= 0 => r.short_term * usd(x),
            (s, _) if s <= 0 => r.long_term * usd(x),
            _ => r.short_term * usd(s) + r.long_term * usd(l),
        }
    }

    #[test]
    fn every_case_agrees_with_the_table_of_the_model() {
        let amounts = [-20_000, -3_000, -1_000, 0, 500, 3_000, 12_000];
        for harvest in [0, 3_000, 50_000] {
            let rates = Rates { harvest_usd: usd(harvest), ..Rates::default() };
            for s in amounts {
                for l in amounts {
                    for s0 in amounts {
                        for l0 in amounts {
                            let got = rates.tax(usd(s), usd(l), usd(s0), usd(l0));
                            assert_eq!(got, table(&rates, s, l, s0, l0), "{s} {l} {s0} {l0}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_loss_is_worth_something_only_where_it_was_wished_or_was_there() {
        let plain = Rates::default();
        assert_eq!(plain.added_tax(usd(-5_000), usd(0), usd(0), usd(0)), usd(0));
        let harvest = Rates { harvest_usd: usd(3_000), ..Rates::default() };
        assert_eq!(harvest.added_tax(usd(-5_000), usd(0), usd(0), usd(0)), usd(-1_050));
        assert_eq!(plain.tax(usd(-5_000), usd(0), usd(-5_000), usd(0)), usd(-1_200));
        assert_eq!(plain.added_tax(usd(-3_000), usd(0), usd(-5_000), usd(0)), usd(150));
    }

    #[test]
    fn separate_netting_is_equation_45() {
        let rates = Rates { netting: Netting::Separate, ..Rates::default() };
        assert_eq!(rates.tax(usd(-1_000), usd(1_000), usd(0), usd(0)), usd(150));
        assert_eq!(rates.tax(usd(1_000), usd(-1_000), usd(0), usd(0)), usd(350));
    }

    #[test]
    fn no_amount_overflows() {
        let rates = Rates { short_term: Decimal::MAX, ..Rates::default() };
        assert_eq!(rates.tax(Decimal::MAX, Decimal::MAX, usd(0), usd(0)), Decimal::MAX);
        let _ = rates.added_tax(Decimal::MIN, Decimal::MIN, Decimal::MAX, Decimal::MAX);
    }
}
