//! Prices in: what a source told, judged and written down; and the household at the prices that are on record.
//!
//! In: quotes of an [`ingest::Feed`]. Out: an entry with the prices that can be used, what was found about the others, and what the judge
//! remembers; and, from the books alone, a document at the prices of now, and why one can't be traded on. Invariants: a portfolio is only ever
//! priced from the books, so that whoever looks at it at the same time sees the same; a price that is held back is on record with its
//! finding, and is no price.

use std::collections::BTreeMap;
use std::sync::Arc;

use execute::brokers::paper;
use ingest::judge::{Code, Finding, HeldPrice, Limits};
use ingest::{Judge, Quote, Verdict};
use jiff::Timestamp;
use portfolio::exchange::{self, eastern};
use portfolio::household::SecurityKind;
use portfolio::{Decimal, Portfolio};
use serde::Serialize;

use super::document::{self, News};
use super::failure::KeepingError;
use super::slippage::SPREADS;
use super::{Done, Keeper, Taken, later};
use crate::books::{Books, Change, Entry, Household, KeptPortfolio, PricePoint, Record, Seen, Setting};
use crate::life::Shown;

/// The scope of settings about the market, which no household owns.
pub(super) const MARKET: &str = "market";
/// What the judge of prices remembers.
const JUDGE: &str = "judge";
/// What kept a household from being traded for, and when that was written down.
const UNUSABLE: &str = "prices_unusable";
/// How long the same reason stands before it is written down again, seconds.
const SAME_REASON_SECS: i64 = 3_600;

/// A household's document at the prices of now.
pub(super) struct LiveDocument {
    pub(super) text: String,
    pub(super) read: Portfolio,
    /// The newest price on record of each security, at that time.
    pub(super) prices: BTreeMap<String, PricePoint>,
}

#[derive(Serialize)]
struct Told<'a> {
    taken: usize,
    held: Vec<HeldBack<'a>>,
    /// What was found about prices that were held back before.
    settled: Vec<&'a Finding>,
}

#[derive(Serialize)]
struct HeldBack<'a> {
    quote: &'a Quote,
    finding: &'a Finding,
}

/// The judge as it was read.
pub(super) struct Judging {
    pub(super) judge: Judge,
    version: u64,
}

impl Judging {
    /// The change that keeps it.
    pub(super) fn kept(&self, at: Timestamp) -> Result<Change, KeepingError> {
        let value = serde_json::to_string(&self.judge)?;
        let (scope, name, version) = (MARKET.to_owned(), JUDGE.to_owned(), self.version + 1);
        Ok(Change::Setting(Setting { scope, name, value, version, at }))
    }
}

impl Keeper<'_> {
    /// Judges quotes and writes them down, once however often they are handed over: of each ticker the newest that can be used. How many
    /// prices that were. Splits of the same call of the source are taken in before ([`Keeper::take_in_splits`]).
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn take_in(&self, quotes: &[Quote]) -> Result<usize, KeepingError> {
        let Some(last) = quotes.iter().max_by_key(|quote| quote.received_at) else { return Ok(0) };
        // A source may hand over several days at one time.
        let made = quotes.iter().map(|quote| quote.as_of).max().unwrap_or(last.as_of);
        let batch = format!("{} {} {made} {}", last.source, last.received_at, quotes.len());
        let at = self.world.now();
        let mut judging = self.judging()?;
        let judged = judging.judge.judge(quotes, &self.limits()?)?;
        let mut newest: BTreeMap<&str, &Quote> = BTreeMap::new();
        let mut told = Told { taken: 0, held: Vec::new(), settled: Vec::new() };
        for one in &judged {
            match &one.verdict {
                Verdict::Held(finding) => told.held.push(HeldBack { quote: one.quote, finding }),
                Verdict::Taken(settled) => {
                    told.settled.extend(settled);
                    newest.insert(&one.quote.ticker, one.quote);
                }
            }
        }
        told.taken = newest.len();
        let body = serde_json::to_string(&told)?;
        let (kind, actor) = ("prices".to_owned(), "ingest".to_owned());
        let record = Record { kind, at, household: None, subject: String::new(), actor, body };
        let mut entry = Entry::new(record).with(judging.kept(at)?);
        for quote in newest.values() {
            entry = entry.with(Change::Price(PricePoint {
                ticker: quote.ticker.clone(),
                price: quote.last,
                source: quote.source.clone(),
                as_of: quote.as_of,
                received_at: quote.received_at,
            }));
        }
        if let Some(closes) = self.closes_after(&newest, at)? {
            entry = entry.with(closes);
        }
        self.write(entry.taking_in(Seen { consumer: "prices".to_owned(), event: batch }))?;
        Ok(newest.len())
    }

    /// The household at the prices on record, in the shares of now: a split that waits for orders to end counts. None where it has no document.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn as_of_now(&self, household: &Household) -> Result<Option<Portfolio>, KeepingError> {
        Ok(self.document_of_now(household)?.map(|(_, read)| read))
    }

    /// The document of a household at the prices on record, as a plan is made of it, and what is read of it; none where it has no document.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn document_of_now(
        &self,
        household: &Household,
    ) -> Result<Option<(String, Portfolio)>, KeepingError> {
        let kept = self.books.reading().portfolio(household.id)?;
        let kept = kept.map(|kept| self.in_new_shares_of(household, kept)).transpose()?;
        let live = kept.map(|kept| self.live(&kept, self.world.now())).transpose()?;
        Ok(live.map(|live| (live.text, live.read)))
    }

    /// Every price that is held back.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn held_prices(&self) -> Result<Vec<HeldPrice>, KeepingError> {
        Ok(self.of_market(JUDGE, &self.market.judge)?.1.held())
    }

    /// A person has looked: the price of a ticker that is held back is right. Whether one was.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn believe_price(&self, ticker: &str, name: &str) -> Result<bool, KeepingError> {
        let at = self.world.now();
        let mut judging = self.judging()?;
        let Some(good) = judging.judge.accept(ticker) else { return Ok(false) };
        let actor = self.person(name)?.to_string();
        let body =
            serde_json::json!({"ticker": ticker, "price": good.price.to_string(), "as_of": good.as_of});
        let (kind, body) = ("price_believed".to_owned(), body.to_string());
        let record = Record { kind, at, household: None, subject: String::new(), actor, body };
        let point = PricePoint {
            ticker: ticker.to_owned(),
            price: good.price,
            source: good.source,
            as_of: good.as_of,
            received_at: at,
        };
        self.write(Entry::new(record).with(judging.kept(at)?).with(Change::Price(point)))?;
        Ok(true)
    }

    /// The judge of prices as the books have it, to read, with its version.
    pub(super) fn judge(&self) -> Result<(u64, Arc<Judge>), KeepingError> {
        self.of_market(JUDGE, &self.market.judge)
    }

    /// The judge of prices as the books have it; a new one where there is none.
    pub(super) fn judging(&self) -> Result<Judging, KeepingError> {
        let (version, judge) = self.judge()?;
        Ok(Judging { judge: Judge::clone(&judge), version })
    }

    /// What keeps a household from being traded for: a price that is missing, held back or, while the market is open, too old.
    pub(super) fn unusable(&self, read: &Portfolio, now: Timestamp) -> Result<Vec<Finding>, KeepingError> {
        self.unusable_of(read, &self.prices_of(read, now)?, now)
    }

    /// The same with the prices that are on record at that time.
    pub(super) fn unusable_of(
        &self,
        read: &Portfolio,
        on_record: &BTreeMap<String, PricePoint>,
        now: Timestamp,
    ) -> Result<Vec<Finding>, KeepingError> {
        let (_, judge) = self.judge()?;
        let is_open = exchange::session_at(now)?.is_some();
        let limits = self.limits()?;
        let priced = read.securities.iter().filter(|security| security.kind != SecurityKind::CashEquivalent);
        let found = priced.filter_map(|security| {
            let ticker = &security.ticker;
            untrusted(&judge, ticker, on_record.contains_key(ticker), now, &limits)
        });
        Ok(found.filter(|found| is_open || found.code != Code::Stale).collect())
    }

    /// Leaves a household alone whose prices can't be traded on; on record when the reason is new, and once an hour.
    pub(super) fn rest_unpriced(
        &self,
        household: &Household,
        unusable: &[Finding],
    ) -> Result<Option<Done>, KeepingError> {
        let now = self.world.now();
        let scope = household.id.to_string();
        let codes: Vec<String> =
            unusable.iter().map(|found| format!("{} {}", found.code.word(), found.ticker)).collect();
        let value = codes.join(", ");
        let before = self.books.reading().setting(&scope, UNUSABLE)?;
        if let Some(before) = &before
            && before.value == value
            && now.duration_since(before.at).as_secs() < SAME_REASON_SECS
        {
            return Ok(None);
        }
        let version = before.map_or(0, |before| before.version) + 1;
        let body = serde_json::json!({"rest": "prices.unusable", "findings": unusable}).to_string();
        let record = Record::new("prices_unusable", household.id, "monitor", now, body);
        let setting = Setting { scope, name: UNUSABLE.to_owned(), value, version, at: now };
        self.write(Entry::new(record).with(Change::Setting(setting)))?;
        let words = match unusable {
            [one] => one.to_string(),
            [one, more @ ..] => format!("{one} (and {} more)", more.len()),
            [] => String::new(),
        };
        Ok(Some(Done::of(
            household,
            None,
            Taken::Rested,
            format!("nothing is traded on these prices: {words}"),
        )))
    }

    /// What a person is shown, without the prices that can't be traded on.
    pub(super) fn priced(&self, mut shown: Shown, read: &Portfolio) -> Result<Shown, KeepingError> {
        for found in self.unusable(read, self.world.now())? {
            shown.prices.remove(&found.ticker);
        }
        Ok(shown)
    }

    /// The portfolio at the prices on record, with the market's σ where it is known.
    pub(super) fn live(&self, kept: &KeptPortfolio, at: Timestamp) -> Result<LiveDocument, KeepingError> {
        let read = portfolio::read(&kept.text)?;
        let prices = self.prices_of(&read, at)?;
        let day = eastern(at).date();
        let accounts = later::held_on(&read, day);
        let text = document::written(&kept.text, &News::of_day(&read, day, &prices, &accounts))?;
        let sigma = self.volatility(at)?.map(|volatility| volatility.sigma);
        let (_, spreads) = self.of_market(SPREADS, &self.market.spreads)?;
        let text = document::with_market(text, sigma, &spreads.by_ticker)?;
        let rules = self.in_force(kept.household, &read)?;
        let text = document::with_house_rules(text, rules.as_ref())?;
        Ok(LiveDocument { read: portfolio::read(&text)?, text, prices })
    }

    /// The newest price on record of each security; none of one that was never told.
    pub(super) fn prices_of(
        &self,
        read: &Portfolio,
        at: Timestamp,
    ) -> Result<BTreeMap<String, PricePoint>, KeepingError> {
        let tickers: Vec<String> = read.securities.iter().map(|security| security.ticker.clone()).collect();
        let points = self.books.reading().prices(&tickers, at)?;
        Ok(points.into_iter().map(|point| (point.ticker.clone(), point)).collect())
    }
}

/// Why the price of a ticker can't be traded on now. A past that was learnt from is no price: where no quote was taken since, the document's own price would
/// stand for it, of whichever day.
pub(super) fn untrusted(
    judge: &Judge,
    ticker: &str,
    is_on_record: bool,
    now: Timestamp,
    limits: &Limits,
) -> Option<Finding> {
    let missing = || {
        let words = "no price of it was told that can be used".to_owned();
        Finding { code: Code::Missing, ticker: ticker.to_owned(), words }
    };
    judge.unusable(ticker, now, limits).or_else(|| (!is_on_record).then(missing))
}

/// Prices on record, for the paper broker.
pub struct Recorded<'a>(pub &'a dyn Books);

impl paper::Prices for Recorded<'_> {
    fn price(&self, ticker: &str, at: Timestamp) -> Option<Decimal> {
        self.0.reading().price(ticker, at).ok().flatten().map(|point| point.price)
    }
}
