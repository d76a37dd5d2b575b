//! Which lots may be sold and which securities bought, as far as rules go that look at one of them
//! by itself, whatever else a plan does.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use portfolio::household::{Action, Lot, Portfolio, Position};
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
    days: Days,
}

/// Days that lots are compared with.
struct Days {
    /// The last day that is long-term.
    long_term: Date,
    /// The last day from which a lot has been held long enough to be sold.
    held: Option<Date>,
    /// The last day from which a dividend is qualified.
    qualified: Date,
}

impl<'a> Barred<'a> {
    pub(crate) fn new(portfolio: &'a Portfolio, bars: &'a Bars) -> Barred<'a> {
        let no_buy = groups_sold_at_a_loss(portfolio);
        let able: Vec<bool> =
            (0..portfolio.securities.len()).map(|i| able_to_buy(portfolio, i, &no_buy)).collect();
        let chosen = |i: usize| able[i] && !passed_over(portfolio, i, &able);
        let barred = |i: &usize| bars.purchases.contains(i) || bars.securities.contains(i);
        let buyable = (0..able.len()).map(|i| chosen(i) && !barred(&i)).collect();
        let days = Days {
            long_term: tax::holding::last_long_term(portfolio.as_of),
            held: portfolio
                .wishes
                .holding_months_min
                .map(|m| tax::holding::months_before(portfolio.as_of, m)),
            qualified: tax::holding::plus_days(portfolio.as_of, -61),
        };
        Barred { portfolio, bars, no_loss: groups_bought(portfolio), buyable, days }
    }

    /// Whether a lot is long-term on `as_of`; a date wins over a stated term.
    pub(crate) fn is_long_term(&self, lot: &Lot) -> bool {
        match lot.acquired {
            Some(acquired) => acquired <= self.days.long_term,
            None => lot.stated_long_term.unwrap_or(false),
        }
    }

    /// Whether some plan may buy this security.
    pub(crate) fn may_buy(&self, security: usize) -> bool {
        self.buyable[security]
    }

    /// What may be sold of a position; nothing where none of its lots may.
    pub(crate) fn sellable(&self, position: &Position) -> Option<Sellable<'_>> {
        let p = self.portfolio;
        let security = &p.securities[position.security];
        let w = &p.wishes;
        if w.no_sells
            || w.do_not_sell.contains(&position.security)
            || self.bars.securities.contains(&position.security)
        {
            return None;
        }
        let taxable = p.accounts[position.account].kind == AccountKind::Taxable;
        Some(Sellable {
            barred: self,
            losses: !taxable || !self.no_loss.contains(security.identical_group.as_str()),
            short_gains: !taxable || !w.short_term_forbidden,
            recent: !taxable || !w.qualified_dividends || !security.pays_dividends,
        })
    }
}

/// What may be sold of one position.
pub(crate) struct Sellable<'a> {
    barred: &'a Barred<'a>,
    /// Lots at a loss, too?
    losses: bool,
    /// Lots whose gain is short-term, too?
    short_gains: bool,
    /// Lots that have not been held long enough for a qualified dividend, too?
    recent: bool,
}

impl Sellable<'_> {
    /// Whether some plan may sell of this lot, whose gain per share has this sign.
    pub(crate) fn has(&self, index: usize, lot: &Lot, gain: Ordering) -> bool {
        let Barred { portfolio, bars, days, .. } = self.barred;
        let is_kept = portfolio.wishes.kept_lots.contains(&index) || bars.lots.contains(&index);
        let is_young = days.held.zip(lot.acquired).is_some_and(|(held, acquired)| acquired > held);
        let is_barred = match gain {
            Ordering::Less => !self.losses,
            Ordering::Equal => false,
            Ordering::Greater => !self.short_gains && !self.barred.is_long_term(lot),
        };
        let is_recent = !self.recent && lot.acquired.is_some_and(|day| day > days.qualified);
        !(is_kept || is_young || is_barred || is_recent)
    }
}

/// USD of the purchases and sales on record for `as_of`.
pub(crate) fn traded_today(portfolio: &Portfolio) -> Decimal {
    let today =
        portfolio.transactions.iter().filter(|t| t.date == portfolio.as_of && t.action != Action::Reinvest);
    today.map(|t| t.quantity * t.price).sum()
}

/// The 30 days up to and including `as_of`.
fn wash_window(as_of: Date) -> std::ops::RangeInclusive<Date> {
    tax::holding::plus_days(as_of, -30)..=as_of
}

/// Groups of which any account bought in the window for more than the tolerance: the larger of
/// recent lots at today's price and of purchases on record at theirs.
fn groups_bought(p: &Portfolio) -> BTreeSet<&str> {
    let window = wash_window(p.as_of);
    let mut by_security = vec![Decimal::ZERO; p.securities.len()];
    for lot in &p.lots {
        if lot.acquired.is_some_and(|d| window.contains(&d)) {
            let security = p.positions[lot.position].security;
            by_security[security] += lot.quantity * p.securities[security].price;
        }
    }
    let mut bought: BTreeMap<&str, (Decimal, Decimal)> = BTreeMap::new();
    for (security, lots) in p.securities.iter().zip(by_security).filter(|(_, lots)| !lots.is_zero()) {
        bought.entry(&security.identical_group).or_default().0 += lots;
    }
    for t in &p.transactions {
        if t.action != Action::Sell && window.contains(&t.date) {
            bought.entry(p.group_of(t)).or_default().1 += t.quantity * t.price;
        }
    }
    let over = bought.into_iter().filter(|(_, (lots, rows))| *lots.max(rows) > p.wash_sale_tolerance_usd);
    over.map(|(group, _)| group).collect()
}

/// Groups of which a taxable account sold at a loss in the window.
fn groups_sold_at_a_loss(p: &Portfolio) -> BTreeSet<&str> {
    let window = wash_window(p.as_of);
    let at_a_loss = p.transactions.iter().filter(|t| {
        let account = t.account_id.as_deref().and_then(|a| p.account(a));
        let taxable = account.is_none_or(|a| p.accounts[a].kind == AccountKind::Taxable);
        t.action == Action::Sell
            && t.realised_gain.is_some_and(|g| g < Decimal::ZERO)
            && taxable
            && window.contains(&t.date)
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
