//! What the correction of a fill comes to, in figures: cash, shares, the gain of its lot, the tax of the year.
//!
//! In: a correction that is made or asked about. Out: each figure before and after. Invariants: cash and gains are those of the bookings of the correction itself, to the
//! cent; the tax is the estimate by which plans are compared, of everything that the plan realised in accounts that are taxed, and none where the household has no rates.

use portfolio::Decimal;

use super::Making;
use crate::books::{Gain, Order};
use crate::household_rates::household_rates;
use crate::keeping::Keeper;
use crate::keeping::document::TaxPosition;
use crate::keeping::failure::KeepingError;
use crate::keeping::finish::tax_after;

/// What was, and what is then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure<T> {
    /// With the fill that was wrong.
    pub before: T,
    /// With what is right.
    pub after: T,
}

/// What a sale of a lot realised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Realised {
    /// USD, negative for a loss.
    pub gain: Decimal,
    /// Whether it is long-term.
    pub is_long_term: bool,
}

/// What a correction comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Shares that are filled of the order.
    pub filled: Figure<Decimal>,
    /// What the fill brings the account, USD; below 0 where it takes some out.
    pub cash: Figure<Decimal>,
    /// What it realises of its lot; `None` for a purchase, and for what did not happen.
    pub realised: Figure<Option<Realised>>,
    /// Estimated tax of what the year has realised, USD; `None` where the household's rates can't be had.
    pub tax: Option<Figure<Decimal>>,
}

impl Keeper<'_> {
    /// What a correction comes to.
    pub(super) fn outcome(
        &self,
        making: &Making<'_>,
        order: &Order,
        filled: Decimal,
    ) -> Result<Outcome, KeepingError> {
        let of_it = making.before.orders.iter().filter(|(it, _)| it.client_order_id == order.client_order_id);
        let was = of_it.flat_map(|(_, fills)| fills).map(|fill| fill.quantity).sum();
        let gains = self.books.reading().gains(making.household.id)?;
        let wrong = gains.iter().find(|gain| gain.transaction == making.wrong.id);
        let right = making.booked.as_ref();
        let in_short = |gain: &Gain| Realised { gain: gain.gain, is_long_term: gain.long_term };
        Ok(Outcome {
            filled: Figure { before: was, after: filled },
            cash: Figure {
                before: making.wrong.cash,
                after: right.map_or(Decimal::ZERO, |(booking, _)| booking.cash),
            },
            realised: Figure {
                before: wrong.map(in_short),
                after: right.and_then(|(_, gain)| gain.as_ref()).map(in_short),
            },
            tax: self.tax_of(making, &gains)?,
        })
    }

    /// The tax of the year before and after.
    fn tax_of(&self, making: &Making<'_>, gains: &[Gain]) -> Result<Option<Figure<Decimal>>, KeepingError> {
        let (before, today) = (&making.before, self.today());
        let Ok(rates) = household_rates(&before.read) else { return Ok(None) };
        let fills = before.orders.iter().flat_map(|(_, fills)| fills);
        let fills: Vec<&str> = fills.map(|fill| fill.execution_id.as_str()).collect();
        let bookings = self.books.reading().bookings(making.household.id)?;
        let of_plan = bookings.iter().filter(|booking| {
            let fill = booking.fill.as_ref();
            fill.is_some_and(|(_, id)| fills.contains(&id.as_str())) && before.is_taxed(&booking.account_id)
        });
        let of_plan: Vec<_> = of_plan.map(|booking| booking.id).collect();
        let was: Vec<Gain> =
            gains.iter().filter(|gain| of_plan.contains(&gain.transaction)).cloned().collect();
        let mut then: Vec<Gain> =
            was.iter().filter(|gain| gain.transaction != making.wrong.id).cloned().collect();
        if let Some((booking, Some(gain))) = &making.booked
            && before.is_taxed(&booking.account_id)
        {
            then.push(gain.clone());
        }
        let base = tax_after(&[], &before.read, today);
        let net = |at: TaxPosition| (at.realised.0 - at.carried.0, at.realised.1 - at.carried.1);
        let (short, long) = net(base);
        let tax = |gains: &[Gain]| {
            let (s, l) = net(tax_after(gains, &before.read, today));
            portfolio::money::cents(rates.tax(s, l, short, long))
        };
        Ok(Some(Figure { before: tax(&was), after: tax(&then) }))
    }
}
