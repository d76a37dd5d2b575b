//! Which share replaces a share sold at a loss, among those acquired so far.
//!
//! In: a parcel that was sold at a loss. Out: links of the books. The invariant is Reg.
//! 1.1091-1(c)-(e): shares are taken in the order of their acquisition, one for one, each once, and
//! no loss is carried in a circle.

use rust_decimal::Decimal;

use super::policy::{AlreadySold, BoughtBeforeSoldLot, OtherOwner, Policy};
use super::{Holder, Ledger, LotId, Treatment, window};

impl Ledger {
    /// Takes every loss that has not been looked at to the shares that replace it, the earliest
    /// disposal first; what stays without replacement waits for later purchases.
    pub(super) fn settle(&mut self) {
        while let Some((_, id)) = self.unsettled.pop_first() {
            if !self.is_open_loss(id) {
                continue;
            }
            let Some(by) = self.first_replacement(id) else {
                self.wait(id);
                continue;
            };
            self.even_out(id, by);
            let arrived = self.link(id, by);
            // A replacement that was sold before may have turned from a gain to a loss.
            self.look_at(arrived);
        }
    }

    /// Puts a parcel down to be settled, if it has a loss that counts.
    pub(super) fn look_at(&mut self, id: usize) {
        if self.is_open_loss(id) {
            self.unsettled.insert((self.disposal_order(id), id));
        }
    }

    /// Lets the parcel `by` replace `id`: carries the loss and the holding period. The parcel at
    /// which the loss has arrived.
    pub(super) fn link(&mut self, id: usize, by: usize) -> usize {
        let (from, to) = (self.parcels[id].lot, self.parcels[by].lot);
        if !self.lots[to].sources.contains(&from) {
            self.lots[to].sources.push(from);
        }
        let Self { lots, sales, parcels, policy, .. } = self;
        parcels.link(
            id,
            by,
            |giver, taker| {
                let (seller, buyer) = (lots[giver.lot].holder, lots[taker.lot].holder);
                treatment(*policy, seller, buyer) == Treatment::AddedToBasis
            },
            |sale| sales[sale].date,
            |lot| lots[lot].acquired,
        )
    }

    /// Cuts the larger of a loss and of what replaces it, so that both are as many shares as they
    /// stand today. What is left over of the replacement.
    pub(super) fn even_out(&mut self, id: usize, by: usize) -> Option<usize> {
        let rate = self.rate(id, by);
        let (needed, offered) = (self.parcels[id].shares, self.parcels[by].shares);
        let wanted = if rate == Decimal::ONE { Some(needed) } else { rounded(needed.checked_mul(rate)) };
        let enough = if rate == Decimal::ONE { Some(offered) } else { rounded(offered.checked_div(rate)) };
        match (wanted, enough) {
            (Some(wanted), _) if wanted < offered && wanted > Decimal::ZERO => {
                self.cut(by, wanted).last().copied()
            }
            (_, Some(enough)) if enough < needed && enough > Decimal::ZERO => {
                self.cut(id, enough);
                None
            }
            _ => None,
        }
    }

    /// How many of the ledger's shares of `by` replace one of `id`: 1 within a security, and among
    /// securities with the same splits to come.
    fn rate(&self, id: usize, by: usize) -> Decimal {
        let unit = |id: usize| self.units.get(&self.lots[self.parcels[id].lot].security);
        let (Some(sold), Some(bought)) = (unit(id), unit(by)) else {
            return Decimal::ONE;
        };
        let rate = bought.checked_div(*sold).filter(|rate| *rate > Decimal::ZERO);
        rate.unwrap_or(Decimal::ONE).normalize()
    }

    /// Cuts a parcel and its chain; a rest whose loss waits goes on waiting, one that was not
    /// looked at is put down to be.
    pub(super) fn cut(&mut self, id: usize, shares: Decimal) -> Vec<usize> {
        let rests = self.parcels.cut(id, shares);
        for rest in &rests {
            if self.parcels[*rest].is_pending {
                self.wait(*rest);
            } else {
                self.look_at(*rest);
            }
        }
        rests
    }

    /// Whether the parcel was sold at a loss in a taxable account and has no replacement yet.
    fn is_open_loss(&self, id: usize) -> bool {
        let parcel = &self.parcels[id];
        self.lots[parcel.lot].holder.taxable
            && parcel.replaced_by.is_none()
            && !parcel.is_pending
            && parcel.loss() > Decimal::ZERO
    }

    /// The earliest acquired parcel that can replace `id`; of one lot, shares
    /// still held go first, then those sold first.
    fn first_replacement(&self, id: usize) -> Option<usize> {
        let sold = &self.lots[self.parcels[id].lot];
        let (from, to) = window(self.sales[self.parcels[id].sale?].date);
        let lots = &self.groups.get(&sold.group)?.lots;
        let start = lots.partition_point(|lot| self.lots[*lot].acquired < from);
        lots[start..]
            .iter()
            .take_while(|lot| self.lots[**lot].acquired <= to)
            .filter(|lot| {
                let lot = &self.lots[**lot];
                lot.is_purchase
                    && lot.family != sold.family // Rev. Rul. 56-602
                    && (self.policy.bought_before_sold_lot == BoughtBeforeSoldLot::Counts
                        || lot.event > sold.event)
            })
            .find_map(|lot| self.free_parcel(id, *lot))
    }

    /// A parcel of `lot` that has replaced nothing yet and can replace `id`.
    fn free_parcel(&self, id: usize, lot: LotId) -> Option<usize> {
        let free = || {
            let of_lot = self.parcels.of_lot(lot).iter().copied();
            of_lot.filter(|by| self.parcels[*by].replaces.is_none())
        };
        let sold_first = |by: &usize| self.parcels[*by].sale;
        free()
            .find(|by| self.parcels[*by].sale.is_none())
            .or_else(|| free().filter(|by| self.can_replace_though_sold(id, *by)).min_by_key(sold_first))
    }

    /// Whether `by`, itself sold, can replace `id`: not where the household was out of the group
    /// on the day of both sales, and not where the loss would come back to where it started.
    fn can_replace_though_sold(&self, id: usize, by: usize) -> bool {
        let (Some(sale), Some(other)) = (self.parcels[id].sale, self.parcels[by].sale) else {
            return false;
        };
        let lot = self.parcels[by].lot;
        let (sale, other) = (&self.sales[sale], &self.sales[other]);
        let gone = other.event <= sale.event && self.lots[lot].event < sale.event;
        let same_day_exit = gone && sale.is_exit && other.date == sale.date;
        let is_ignored = gone && self.policy.already_sold == AlreadySold::Ignored;
        let is_circle = self.is_source(lot, self.parcels[id].lot);
        !(same_day_exit || is_ignored || is_circle)
    }

    /// Whether losses of the lot `from` were carried, directly or not, into the lot `into`.
    fn is_source(&self, from: LotId, into: LotId) -> bool {
        let mut seen = vec![into];
        let mut next = 0;
        while next < seen.len() {
            for source in &self.lots[seen[next]].sources {
                if *source == from {
                    return true;
                }
                if !seen.contains(source) {
                    seen.push(*source);
                }
            }
            next += 1;
        }
        false
    }
}

/// Shares between securities, to 12 places as in the file.
fn rounded(shares: Option<Decimal>) -> Option<Decimal> {
    shares.map(|shares| shares.round_dp(12))
}

/// Where a loss of `seller` goes when `buyer` holds the replacement.
///
/// # Source
/// IRC s.1091(d); Rev. Rul. 2008-5 (retirement accounts); for a spouse the policy.
pub(super) fn treatment(policy: Policy, seller: Holder, buyer: Holder) -> Treatment {
    if !buyer.taxable {
        Treatment::LostToRetirement
    } else if buyer.owner != seller.owner && policy.other_owner == OtherOwner::LostForGood {
        Treatment::LostToOtherOwner
    } else {
        Treatment::AddedToBasis
    }
}
