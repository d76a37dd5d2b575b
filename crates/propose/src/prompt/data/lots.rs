//! The lots: gain, term, the day on which a short one turns long, and what bars selling it.

use std::collections::BTreeSet;

use portfolio::{AccountKind, Decimal};
use tax::holding::long_term_from;

use super::Source;
use super::fitting::{Fitting, fitting};
use crate::prompt::bars::is_long;
use crate::prompt::row::Row;

/// By which rule lots are listed.
const RULE: &str = "of listed accounts and securities: lots that go first by a wish, then losses (the largest first), lots in accounts \
                    that are not taxable (the largest first), long-term gains (the smallest per USD first), short-term gains; what is \
                    barred comes last";

/// One row a lot of a listed account and security.
pub(super) fn lots(
    source: &Source<'_>,
    accounts: &BTreeSet<usize>,
    securities: &BTreeSet<usize>,
    bytes: usize,
) -> Fitting {
    let p = source.portfolio;
    let is_listed = |lot: usize| {
        let position = &p.positions[p.lots[lot].position];
        accounts.contains(&position.account) && securities.contains(&position.security)
    };
    let mut order: Vec<usize> = (0..p.lots.len()).filter(|lot| is_listed(*lot)).collect();
    order.sort_by_cached_key(|lot| rank(source, *lot));
    fitting(order, p.lots.len(), bytes, RULE, |lot| row(source, lot))
}

/// Bytes that all lots would take; no more than the first that pass `limit` are counted.
pub(super) fn bytes_up_to(source: &Source<'_>, limit: usize) -> usize {
    let mut bytes = 0;
    for lot in 0..source.portfolio.lots.len() {
        bytes += row(source, lot).len() + 3;
        if bytes > limit {
            break;
        }
    }
    bytes
}

fn row(source: &Source<'_>, n: usize) -> String {
    let p = source.portfolio;
    let lot = &p.lots[n];
    let position = &p.positions[lot.position];
    let long = is_long(p, n);
    let bars: Vec<String> = source.bars.sale(n).iter().map(ToString::to_string).collect();
    Row::new()
        .text("lot", source.names.lot(n))
        .text("account", &source.names.account(position.account))
        .text("ticker", source.names.ticker(position.security))
        .number("shares", lot.quantity)
        .number("cost_per_share", lot.basis_per_share)
        .usd("gain_usd", gain(source, n))
        .text("term", if long { "long" } else { "short" })
        .maybe_day("acquired", lot.acquired)
        .maybe_day("long_from", lot.acquired.filter(|_| !long).map(long_term_from))
        .flag("goes_first", p.wishes.first_lots.contains(&n))
        .texts("barred", &bars)
        .done()
}

/// Of the whole lot, USD.
pub(super) fn gain(source: &Source<'_>, n: usize) -> Decimal {
    let p = source.portfolio;
    let lot = &p.lots[n];
    let price = p.securities[p.positions[lot.position].security].price;
    lot.quantity * (price - lot.basis_per_share)
}

/// USD at today's price.
pub(super) fn value(source: &Source<'_>, n: usize) -> Decimal {
    let p = source.portfolio;
    let lot = &p.lots[n];
    lot.quantity * p.securities[p.positions[lot.position].security].price
}

/// What matters most comes first; see [`RULE`].
fn rank(source: &Source<'_>, n: usize) -> (bool, bool, u8, Decimal) {
    let p = source.portfolio;
    let position = &p.positions[p.lots[n].position];
    let (gain, value) = (gain(source, n), value(source, n));
    let per_usd = gain.checked_div(value).unwrap_or_default();
    let (kind, size) = if p.accounts[position.account].kind != AccountKind::Taxable {
        (1, -value)
    } else if gain < Decimal::ZERO {
        (0, gain)
    } else if is_long(p, n) {
        (2, per_usd)
    } else {
        (3, per_usd)
    };
    (!source.bars.sale(n).is_empty(), !p.wishes.first_lots.contains(&n), kind, size)
}
