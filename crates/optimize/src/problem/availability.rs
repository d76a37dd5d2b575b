//! Which lots may be sold and which securities bought, as far as rules go that look at one of them
//! by itself, whatever else a plan does.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use portfolio::household::{Action, Lot, Portfolio};
use portfolio::{AccountKind, Decimal, SecurityKind};

use super::Bars;

/// Everything that is barred in one portfolio.
pub(crate) struct Barred<'a> {
    portfolio: &'a Portfolio,
    bars: &'a Bars,
    /// Groups in which no loss may be taken: bought in the 30 days up to `as_of`.
    no_loss: BTreeSet<&'a str>,
    /// May this security be bought?
    buyable: Vec<bool>,
}

impl<'a> Barred<'a> {
    pub(crate) fn new(portfolio: &'a Portfolio, bars: &'a Bars) -> Barred<'a> {
        let no_buy = groups_sold_at_a_loss(portfolio);
        let able: Vec<bool> =
            (0..portfolio.securities.len()).map(|i| able_to_buy(portfolio, i, &no_buy)).collect();
        let chosen = |i: usize| able[i] && !passed_over(portfolio, i, &able);
        let barred = |i: &usize| bars.purchases.contains(i) || bars.securities.contains(i);
        let buyable = (0..able.len()).map(|i| chosen(i) && !barred(&i)).collect();
        Barred { portfolio, bars, no_loss: groups_bought(portfolio), buyable }
    }

    /// Whether some plan may buy this security.
    pub(crate) fn may_buy(&self, security: usize) -> bool {
        self.buyable[security]
    }

    /// Whether some plan may sell of this lot.
    pub(crate) fn may_sell(&self, lot: usize) -> bool {
        let p = self.portfolio;
        let l = &p.lots[lot];
        let position = &p.positions[l.position];
        let security = &p.securities[position.security];
        let taxable = p.accounts[position.account].kind == AccountKind::Taxable;
        let w = &p.wishes;
        if w.no_sells
            || w.do_not_sell.contains(&position.security)
            || self.bars.securities.contains(&position.security)
        {
            return false;
        }
        if w.kept_lots.contains(&lot) || self.bars.lots.contains(&lot) {
            return false;
        }
        if let (Some(months), Some(acquired)) = (w.holding_months_min, l.acquired)
            && acquired > tax::holding::months_before(p.as_of, months)
        {
            return false;
        }
        if !taxable {
            return true;
        }
        let loss = security.price < l.basis_per_share;
        let short_gain = security.price > l.basis_per_share && !is_long_term(l, p.as_of);
        let recent_payer = w.qualified_dividends && security.pays_dividends && held_days(l, p.as_of) <= 60;
        !(loss && self.no_loss.contains(security.identical_group.as_str())
            || short_gain && w.short_term_forbidden
            || recent_payer)
    }
}

/// Whether a lot is long-term on `as_of`; a date wins over a stated term.
pub(crate) fn is_long_term(lot: &Lot, as_of: Date) -> bool {
    match lot.acquired {
        Some(acquired) => tax::holding::is_long_term(acquired, as_of),
        None => lot.stated_long_term.unwrap_or(false),
    }
}

/// USD of the purchases and sales on record for `as_of`.
pub(crate) fn traded_today(portfolio: &Portfolio) -> Decimal {
    let today =
        portfolio.transactions.iter().filter(|t| t.date == portfolio.as_of && t.action != Action::Reinvest);
    today.map(|t| t.quantity * t.price).sum()
}

fn held_days(lot: &Lot, as_of: Date) -> i32 {
    lot.acquired.map_or(i32::MAX, |d| (as_of - d).get_days())
}

/// The 30 days up to and including `as_of`.
fn in_wash_window(day: Date, as_of: Date) -> bool {
    (0..=30).contains(&(as_of - day).get_days())
}

/// Groups of which any account bought in the window for more than the tolerance: the larger of
/// recent lots at today's price and of purchases on record at theirs.
fn groups_bought(p: &Portfolio) -> BTreeSet<&str> {
    let mut bought: BTreeMap<&str, (Decimal, Decimal)> = BTreeMap::new();
    for lot in &p.lots {
        let security = &p.securities[p.positions[lot.position].security];
        if lot.acquired.is_some_and(|d| in_wash_window(d, p.as_of)) {
            bought.entry(&security.identical_group).or_default().0 += lot.quantity * security.price;
        }
    }
    for t in &p.transactions {
        if t.action != Action::Sell && in_wash_window(t.date, p.as_of) {
            bought.entry(p.group_of(t)).or_default().1 += t.quantity * t.price;
        }
    }
    let over = bought.into_iter().filter(|(_, (lots, rows))| *lots.max(rows) > p.wash_sale_tolerance_usd);
    over.map(|(group, _)| group).collect()
}

/// Groups of which a taxable account sold at a loss in the window.
fn groups_sold_at_a_loss(p: &Portfolio) -> BTreeSet<&str> {
    let at_a_loss = p.transactions.iter().filter(|t| {
        let account = t.account_id.as_deref().and_then(|a| p.account(a));
        let taxable = account.is_none_or(|a| p.accounts[a].kind == AccountKind::Taxable);
        t.action == Action::Sell
            && t.realised_gain.is_some_and(|g| g < Decimal::ZERO)
            && taxable
            && in_wash_window(t.date, p.as_of)
    });
    at_a_loss.map(|t| p.group_of(t)).collect()
}

/// Whether the security by itself could be bought.
fn able_to_buy(p: &Portfolio, i: usize, no_buy: &BTreeSet<&str>) -> bool {
    let (s, w) = (&p.securities[i], &p.wishes);
    let spaced = s.asset_class.replace('_', " ");
    let avoided = w.avoided_classes.iter().any(|c| c.replace('_', " ") == spaced);
    let excluded = w.excluded.iter().any(|x| s.industries.iter().any(|y| y == x.word()));
    let rated_too_low = w.esg_minimum.is_some_and(|minimum| s.esg.is_none_or(|r| r < minimum));
    s.buyable
        && !w.do_not_buy.contains(&i)
        && !avoided
        && !excluded
        && !rated_too_low
        && !no_buy.contains(s.identical_group.as_str())
}

/// Whether a preferred ticker or an ETF of its class has to be bought in its place.
fn passed_over(p: &Portfolio, i: usize, able: &[bool]) -> bool {
    let (s, w) = (&p.securities[i], &p.wishes);
    let same_class = |j: &usize| p.securities[*j].asset_class == s.asset_class;
    let preferred = w.preferred.contains(&i);
    let other_preferred = w.preferred.iter().any(|j| same_class(j) && able[*j]);
    if other_preferred && !preferred {
        return true;
    }
    let etf = |j: &usize| p.securities[*j].kind == SecurityKind::Etf && able[*j];
    w.prefer_etfs
        && s.kind == SecurityKind::MutualFund
        && !preferred
        && (0..able.len()).any(|j| same_class(&j) && etf(&j))
}
