//! Parcels: shares of one lot that have had, so far, the same fate.
//!
//! A parcel is open or sold as a whole, replaces one parcel sold at a loss or none, and is replaced
//! by one parcel or none. Parcels so linked form chains, and all parcels of a chain stand for the
//! same shares (as many of them, within a security): cutting one cuts its whole chain. The invariant is that cuts conserve shares,
//! basis, cost and proceeds exactly, and that a loss never turns into a gain by rounding.

use std::ops::Index;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{LotId, SaleId};
use crate::holding::tacked_start;

/// Shares with one fate. Amounts are whole cents.
#[derive(Clone, Debug)]
pub(super) struct Parcel {
    pub(super) lot: LotId,
    pub(super) shares: Decimal,
    /// Cost plus the losses carried into it.
    pub(super) basis: Decimal,
    pub(super) cost: Decimal,
    pub(super) holding_start: Date,
    pub(super) sale: Option<SaleId>,
    pub(super) proceeds: Decimal,
    /// The parcel sold at a loss that this one replaces.
    pub(super) replaces: Option<usize>,
    /// The parcel that replaces this one.
    pub(super) replaced_by: Option<usize>,
    /// Whether it waits for a purchase that would wash its loss.
    pub(super) is_pending: bool,
}

impl Parcel {
    /// The loss of its sale, >= 0; 0 while it is open.
    pub(super) fn loss(&self) -> Decimal {
        match self.sale {
            Some(_) => (self.basis - self.proceeds).max(Decimal::ZERO),
            None => Decimal::ZERO,
        }
    }

    /// What of its loss is disallowed: all or nothing.
    pub(super) fn disallowed(&self) -> Decimal {
        if self.replaced_by.is_some() { self.loss() } else { Decimal::ZERO }
    }
}

/// All parcels, by number, and the parcels of each lot.
#[derive(Debug, Default)]
pub(super) struct Parcels {
    all: Vec<Parcel>,
    by_lot: Vec<Vec<usize>>,
}

impl Index<usize> for Parcels {
    type Output = Parcel;

    fn index(&self, id: usize) -> &Parcel {
        &self.all[id]
    }
}

impl Parcels {
    /// Opens the first parcel of a new lot.
    pub(super) fn open(&mut self, lot: LotId, shares: Decimal, cost: Decimal, since: Date) {
        self.by_lot.push(vec![self.all.len()]);
        self.all.push(Parcel {
            lot,
            shares,
            basis: cost,
            cost,
            holding_start: since,
            sale: None,
            proceeds: Decimal::ZERO,
            replaces: None,
            replaced_by: None,
            is_pending: false,
        });
    }

    pub(super) fn of_lot(&self, lot: LotId) -> &[usize] {
        &self.by_lot[lot]
    }

    pub(super) fn ids(&self) -> std::ops::Range<usize> {
        0..self.all.len()
    }

    pub(super) fn set_pending(&mut self, id: usize, is_pending: bool) {
        self.all[id].is_pending = is_pending;
    }

    /// Marks parcels as sold and shares out the proceeds among them, to the cent and in full.
    pub(super) fn sell(&mut self, ids: &[usize], sale: SaleId, proceeds: Decimal, total: Decimal) {
        let (mut shares, mut given) = (Decimal::ZERO, Decimal::ZERO);
        for id in ids {
            let parcel = &mut self.all[*id];
            shares += parcel.shares;
            let up_to_here = part(proceeds, shares, total, CENTS);
            parcel.sale = Some(sale);
            parcel.proceeds = up_to_here - given;
            given = up_to_here;
        }
    }

    /// Cuts a parcel and its whole chain: each keeps `shares`, each rest becomes a new parcel and
    /// the rests form a chain of their own. The new parcels, upstream first.
    pub(super) fn cut(&mut self, id: usize, shares: Decimal) -> Vec<usize> {
        let mut head = id;
        while let Some(before) = self.all[head].replaces {
            head = before;
        }
        let whole = self.all[id].shares;
        let mut rests = Vec::new();
        let mut next = Some(head);
        while let Some(id) = next {
            next = self.all[id].replaced_by;
            let rest = self.all.len();
            let of_whole = self.all[id].shares;
            // In a chain of several securities each is cut in proportion.
            let kept = if of_whole == whole { shares } else { part(of_whole, shares, whole, 12) };
            let mut other = self.all[id].cut(kept);
            other.replaces = rests.last().copied();
            other.replaced_by = next.map(|_| rest + 1);
            self.by_lot[other.lot].push(rest);
            self.all.push(other);
            rests.push(rest);
        }
        rests
    }

    /// Lets `to` replace `from`, which stands for as many shares and was sold at a loss on `sold`. The
    /// loss is carried down the chain as far as `carries` lets it; the last parcel is returned.
    pub(super) fn link(
        &mut self,
        from: usize,
        to: usize,
        carries: impl Fn(&Parcel, &Parcel) -> bool,
        sold_on: impl Fn(SaleId) -> Date,
        acquired_on: impl Fn(LotId) -> Date,
    ) -> usize {
        let amount = self.all[from].loss();
        self.all[from].replaced_by = Some(to);
        self.all[to].replaces = Some(from);
        let (mut giver, mut taker) = (from, to);
        while carries(&self.all[giver], &self.all[taker]) {
            let sold = self.all[giver].sale.map(&sold_on).expect("a replaced parcel was sold");
            let since = self.all[giver].holding_start;
            let parcel = &mut self.all[taker];
            // A taker that is itself replaced was sold at a loss, so all of the amount goes on.
            parcel.basis += amount;
            parcel.holding_start = tacked_start(acquired_on(parcel.lot), sold, since);
            let Some(next) = parcel.replaced_by else {
                break;
            };
            (giver, taker) = (taker, next);
        }
        taker
    }
}

impl Parcel {
    /// Keeps `shares` and returns the rest.
    fn cut(&mut self, shares: Decimal) -> Self {
        let mut rest = self.clone();
        let whole = self.shares;
        self.shares = shares;
        self.cost = part(rest.cost, shares, whole, CENTS);
        self.proceeds = part(rest.proceeds, shares, whole, CENTS);
        // The loss is rounded, not the basis: it is what may be disallowed, and stays >= 0.
        self.basis = self.proceeds + part(rest.basis - rest.proceeds, shares, whole, CENTS);
        rest.shares -= self.shares;
        rest.basis -= self.basis;
        rest.cost -= self.cost;
        rest.proceeds -= self.proceeds;
        rest
    }
}

/// Places of an amount of money.
const CENTS: u32 = 2;

/// `amount` · `shares` / `whole`, to so many places, half to even.
fn part(amount: Decimal, shares: Decimal, whole: Decimal, places: u32) -> Decimal {
    if shares == whole {
        return amount;
    }
    let exact = match amount.checked_mul(shares) {
        Some(product) => product / whole,
        None => amount * (shares / whole),
    };
    exact.round_dp(places)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn cuts_conserve_every_amount_and_keep_losses_losses() {
        for cents in 1..400 {
            let (basis, proceeds) = (Decimal::new(cents + 1, 2), Decimal::new(cents, 2));
            for shares in 1..37 {
                let mut parcels = Parcels::default();
                parcels.open(0, Decimal::new(37, 0), basis, date(2025, 1, 1));
                parcels.sell(&[0], 0, proceeds, Decimal::new(37, 0));
                assert_eq!(parcels.cut(0, Decimal::new(shares, 0)), [1]);
                let (kept, rest) = (&parcels[0], &parcels[1]);
                assert_eq!(kept.basis + rest.basis, basis);
                assert_eq!(kept.proceeds + rest.proceeds, proceeds);
                assert_eq!(kept.shares + rest.shares, Decimal::new(37, 0));
                assert_eq!(kept.loss() + rest.loss(), Decimal::new(1, 2));
            }
        }
    }
}
