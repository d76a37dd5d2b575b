//! Which rule keeps a lot or a purchase out by itself, whatever else a plan does.
//!
//! In: the portfolio. Out: a [`Reason`], or none. Invariant: the rule of that code is violated by a
//! plan that makes this trade alone (`tests/explain/bars.rs` asks the validator).
//!
//! Source: model.md, "Hard rules and the codes that name their violation".

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use portfolio::household::Action;
use portfolio::{AccountKind, Decimal, Portfolio, SecurityKind};
use tax::holding::{days_between, is_long_term, min_holding_satisfied};

use crate::reason::Reason;

/// Days within which a purchase and a loss sale meet; model.md, rows `wash_sale.*`.
const WASH_DAYS: i64 = 30;
/// Days up to which a dividend payer is kept; model.md, row `dividend.holding_period`.
const DIVIDEND_DAYS: i64 = 60;

/// The bars of one portfolio.
#[derive(Debug, Clone)]
pub(crate) struct Bars<'a> {
    portfolio: &'a Portfolio,
    bought: BTreeSet<&'a str>,
    sold_at_a_loss: BTreeSet<&'a str>,
    /// Per security: what bars buying it whatever is preferred to it.
    unable: Vec<Option<Reason>>,
}

impl<'a> Bars<'a> {
    pub(crate) fn of(portfolio: &'a Portfolio) -> Bars<'a> {
        let mut bars = Bars {
            portfolio,
            bought: groups_bought(portfolio),
            sold_at_a_loss: groups_sold_at_a_loss(portfolio),
            unable: Vec::new(),
        };
        bars.unable = (0..portfolio.securities.len()).map(|s| bars.unable(s)).collect();
        bars
    }

    /// The rule that bars selling of this lot.
    pub(crate) fn sale(&self, lot: usize) -> Option<Reason> {
        let p = self.portfolio;
        let l = &p.lots[lot];
        let position = &p.positions[l.position];
        let security = &p.securities[position.security];
        let w = &p.wishes;
        let young = w.holding_months_min.zip(l.acquired);
        let always = [
            (w.no_sells, Reason::NoSells),
            (w.do_not_sell.contains(&position.security), Reason::DoNotSell),
            (w.kept_lots.contains(&lot), Reason::DoNotSellLot),
            (young.is_some_and(|(n, d)| !min_holding_satisfied(d, p.as_of, n)), Reason::HoldingPeriod),
        ];
        let loss = security.price < l.basis_per_share;
        let short_gain = security.price > l.basis_per_share && !long_term(p, lot);
        let recent = l.acquired.is_some_and(|d| days_between(d, p.as_of) <= DIVIDEND_DAYS);
        let taxed = [
            (loss && self.bought.contains(security.identical_group.as_str()), Reason::RecentPurchase),
            (short_gain && w.short_term_forbidden, Reason::ShortTermForbidden),
            (w.qualified_dividends && security.pays_dividends && recent, Reason::DividendPeriod),
        ];
        let taxable = p.accounts[position.account].kind == AccountKind::Taxable;
        let taxed = taxed.into_iter().filter(|_| taxable);
        always.into_iter().chain(taxed).find(|(bars, _)| *bars).map(|(_, reason)| reason)
    }

    /// The rule that bars buying this security.
    pub(crate) fn purchase(&self, security: usize) -> Option<Reason> {
        self.unable[security].or_else(|| self.passed_over(security))
    }

    fn unable(&self, security: usize) -> Option<Reason> {
        let (s, w) = (&self.portfolio.securities[security], &self.portfolio.wishes);
        let spaced = |name: &str| name.replace('_', " ");
        let rules = [
            (!s.buyable, Reason::NotBuyable),
            (w.esg_minimum.is_some_and(|least| s.esg.is_none_or(|r| r < least)), Reason::EsgMinimum),
            (s.industries.iter().any(|x| w.excluded.iter().any(|y| y.word() == x)), Reason::Industry),
            (w.do_not_buy.contains(&security), Reason::DoNotBuy),
            (w.avoided_classes.iter().any(|c| spaced(c) == spaced(&s.asset_class)), Reason::AvoidedClass),
            (self.sold_at_a_loss.contains(s.identical_group.as_str()), Reason::RecentLossSale),
        ];
        rules.into_iter().find(|(bars, _)| *bars).map(|(_, reason)| reason)
    }

    fn passed_over(&self, security: usize) -> Option<Reason> {
        let (p, w) = (self.portfolio, &self.portfolio.wishes);
        if w.preferred.contains(&security) || (w.preferred.is_empty() && !w.prefer_etfs) {
            return None;
        }
        let class = &p.securities[security].asset_class;
        let mut rivals = (0..p.securities.len())
            .filter(|j| p.securities[*j].asset_class == *class && self.unable[*j].is_none());
        if rivals.clone().any(|j| w.preferred.contains(&j)) {
            return Some(Reason::Preferred);
        }
        let fund = w.prefer_etfs && p.securities[security].kind == SecurityKind::MutualFund;
        (fund && rivals.any(|j| p.securities[j].kind == SecurityKind::Etf)).then_some(Reason::MutualFund)
    }
}

/// Whether a sale of this lot on `as_of` is long-term; a date wins over a stated term.
pub(crate) fn long_term(portfolio: &Portfolio, lot: usize) -> bool {
    let lot = &portfolio.lots[lot];
    lot.acquired.map_or(lot.stated_long_term.unwrap_or(false), |day| is_long_term(day, portfolio.as_of))
}

fn in_window(portfolio: &Portfolio, day: Date) -> bool {
    (0..=WASH_DAYS).contains(&days_between(day, portfolio.as_of))
}

/// Groups bought in the window for more than the tolerance: by recent lots at today's price or by
/// purchases on record at theirs, whichever is more.
fn groups_bought(p: &Portfolio) -> BTreeSet<&str> {
    let mut bought: BTreeMap<&str, (Decimal, Decimal)> = BTreeMap::new();
    for lot in p.lots.iter().filter(|l| l.acquired.is_some_and(|d| in_window(p, d))) {
        let security = &p.securities[p.positions[lot.position].security];
        let usd = &mut bought.entry(&security.identical_group).or_default().0;
        *usd = usd.saturating_add(lot.quantity.saturating_mul(security.price));
    }
    for t in p.transactions.iter().filter(|t| t.action != Action::Sell && in_window(p, t.date)) {
        let usd = &mut bought.entry(p.group_of(t)).or_default().1;
        *usd = usd.saturating_add(t.quantity.saturating_mul(t.price));
    }
    let over = bought.into_iter().filter(|(_, (lots, rows))| *lots.max(rows) > p.wash_sale_tolerance_usd);
    over.map(|(group, _)| group).collect()
}

fn groups_sold_at_a_loss(p: &Portfolio) -> BTreeSet<&str> {
    let taxable = |name: Option<&str>| {
        let account = name.and_then(|a| p.account(a));
        account.is_none_or(|a| p.accounts[a].kind == AccountKind::Taxable)
    };
    let sales = p.transactions.iter().filter(|t| {
        t.action == Action::Sell
            && in_window(p, t.date)
            && t.realised_gain.is_some_and(|gain| gain < Decimal::ZERO)
            && taxable(t.account_id.as_deref())
    });
    sales.map(|t| p.group_of(t)).collect()
}
