//! What came of it: sales, open lots and washes, read off the parcels.
//!
//! In: the ledger. Out: rows in the order of the events. Parcels that differ in nothing a person
//! would ask about are one row. The invariant is that rows add up to their parcels, to the cent.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

use super::replacement::treatment;
use super::{Ledger, LotId, SaleId};

/// The result of the books.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// What was sold, by sale and lot. Sales in retirement accounts are among them.
    pub sold: Vec<Sold>,
    /// What is still held, by lot.
    pub open: Vec<OpenLot>,
    /// Which loss went where.
    pub washes: Vec<Wash>,
}

/// Shares of one lot that one sale took. Amounts are USD in whole cents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sold {
    /// Which sale.
    pub sale: SaleId,
    /// Which lot.
    pub lot: LotId,
    /// Shares in units after every split.
    pub shares: Decimal,
    /// Net of fees.
    pub proceeds: Decimal,
    /// Cost with fees and with the losses carried into it.
    pub basis: Decimal,
    /// What of the loss is disallowed, >= 0.
    pub disallowed: Decimal,
    /// Since when it counts as held, for the term.
    pub holding_start: Date,
}

/// Open shares of one lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenLot {
    /// Which lot.
    pub lot: LotId,
    /// Which parcel, to name in a [`super::Pick`] (of several, the first).
    pub parcel: usize,
    /// When it was acquired: the clock of qualified dividends.
    pub acquired: Date,
    /// Since when it counts as held: the clock of the term.
    pub holding_start: Date,
    /// Shares in units after every split.
    pub shares: Decimal,
    /// USD, with the losses carried into it.
    pub basis: Decimal,
    /// USD of it that are carried losses.
    pub carried: Decimal,
}

/// What became of a disallowed loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Treatment {
    /// Added to the basis of the replacement: deferred.
    AddedToBasis,
    /// Lost for good: a retirement account bought (Rev. Rul. 2008-5).
    LostToRetirement,
    /// Counted as lost for good: the spouse bought, and the basis is unsettled.
    LostToOtherOwner,
}

impl Treatment {
    /// All of them.
    pub const ALL: [Treatment; 3] =
        [Treatment::AddedToBasis, Treatment::LostToRetirement, Treatment::LostToOtherOwner];

    /// As documents and the books have it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Treatment::AddedToBasis => "added_to_basis",
            Treatment::LostToRetirement => "lost_to_retirement",
            Treatment::LostToOtherOwner => "lost_to_other_owner",
        }
    }

    /// The one of this word.
    #[must_use]
    pub fn of(word: &str) -> Option<Treatment> {
        Treatment::ALL.into_iter().find(|treatment| treatment.word() == word)
    }
}

/// A loss and the shares that replace those sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wash {
    /// The sale at a loss.
    pub sale: SaleId,
    /// The lot sold.
    pub lot: LotId,
    /// The lot that replaces it.
    pub replacement: LotId,
    /// Shares in units after every split.
    pub shares: Decimal,
    /// USD disallowed.
    pub disallowed: Decimal,
    /// Where it went.
    pub treatment: Treatment,
}

impl Ledger {
    /// Reads the result off the books.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        Outcome { sold: self.sold(), open: self.open(), washes: self.washes() }
    }

    pub(super) fn open_lot(&self, id: usize) -> OpenLot {
        let parcel = &self.parcels[id];
        OpenLot {
            lot: parcel.lot,
            parcel: id,
            acquired: self.lots[parcel.lot].acquired,
            holding_start: parcel.holding_start,
            shares: parcel.shares,
            basis: parcel.basis,
            carried: parcel.basis - parcel.cost,
        }
    }

    /// The lot and sale of the loss that a parcel took over. Parcels of one lot that are held since
    /// the same day and have the same origin are one row.
    fn origin(&self, id: usize) -> Option<(LotId, SaleId)> {
        let from = &self.parcels[self.parcels[id].replaces?];
        from.sale.map(|sale| (from.lot, sale))
    }

    fn sold(&self) -> Vec<Sold> {
        let mut rows: BTreeMap<_, Sold> = BTreeMap::new();
        for id in self.parcels.ids() {
            let parcel = &self.parcels[id];
            let Some(sale) = parcel.sale else {
                continue;
            };
            // A gain and a loss are never one row: the loss may be disallowed.
            let is_gain = parcel.proceeds > parcel.basis;
            let key = (sale, parcel.lot, parcel.holding_start, self.origin(id), is_gain);
            let row = rows.entry(key).or_insert_with(|| Sold {
                sale,
                lot: parcel.lot,
                shares: Decimal::ZERO,
                proceeds: Decimal::ZERO,
                basis: Decimal::ZERO,
                disallowed: Decimal::ZERO,
                holding_start: parcel.holding_start,
            });
            row.shares += parcel.shares;
            row.proceeds += parcel.proceeds;
            row.basis += parcel.basis;
            row.disallowed += parcel.disallowed();
        }
        rows.into_values().collect()
    }

    fn open(&self) -> Vec<OpenLot> {
        let mut rows: BTreeMap<_, OpenLot> = BTreeMap::new();
        for id in self.parcels.ids().filter(|id| self.parcels[*id].sale.is_none()) {
            let parcel = &self.parcels[id];
            let open = self.open_lot(id);
            rows.entry((parcel.lot, parcel.holding_start, self.origin(id)))
                .and_modify(|row| {
                    row.shares += open.shares;
                    row.basis += open.basis;
                    row.carried += open.carried;
                })
                .or_insert(open);
        }
        rows.into_values().collect()
    }

    fn washes(&self) -> Vec<Wash> {
        let mut rows: BTreeMap<(SaleId, LotId, LotId), Wash> = BTreeMap::new();
        for id in self.parcels.ids() {
            let parcel = &self.parcels[id];
            let (Some(sale), Some(by)) = (parcel.sale, parcel.replaced_by) else {
                continue;
            };
            let replacement = self.parcels[by].lot;
            let row = rows.entry((sale, parcel.lot, replacement)).or_insert_with(|| Wash {
                sale,
                lot: parcel.lot,
                replacement,
                shares: Decimal::ZERO,
                disallowed: Decimal::ZERO,
                treatment: treatment(
                    self.policy,
                    self.lots[parcel.lot].holder,
                    self.lots[replacement].holder,
                ),
            });
            row.shares += parcel.shares;
            row.disallowed += parcel.disallowed();
        }
        rows.into_values().collect()
    }
}
