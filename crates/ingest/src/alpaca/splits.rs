//! Which splits there are, and what else companies did.
//!
//! In: the tickers that are wanted, since when their shares are known, and the time. Out: actions, and splits with their first price. Invariants: on no
//! day is a price told before it is known which splits there are; a split that is told late is heard of within the hour, and told once.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use portfolio::exchange::eastern;

use super::{Alpaca, happenings};
use crate::action::Action;
use crate::feed::{Days, Feed, FeedError, Quote, Split};

/// How long what companies did counts as known: a split that is told late is heard of within it.
const ACTIONS_ASKED_AGAIN: SignedDuration = SignedDuration::from_hours(1);
/// Days before and after those that are asked for, since the API sorts actions by another day than the first one of trading.
const PROCESSED_DAYS: i32 = 45;

/// What companies did to these tickers on these days.
#[derive(Debug)]
pub(super) struct Happened {
    at: Timestamp,
    tickers: BTreeSet<String>,
    days: Days,
    pub(super) actions: Vec<Action>,
}

impl Happened {
    /// Whether it answers a question.
    pub(super) fn answers(&self, tickers: &BTreeSet<String>, days: Days, now: Timestamp) -> bool {
        let is_new = is_of_the_hour(self.at, now);
        is_new
            && self.days.contain(days.first)
            && self.days.contain(days.last)
            && tickers.is_subset(&self.tickers)
    }
}

/// Whether what was known at a time is known still: of the same day, and not long ago.
fn is_of_the_hour(at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at) < ACTIONS_ASKED_AGAIN && eastern(at).date() == eastern(now).date()
}

impl Alpaca {
    /// Whether it is known which splits there are today.
    pub(super) fn knows_splits_of(&self, now: Timestamp) -> bool {
        self.splits_known.is_some_and(|at| eastern(at).date() == eastern(now).date())
    }

    /// Which splits there are: on each day before anything is told, and every hour, since one may be told late.
    pub(super) fn find_splits(&mut self, now: Timestamp) -> Result<(), FeedError> {
        let today = eastern(now).date();
        if self.splits_known.is_some_and(|at| is_of_the_hour(at, now)) {
            return Ok(());
        }
        let is_first = !self.knows_splits_of(now);
        let days = Days { first: self.oldest_shares(today), last: today };
        let wanted = self.wanted.clone();
        let found = match self.actions(&wanted, days, now) {
            Ok(found) => found,
            Err(error) if is_first => return Err(error),
            // It was known this morning; prices go on, and what looks like a split is held back by who judges them.
            Err(error) => {
                self.fault(format!("did not say whether there are further splits today: {error}"));
                Vec::new()
            }
        };
        for action in found {
            let Action::Split(split) = action else { continue };
            let since = self.known.get(&split.ticker).and_then(|known| known.shares_of);
            if since.is_some_and(|since| since < split.day) && !self.waiting.contains(&split) {
                self.waiting.push(split);
            }
        }
        self.splits_known = Some(now);
        Ok(())
    }

    /// The first day in whose shares anything is.
    fn oldest_shares(&self, today: Date) -> Date {
        self.known.values().filter_map(|known| known.shares_of).min().unwrap_or(today).min(today)
    }

    /// Asks what companies did to these tickers, and to all others that are wanted, on these days and on all since the first in whose shares anything is: so
    /// that who asks next has the answer.
    pub(super) fn ask_actions(
        &mut self,
        tickers: &BTreeSet<String>,
        days: Days,
        now: Timestamp,
    ) -> Result<Happened, FeedError> {
        let today = eastern(now).date();
        let days = Days { first: days.first.min(self.oldest_shares(today)), last: days.last.max(today) };
        let tickers: BTreeSet<String> = tickers.union(&self.wanted).cloned().collect();
        let around = |day: Date, by: i32| day.saturating_add(jiff::Span::new().days(by));
        let first = around(days.first, -PROCESSED_DAYS).to_string();
        let last = around(days.last, PROCESSED_DAYS).to_string();
        let query = [
            ("types", happenings::TYPES),
            ("start", first.as_str()),
            ("end", last.as_str()),
            ("limit", "1000"),
            ("sort", "asc"),
        ];
        let (mut actions, mut odd) = (Vec::new(), Vec::new());
        for symbols in self.portions(&tickers) {
            let mut read = |body: &[u8]| {
                let page = happenings::read(body)?;
                actions.extend(page.actions);
                odd.extend(page.odd);
                Ok(page.next)
            };
            self.about(&symbols, "/v1/corporate-actions", &query, now, &mut read)?;
        }
        odd.into_iter().for_each(|message| self.fault(message));
        actions.retain(|it| tickers.contains(it.ticker()) && days.contain(it.day()));
        actions.sort_by(|a, b| (a.day(), a.ticker(), a.code()).cmp(&(b.day(), b.ticker(), b.code())));
        actions.dedup();
        Ok(Happened { at: now, tickers, days, actions })
    }

    /// Splits whose first price is among those that were told.
    pub(super) fn due_splits(&mut self, quotes: &[Quote]) {
        let is_due = |split: &Split| {
            quotes.iter().any(|it| it.ticker == split.ticker && eastern(it.as_of).date() >= split.day)
        };
        let (due, waiting) = std::mem::take(&mut self.waiting).into_iter().partition(is_due);
        self.waiting = waiting;
        self.splits.extend(due);
        for split in &self.splits {
            if let Some(known) = self.known.get_mut(&split.ticker) {
                known.shares_of = Some(split.day);
            }
        }
    }
}
