//! What is an account worth after tax, and what does a holding cost where it lies.
//!
//! In: USD and rates (fractions). Out: USD or fractions a year. The invariant is that a retirement
//! account has no current gain or loss.

use rust_decimal::Decimal;

/// How an account is taxed in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account {
    /// Gains are taxed as they are realised; `basis` in USD, `rate` on gains.
    Taxable {
        /// Cost basis of what is held, USD.
        basis: Decimal,
        /// The rate on gains.
        rate: Decimal,
    },
    /// Everything withdrawn is ordinary income at `rate`.
    Traditional {
        /// The rate in retirement.
        rate: Decimal,
    },
    /// Nothing is taxed.
    Roth,
}

/// The after-tax value of `market_value` USD in an account.
///
/// # Source
/// Reichenstein, Financial Analysts Journal 62(4), 2006; for taxable accounts the haircut for a
/// full liquidation is a convention.
#[must_use]
pub fn after_tax_value(market_value: Decimal, account: Account) -> Decimal {
    let tax = match account {
        Account::Taxable { basis, rate } => rate.saturating_mul(market_value.saturating_sub(basis)),
        Account::Traditional { rate } => rate.saturating_mul(market_value),
        Account::Roth => Decimal::ZERO,
    };
    market_value.saturating_sub(tax)
}

/// The part of a realised gain (or loss, negative) that enters the year's tax, USD.
///
/// # Source
/// IRC s.408(e)(1), 401(a), 501(a): no current gain or loss in retirement accounts.
#[must_use]
pub fn taxed_part(gain: Decimal, account: Account) -> Decimal {
    match account {
        Account::Taxable { .. } => gain,
        Account::Traditional { .. } | Account::Roth => Decimal::ZERO,
    }
}

/// What a holding pays and realises a year, as fractions of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Yield {
    /// Interest, REIT dividends and the like.
    pub ordinary: Decimal,
    /// Qualified dividends.
    pub qualified: Decimal,
    /// Gains realised by turnover.
    pub realised_gain: Decimal,
}

/// The tax a year on a holding in a taxable account, as a fraction of its value: what a retirement
/// account avoids.
///
/// # Source
/// Rule 6.4 of the tax facts: yield · rate + turnover · realised gain · rate.
#[must_use]
pub fn tax_drag(yields: Yield, ordinary_rate: Decimal, long_term_rate: Decimal) -> Decimal {
    let preferred = yields.qualified.saturating_add(yields.realised_gain);
    yields.ordinary.saturating_mul(ordinary_rate).saturating_add(preferred.saturating_mul(long_term_rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(value: i64) -> Decimal {
        Decimal::new(value, 0)
    }

    fn pct(value: i64) -> Decimal {
        Decimal::new(value, 2)
    }

    #[test]
    fn at_1_a_401k_is_worth_what_is_left_after_withdrawal() {
        let account = Account::Traditional { rate: pct(33) };
        assert_eq!(after_tax_value(usd(100_000), account), usd(67_000));
    }

    #[test]
    fn at_2_a_taxable_account_owes_tax_on_its_gain() {
        let account = Account::Taxable { basis: usd(60_000), rate: pct(15) };
        assert_eq!(after_tax_value(usd(100_000), account), usd(94_000));
    }

    #[test]
    fn at_3_the_mix_after_tax_is_another_than_before() {
        let (stocks, bonds) = (usd(500_000), usd(375_000));
        let before = stocks / (stocks + bonds);
        assert_eq!(before.round_dp(3), Decimal::new(571, 3));
        let stocks = after_tax_value(stocks, Account::Traditional { rate: pct(25) });
        let bonds = after_tax_value(bonds, Account::Roth);
        assert_eq!(stocks / (stocks + bonds), pct(50));
    }

    #[test]
    fn at_4_a_loss_in_an_ira_has_no_tax_effect() {
        for account in [Account::Traditional { rate: pct(25) }, Account::Roth] {
            assert_eq!(taxed_part(usd(-5_000), account), usd(0));
        }
        let taxable = Account::Taxable { basis: usd(0), rate: pct(15) };
        assert_eq!(taxed_part(usd(-5_000), taxable), usd(-5_000));
    }

    #[test]
    fn al_1_the_drag_of_a_reit() {
        let reit = Yield { ordinary: pct(4), qualified: usd(0), realised_gain: usd(0) };
        assert_eq!(tax_drag(reit, Decimal::new(408, 3), pct(15)), Decimal::new(1_632, 5));
        // With the 20 % deduction of s.199A, whose status is unconfirmed: 37 % · 0.8 + 3.8 %.
        let with_199a = Decimal::new(37, 2) * Decimal::new(8, 1) + Decimal::new(38, 3);
        assert_eq!(tax_drag(reit, with_199a, pct(15)), Decimal::new(1_336, 5));
    }
}
