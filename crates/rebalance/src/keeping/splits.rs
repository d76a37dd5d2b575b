//! A split is applied to what is held: more shares, each with less of the basis, and nothing else.
//!
//! In: splits that a source told. Out: one entry by which they are known, with prices on record in new shares; and, of each household that holds the
//! security, the next version of its document. Invariants: quantity × to/from and basis × from/to, so that the basis of a lot stays the same (to the
//! last digit that a decimal keeps, where a quotient has no end); no cash is made up for fractions, which stay as they are; nothing is
//! changed while orders are at the broker; each split is applied to a household once.

use std::collections::BTreeMap;
use std::fmt;

use ingest::Split;
use jiff::Timestamp;
use jiff::civil::Date;
use portfolio::exchange::eastern;
use portfolio::{Decimal, Portfolio};

use super::document::{self, HeldAccount, News, Rescaled};
use super::failure::KeepingError;
use super::prices::MARKET;
use super::{Done, Keeper, Taken, later};
use crate::books::{
    Change, Entry, Household, Imported, KeptPortfolio, PricePoint, Receipt, Record, Seen, Setting,
};
use crate::id::PortfolioId;

/// The name of the splits among the settings of the market, and of those that were dealt with among a household's.
const SPLITS: &str = "splits";
/// The day of whose shares the lots of a household were handed in, among its settings.
const SHARES_OF: &str = "shares_of";
/// Where a document that was handed in comes from.
pub(super) const HANDED_IN: &str = "file";
/// The source of a price that was put into new shares.
pub(super) const BY_SPLIT: &str = "split";
/// How far apart two sources, or two tellings of one, may date a split, days.
///
/// # Source
/// House decision (2026-11-26): no company splits its shares twice within ten days.
const SAME_SPLIT_DAYS: i64 = 10;

/// A split that contradicts one that was told before, and is not applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// The one that counts.
    pub before: Split,
    /// The other.
    pub told: Split,
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Contradiction { before, told } = self;
        write!(
            f,
            "{}: a split of {} into {} on {} is told, and one of {} into {} on {} counts already; nothing is changed by it: if the first was wrong, hand in \
             a document in the right shares",
            told.ticker, told.from, told.to, told.day, before.from, before.to, before.day
        )
    }
}

impl Keeper<'_> {
    /// Takes in splits that a source told, each once however often it is told, also by another source or late, when prices in new shares were taken already;
    /// before the quotes of the same call. Those that contradict one that was told before, each once.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn take_in_splits(&self, splits: &[Split]) -> Result<Vec<Contradiction>, KeepingError> {
        let mut contradictions = Vec::new();
        for split in splits.iter().filter(|split| split.from > 0 && split.to > 0) {
            let (version, known) = self.of_market(SPLITS, &self.market.splits)?;
            let at = self.world.now();
            if let Some(before) = known.iter().find(|before| are_one(before, split)) {
                if !same_ratio(before, split) && self.contradicts(before, split, at)? {
                    contradictions.push(Contradiction { before: before.clone(), told: split.clone() });
                }
                continue;
            }
            let mut known = Vec::clone(&known);
            known.push(split.clone());
            let (scope, name) = (MARKET.to_owned(), SPLITS.to_owned());
            let value = serde_json::to_string(&known)?;
            let setting = Setting { scope, name, value, version: version + 1, at };
            let mut judging = self.judging()?;
            judging.judge.split(split);
            let (kind, actor, body) =
                ("split_told".to_owned(), "ingest".to_owned(), serde_json::to_string(split)?);
            let record = Record { kind, at, household: None, subject: String::new(), actor, body };
            let mut entry = Entry::new(record).with(Change::Setting(setting)).with(judging.kept(at)?);
            if let Some(point) = self.books.reading().price(&split.ticker, at)?
                && let Some(point) = in_new_shares(point, split, at)
            {
                entry = entry.with(Change::Price(point));
            }
            if let Some(closes) = self.closes_in_new_shares(split, at)? {
                entry = entry.with(closes);
            }
            let event = key(split);
            self.write(entry.taking_in(Seen { consumer: SPLITS.to_owned(), event }))?;
        }
        Ok(contradictions)
    }

    /// Puts on record that a split contradicts another; whether that is news.
    fn contradicts(&self, before: &Split, told: &Split, at: Timestamp) -> Result<bool, KeepingError> {
        let body = serde_json::json!({"counts": before, "told": told}).to_string();
        let (kind, actor) = ("split_contradicted".to_owned(), "ingest".to_owned());
        let record = Record { kind, at, household: None, subject: String::new(), actor, body };
        let seen = Seen { consumer: SPLITS.to_owned(), event: format!("{} is none", key(told)) };
        Ok(self.write(Entry::new(record).taking_in(seen))? != Receipt::SeenBefore)
    }

    /// Applies the next split that a household has not dealt with; `None` where there is none. Called while no orders are at the broker.
    pub(super) fn split_up(&self, household: &Household) -> Result<Option<Done>, KeepingError> {
        let (_, told) = self.of_market(SPLITS, &self.market.splits)?;
        let (scope, now) = (household.id.to_string(), self.world.now());
        let today = eastern(now).date();
        if !told.iter().any(|split| split.day <= today) {
            return Ok(None);
        }
        let (mut dealt_with, version) = self.dealt_with(&scope)?;
        let is_open = |split: &&Split| split.day <= today && !dealt_with.contains(&key(split));
        let open: Vec<&Split> = told.iter().filter(is_open).collect();
        if open.is_empty() {
            return Ok(None);
        }
        let Some(kept) = self.books.reading().portfolio(household.id)? else { return Ok(None) };
        let Some((read, listed)) = listed_in(&kept, open)? else { return Ok(None) };
        let Some(&split) = listed.first() else { return Ok(None) };
        dealt_with.push(key(split));
        let value = serde_json::to_string(&dealt_with)?;
        let setting = Setting { scope, name: SPLITS.to_owned(), value, version: version + 1, at: now };
        let Split { ticker, day, from, to } = split;
        // A document that was handed in on the day or later is in new shares.
        let in_new = self.shares_of(&kept, &read)?.is_some_and(|handed_in| handed_in >= *day);
        let body = serde_json::json!({
            "ticker": ticker, "day": day, "from": from, "to": to, "version": kept.version, "in_new_shares_before": in_new,
        });
        let record = Record::new("split", household.id, "ingest", now, body.to_string());
        let entry = Entry::new(record).with(Change::Setting(setting));
        if in_new {
            self.write(entry)?;
            let words =
                format!("{ticker} was split {from} to {to} on {day}; the document is of that day or later");
            return Ok(Some(Done::of(household, None, Taken::Split, words)));
        }
        let text = self.split_text(household, &kept.text, &read, split)?;
        let id = PortfolioId::new(now, self.world.draw());
        let next = Imported::read(id, household.id, kept.version + 1, BY_SPLIT, &text, now)?;
        let written = Record::new("portfolio", household.id, BY_SPLIT, now, text).about(&id);
        let entry = entry.recording(written).with(Change::Portfolio(Box::new(next)));
        self.write(self.superseding(household, "ingest")?.into_iter().fold(entry, Entry::and))?;
        let words = format!(
            "{ticker} was split {from} to {to} on {day}: lots are in new shares, their basis is the same"
        );
        Ok(Some(Done::of(household, None, Taken::Split, words)))
    }

    /// Applies every split that a household has not dealt with.
    ///
    /// # Errors
    /// [`KeepingError::Executing`] while orders are at a broker.
    pub fn apply_splits(&self, household: &Household) -> Result<(), KeepingError> {
        self.unless_executing(household)?;
        while self.split_up(household)?.is_some() {}
        Ok(())
    }

    /// Splits whose day has come and that the document of a household is not in yet, such as while its orders are at a broker.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn waiting_splits(&self, household: &Household) -> Result<Vec<Split>, KeepingError> {
        match self.books.reading().portfolio(household.id)? {
            Some(kept) => self.splits_before(&kept),
            None => Ok(Vec::new()),
        }
    }

    /// The same of a document.
    fn splits_before(&self, kept: &KeptPortfolio) -> Result<Vec<Split>, KeepingError> {
        let (_, told) = self.of_market(SPLITS, &self.market.splits)?;
        let today = eastern(self.world.now()).date();
        if !told.iter().any(|split| split.day <= today) {
            return Ok(Vec::new());
        }
        let (dealt_with, _) = self.dealt_with(&kept.household.to_string())?;
        let is_open = |split: &&Split| split.day <= today && !dealt_with.contains(&key(split));
        let open = told.iter().filter(is_open).collect();
        let Some((read, listed)) = listed_in(kept, open)? else { return Ok(Vec::new()) };
        let handed_in = self.shares_of(kept, &read)?;
        let waits = |split: &&Split| handed_in.is_none_or(|day| day < split.day);
        Ok(listed.into_iter().filter(waits).cloned().collect())
    }

    /// A document as it is once the splits that wait are applied, so that old shares are not worth new prices; nothing is written.
    pub(super) fn in_new_shares_of(
        &self,
        household: &Household,
        mut kept: KeptPortfolio,
    ) -> Result<KeptPortfolio, KeepingError> {
        for split in self.splits_before(&kept)? {
            let read = portfolio::read(&kept.text)?;
            kept.text = self.split_text(household, &kept.text, &read, &split)?;
        }
        Ok(kept)
    }

    /// The day in whose shares the lots were that a person handed in last; whatever was told before is in them already.
    pub(super) fn shares_of(
        &self,
        kept: &KeptPortfolio,
        read: &Portfolio,
    ) -> Result<Option<Date>, KeepingError> {
        let setting = self.books.reading().setting(&kept.household.to_string(), SHARES_OF)?;
        Ok(match setting.and_then(|setting| setting.value.parse().ok()) {
            Some(day) => Some(day),
            // Written before that was kept.
            None => Some(read.as_of).filter(|_| kept.source == HANDED_IN),
        })
    }

    /// The change that keeps the day in whose shares lots are handed in.
    pub(super) fn handed_in_shares_of(
        &self,
        household: &Household,
        day: Date,
    ) -> Result<Change, KeepingError> {
        let (scope, name, at) = (household.id.to_string(), SHARES_OF.to_owned(), self.world.now());
        let version =
            self.books.reading().setting(&scope, SHARES_OF)?.map_or(0, |setting| setting.version) + 1;
        Ok(Change::Setting(Setting { scope, name, value: day.to_string(), version, at }))
    }

    /// The document in new shares, at the prices of now.
    fn split_text(
        &self,
        household: &Household,
        text: &str,
        read: &Portfolio,
        split: &Split,
    ) -> Result<String, KeepingError> {
        let now = self.world.now();
        let too_large = |detail: &str| KeepingError::Split {
            household: household.name.clone(),
            ticker: split.ticker.clone(),
            from: split.from,
            to: split.to,
            detail: detail.to_owned(),
        };
        let day = eastern(now).date();
        let mut accounts = later::held_on(read, day);
        split_lots(&mut accounts, split).ok_or_else(|| too_large("a lot is too large"))?;
        let mut prices = self.prices_of(read, now)?;
        if !prices.contains_key(&split.ticker)
            && let Some(security) = read.securities.iter().find(|security| security.ticker == split.ticker)
        {
            let price =
                new_price(security.price, split).ok_or_else(|| too_large("its price is too small"))?;
            let (ticker, source) = (split.ticker.clone(), BY_SPLIT.to_owned());
            prices.insert(
                split.ticker.clone(),
                PricePoint { ticker, price, source, as_of: now, received_at: now },
            );
        }
        let news = News::of_day(read, day, &prices, &accounts);
        let mut rescaled: BTreeMap<usize, Rescaled> = BTreeMap::new();
        for (place, transaction) in read.transactions.iter().enumerate() {
            if transaction.ticker == split.ticker && transaction.date < split.day {
                let quantity = new_quantity(transaction.quantity, split);
                let price = new_price(transaction.price, split);
                let (Some(quantity), Some(price)) = (quantity, price) else {
                    return Err(too_large("a transaction is too large"));
                };
                rescaled.insert(place, Rescaled { quantity, price });
            }
        }
        Ok(document::with_transactions(&document::written(text, &news)?, &rescaled)?)
    }

    /// The splits that a household has dealt with.
    fn dealt_with(&self, scope: &str) -> Result<(Vec<String>, u64), KeepingError> {
        let Some(setting) = self.books.reading().setting(scope, SPLITS)? else { return Ok((Vec::new(), 0)) };
        let splits = serde_json::from_str(&setting.value)
            .map_err(|error| KeepingError::MarketSetting { name: SPLITS, detail: error.to_string() })?;
        Ok((splits, setting.version))
    }
}

/// The document, read, and those of some splits that are of a security in it; nothing where no ticker stands in its text: most splits are of what a
/// household does not hold, and are looked at again at every tick.
fn listed_in<'s>(
    kept: &KeptPortfolio,
    mut splits: Vec<&'s Split>,
) -> Result<Option<(Portfolio, Vec<&'s Split>)>, KeepingError> {
    splits.retain(|split| kept.text.contains(&split.ticker));
    if splits.is_empty() {
        return Ok(None);
    }
    let read = portfolio::read(&kept.text)?;
    splits.retain(|split| read.securities.iter().any(|security| security.ticker == split.ticker));
    Ok(Some((read, splits)))
}

/// Whether two tellings are of one split.
fn are_one(a: &Split, b: &Split) -> bool {
    a.ticker == b.ticker && a.day.duration_since(b.day).as_hours().abs() <= SAME_SPLIT_DAYS * 24
}

fn same_ratio(a: &Split, b: &Split) -> bool {
    u64::from(a.from) * u64::from(b.to) == u64::from(b.from) * u64::from(a.to)
}

fn key(split: &Split) -> String {
    format!("{} {} {}:{}", split.ticker, split.day, split.from, split.to)
}

/// The last price on record in new shares, told now.
fn in_new_shares(point: PricePoint, split: &Split, at: Timestamp) -> Option<PricePoint> {
    if eastern(point.as_of).date() >= split.day {
        return None;
    }
    let price = new_price(point.price, split)?;
    Some(PricePoint { price, source: BY_SPLIT.to_owned(), received_at: at, ..point })
}

fn new_quantity(quantity: Decimal, split: &Split) -> Option<Decimal> {
    quantity.checked_mul(Decimal::from(split.to))?.checked_div(Decimal::from(split.from))
}

/// What is told per share.
fn new_price(usd: Decimal, split: &Split) -> Option<Decimal> {
    usd.checked_mul(Decimal::from(split.from))?.checked_div(Decimal::from(split.to))
}

/// Every lot of the security in new shares.
fn split_lots(accounts: &mut [HeldAccount], split: &Split) -> Option<()> {
    for lot in accounts.iter_mut().flat_map(|account| &mut account.lots) {
        if lot.ticker == split.ticker {
            lot.quantity = new_quantity(lot.quantity, split)?;
            lot.basis_per_share = new_price(lot.basis_per_share, split)?;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::HeldLot;
    use proptest::prelude::*;
    use rust_decimal::dec;

    fn accounts(quantity: Decimal, basis_per_share: Decimal) -> Vec<HeldAccount> {
        let lot = HeldLot {
            account_id: "a".to_owned(),
            ticker: "SPY".to_owned(),
            lot_id: "L".to_owned(),
            quantity,
            acquired: None,
            stated_long_term: None,
            basis_per_share,
        };
        let other = HeldLot { ticker: "AGG".to_owned(), ..lot.clone() };
        vec![HeldAccount {
            account_id: "a".to_owned(),
            cash: dec!(5),
            settled_cash: None,
            lots: vec![lot, other],
        }]
    }

    fn split(from: u32, to: u32) -> Split {
        Split { ticker: "SPY".to_owned(), day: "2026-11-27".parse().unwrap(), from, to }
    }

    #[test]
    fn three_for_two_keeps_fractions_and_the_basis() {
        let before = accounts(dec!(40.5), dec!(445.11));
        let mut after = before.clone();
        split_lots(&mut after, &split(2, 3)).unwrap();
        assert_eq!(
            (after[0].lots[0].quantity, after[0].lots[0].basis_per_share),
            (dec!(60.75), dec!(296.74))
        );
        assert_eq!((&after[0].lots[1], after[0].cash), (&before[0].lots[1], dec!(5)));
    }

    proptest! {
        /// Whatever the ratio, the basis of a lot is the same to far less than a cent, and to the digit where the quotient ends.
        #[test]
        fn the_basis_is_conserved(shares in 1_i64..1_000_000_000, cents in 1_i64..10_000_000, from in 1_u32..50, to in 1_u32..50) {
            let (quantity, basis) = (Decimal::new(shares, 4), Decimal::new(cents, 4));
            let mut after = accounts(quantity, basis);
            split_lots(&mut after, &split(from, to)).unwrap();
            let lot = &after[0].lots[0];
            let total = lot.quantity * lot.basis_per_share;
            prop_assert!((total - quantity * basis).abs() < dec!(0.000000000000001));
            if [1, 2, 4, 5, 8, 10, 16, 20, 25, 32, 40].contains(&from) && [1, 2, 4, 5, 8, 10, 16, 20, 25, 32, 40].contains(&to) {
                prop_assert_eq!(total, quantity * basis);
            }
        }
    }
}
