//! Which losses do not count now, and where do they go.
//!
//! In: the acquisitions and disposals of a whole household, in the order in which they happened.
//! Out: an [`Outcome`]: every sale with what of its loss is disallowed, every open lot with the
//! basis and holding period it took over, and what is lost for good. The invariant, exact to the
//! cent: recognised gain = proceeds − cost of what was sold + what went into open lots + what is
//! permanently disallowed.
//!
//! The rule is two-sided (30 days before and after), share by share, across all accounts and both
//! spouses. Losses are taken in the order of disposal, replacement shares in the order of their
//! acquisition, and a share replaces once (Reg. 1.1091-1(b)-(e)). To follow each share's fate the
//! ledger cuts lots into parcels: all shares of a parcel have the same one. What the law leaves
//! open is in [`policy`], as data. Both clocks of a lot are kept: `acquired` (for qualified
//! dividends, never tacked, s.246(c)(3)(B)) and `holding_start` (tacked, s.1223(3)).

mod outcome;
mod parcel;
mod pending;
pub mod policy;
mod replacement;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;

pub use outcome::{OpenLot, Outcome, Sold, Treatment, Wash};
pub use policy::Policy;

use crate::holding::plus_days;
use parcel::Parcels;

/// Days before and after a sale in which a purchase makes it a wash sale.
pub const WINDOW_DAYS: i64 = 30;

/// The first and last day on which a purchase washes a loss taken on `sale` (calendar days).
///
/// # Source
/// IRC s.1091(a); Reg. 1.1091-1(a), the "61-day period".
#[must_use]
pub fn window(sale: Date) -> (Date, Date) {
    (plus_days(sale, -WINDOW_DAYS), plus_days(sale, WINDOW_DAYS))
}

/// Who holds a lot. The numbers are the caller's own names for accounts and owners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The account: lots are sold account by account (IRC s.1012(c)(1)).
    pub account: usize,
    /// The taxpayer: another owner of the household is a spouse.
    pub owner: usize,
    /// Whether gains in the account are taxed now. Retirement accounts are not taxable.
    pub taxable: bool,
}

/// Shares that came in.
#[derive(Clone, Copy, Debug)]
pub struct Acquisition {
    /// Trade date.
    pub date: Date,
    /// By whom.
    pub holder: Holder,
    /// The caller's name for the security.
    pub security: usize,
    /// The caller's name for the group of substantially identical securities.
    pub group: usize,
    /// The group that it is an option to acquire: it replaces losses of that group too (IRC
    /// s.1091(a)), while its own loss is not one of that group.
    pub option_on: Option<usize>,
    /// Shares, or for options the shares that they are for, in units after every split.
    pub shares: Decimal,
    /// Cost in USD with fees, whole cents.
    pub cost: Decimal,
    /// Held since when: the trade date, or earlier for a gift with a carried-over basis.
    pub holding_start: Date,
    /// Whether it can be a replacement: purchases, reinvestments and calls can; gifts,
    /// inheritances, tax-free exchanges and puts bought can't.
    pub is_purchase: bool,
    /// An earlier lot of which this is another fill: shares of one lot do not replace each other.
    pub fill_of: Option<LotId>,
}

/// A lot of the ledger, in the order of [`Ledger::acquire`], from 0.
pub type LotId = usize;

/// A sale of the ledger, in the order of [`Ledger::dispose`], from 0.
pub type SaleId = usize;

/// Shares of one parcel that a sale takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pick {
    /// An [`OpenLot::parcel`].
    pub parcel: usize,
    /// How many of its shares; at most what it holds.
    pub shares: Decimal,
}

/// The books of a household.
#[derive(Debug)]
pub struct Ledger {
    policy: Policy,
    lots: Vec<Lot>,
    sales: Vec<Sale>,
    parcels: Parcels,
    groups: BTreeMap<usize, Group>,
    positions: BTreeMap<(usize, usize), Vec<LotId>>,
    /// How many shares after every split one share of today is, by security; 1 where not given.
    units: BTreeMap<usize, Decimal>,
    events: usize,
    /// Losses that were not looked at yet; empty between events.
    unsettled: BTreeSet<(DisposalOrder, usize)>,
}

/// Event of the sale, event of the lot, holding start.
type DisposalOrder = (usize, usize, Date);

#[derive(Debug)]
struct Lot {
    acquired: Date,
    event: usize,
    holder: Holder,
    security: usize,
    group: usize,
    option_on: Option<usize>,
    is_purchase: bool,
    family: LotId,
    /// Lots whose losses were carried into this one.
    sources: Vec<LotId>,
}

impl Lot {
    /// The groups whose losses it can replace: its own first.
    fn groups(&self) -> impl Iterator<Item = usize> + use<> {
        std::iter::once(self.group).chain(self.option_on.filter(|other| *other != self.group))
    }
}

#[derive(Debug)]
struct Sale {
    date: Date,
    event: usize,
    /// Whether it left the household without a share of the group.
    is_exit: bool,
}

#[derive(Debug, Default)]
struct Group {
    lots: Vec<LotId>,
    /// Parcels sold at a loss that no share has replaced yet, in the order of their disposal.
    pending: Vec<usize>,
    held: Decimal,
}

impl Ledger {
    /// Empty books.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self {
            policy,
            lots: Vec::new(),
            sales: Vec::new(),
            parcels: Parcels::default(),
            groups: BTreeMap::new(),
            positions: BTreeMap::new(),
            units: BTreeMap::new(),
            events: 0,
            unsettled: BTreeSet::new(),
        }
    }

    /// From here on one share of `security` is `unit` shares after every split, > 0. Shares of
    /// identical securities replace each other one for one as they stand on the day, so that a
    /// later split of only one of them changes nothing.
    pub fn count_in(&mut self, security: usize, unit: Decimal) {
        self.units.insert(security, unit);
    }

    /// Books an acquisition, and lets it replace shares sold at a loss in the 30 days before.
    pub fn acquire(&mut self, acquisition: Acquisition) -> LotId {
        let Acquisition { date, holder, security, group, shares, cost, holding_start, .. } = acquisition;
        let (lot, event) = (self.lots.len(), self.next_event());
        self.lots.push(Lot {
            acquired: date,
            event,
            holder,
            security,
            group,
            option_on: acquisition.option_on,
            is_purchase: acquisition.is_purchase,
            family: acquisition.fill_of.map_or(lot, |first| self.lots[first].family),
            sources: Vec::new(),
        });
        self.parcels.open(lot, shares, cost, holding_start);
        for group in self.lots[lot].groups() {
            let books = self.groups.entry(group).or_default();
            books.lots.push(lot);
            books.held += shares;
        }
        self.positions.entry((holder.account, security)).or_default().push(lot);
        if acquisition.is_purchase {
            self.replace_pending(lot);
        }
        lot
    }

    /// The open parcels of a security in an account, in the order of acquisition.
    #[must_use]
    pub fn open_lots(&self, account: usize, security: usize) -> Vec<OpenLot> {
        let Some(lots) = self.positions.get(&(account, security)) else {
            return Vec::new();
        };
        let parcels = lots.iter().flat_map(|lot| self.parcels.of_lot(*lot));
        parcels.filter(|id| self.parcels[**id].sale.is_none()).map(|id| self.open_lot(*id)).collect()
    }

    /// Books a sale of `picks`, which all belong to one account and one security, for `proceeds`
    /// USD net of fees, whole cents; takes its losses to the shares that replace them. Of several
    /// lots in one sale the earliest acquired is the first (Reg. 1.1091-1(b)).
    ///
    /// # Panics
    /// If a pick names a parcel that is not open, or takes more than it holds: a broken caller.
    pub fn dispose(&mut self, date: Date, picks: &[Pick], proceeds: Decimal) -> SaleId {
        let event = self.next_event();
        let sale = self.sales.len();
        let sold: Vec<usize> = picks.iter().map(|pick| self.carve(*pick)).collect();
        let total: Decimal = picks.iter().map(|pick| pick.shares).sum();
        let mut is_exit = false;
        if let Some(first) = sold.first() {
            let lot = &self.lots[self.parcels[*first].lot];
            for group in lot.groups() {
                let books = self.groups.get_mut(&group).expect("an open lot has a group");
                books.held -= total;
                is_exit |= group == lot.group && books.held <= Decimal::ZERO;
            }
        }
        self.sales.push(Sale { date, event, is_exit });
        self.parcels.sell(&sold, sale, proceeds, total);
        for id in sold {
            self.look_at(id);
        }
        self.settle();
        self.close_sold_lots(picks);
        sale
    }

    /// Takes lots of which nothing is open any more off the position that `picks` were taken from.
    fn close_sold_lots(&mut self, picks: &[Pick]) {
        let Some(first) = picks.first() else {
            return;
        };
        let lot = &self.lots[self.parcels[first.parcel].lot];
        let Self { positions, parcels, .. } = self;
        if let Some(lots) = positions.get_mut(&(lot.holder.account, lot.security)) {
            lots.retain(|lot| parcels.of_lot(*lot).iter().any(|id| parcels[*id].sale.is_none()));
        }
    }

    /// Cuts a pick out of its parcel.
    fn carve(&mut self, pick: Pick) -> usize {
        let parcel = &self.parcels[pick.parcel];
        assert!(parcel.sale.is_none() && pick.shares <= parcel.shares, "a pick must be open");
        if pick.shares < parcel.shares {
            self.cut(pick.parcel, pick.shares);
        }
        pick.parcel
    }

    fn next_event(&mut self) -> usize {
        self.events += 1;
        self.events
    }
}
