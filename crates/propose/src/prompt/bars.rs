//! Which rules bar a sale or a purchase by itself, and from which day they no longer do.
//!
//! In: a portfolio. Out: [`Bar`]s. Invariant: a lot or security without a bar of a rule of model.md can be traded alone without
//! breaking a rule that is about it, and one with a bar can't (`tests/prompt/bars.rs` asks the validator).
//!
//! # Source
//! model.md, "Hard rules and the codes that name their violation".

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::civil::Date;
use portfolio::{AccountKind, Decimal, Portfolio, Security, SecurityKind};
use tax::holding::{is_long_term, long_term_from, min_holding_satisfied, plus_days};

use super::windows::{Window, windows};

/// Days up to which a dividend payer is kept; model.md, row `dividend.holding_period`.
const DIVIDEND_DAYS: i64 = 60;

/// A rule that bars a trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bar {
    /// Its code.
    pub(super) code: &'static str,
    /// The first day on which it no longer does; none where no day frees it.
    pub(super) free_from: Option<Date>,
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.free_from {
            Some(day) => write!(f, "{}, free from {day}", self.code),
            None => f.write_str(self.code),
        }
    }
}

/// The bars of one portfolio.
#[derive(Debug)]
pub(super) struct Bars<'a> {
    portfolio: &'a Portfolio,
    pub(super) windows: BTreeMap<&'a str, Window>,
    restricted: BTreeSet<&'a str>,
    /// Per security: whether something bars buying it, whatever is preferred to it.
    unable: Vec<bool>,
    /// Classes with a preferred security, and with an ETF, that can be bought.
    with_preferred: BTreeSet<&'a str>,
    with_etf: BTreeSet<&'a str>,
}

impl<'a> Bars<'a> {
    /// Looks through `portfolio` once.
    pub(super) fn of(portfolio: &'a Portfolio) -> Bars<'a> {
        let mut bars = Bars {
            portfolio,
            windows: windows(portfolio),
            restricted: portfolio.policy.restricted.iter().map(String::as_str).collect(),
            unable: Vec::new(),
            with_preferred: BTreeSet::new(),
            with_etf: BTreeSet::new(),
        };
        bars.unable =
            portfolio.securities.iter().enumerate().map(|(n, s)| !bars.always(n, s).is_empty()).collect();
        for (n, s) in portfolio.securities.iter().enumerate().filter(|(n, _)| !bars.unable[*n]) {
            if portfolio.wishes.preferred.contains(&n) {
                bars.with_preferred.insert(&s.asset_class);
            }
            if s.kind == SecurityKind::Etf {
                bars.with_etf.insert(&s.asset_class);
            }
        }
        bars
    }

    /// What bars buying a security.
    pub(super) fn purchase(&self, security: usize) -> Vec<Bar> {
        let (p, s) = (self.portfolio, &self.portfolio.securities[security]);
        let mut bars = self.always(security, s);
        let class = s.asset_class.as_str();
        if !p.wishes.preferred.contains(&security) {
            let passed_over = [
                (self.with_preferred.contains(class), "preference.preferred"),
                (
                    p.wishes.prefer_etfs
                        && s.kind == SecurityKind::MutualFund
                        && self.with_etf.contains(class),
                    "preference.mutual_fund",
                ),
            ];
            bars.extend(
                passed_over.into_iter().filter(|(is, _)| *is).map(|(_, code)| Bar { code, free_from: None }),
            );
        }
        bars.extend(self.desk(s));
        bars
    }

    /// What bars buying a security, whatever else can be bought.
    fn always(&self, security: usize, s: &Security) -> Vec<Bar> {
        let w = &self.portfolio.wishes;
        let spaced = |name: &str| name.replace('_', " ");
        let rules = [
            (!s.buyable, "preference.not_buyable"),
            (w.esg_minimum.is_some_and(|least| s.esg.is_none_or(|rating| rating < least)), "esg.minimum"),
            (s.industries.iter().any(|i| w.excluded.iter().any(|x| x.word() == i)), "exclusion.industry"),
            (w.do_not_buy.contains(&security), "preference.do_not_buy"),
            (w.avoided_classes.iter().any(|c| spaced(c) == spaced(&s.asset_class)), "preference.asset_class"),
        ];
        let firm = rules.into_iter().filter(|(is, _)| *is).map(|(_, code)| Bar { code, free_from: None });
        let washed =
            self.windows.get(s.identical_group.as_str()).and_then(|window| window.purchase_free_from);
        let washed = washed.map(|day| Bar { code: "wash_sale.recent_loss_sale", free_from: Some(day) });
        firm.chain(washed).collect()
    }

    /// What bars selling a lot.
    pub(super) fn sale(&self, lot: usize) -> Vec<Bar> {
        let p = self.portfolio;
        let l = &p.lots[lot];
        let position = &p.positions[l.position];
        let security = &p.securities[position.security];
        let w = &p.wishes;
        let mut bars = Vec::new();
        let mut bar = |is: bool, code: &'static str, free_from: Option<Date>| {
            if is {
                bars.push(Bar { code, free_from });
            }
        };
        bar(w.no_sells, "preference.no_sells", None);
        bar(w.do_not_sell.contains(&position.security), "preference.do_not_sell", None);
        bar(w.kept_lots.contains(&lot), "preference.do_not_sell_lot", None);
        if let (Some(months), Some(day)) = (w.holding_months_min, l.acquired) {
            let young = !min_holding_satisfied(day, p.as_of, months);
            bar(young, "holding_period.minimum", Some(old_enough_from(day, months)));
        }
        if p.accounts[position.account].kind == AccountKind::Taxable {
            let gain = security.price - l.basis_per_share;
            let window = self.windows.get(security.identical_group.as_str());
            let washed = window.and_then(|window| window.loss_free_from).filter(|_| gain < Decimal::ZERO);
            bar(washed.is_some(), "wash_sale.recent_purchase", washed);
            let short_gain = gain > Decimal::ZERO && !is_long(p, lot);
            bar(
                short_gain && w.short_term_forbidden,
                "tax.short_term_forbidden",
                l.acquired.map(long_term_from),
            );
            let dividend = l.acquired.map(|day| plus_days(day, DIVIDEND_DAYS + 1));
            let inside = dividend.is_some_and(|day| day > p.as_of);
            bar(
                w.qualified_dividends && security.pays_dividends && inside,
                "dividend.holding_period",
                dividend,
            );
        }
        bars.extend(self.desk(security));
        bars
    }

    fn desk(&self, security: &Security) -> Option<Bar> {
        let restricted = self.restricted.contains(security.ticker.as_str());
        restricted.then_some(Bar { code: "desk.restricted", free_from: None })
    }

    /// What else of its class can be bought, in the order of the document.
    pub(super) fn instead_of(&self, security: usize) -> impl Iterator<Item = usize> + '_ {
        let p = self.portfolio;
        let class = &p.securities[security].asset_class;
        (0..p.securities.len()).filter(move |n| {
            *n != security && p.securities[*n].asset_class == *class && self.purchase(*n).is_empty()
        })
    }
}

/// Whether a sale of a lot today is long-term; a date wins over a stated term, and neither means short.
pub(super) fn is_long(portfolio: &Portfolio, lot: usize) -> bool {
    let lot = &portfolio.lots[lot];
    lot.acquired.map_or(lot.stated_long_term.unwrap_or(false), |day| is_long_term(day, portfolio.as_of))
}

/// The first day on which a lot has been held for so many calendar months.
fn old_enough_from(acquired: Date, months: u32) -> Date {
    let mut day = acquired.saturating_add(jiff::Span::new().months(i64::from(months)));
    while !min_holding_satisfied(acquired, day, months) && day < Date::MAX {
        day = plus_days(day, 1); // a month that ends early
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_lot_is_old_enough_on_the_first_day_that_satisfies() {
        for (acquired, months, day) in [
            (date(2026, 1, 15), 13, date(2027, 2, 15)),
            (date(2026, 1, 31), 1, date(2026, 3, 1)),
            (date(2024, 2, 29), 12, date(2025, 3, 1)),
            (date(2026, 1, 15), 0, date(2026, 1, 15)),
        ] {
            assert_eq!(old_enough_from(acquired, months), day, "{acquired} {months}");
            assert!(min_holding_satisfied(acquired, day, months));
            assert!(
                months == 0 || !min_holding_satisfied(acquired, plus_days(day, -1), months),
                "{acquired}"
            );
        }
        assert_eq!(old_enough_from(Date::MAX, 1200), Date::MAX);
    }
}
