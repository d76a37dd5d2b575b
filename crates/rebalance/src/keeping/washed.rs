//! Losses of an executed plan that do not count now, since shares bought within 30 days replace those sold.
//!
//! In: what was dealt, and what is held after it. Out: each loss with the lot that replaces the shares, and that lot with the loss in its
//! basis. A plan buys nothing beside a loss that it means to take; but what it sells may turn into a loss on the way to the broker, and a few dollars of
//! purchases are tolerated where a household says so. Invariants: a share replaces once, and a lot that has replaced is as a whole one that has; what is
//! added to bases is what is disallowed, less what is lost for good; shares that are not held after the plan replace nothing.
//!
//! A lot of a document has one day. Of one that replaces, that is the day since when it counts as held (for the term), and no longer that of its purchase: rules
//! that ask for the latter (a dividend's holding period, shares bought today) count it as held for longer than it is.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use portfolio::{AccountKind, Decimal, Portfolio};
use tax::holding::{plus_days, tacked_start};
use tax::wash_sale::{Acquisition, Holder, Ledger, LotId, Pick, Policy, Treatment, Wash, window};

use super::document::HeldAccount;
use super::settle::BASIS_DIGITS;
use crate::books::{Booking, Gain, HeldLot, Washed};

/// A booking of the plan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deal<'a> {
    pub(super) booking: &'a Booking,
    /// What it realised, where it is a sale.
    pub(super) gain: Option<&'a Gain>,
    /// The lot that was sold, or that the purchase is part of.
    pub(super) lot_id: &'a str,
}

/// The losses that do not count, in the order of their sales; `accounts`, which is what is held after the deals, gets the bases and days that follow. `used` are
/// the lots that replaced others before.
///
/// # Source
/// IRC s.1091, Reg. 1.1091-1 and -2, by [`tax::wash_sale`]. House decision (2026-11-27): shares that a plan sells replace nothing that it
/// sells; the loss would count on the same day, in the same year.
pub(super) fn washed(
    read: &Portfolio,
    accounts: &mut [HeldAccount],
    deals: &[Deal<'_>],
    used: &BTreeSet<String>,
) -> Vec<Washed> {
    let house = House::of(read);
    let losses: Vec<&Deal<'_>> = deals.iter().filter(|deal| house.is_loss(deal)).collect();
    if losses.is_empty() {
        return Vec::new();
    }
    let mut matching = Matching::new(&house);
    matching.open(accounts, deals, &losses, used);
    deals.iter().for_each(|deal| matching.take(deal));
    let washes = matching.ledger.outcome().washes;
    let mut found = Vec::new();
    for wash in washes {
        found.push(matching.carried(accounts, &wash));
    }
    found
}

/// The accounts and securities of a document, by number.
struct House<'a> {
    holders: BTreeMap<&'a str, Holder>,
    securities: BTreeMap<&'a str, (usize, usize)>,
}

impl<'a> House<'a> {
    fn of(read: &'a Portfolio) -> House<'a> {
        let mut owners: BTreeMap<Option<&str>, usize> = BTreeMap::new();
        let mut holders = BTreeMap::new();
        for (place, account) in read.accounts.iter().enumerate() {
            let next = owners.len();
            let owner = *owners.entry(account.owner.as_deref()).or_insert(next);
            let taxable = account.kind == AccountKind::Taxable;
            holders.insert(account.account_id.as_str(), Holder { account: place, owner, taxable });
        }
        let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
        let mut securities = BTreeMap::new();
        for (place, security) in read.securities.iter().enumerate() {
            let next = groups.len();
            let group = *groups.entry(security.identical_group.as_str()).or_insert(next);
            securities.insert(security.ticker.as_str(), (place, group));
        }
        House { holders, securities }
    }

    fn is_loss(&self, deal: &Deal<'_>) -> bool {
        let taxable = self.holders.get(deal.booking.account_id.as_str()).is_some_and(|it| it.taxable);
        taxable && deal.gain.is_some_and(|gain| gain.gain < Decimal::ZERO)
    }

    /// Shares that came in, as the tax engine takes them; `None` for what the document does not list.
    fn acquisition(&self, account_id: &str, ticker: &str, date: Date) -> Option<Acquisition> {
        let (security, group) = *self.securities.get(ticker)?;
        Some(Acquisition {
            date,
            holder: *self.holders.get(account_id)?,
            security,
            group,
            option_on: None,
            shares: Decimal::ZERO,
            cost: Decimal::ZERO,
            holding_start: date,
            is_purchase: true,
            fill_of: None,
        })
    }
}

/// Shares that were there before the first deal.
struct Before<'a> {
    lot_id: &'a str,
    acquisition: Acquisition,
    /// The loss by which they went.
    sale: Option<&'a Booking>,
}

/// The deals in the books of the tax engine.
struct Matching<'a> {
    house: &'a House<'a>,
    ledger: Ledger,
    /// The lots of the engine: which of ours each is.
    lots: Vec<String>,
    /// The first lot of the engine that is of a lot of ours.
    first: BTreeMap<String, LotId>,
    /// The lot of the engine that a sale takes.
    sold: BTreeMap<String, LotId>,
    /// The sales of the engine, by number.
    sales: Vec<Washed>,
    /// Since when the shares of a sale were held, and when they were sold.
    terms: Vec<(Date, Date)>,
}

impl<'a> Matching<'a> {
    fn new(house: &'a House<'a>) -> Matching<'a> {
        Matching {
            house,
            ledger: Ledger::new(Policy::default()),
            lots: Vec::new(),
            first: BTreeMap::new(),
            sold: BTreeMap::new(),
            sales: Vec::new(),
            terms: Vec::new(),
        }
    }

    /// What was there before the first deal: what was sold at a loss, and what was bought within 30 days before and is still held.
    fn open(
        &mut self,
        accounts: &[HeldAccount],
        deals: &[Deal<'_>],
        losses: &[&Deal<'_>],
        used: &BTreeSet<String>,
    ) {
        let mut before = Vec::new();
        for deal in losses {
            let Some(gain) = deal.gain else { continue };
            let since = held_since(gain);
            let (account, ticker) = (&deal.booking.account_id, deal.booking.ticker.as_deref());
            let found = self.house.acquisition(account, ticker.unwrap_or_default(), since);
            let Some(acquisition) = found else { continue };
            let (shares, cost) = (gain.quantity, gain.basis);
            let acquisition = Acquisition { shares, cost, is_purchase: false, ..acquisition };
            before.push(Before { lot_id: deal.lot_id, acquisition, sale: Some(deal.booking) });
        }
        let from = losses.iter().map(|deal| window(deal.booking.date).0).min().unwrap_or(Date::MIN);
        let bought: BTreeSet<&str> =
            deals.iter().filter(|deal| deal.gain.is_none()).map(|deal| deal.lot_id).collect();
        for lot in accounts.iter().flat_map(|account| &account.lots) {
            let Some(acquired) = lot.acquired.filter(|day| *day >= from) else { continue };
            if bought.contains(lot.lot_id.as_str()) || used.contains(&lot.lot_id) {
                continue;
            }
            let found = self.house.acquisition(&lot.account_id, &lot.ticker, acquired);
            let Some(acquisition) = found else { continue };
            let acquisition = Acquisition { shares: lot.quantity, ..acquisition };
            before.push(Before { lot_id: &lot.lot_id, acquisition, sale: None });
        }
        before.sort_by_key(|it| it.acquisition.date);
        for Before { lot_id, acquisition, sale } in before {
            let lot = self.acquire(lot_id, acquisition);
            if let Some(booking) = sale {
                self.sold.insert(booking.id.to_string(), lot);
            }
        }
    }

    fn acquire(&mut self, lot_id: &str, acquisition: Acquisition) -> LotId {
        let fill_of = self.first.get(lot_id).copied();
        let lot = self.ledger.acquire(Acquisition { fill_of, ..acquisition });
        self.first.entry(lot_id.to_owned()).or_insert(lot);
        self.lots.push(lot_id.to_owned());
        lot
    }

    /// Books a purchase, or a sale at a loss; what is sold at a gain neither washes nor replaces.
    fn take(&mut self, deal: &Deal<'_>) {
        let booking = deal.booking;
        let ticker = booking.ticker.as_deref().unwrap_or_default();
        let found = self.house.acquisition(&booking.account_id, ticker, booking.date);
        let Some(acquisition) = found else { return };
        let Some(gain) = deal.gain else {
            let (shares, cost) = (booking.quantity, -booking.cash);
            self.acquire(deal.lot_id, Acquisition { shares, cost, ..acquisition });
            return;
        };
        let Some(lot) = self.sold.get(&booking.id.to_string()) else { return };
        let open = self.ledger.open_lots(acquisition.holder.account, acquisition.security);
        let Some(open) = open.iter().find(|open| open.lot == *lot) else { return };
        let pick = Pick { parcel: open.parcel, shares: gain.quantity };
        self.ledger.dispose(booking.date, &[pick], gain.proceeds);
        self.terms.push((held_since(gain), booking.date));
        self.sales.push(Washed {
            sale: booking.id,
            lot_id: gain.lot_id.clone(),
            household: booking.household,
            replacement: String::new(),
            shares: Decimal::ZERO,
            disallowed: Decimal::ZERO,
            treatment: Treatment::AddedToBasis,
        });
    }

    /// Where a loss went, with the replacement as a lot of its own.
    fn carried(&self, accounts: &mut [HeldAccount], wash: &Wash) -> Washed {
        let added = if wash.treatment == Treatment::AddedToBasis { wash.disallowed } else { Decimal::ZERO };
        let name = &self.lots[wash.replacement];
        let replacement = apart(accounts, name, wash.shares).map_or_else(
            || name.clone(),
            |lot| {
                if !added.is_zero() {
                    let basis = lot.quantity * lot.basis_per_share + added;
                    lot.basis_per_share = (basis / lot.quantity).round_dp(BASIS_DIGITS);
                    let (since, sold) = self.terms[wash.sale];
                    lot.acquired = lot.acquired.map(|bought| tacked_start(bought, sold, since));
                }
                lot.lot_id.clone()
            },
        );
        let (shares, disallowed, treatment) = (wash.shares, wash.disallowed, wash.treatment);
        Washed { replacement, shares, disallowed, treatment, ..self.sales[wash.sale].clone() }
    }
}

/// Since when what was sold counts as held; where only the term is known, as far back as that needs.
fn held_since(gain: &Gain) -> Date {
    const MORE_THAN_A_YEAR: i64 = 367;
    let unknown = if gain.long_term { plus_days(gain.sold, -MORE_THAN_A_YEAR) } else { gain.sold };
    gain.acquired.unwrap_or(unknown)
}

/// Shares of a lot as a lot of their own: the lot itself where they are all of it.
fn apart<'a>(accounts: &'a mut [HeldAccount], lot_id: &str, shares: Decimal) -> Option<&'a mut HeldLot> {
    let taken: BTreeSet<&str> =
        accounts.iter().flat_map(|account| &account.lots).map(|lot| lot.lot_id.as_str()).collect();
    let named = (1..).map(|n: u32| format!("{lot_id}-w{n}"));
    let name = named.into_iter().find(|name| !taken.contains(name.as_str()))?;
    let account = accounts.iter_mut().find(|account| account.lots.iter().any(|lot| lot.lot_id == lot_id))?;
    let place = account.lots.iter().position(|lot| lot.lot_id == lot_id)?;
    if shares >= account.lots[place].quantity {
        return account.lots.get_mut(place);
    }
    account.lots[place].quantity -= shares;
    let own = HeldLot { lot_id: name, quantity: shares, ..account.lots[place].clone() };
    account.lots.insert(place + 1, own);
    account.lots.get_mut(place + 1)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;
    use proptest::prelude::*;
    use rust_decimal::dec;

    use super::*;
    use crate::id::{HouseholdId, TransactionId};
    use crate::keeping::document::held;

    /// A joint account and a Roth; VOO and IVV are identical. `lots` are (account, ticker, lot, shares, day, basis).
    fn read(lots: &[(usize, &str, &str, Decimal, &str, Decimal)]) -> Portfolio {
        let holdings = |account: usize| {
            let mut of_it: BTreeMap<&str, Vec<serde_json::Value>> = BTreeMap::new();
            for (_, ticker, lot_id, shares, day, basis) in lots.iter().filter(|lot| lot.0 == account) {
                of_it.entry(ticker).or_default().push(serde_json::json!({"lot_id": lot_id,
                    "quantity": shares.to_string(), "acquisition_date": day, "cost_basis_per_share": basis.to_string()}));
            }
            let written =
                of_it.into_iter().map(|(ticker, lots)| serde_json::json!({"ticker": ticker, "lots": lots}));
            written.collect::<Vec<_>>()
        };
        let security = |ticker: &str, group: &str| serde_json::json!({"ticker": ticker, "asset_class": "Stocks", "current_price": 100, "identical_group": group});
        let document = serde_json::json!({
            "as_of": "2026-11-25",
            "target_allocation": {"Stocks": 1},
            "accounts": [
                {"account_id": "joint", "kind": "taxable", "cash": 1000, "holdings": holdings(0)},
                {"account_id": "roth", "kind": "roth", "cash": 0, "holdings": holdings(1)},
            ],
            "securities": [security("VOO", "S&P 500"), security("IVV", "S&P 500"), security("AGG", "AGG")],
        });
        portfolio::read(&document.to_string()).unwrap()
    }

    fn booking(n: u8, ticker: &str, quantity: Decimal, cash: Decimal) -> Booking {
        Booking {
            id: TransactionId::new(Timestamp::UNIX_EPOCH, [n; 10]),
            household: HouseholdId::new(Timestamp::UNIX_EPOCH, [0; 10]),
            account_id: "joint".to_owned(),
            date: date(2026, 11, 27),
            action: String::new(),
            ticker: Some(ticker.to_owned()),
            lot_id: None,
            quantity,
            price: Decimal::ONE,
            fees: Decimal::ZERO,
            cash,
            fill: None,
        }
    }

    fn gain(of: &Booking, lot_id: &str, basis: Decimal) -> Gain {
        Gain {
            transaction: of.id,
            lot_id: lot_id.to_owned(),
            household: of.household,
            acquired: Some(date(2025, 11, 27)),
            sold: of.date,
            quantity: of.quantity,
            proceeds: of.cash,
            basis,
            gain: of.cash - basis,
            long_term: false,
            disallowed: Decimal::ZERO,
        }
    }

    fn none() -> BTreeSet<String> {
        BTreeSet::new()
    }

    #[test]
    fn a_fund_on_the_same_index_replaces_and_the_first_bought_is_first() {
        let read = read(&[
            (0, "IVV", "late", dec!(4), "2026-11-20", dec!(100)),
            (1, "VOO", "early", dec!(4), "2026-11-02", dec!(100)),
            (0, "VOO", "too early", dec!(4), "2026-10-27", dec!(100)),
            (0, "AGG", "other", dec!(4), "2026-11-20", dec!(100)),
        ]);
        let sale = booking(1, "VOO", dec!(10), dec!(900));
        let loss = gain(&sale, "sold", dec!(1000));
        let deals = [Deal { booking: &sale, gain: Some(&loss), lot_id: "sold" }];
        let mut accounts = held(&read);
        let found = washed(&read, &mut accounts, &deals, &none());
        let told = |it: &Washed| (it.replacement.clone(), it.shares, it.disallowed, it.treatment);
        assert_eq!(
            found.iter().map(told).collect::<Vec<_>>(),
            [
                ("early".to_owned(), dec!(4), dec!(40), Treatment::LostToRetirement),
                ("late".to_owned(), dec!(4), dec!(40), Treatment::AddedToBasis),
            ]
        );
        let lot = accounts[0].lots.iter().find(|lot| lot.lot_id == "late").unwrap();
        assert_eq!((lot.basis_per_share, lot.acquired), (dec!(110), Some(date(2025, 11, 20))));
        // What has replaced replaces nothing more.
        let used = found.into_iter().map(|it| it.replacement).collect();
        assert_eq!(washed(&read, &mut held(&read), &deals, &used), []);
    }

    #[test]
    fn a_gain_and_what_nobody_bought_count() {
        let read = read(&[(0, "VOO", "old", dec!(4), "2020-11-20", dec!(100))]);
        let sale = booking(1, "VOO", dec!(10), dec!(900));
        for basis in [dec!(800), dec!(900), dec!(1000)] {
            let result = gain(&sale, "sold", basis);
            let deals = [Deal { booking: &sale, gain: Some(&result), lot_id: "sold" }];
            let mut accounts = held(&read);
            assert_eq!(washed(&read, &mut accounts, &deals, &none()), []);
            assert_eq!(accounts, held(&read));
        }
    }

    /// What is left of a lot that was bought lately does not replace the part of it that was sold.
    #[test]
    fn shares_of_a_lot_do_not_replace_each_other() {
        let read = read(&[(0, "VOO", "lot", dec!(4), "2026-11-20", dec!(100))]);
        let sale = booking(1, "VOO", dec!(10), dec!(900));
        let loss = Gain { acquired: Some(date(2026, 11, 20)), ..gain(&sale, "lot", dec!(1000)) };
        let deals = [Deal { booking: &sale, gain: Some(&loss), lot_id: "lot" }];
        assert_eq!(washed(&read, &mut held(&read), &deals, &none()), []);
    }

    proptest! {
        /// Sales at losses, purchases of the plan in several fills, lots bought before: shares and cents are conserved.
        #[test]
        fn bases_take_up_what_is_disallowed(
            sales in proptest::collection::vec((1u32..400, 1u32..9_000), 1..5),
            fills in proptest::collection::vec(1u32..300, 0..4),
            before in proptest::collection::vec((1u32..300, 1u8..25, any::<bool>()), 0..4),
        ) {
            let shares = |tenths: u32| Decimal::new(i64::from(tenths), 1);
            let days: Vec<String> = before.iter().map(|(_, day, _)| format!("2026-11-{day:02}")).collect();
            let names: Vec<String> = (0..before.len()).map(|n| format!("B{n}")).collect();
            let mut lots = Vec::new();
            for (n, (tenths, _, is_roth)) in before.iter().enumerate() {
                let account = usize::from(*is_roth);
                lots.push((account, "VOO", names[n].as_str(), shares(*tenths), days[n].as_str(), dec!(90.12)));
            }
            let bought: Decimal = fills.iter().map(|tenths| shares(*tenths)).sum();
            if !bought.is_zero() {
                lots.push((0, "IVV", "rec-1", bought, "2026-11-25", dec!(100)));
            }
            let read = read(&lots);
            let (mut bookings, mut gains) = (Vec::new(), Vec::new());
            for (n, (tenths, cents)) in sales.iter().enumerate() {
                let sale = booking(u8::try_from(n).unwrap(), "VOO", shares(*tenths), dec!(10));
                gains.push(gain(&sale, &format!("S{n}"), dec!(10) + Decimal::new(i64::from(*cents), 2)));
                bookings.push(sale);
            }
            for (n, tenths) in fills.iter().enumerate() {
                let cash = -(shares(*tenths) * dec!(100));
                bookings.push(booking(100 + u8::try_from(n).unwrap(), "IVV", shares(*tenths), cash));
            }
            let deals: Vec<Deal<'_>> = bookings.iter().enumerate().map(|(n, booking)| Deal {
                booking,
                gain: gains.get(n),
                lot_id: gains.get(n).map_or("rec-1", |gain| gain.lot_id.as_str()),
            }).collect();
            let mut accounts = held(&read);
            let found = washed(&read, &mut accounts, &deals, &none());
            let total = |accounts: &[HeldAccount]| {
                let lots = accounts.iter().flat_map(|account| &account.lots);
                lots.fold((Decimal::ZERO, Decimal::ZERO), |(n, usd), lot| {
                    (n + lot.quantity, usd + lot.quantity * lot.basis_per_share)
                })
            };
            let ((held_before, cost_before), (held_after, cost_after)) = (total(&held(&read)), total(&accounts));
            prop_assert_eq!(held_before, held_after);
            let kept = found.iter().filter(|it| it.treatment == Treatment::AddedToBasis);
            let added: Decimal = kept.map(|it| it.disallowed).sum();
            prop_assert!((cost_after - cost_before - added).abs() < dec!(0.0001), "{cost_before} {cost_after} {added}");
            for gain in &gains {
                let of_it: Decimal = found.iter().filter(|it| it.sale == gain.transaction).map(|it| it.disallowed).sum();
                prop_assert!(of_it <= -gain.gain, "{} of {}", of_it, gain.gain);
            }
            // As many shares as there are on the smaller side are matched.
            let sold: Decimal = gains.iter().map(|gain| gain.quantity).sum();
            let matched: Decimal = found.iter().map(|it| it.shares).sum();
            prop_assert_eq!(matched, sold.min(held_before));
            let replacements: BTreeSet<&str> = found.iter().map(|it| it.replacement.as_str()).collect();
            prop_assert_eq!(replacements.len(), found.len(), "each share replaces once");
        }
    }
}
