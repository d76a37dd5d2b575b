//! What the last 30 days bar: groups bought (no loss sale) and groups sold at a loss (no purchase).
//!
//! In: lots and transactions. Out: per security whether its identical group is barred. Invariant:
//! the window is the 30 calendar days up to and including `as_of`, an undated lot never being in it;
//! a ticker that is no longer listed is its own group unless the transaction names one.
//!
//! Source: model.md, rows `wash_sale.recent_purchase` and `wash_sale.recent_loss_sale`; IRC s.1091.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use portfolio::household::{Action, Transaction};
use portfolio::{AccountKind, Decimal, Portfolio};

/// Days before a sale within which a purchase washes its loss.
const WINDOW_DAYS: i64 = 30;

/// Purchases and loss sales of the window, per security.
#[derive(Debug)]
pub(crate) struct WashWindow {
    /// USD bought of the security's group: the larger of recent lots at today's price and of the
    /// BUY and REINVEST rows at theirs, since a purchase usually appears as both.
    pub(crate) bought_usd: Vec<Decimal>,
    /// Whether that is more than the tolerance, so that no loss may be taken in the group.
    pub(crate) loss_barred: Vec<bool>,
    /// Whether a taxable account sold the group at a loss, so that it may not be bought.
    pub(crate) purchase_barred: Vec<bool>,
}

impl WashWindow {
    /// Looks through lots and transactions once.
    pub(crate) fn of(portfolio: &Portfolio, securities: &HashMap<&str, usize>) -> WashWindow {
        let mut lots: HashMap<&str, Decimal> = HashMap::new();
        let mut rows: HashMap<&str, Decimal> = HashMap::new();
        let mut loss_sales: HashSet<&str> = HashSet::new();
        for lot in &portfolio.lots {
            if lot.acquired.is_some_and(|day| in_window(portfolio.as_of, day)) {
                let security = &portfolio.securities[portfolio.positions[lot.position].security];
                let usd = lot.quantity.saturating_mul(security.price);
                add(&mut lots, &security.identical_group, usd);
            }
        }
        for row in portfolio.transactions.iter().filter(|t| in_window(portfolio.as_of, t.date)) {
            let group = group_of(portfolio, securities, row);
            match row.action {
                Action::Buy | Action::Reinvest => {
                    add(&mut rows, group, row.quantity.saturating_mul(row.price));
                }
                Action::Sell => {
                    let loss = row.realised_gain.is_some_and(|gain| gain < Decimal::ZERO);
                    if loss && sold_in_taxable(portfolio, row) {
                        loss_sales.insert(group);
                    }
                }
            }
        }
        let bought = |group: &str| {
            let usd = |map: &HashMap<&str, Decimal>| map.get(group).copied().unwrap_or_default();
            usd(&lots).max(usd(&rows))
        };
        let groups = || portfolio.securities.iter().map(|s| s.identical_group.as_str());
        let bought_usd: Vec<Decimal> = groups().map(bought).collect();
        let tolerance = portfolio.wash_sale_tolerance_usd;
        WashWindow {
            loss_barred: bought_usd.iter().map(|usd| *usd > tolerance).collect(),
            purchase_barred: groups().map(|group| loss_sales.contains(group)).collect(),
            bought_usd,
        }
    }
}

/// Whether a day lies in the 30 days up to and including `as_of`.
pub(crate) fn in_window(as_of: Date, day: Date) -> bool {
    (0..=WINDOW_DAYS).contains(&tax::holding::days_between(day, as_of))
}

/// An account that the document does not know counts as a taxable one of the household.
fn sold_in_taxable(portfolio: &Portfolio, row: &Transaction) -> bool {
    let account = row.account_id.as_deref().and_then(|name| portfolio.account(name));
    account.is_none_or(|a| portfolio.accounts[a].kind == AccountKind::Taxable)
}

fn group_of<'a>(
    portfolio: &'a Portfolio,
    securities: &HashMap<&str, usize>,
    row: &'a Transaction,
) -> &'a str {
    if let Some(group) = row.identical_group.as_deref().filter(|g| !g.is_empty()) {
        return group;
    }
    let listed = securities.get(row.ticker.as_str());
    listed.map_or(&row.ticker, |s| &portfolio.securities[*s].identical_group)
}

fn add<'a>(sums: &mut HashMap<&'a str, Decimal>, group: &'a str, usd: Decimal) {
    let sum = sums.entry(group).or_default();
    *sum = sum.saturating_add(usd);
}
