//! The cash that is missing, and what is over a budget.

use portfolio::household::Action;
use portfolio::{Decimal, Side};
use rust_decimal::dec;
use validate::OrderFigures;

use super::place::Place;
use super::{LISTED_MAX, Mending, ceiling, shares, usd};
use crate::prompt::bars::is_long;

/// An account without the cash for its purchases.
pub(super) fn account(m: &Mending<'_>, place: Place) -> Option<String> {
    let account = place.account?;
    let a = &m.portfolio.accounts[account];
    let after = m.report.cash_after.get(&a.account_id)?;
    let short = a.cash.min(Decimal::ZERO).saturating_sub(*after);
    let of_it = |order: &&OrderFigures| order.account_id == a.account_id;
    raised(m, short, of_it, &format!("in {}", m.names.account(account)))
}

/// Less cash in the household than is to be kept.
pub(super) fn buffer(m: &Mending<'_>) -> Option<String> {
    let short = m.portfolio.wishes.cash_buffer_usd.saturating_sub(m.report.terms.cash_usd);
    raised(m, short, |_| true, "in the household")
}

/// How cash that is `short` could be had: the largest purchase made smaller, or a sale.
fn raised(
    m: &Mending<'_>,
    short: Decimal,
    of_it: impl Fn(&&OrderFigures) -> bool,
    place: &str,
) -> Option<String> {
    if short <= Decimal::ZERO {
        return None;
    }
    let purchases = m.report.orders.iter().filter(|order| order.side == Side::Buy).filter(of_it);
    let sell = format!("sell for {} more {place}", usd(short));
    let Some(largest) = purchases.max_by_key(|order| order.notional) else {
        return Some(format!("{} is missing: {sell}.", usd(short)));
    };
    let security = m.portfolio.security(&largest.ticker)?;
    let s = &m.portfolio.securities[security];
    let per_share = s.price.saturating_mul(Decimal::ONE + s.spread_bps / dec!(20000));
    let fewer = ceiling(short.checked_div(per_share)?, s.quantity_increment);
    let account = m.portfolio.account(&largest.account_id)?;
    let position = m.position(account, security);
    Some(if fewer < largest.quantity {
        format!(
            "{} is missing: buy {} shares of {position} instead of {}, or {sell}.",
            usd(short),
            shares(largest.quantity - fewer),
            shares(largest.quantity)
        )
    } else {
        format!(
            "{} is missing: leave out the BUY of {position} and make others smaller, or {sell}.",
            usd(short)
        )
    })
}

/// More gain than the budget.
pub(super) fn gains(m: &Mending<'_>) -> Option<String> {
    let most = m.portfolio.wishes.gains_max_usd?;
    let taxable = m.report.gains.iter().filter(|sale| sale.taxable);
    let realised = taxable.clone().fold(Decimal::ZERO, |sum, sale| sum.saturating_add(sale.gain));
    let over = realised.saturating_sub(most);
    let largest = taxable.max_by_key(|sale| sale.gain)?;
    let per_share = largest.gain.checked_div(largest.quantity).filter(|gain| *gain > Decimal::ZERO)?;
    let lot = m.portfolio.lots.iter().position(|lot| lot.lot_id == largest.lot_id)?;
    let step = m.portfolio.securities[m.portfolio.security(&largest.ticker)?].quantity_increment;
    let fewer = ceiling(over.checked_div(per_share)?, step).min(largest.quantity);
    Some(format!(
        "The gains are {} over the budget. Each share of lot {} brings {} of gain: {} fewer of them take {} off. {}",
        usd(over),
        m.names.lot(lot),
        usd(per_share),
        shares(fewer),
        usd(per_share.saturating_mul(fewer)),
        cheaper(m)
    ))
}

/// More tax than the budget.
pub(super) fn tax(m: &Mending<'_>) -> Option<String> {
    let over = m.report.terms.tax_usd.saturating_sub(m.portfolio.wishes.tax_max_usd?);
    Some(format!("The plan adds {} of tax too much: sell less at a gain. {}", usd(over), cheaper(m)))
}

/// Lots whose sale brings no gain that counts.
fn cheaper(m: &Mending<'_>) -> String {
    let p = m.portfolio;
    let taxed = |lot: usize| {
        p.accounts[p.positions[p.lots[lot].position].account].kind == portfolio::AccountKind::Taxable
    };
    let gain = |lot: usize| {
        p.securities[p.positions[p.lots[lot].position].security].price - p.lots[lot].basis_per_share
    };
    let mut lots: Vec<usize> = (0..p.lots.len())
        .filter(|lot| (!taxed(*lot) || gain(*lot) <= Decimal::ZERO) && m.bars.sale(*lot).is_empty())
        .collect();
    lots.sort_by_key(|lot| (!taxed(*lot), gain(*lot), !is_long(p, *lot)));
    let all: Vec<String> = lots.into_iter().take(LISTED_MAX).map(|lot| m.names.lot(lot).to_owned()).collect();
    if all.is_empty() {
        "No lot can be sold without a gain.".to_owned()
    } else {
        format!("Lots that bring no taxed gain: {}.", all.join(", "))
    }
}

/// More trades than a day may have.
pub(super) fn turnover(m: &Mending<'_>) -> Option<String> {
    let p = m.portfolio;
    let most = p.wishes.turnover_max?.saturating_mul(p.value());
    let today = p.transactions.iter().filter(|t| t.date == p.as_of && t.action != Action::Reinvest);
    let today = today.fold(Decimal::ZERO, |sum, t| sum.saturating_add(t.quantity.saturating_mul(t.price)));
    let left = (most - today).max(Decimal::ZERO);
    Some(format!(
        "All trades together may come to {}; yours come to {}. Shrink those that move a class least towards its target.",
        usd(left),
        usd(m.report.terms.turnover_usd)
    ))
}
