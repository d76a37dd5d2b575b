//! Do the lots of a position make the position.
//!
//! In: what a list of positions says and the lots that are given. Out: the lots that count, each with its basis; whatever does not agree
//! is a [`Difference`](super::Difference) with both figures. Invariant: neither figure ever replaces the other: the lots are what is
//! handed on, and a position without any becomes one lot that says that its date is not known.

use portfolio::{AccountKind, Decimal, SecurityKind};
use rust_decimal::dec;

use super::Compared;
use super::gathering::{GatheredAccount, GatheredPosition, Gathering, Stated, WrittenLot};

/// A rounded cent, halved.
pub(crate) const HALF_CENT: Decimal = dec!(0.005);

/// The lots of a position, each with its basis per share.
pub(super) fn lots(
    gathered: &mut Gathering<'_>,
    account: &GatheredAccount,
    kind: AccountKind,
    position: &GatheredPosition,
) -> Vec<(WrittenLot, Decimal)> {
    let ticker = position.ticker.as_str();
    let place = position.stated.as_ref().map(|s| &s.place).or(position.lots.first().map(|lot| &lot.place));
    let Some(place) = place.cloned() else { return Vec::new() };
    let Some(quote) = gathered.price(ticker).cloned() else {
        gathered.fault(&place, format!("no price of {ticker} is given; add one to any of its rows"));
        return Vec::new();
    };
    let is_money = gathered.kind(ticker) == Some(SecurityKind::CashEquivalent);
    let taxable = kind == AccountKind::Taxable && !is_money;
    match &position.stated {
        Some(stated) if position.lots.is_empty() => {
            let lot = whole(stated);
            if taxable {
                gathered.differs(
                    &account.account_id,
                    Some(ticker),
                    Compared::NoLots,
                    stated.quantity,
                    Decimal::ZERO,
                );
                if lot.basis.is_none() {
                    gathered.fault(
                        &place,
                        format!("neither lots nor a basis of {ticker} are given; its gain can't be known"),
                    );
                }
            }
            let basis = lot.basis.map_or(quote.price, |usd| per_share(usd, lot.quantity));
            return vec![(lot, basis)];
        }
        Some(stated) => compare(gathered, account, position, stated),
        None if account.has_positions => {
            let held: Decimal = position.lots.iter().map(|lot| lot.quantity).sum();
            gathered.differs(&account.account_id, Some(ticker), Compared::NoPosition, Decimal::ZERO, held);
        }
        None => {}
    }
    let mut counted = Vec::with_capacity(position.lots.len());
    for lot in &position.lots {
        let basis = lot.basis_per_share.unwrap_or_else(|| {
            if taxable {
                let message = format!("the lot of {ticker} has no cost basis, so that its gain can't be known; write it into the file");
                gathered.fault(&lot.place, message);
            }
            quote.price
        });
        if taxable && lot.acquired.is_none() {
            let message = format!(
                "the lot of {ticker} has no date, so that its term can't be known; write it into the file"
            );
            gathered.fault(&lot.place, message);
        }
        counted.push((lot.clone(), basis));
    }
    counted
}

/// A position of which no lots are known, as one lot.
fn whole(stated: &Stated) -> WrittenLot {
    WrittenLot {
        lot_id: None,
        quantity: stated.quantity,
        acquired: None,
        mark: String::new(),
        basis_per_share: None,
        basis: stated.basis,
        place: stated.place.clone(),
    }
}

fn compare(
    gathered: &mut Gathering<'_>,
    account: &GatheredAccount,
    position: &GatheredPosition,
    stated: &Stated,
) {
    let ticker = Some(position.ticker.as_str());
    let held: Decimal = position.lots.iter().map(|lot| lot.quantity).sum();
    if held != stated.quantity {
        gathered.differs(&account.account_id, ticker, Compared::Shares, stated.quantity, held);
    }
    let bases: Option<Vec<Decimal>> = position
        .lots
        .iter()
        .map(|lot| lot.basis.or_else(|| Some(portfolio::money::times(lot.basis_per_share?, lot.quantity))))
        .collect();
    let Some((basis, bases)) = stated.basis.zip(bases) else { return };
    let found: Decimal = bases.iter().sum();
    let rounded = HALF_CENT * Decimal::from(bases.len() + 1);
    if (found - basis).abs() > rounded {
        gathered.differs(&account.account_id, ticker, Compared::Basis, basis, found);
    }
}

/// Basis per share of an amount, to 10 places: whatever is multiplied with it is right to the cent.
pub(crate) fn per_share(basis: Decimal, quantity: Decimal) -> Decimal {
    if quantity.is_zero() {
        return Decimal::ZERO;
    }
    basis.checked_div(quantity).unwrap_or_default().round_dp(10).normalize()
}

/// Basis per share and basis of a lot of which a file tells both, the first rounded; `Err` where they contradict each other.
pub(crate) fn both(
    quantity: Decimal,
    cost_per_share: Option<Decimal>,
    cost: Option<Decimal>,
) -> Result<(Option<Decimal>, Option<Decimal>), Decimal> {
    let Some(each) = cost_per_share else {
        return Ok((cost.map(|usd| per_share(usd, quantity)), cost));
    };
    let product = portfolio::money::times(each, quantity);
    let Some(usd) = cost else { return Ok((Some(each), None)) };
    if (product - usd).abs() <= HALF_CENT {
        return Ok((Some(each), cost));
    }
    // Half of the last digit that is written of each, times the shares, is what rounding explains.
    let digits = each.scale().clamp(2, 10);
    let rounding = portfolio::money::times(Decimal::new(5, digits + 1), quantity) + dec!(0.01);
    if (product - usd).abs() <= rounding { Ok((Some(per_share(usd, quantity)), cost)) } else { Err(product) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_counts_where_the_figure_per_share_is_rounded() {
        assert_eq!(
            both(dec!(3), Some(dec!(33.33)), Some(dec!(100))),
            Ok((Some(dec!(33.3333333333)), Some(dec!(100))))
        );
        assert_eq!(
            both(dec!(10), Some(dec!(71.35)), Some(dec!(713.50))),
            Ok((Some(dec!(71.35)), Some(dec!(713.50))))
        );
        assert_eq!(both(dec!(10), Some(dec!(71.35)), Some(dec!(731.50))), Err(dec!(713.50)));
        assert_eq!(both(dec!(10), None, Some(dec!(5))), Ok((Some(dec!(0.5)), Some(dec!(5)))));
        assert_eq!(both(dec!(10), None, None), Ok((None, None)));
    }

    #[test]
    fn a_basis_per_share_is_right_to_the_cent() {
        for (basis, quantity) in
            [(dec!(100), dec!(3)), (dec!(0.01), dec!(7)), (dec!(99999.99), dec!(12345.678))]
        {
            let back = per_share(basis, quantity) * quantity;
            assert!((back - basis).abs() < dec!(0.005), "{basis} {quantity}");
        }
    }
}
