//! Securities that may not be bought, or not yet, and what could be bought instead.

use portfolio::Side;
use tax::holding::plus_days;

use super::Mending;
use super::place::Place;
use crate::prompt::windows::DAYS;

/// A security that some rule bars.
pub(super) fn barred(m: &Mending<'_>, place: Place) -> Option<String> {
    let security = place.security?;
    let bars = m.bars.purchase(security);
    let ticker = m.names.ticker(security);
    let first = match bars.iter().map(|bar| bar.free_from).collect::<Option<Vec<_>>>() {
        Some(days) if !days.is_empty() => {
            let day = days.into_iter().max()?;
            format!("Avoid {} until {day}.", group(m, security).join(", "))
        }
        _ => format!("Don't buy {ticker}."),
    };
    Some(format!("{first} {}", instead(m, security)))
}

/// A purchase beside a sale at a loss of something identical.
pub(super) fn loss_and_purchase(m: &Mending<'_>, place: Place) -> Option<String> {
    let security = place.security?;
    let p = m.portfolio;
    let same = &p.securities[security].identical_group;
    let losses: Vec<String> = m
        .report
        .gains
        .iter()
        .filter(|sale| sale.taxable && sale.gain.is_sign_negative())
        .filter_map(|sale| {
            let of = p.security(&sale.ticker)?;
            let lot = p.lots.iter().position(|lot| lot.lot_id == sale.lot_id)?;
            (p.securities[of].identical_group == *same).then(|| m.names.lot(lot).to_owned())
        })
        .collect();
    let free = plus_days(p.as_of, DAYS + 1);
    Some(format!(
        "Either keep what is sold at a loss ({}), or avoid {} in every account, until {free}. {}",
        Mending::listed(&losses),
        group(m, security).join(", "),
        instead(m, security)
    ))
}

/// The listed tickers of the identical group of a security.
fn group(m: &Mending<'_>, security: usize) -> Vec<String> {
    let p = m.portfolio;
    let same = &p.securities[security].identical_group;
    let all = (0..p.securities.len()).filter(|n| p.securities[*n].identical_group == *same);
    all.map(|n| m.names.ticker(n).to_owned()).take(super::LISTED_MAX).collect()
}

/// What of its class may be bought instead: what is not barred, nor sold by the plan, nor identical.
fn instead(m: &Mending<'_>, security: usize) -> String {
    let p = m.portfolio;
    let same = &p.securities[security].identical_group;
    let sold =
        |n: usize| m.report.orders.iter().any(|o| o.side == Side::Sell && o.ticker == p.securities[n].ticker);
    let others =
        m.bars.instead_of(security).filter(|n| p.securities[*n].identical_group != *same && !sold(*n));
    let told: Vec<String> = others.map(|n| m.names.ticker(n).to_owned()).collect();
    if told.is_empty() {
        "Nothing else of its class may be bought beside your sales; leave the trade out.".to_owned()
    } else {
        format!("Of its class may be bought: {}.", Mending::listed(&told))
    }
}
