//! Lots that may not be sold, or not yet, and which could be sold instead.

use portfolio::Decimal;

use super::place::Place;
use super::{Mending, shares, usd};
use crate::prompt::bars::{Bar, is_long};

/// A sale that names no lot of the position.
pub(super) fn unknown_lot(m: &Mending<'_>, place: Place) -> Option<String> {
    let (account, security) = (place.account?, place.security?);
    let position = m.position(account, security);
    let held: Vec<String> = lots_of(m, account, security)
        .map(|lot| format!("{} ({} shares)", m.names.lot(lot), shares(m.portfolio.lots[lot].quantity)))
        .collect();
    Some(if held.is_empty() {
        format!("Nothing of {position} is held: leave the trade out.")
    } else {
        format!("The lots of {position} are {}.", Mending::listed(&held))
    })
}

/// A lot that some rule keeps.
pub(super) fn barred(m: &Mending<'_>, place: Place) -> Option<String> {
    let security = place.security?;
    let lots: Vec<usize> = match (place.lot, place.account) {
        (Some(lot), _) => vec![lot],
        (None, Some(account)) => lots_of(m, account, security).collect(),
        (None, None) => (0..m.portfolio.lots.len())
            .filter(|lot| m.portfolio.positions[m.portfolio.lots[*lot].position].security == security)
            .collect(),
    };
    let bars: Vec<Bar> = m.bars.sale(*lots.first()?);
    let what = place
        .lot
        .map_or_else(|| m.names.ticker(security).to_owned(), |lot| format!("lot {}", m.names.lot(lot)));
    let until = if bars.iter().any(|bar| bar.free_from.is_none()) {
        format!("Don't sell {what}.")
    } else {
        let free = bars.iter().filter_map(|bar| bar.free_from).max();
        free.map_or_else(|| format!("Don't sell {what}."), |day| format!("Don't sell {what} before {day}."))
    };
    Some(format!("{until} {}", instead(m, security, &lots)))
}

/// What of the same class may be sold instead.
fn instead(m: &Mending<'_>, security: usize, not: &[usize]) -> String {
    let p = m.portfolio;
    let of = |lot: usize| p.positions[p.lots[lot].position].security;
    let class = &p.securities[security].asset_class;
    let mut lots: Vec<usize> = (0..p.lots.len())
        .filter(|lot| !not.contains(lot) && p.securities[of(*lot)].asset_class == *class)
        .filter(|lot| m.bars.sale(*lot).is_empty())
        .collect();
    lots.sort_by_key(|lot| {
        (of(*lot) != security, p.securities[of(*lot)].price - p.lots[*lot].basis_per_share)
    });
    let told: Vec<String> = lots.into_iter().map(|lot| described(m, lot)).collect();
    if told.is_empty() {
        "Nothing else of its class may be sold; leave the trade out.".to_owned()
    } else {
        format!("Of its class may be sold: {}.", Mending::listed(&told))
    }
}

/// A lot that jumped the queue: what goes first.
pub(super) fn order_of_lots(m: &Mending<'_>, place: Place) -> Option<String> {
    let (account, security, lot) = (place.account?, place.security?, place.lot?);
    let p = m.portfolio;
    let short_gain =
        |lot: usize| !is_long(p, lot) && p.securities[security].price > p.lots[lot].basis_per_share;
    let sold = |lot: usize| -> Decimal {
        let rows =
            m.plan.trades.iter().filter(|row| row.lot_id.as_deref() == Some(p.lots[lot].lot_id.as_str()));
        rows.filter_map(|row| row.quantity).sum()
    };
    let goes_first = |other: &usize| {
        p.wishes.first_lots.contains(other)
            || p.wishes.short_term_last && short_gain(lot) && !short_gain(*other)
    };
    let first: Vec<String> = lots_of(m, account, security)
        .filter(|other| *other != lot && goes_first(other) && m.bars.sale(*other).is_empty())
        .filter(|other| sold(*other) < p.lots[*other].quantity)
        .map(|other| {
            let left = p.lots[other].quantity - sold(other);
            format!("{} ({} shares are left)", m.names.lot(other), shares(left))
        })
        .collect();
    (!first.is_empty()).then(|| {
        format!(
            "These go before lot {}: {}. Sell them out first, or sell fewer shares in all.",
            m.names.lot(lot),
            Mending::listed(&first)
        )
    })
}

fn lots_of<'m>(m: &'m Mending<'_>, account: usize, security: usize) -> impl Iterator<Item = usize> + 'm {
    let positions = m.portfolio.positions.iter();
    positions.filter(move |p| p.account == account && p.security == security).flat_map(|p| p.lots.clone())
}

/// `A1/SPY lot L1 (100 shares, 5,000.00 USD of gain, long)`.
fn described(m: &Mending<'_>, lot: usize) -> String {
    let p = m.portfolio;
    let position = &p.positions[p.lots[lot].position];
    let gain = (p.securities[position.security].price - p.lots[lot].basis_per_share) * p.lots[lot].quantity;
    let kind = if gain < Decimal::ZERO { "of loss" } else { "of gain" };
    format!(
        "{} lot {} ({} shares, {} {kind}, {})",
        m.position(position.account, position.security),
        m.names.lot(lot),
        shares(p.lots[lot].quantity),
        usd(gain.abs()),
        if is_long(p, lot) { "long" } else { "short" }
    )
}
