//! What a source of prices is told and asked besides its quotes: how old its prices may be, what is known of it already, what it has to teach, what
//! companies did.
//!
//! In: a source's bars and actions. Out: entries in the books, each once. Invariants: how old a price may be is on record, so that every program on
//! these books holds it to the same; bars teach what is ordinary and are no prices; of what companies did only splits change what is held.

use std::collections::{BTreeMap, BTreeSet};

use ingest::judge::{Finding, Limits, PriceAge};
use ingest::{Action, Bar, Judge, Known, Split};
use jiff::Timestamp;
use jiff::civil::Date;
use portfolio::exchange::eastern;
use serde::Serialize;

use super::Keeper;
use super::failure::KeepingError;
use super::prices::{MARKET, untrusted};
use super::splits::BY_SPLIT;
use super::volatility::{FOR_MARKET, VIX};
use crate::books::{Change, Entry, PricePoint, Receipt, Record, Seen, Setting};

/// The name of how old a price may be, among the settings of the market.
const AGE: &str = "price_age";

/// A price on record, and what stands against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceStanding {
    /// The security.
    pub ticker: String,
    /// The newest price on record; none where none was ever taken.
    pub point: Option<PricePoint>,
    /// Why it can't be traded on while the market is open.
    pub unusable: Option<Finding>,
}

/// What was learnt from the past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Learnt {
    /// Securities.
    pub tickers: usize,
    /// Bars.
    pub bars: usize,
    /// The first day.
    pub first: Date,
    /// The last one.
    pub last: Date,
    /// Closes that were held back on the way.
    pub held: Vec<Finding>,
}

impl Keeper<'_> {
    /// The limits that prices are held to, with the age that is on record.
    pub(super) fn limits(&self) -> Result<Limits, KeepingError> {
        let (_, age) = self.of_market::<PriceAge>(AGE, &self.market.age)?;
        Ok(Limits { age: *age, ..Limits::default() })
    }

    /// From now on prices may be so old; whether that is a change.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn ask_of_prices(&self, age: PriceAge) -> Result<bool, KeepingError> {
        let (version, known) = self.of_market::<PriceAge>(AGE, &self.market.age)?;
        if *known == age {
            return Ok(false);
        }
        let at = self.world.now();
        let body = serde_json::json!({"scope": MARKET, "name": AGE, "value": age}).to_string();
        let (scope, name, value) = (MARKET.to_owned(), AGE.to_owned(), serde_json::to_string(&age)?);
        let setting = Setting { scope, name, value, version: version + 1, at };
        self.write(Entry::new(of_market("settings", at, body)).with(Change::Setting(setting)))?;
        Ok(true)
    }

    /// What is known of these tickers before a source of this name is asked: what was heard, and in whose day's shares everything is.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn known(
        &self,
        tickers: &BTreeSet<String>,
        source: &str,
    ) -> Result<BTreeMap<String, Known>, KeepingError> {
        let (_, judge) = self.judge()?;
        let asked: Vec<String> = tickers.iter().cloned().collect();
        let mut known: BTreeMap<String, Known> = BTreeMap::new();
        for point in self.books.reading().prices(&asked, self.world.now())? {
            let last = (point.source == source).then_some(point.price);
            let shares_of = Some(eastern(point.as_of).date()).filter(|_| point.source != BY_SPLIT);
            known.insert(point.ticker, Known { heard: Some((point.as_of, last)), shares_of });
        }
        // A price that was taken says nothing of the shares that a household's lots are in: a split may be told after it. One that is told again counts once.
        for (ticker, day) in self.shares_of_holdings(tickers)? {
            known.entry(ticker).or_default().shares_of = Some(day);
        }
        for held in judge.held().into_iter().filter(|held| tickers.contains(&held.ticker)) {
            let it = known.entry(held.ticker).or_default();
            if it.heard.is_none_or(|(heard, _)| heard <= held.last_at) {
                it.heard = Some((held.last_at, Some(held.price)));
            }
        }
        Ok(known)
    }

    /// The first day in whose shares somebody handed in holdings of each ticker.
    fn shares_of_holdings(&self, tickers: &BTreeSet<String>) -> Result<BTreeMap<String, Date>, KeepingError> {
        let mut days: BTreeMap<String, Date> = BTreeMap::new();
        for household in self.books.reading().households()? {
            let Some(kept) = self.books.reading().portfolio(household.id)? else { continue };
            let read = portfolio::read(&kept.text)?;
            let handed_in = self.shares_of(&kept, &read)?.unwrap_or(read.as_of);
            for security in read.securities.iter().filter(|it| tickers.contains(&it.ticker)) {
                let day = days.entry(security.ticker.clone()).or_insert(handed_in);
                *day = (*day).min(handed_in);
            }
        }
        Ok(days)
    }

    /// Those of these tickers of which the judge of prices knows nothing yet.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn unlearnt(&self, tickers: &BTreeSet<String>) -> Result<BTreeSet<String>, KeepingError> {
        let (_, judge) = self.judge()?;
        Ok(tickers.iter().filter(|ticker| judge.good(ticker).is_none()).cloned().collect())
    }

    /// Learns from the past what is ordinary for securities of which nothing is known yet, and how much the market moves; `None` where there is
    /// nothing to learn. Bars that were adjusted for a split already are not adjusted for it again.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn learn(&self, bars: &[Bar], splits: &[Split]) -> Result<Option<Learnt>, KeepingError> {
        let (Some(first), Some(last)) = (bars.first(), bars.last()) else { return Ok(None) };
        let at = self.world.now();
        let closes = |ticker: &str| {
            let ticker = ticker.to_owned();
            bars.iter().filter(move |bar| bar.ticker == ticker).map(|bar| (bar.day, bar.close))
        };
        let raw = splits.iter().filter(|split| !ingest::is_adjusted(closes(&split.ticker), split));
        let splits: Vec<Split> = raw.cloned().collect();
        let mut judging = self.judging()?;
        let held = judging.judge.learn(bars, &splits, &self.limits()?)?;
        // What is no price for a judge moves no band either. The judge of the books learns nothing of what it knows: one without a past looks at all of it.
        let of_past = Judge::default().learn(bars, &splits, &self.limits()?)?;
        let bad: BTreeSet<(Date, &str)> =
            of_past.iter().map(|it| (it.day, it.finding.ticker.as_str())).collect();
        let good: Vec<Bar> =
            bars.iter().filter(|bar| !bad.contains(&(bar.day, bar.ticker.as_str()))).cloned().collect();
        let held: Vec<Finding> = held.into_iter().map(|it| it.finding).collect();
        let tickers = bars.iter().map(|bar| &bar.ticker).collect::<BTreeSet<_>>().len();
        let learnt = Learnt { tickers, bars: bars.len(), first: first.day, last: last.day, held };
        let body = serde_json::json!({"source": first.source, "learnt": learnt}).to_string();
        let mut entry = Entry::new(of_market("prices_learnt", at, body)).with(judging.kept(at)?);
        if let Some(closes) = self.closes_learnt(&good, &splits, at)? {
            entry = entry.with(closes);
        }
        self.write(entry)?;
        Ok(Some(learnt))
    }

    /// Puts on record what companies did, but for splits ([`Keeper::take_in_splits`]); those that are new.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn take_in_actions(&self, actions: &[Action]) -> Result<Vec<Action>, KeepingError> {
        let mut new = Vec::new();
        for action in actions.iter().filter(|action| !matches!(action, Action::Split(_))) {
            let record = of_market("corporate_action", self.world.now(), serde_json::to_string(action)?);
            let seen = Seen { consumer: "actions".to_owned(), event: action.to_string() };
            if self.write(Entry::new(record).taking_in(seen))? != Receipt::SeenBefore {
                new.push(action.clone());
            }
        }
        Ok(new)
    }

    /// Prices on record of everything that households list and that was ever told, by ticker, with what stands against each.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn prices_standing(&self) -> Result<Vec<PriceStanding>, KeepingError> {
        let (limits, now) = (self.limits()?, self.world.now());
        let (_, judge) = self.judge()?;
        let mut tickers: BTreeSet<String> = judge.tickers().map(str::to_owned).collect();
        for household in self.books.reading().households()? {
            let Some(kept) = self.books.reading().portfolio(household.id)? else { continue };
            let read = portfolio::read(&kept.text)?;
            tickers.extend(read.securities.into_iter().map(|security| security.ticker));
        }
        let asked: Vec<String> = tickers.iter().cloned().collect();
        let points = self.books.reading().prices(&asked, now)?;
        let mut points: BTreeMap<String, PricePoint> =
            points.into_iter().map(|point| (point.ticker.clone(), point)).collect();
        let standing = |ticker: String| {
            let point = points.remove(&ticker);
            let unusable = untrusted(&judge, &ticker, point.is_some(), now, &limits);
            PriceStanding { point, unusable, ticker }
        };
        Ok(tickers.into_iter().map(standing).collect())
    }

    /// Of when the oldest and the newest price are that count now; none where there is no price.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn price_ages(&self) -> Result<Option<(Timestamp, Timestamp)>, KeepingError> {
        let tickers: Vec<String> = self.judge()?.1.tickers().map(str::to_owned).collect();
        let points = self.books.reading().prices(&tickers, self.world.now())?;
        let times = || points.iter().map(|point| point.as_of);
        Ok(times().min().zip(times().max()))
    }
}

/// What is wanted of a source besides what households list: what says how much the market moves.
pub fn of_interest() -> impl Iterator<Item = &'static str> {
    FOR_MARKET.into_iter().chain(VIX)
}

/// A record about the market, which belongs to no household.
fn of_market(kind: &str, at: Timestamp, body: String) -> Record {
    let (kind, actor) = (kind.to_owned(), "ingest".to_owned());
    Record { kind, at, household: None, subject: String::new(), actor, body }
}
