//! Quantities that would fit.

use portfolio::{Decimal, Side};
use rust_decimal::dec;

use super::place::Place;
use super::{Mending, ceiling, floor, shares, usd};

/// A lot holds less than was sold.
pub(super) fn short_sale(m: &Mending<'_>, place: Place) -> Option<String> {
    let lot = place.lot?;
    let held = shares(m.portfolio.lots[lot].quantity);
    Some(format!("Sell at most {held} shares of lot {}.", m.names.lot(lot)))
}

/// Both sides of one ticker in one account.
pub(super) fn opposing_sides(m: &Mending<'_>, place: Place) -> Option<String> {
    let (account, security) = (place.account?, place.security?);
    let (sold, bought) = (m.ordered(account, security, Side::Sell), m.ordered(account, security, Side::Buy));
    let position = m.position(account, security);
    Some(if sold > bought {
        format!(
            "Leave out the BUY of {position} and sell {} shares in all instead of {}.",
            shares(sold - bought),
            shares(sold)
        )
    } else {
        format!(
            "Leave out the SELL of {position} and buy {} shares in all instead of {}.",
            shares(bought - sold),
            shares(bought)
        )
    })
}

/// An order that is no multiple of the step.
pub(super) fn increment(m: &Mending<'_>, place: Place) -> Option<String> {
    let (account, security) = (place.account?, place.security?);
    let step = m.portfolio.securities[security].quantity_increment;
    let held = held_in(m, account, security);
    let sides = [Side::Sell, Side::Buy].into_iter().filter_map(|side| {
        let ordered = m.ordered(account, security, side);
        let (below, above) = (floor(ordered, step), ceiling(ordered, step));
        if below == above || side == Side::Sell && ordered == held {
            return None;
        }
        let mut fitting = vec![below, above];
        if side == Side::Sell {
            fitting.retain(|quantity| *quantity <= held);
            fitting.push(held);
        }
        fitting.retain(|quantity| *quantity > Decimal::ZERO);
        fitting.dedup();
        let fitting: Vec<String> = fitting.into_iter().map(shares).collect();
        Some(format!(
            "Let the {} of {} add up to {} shares in all, not {}.",
            side.word(),
            m.position(account, security),
            fitting.join(" or "),
            shares(ordered)
        ))
    });
    let told: Vec<String> = sides.collect();
    (!told.is_empty()).then(|| told.join(" "))
}

/// An order that is too small.
pub(super) fn below_minimum(m: &Mending<'_>, place: Place) -> Option<String> {
    let (account, security) = (place.account?, place.security?);
    let s = &m.portfolio.securities[security];
    let least = m.portfolio.wishes.order_minimum_usd.checked_div(s.price)?;
    let held = held_in(m, account, security);
    let whole = if held > Decimal::ZERO {
        format!(", sell the whole position ({} shares)", shares(held))
    } else {
        String::new()
    };
    Some(format!(
        "Trade at least {} shares of {}{whole}, or leave it out.",
        shares(ceiling(least, s.quantity_increment)),
        m.position(account, security)
    ))
}

/// More of a ticker than its volume allows.
pub(super) fn volume(m: &Mending<'_>, place: Place) -> Option<String> {
    let security = place.security?;
    let s = &m.portfolio.securities[security];
    let most = s.average_daily_volume_usd?.saturating_mul(m.portfolio.liquidity_fraction_of_adv);
    let fitting = floor(most.checked_div(s.price)?, s.quantity_increment);
    Some(format!(
        "Trade at most {} shares of {} in all accounts together ({}).",
        shares(fitting),
        m.names.ticker(security),
        usd(most)
    ))
}

/// A security above its cap.
pub(super) fn concentration(m: &Mending<'_>, place: Place) -> Option<String> {
    let security = place.security?;
    let (p, s) = (m.portfolio, &m.portfolio.securities[security]);
    let cap = p.wishes.security_caps.get(&security).copied().or(p.wishes.stock_cap)?;
    let most = floor(cap.saturating_mul(p.value()).checked_div(s.price)?, s.quantity_increment);
    let positions = p.positions.iter().filter(|position| position.security == security);
    let held: Decimal = positions.map(|position| p.position_quantity(position)).sum();
    let change = if held > most {
        format!("sell at least {} shares of it", shares(ceiling(held - most, s.quantity_increment)))
    } else {
        format!("buy at most {} shares of it", shares(most - held))
    };
    Some(format!(
        "At most {} shares of {} may be held in the household and {} are today: {change}, all accounts together.",
        shares(most),
        m.names.ticker(security),
        shares(held)
    ))
}

/// A sector above its cap.
pub(super) fn sector(m: &Mending<'_>, sector: &str) -> Option<String> {
    let p = m.portfolio;
    let cap = p.wishes.sector_caps.get(sector).copied().or(p.wishes.sector_cap)?;
    let of_it = |s: usize| p.securities[s].sector.as_deref() == Some(sector);
    let held: Decimal = p
        .positions
        .iter()
        .filter(|position| of_it(position.security))
        .map(|position| p.position_value(position))
        .sum();
    let most = cap.saturating_mul(p.value());
    let name = m.names.sector(sector);
    Some(if held > most {
        format!(
            "{} of the sector {name} is held and {} may be: sell {} of it.",
            usd(held),
            usd(most),
            usd(held - most)
        )
    } else {
        format!("Buy at most {} more of the sector {name} than you sell of it.", usd(most - held))
    })
}

/// A ticker of which something has to stay.
pub(super) fn always_hold(m: &Mending<'_>, place: Place) -> Option<String> {
    let security = place.security?;
    let s = &m.portfolio.securities[security];
    let least = ceiling(dec!(1).checked_div(s.price)?, s.quantity_increment);
    Some(format!("Keep at least {} shares of {} in the household.", shares(least), m.names.ticker(security)))
}

/// Shares of a security in an account, before the plan.
fn held_in(m: &Mending<'_>, account: usize, security: usize) -> Decimal {
    let positions = m.portfolio.positions.iter();
    positions
        .filter(|p| p.account == account && p.security == security)
        .map(|p| m.portfolio.position_quantity(p))
        .sum()
}
