//! What holds before any trade: the portfolio, indexed once.
//!
//! In: a portfolio and the tax rates. Out: [`Facts`]: names to indices, which lots are long-term,
//! which groups may not be sold at a loss or bought, what can be bought at all. Invariant: no rule
//! searches a list of lots again, so a validation is linear in the documents.

use std::collections::HashMap;

use portfolio::household::{AccountKind, Position, Security};
use portfolio::{Decimal, Portfolio};
use tax::holding::is_long_term;
use tax::plan_tax::Rates;

use crate::facts::wash::WashWindow;

pub(crate) mod wash;
pub(crate) mod wishes;

/// A portfolio, indexed.
#[derive(Debug)]
pub(crate) struct Facts<'a> {
    /// The document.
    pub(crate) portfolio: &'a Portfolio,
    /// With which its gains are taxed.
    pub(crate) rates: &'a Rates,
    /// V, USD.
    pub(crate) value: Decimal,
    /// Shares per position.
    pub(crate) held: Vec<Decimal>,
    /// Per lot: whether a sale on `as_of` is long-term.
    pub(crate) long_term: Vec<bool>,
    /// Purchases and loss sales of the last 30 days.
    pub(crate) wash: WashWindow,
    /// Per security: whether some rule bars buying it, whatever else the plan does.
    pub(crate) buyable: Vec<bool>,
    accounts: HashMap<&'a str, usize>,
    securities: HashMap<&'a str, usize>,
    lots: HashMap<&'a str, usize>,
    positions: HashMap<(usize, usize), usize>,
}

impl<'a> Facts<'a> {
    /// Indexes `portfolio`.
    pub(crate) fn of(portfolio: &'a Portfolio, rates: &'a Rates) -> Facts<'a> {
        let named =
            |names: &mut dyn Iterator<Item = &'a str>| names.enumerate().map(|(i, n)| (n, i)).collect();
        let securities: HashMap<&str, usize> =
            named(&mut portfolio.securities.iter().map(|s| s.ticker.as_str()));
        let wash = WashWindow::of(portfolio, &securities);
        let buyable = (0..portfolio.securities.len())
            .map(|s| !wash.purchase_barred[s] && wishes::purchase_bars(portfolio, s).is_none())
            .collect();
        Facts {
            portfolio,
            rates,
            value: portfolio.value(),
            held: portfolio.positions.iter().map(|p| portfolio.position_quantity(p)).collect(),
            long_term: portfolio.lots.iter().map(|lot| is_long(portfolio, lot)).collect(),
            wash,
            buyable,
            accounts: named(&mut portfolio.accounts.iter().map(|a| a.account_id.as_str())),
            securities,
            lots: named(&mut portfolio.lots.iter().map(|l| l.lot_id.as_str())),
            positions: portfolio
                .positions
                .iter()
                .enumerate()
                .filter(|(_, p)| !p.lots.is_empty())
                .map(|(i, p)| ((p.account, p.security), i))
                .collect(),
        }
    }

    /// Index of an account; `None` stands for the only one.
    pub(crate) fn account(&self, account_id: Option<&str>) -> Option<usize> {
        match account_id {
            Some(name) => self.accounts.get(name).copied(),
            None => (self.portfolio.accounts.len() == 1).then_some(0),
        }
    }

    /// Index of a security.
    pub(crate) fn security(&self, ticker: &str) -> Option<usize> {
        self.securities.get(ticker).copied()
    }

    /// Index of a lot of this account and security.
    pub(crate) fn lot_of(&self, account: usize, security: usize, lot_id: &str) -> Option<usize> {
        let lot = *self.lots.get(lot_id)?;
        let position = self.position_of(lot);
        (position.account == account && position.security == security).then_some(lot)
    }

    /// Shares of a security in an account.
    pub(crate) fn held_in(&self, account: usize, security: usize) -> Decimal {
        self.positions.get(&(account, security)).map_or(Decimal::ZERO, |p| self.held[*p])
    }

    /// USD held of a security over the whole household, before the plan.
    pub(crate) fn value_held(&self, security: usize) -> Decimal {
        let of_it = self.portfolio.positions.iter().zip(&self.held).filter(|(p, _)| p.security == security);
        let shares = of_it.fold(Decimal::ZERO, |sum, (_, held)| sum.saturating_add(*held));
        shares.saturating_mul(self.portfolio.securities[security].price)
    }

    /// The position that a lot belongs to.
    pub(crate) fn position_of(&self, lot: usize) -> &'a Position {
        &self.portfolio.positions[self.portfolio.lots[lot].position]
    }

    /// The security that a lot is of.
    pub(crate) fn security_of(&self, lot: usize) -> &'a Security {
        &self.portfolio.securities[self.position_of(lot).security]
    }

    /// Whether gains of this account are taxed.
    pub(crate) fn taxable(&self, account: usize) -> bool {
        self.portfolio.accounts[account].kind == AccountKind::Taxable
    }

    /// Whether a sale of this lot counts for the tax.
    pub(crate) fn lot_taxable(&self, lot: usize) -> bool {
        self.taxable(self.position_of(lot).account)
    }

    /// price − basis of a lot, USD per share.
    pub(crate) fn gain_per_share(&self, lot: usize) -> Decimal {
        self.security_of(lot).price.saturating_sub(self.portfolio.lots[lot].basis_per_share)
    }

    /// Whether a sale of this lot realises a short-term gain that counts.
    pub(crate) fn short_gain(&self, lot: usize) -> bool {
        self.lot_taxable(lot) && !self.long_term[lot] && self.gain_per_share(lot) > Decimal::ZERO
    }

    /// Calendar days since the lot was acquired; `None` where the date is not known.
    pub(crate) fn days_held(&self, lot: usize) -> Option<i64> {
        let acquired = self.portfolio.lots[lot].acquired?;
        Some(tax::holding::days_between(acquired, self.portfolio.as_of))
    }

    /// The net gains that the year starts with: (short, long), USD.
    pub(crate) fn year_so_far(&self) -> (Decimal, Decimal) {
        let tax = &self.portfolio.tax;
        (
            tax.realised_short.saturating_sub(tax.carried_short),
            tax.realised_long.saturating_sub(tax.carried_long),
        )
    }

    /// `account/ticker`.
    pub(crate) fn position_name(&self, account: usize, security: usize) -> String {
        let (a, s) = (&self.portfolio.accounts[account], &self.portfolio.securities[security]);
        format!("{}/{}", a.account_id, s.ticker)
    }

    /// `account/ticker/lot`.
    pub(crate) fn lot_name(&self, lot: usize) -> String {
        let position = self.position_of(lot);
        format!(
            "{}/{}",
            self.position_name(position.account, position.security),
            self.portfolio.lots[lot].lot_id
        )
    }

    /// USD as a part of V.
    pub(crate) fn weight(&self, usd: Decimal) -> Decimal {
        usd.checked_div(self.value).unwrap_or(if usd.is_sign_negative() {
            Decimal::MIN
        } else {
            Decimal::MAX
        })
    }
}

/// A date wins over a stated type; neither means short-term.
fn is_long(portfolio: &Portfolio, lot: &portfolio::Lot) -> bool {
    match lot.acquired {
        Some(acquired) => is_long_term(acquired, portfolio.as_of),
        None => lot.stated_long_term.unwrap_or(false),
    }
}
