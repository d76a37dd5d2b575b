//! Losses that wait for a purchase in the 30 days after their sale.
//!
//! In: parcels whose loss found no replacement among earlier purchases, then each new purchase.
//! Out: links. The invariant is Reg. 1.1091-1(b): losses are taken in the order of their disposal,
//! within one sale the earliest acquired lot first.

use super::{DisposalOrder, Ledger, LotId, WINDOW_DAYS};
use crate::holding::days_between;

impl Ledger {
    /// Puts a loss on the list of its group, in the order of disposal.
    pub(super) fn wait(&mut self, id: usize) {
        self.parcels.set_pending(id, true);
        let key = self.disposal_order(id);
        let group = self.lots[self.parcels[id].lot].group;
        let pending = self.groups.get(&group).map_or(&[][..], |books| &books.pending);
        let place = pending.partition_point(|other| self.disposal_order(*other) <= key);
        if let Some(books) = self.groups.get_mut(&group) {
            books.pending.insert(place, id);
        }
    }

    /// Lets the shares of a new lot replace shares sold at a loss in the 30 days before.
    pub(super) fn replace_pending(&mut self, lot: LotId) {
        let mut free = self.parcels.of_lot(lot).first().copied();
        for group in self.lots[lot].groups() {
            free = self.replace_pending_of(group, lot, free);
        }
    }

    /// The same for the losses of one group, with the shares `free`. Those that are left.
    fn replace_pending_of(&mut self, group: usize, lot: LotId, mut free: Option<usize>) -> Option<usize> {
        let family = self.lots[lot].family;
        self.drop_expired(group, lot);
        let mut place = 0;
        while let (Some(by), Some(id)) = (free, self.pending_at(group, place)) {
            if self.lots[self.parcels[id].lot].family == family {
                place += 1;
                continue;
            }
            free = self.even_out(id, by); // a rest of the loss takes its place on the list behind it
            if let Some(books) = self.groups.get_mut(&group) {
                books.pending.remove(place);
            }
            self.parcels.set_pending(id, false);
            self.link(id, by);
        }
        free
    }

    fn pending_at(&self, group: usize, place: usize) -> Option<usize> {
        self.groups.get(&group)?.pending.get(place).copied()
    }

    /// Takes losses off the list whose 30 days were over when `lot` was acquired.
    fn drop_expired(&mut self, group: usize, lot: LotId) {
        let Self { groups, parcels, sales, lots, .. } = self;
        let today = lots[lot].acquired;
        let Some(books) = groups.get_mut(&group) else {
            return;
        };
        books.pending.retain(|id| {
            let sold = parcels[*id].sale.map(|sale| sales[sale].date);
            sold.is_some_and(|sold| days_between(sold, today) <= WINDOW_DAYS)
        });
    }

    /// By sale, then by lot, then by holding period: the order in which losses are taken.
    pub(super) fn disposal_order(&self, id: usize) -> DisposalOrder {
        let parcel = &self.parcels[id];
        let sale = parcel.sale.map_or(usize::MAX, |sale| self.sales[sale].event);
        (sale, self.lots[parcel.lot].event, parcel.holding_start)
    }
}
