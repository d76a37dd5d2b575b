//! The correction of a fill whose plan has ended: the document that follows, or what rests on the fill.
//!
//! In: a correction, and the books. Out: the next version of the household's document, or what came after. Invariants: the document is made of that of the plan and the
//! fills that are right, as the end of an execution makes it, and of whatever else was written into it since; nothing is done unless everything that is held is as
//! the plan left it.

use std::collections::BTreeMap;

use portfolio::money::written;

use super::Making;
use crate::books::{Change, Entry, Imported, Record};
use crate::id::{PortfolioId, TransactionId};
use crate::keeping::blotter::LineFault;
use crate::keeping::document::{self, Booked, HeldAccount, News, TaxPosition};
use crate::keeping::failure::KeepingError;
use crate::keeping::progress::Progress;
use crate::keeping::{Keeper, later};
use crate::life::State;

/// The next version of a document, with its record.
pub(super) struct Next {
    pub(super) entry: Entry,
    pub(super) version: u64,
}

impl Keeper<'_> {
    /// Of a plan that has ended: the next version of the document, as far as nothing came after that rests on the fill.
    pub(super) fn document_after(
        &self,
        making: &Making<'_>,
        execution_id: &str,
    ) -> Result<Result<Next, LineFault>, KeepingError> {
        let (reading, now, today) = (self.books.reading(), self.world.now(), self.today());
        let later = |why: String| Ok(Err(LineFault::Later { execution_id: execution_id.to_owned(), why }));
        let (household, before) = (&making.household, &making.before);
        if let Some(open) = reading.open_cycle(household.id)?
            && let Some(other) = reading.recommendation_of(open.id)?
        {
            let is_sent = matches!(other.state(), State::Approved | State::ExecutionInProgress);
            let has_failed = other.state() == State::ExecutionFailed && other.id() != making.found.id();
            if is_sent || has_failed {
                return later("a later plan is at the broker, or about to be".to_owned());
            }
        }
        let kept = reading.portfolio(household.id)?;
        let unknown = || KeepingError::Unknown { what: format!("portfolio of `{}`", household.name) };
        let kept = kept.ok_or_else(unknown)?;
        let read = portfolio::read(&kept.text)?;
        let mut bookings = reading.bookings(household.id)?;
        let mut gains = reading.gains(household.id)?;
        let washes = reading.washes(household.id)?;
        let old = self.after_fills(household, before, &bookings, gains.clone())?;
        let of_plan = |sale: &TransactionId| {
            let booking = bookings.iter().find(|booking| booking.id == *sale);
            let fill = booking.and_then(|booking| booking.fill.as_ref());
            let fills = before.orders.iter().flat_map(|(_, fills)| fills);
            fill.is_some_and(|(_, id)| fills.into_iter().any(|fill| fill.execution_id == *id))
        };
        if washes.iter().any(|washed| of_plan(&washed.sale)) || !old.washes.is_empty() {
            return later("a wash sale was booked with its plan".to_owned());
        }
        if let Some(difference) = difference(&old.accounts, &later::held_on(&read, today)) {
            return later(difference);
        }
        if old.tax_on(&before.read, today) != later::tax_on(&read, TaxPosition::of(&read.tax), today) {
            return later("the figures of the tax year were changed since".to_owned());
        }
        let old_gain = gains.iter().find(|gain| gain.transaction == making.wrong.id);
        let gone = Booked::of(making.wrong, old_gain);
        let mut told = Vec::new();
        if let Some((booking, gain)) = &making.booked {
            told.push(Booked::of(booking, gain.as_ref()));
            bookings.push(booking.clone());
            gains.extend(gain.clone());
        }
        let accounts = match self.held_after(&before.read, &making.orders) {
            Err(KeepingError::Fill { detail, .. }) => return later(detail),
            accounts => accounts?,
        };
        let progress = Progress {
            household: household.id,
            orders: making.orders.clone(),
            accounts,
            read: portfolio::read(&self.version_of(making)?)?,
            trades: before.trades.clone(),
        };
        let new = self.after_fills(household, &progress, &bookings, gains)?;
        if !new.washes.is_empty() {
            return later("with it a loss would be replaced by purchases (a wash sale)".to_owned());
        }
        let accounts = in_order(&new.accounts, &later::held_on(&read, today));
        let (text, had) = document::without_transaction(&kept.text, &read, &gone)?;
        let prices = self.prices_of(&read, now)?;
        let news = News::of_day(&read, today, &prices, &accounts);
        let tax = Some(new.tax_on(&before.read, news.day));
        let booked = if had { told.as_slice() } else { &[] };
        let text = document::written(&text, &News { booked, tax, ..news })?;
        let id = PortfolioId::new(now, self.world.draw());
        let next = Imported::read(id, household.id, kept.version + 1, "fill", &text, now)?;
        let person = making.person.to_string();
        let record = Record::new("portfolio", household.id, &person, now, text).about(&id);
        let entry = Entry::new(record).with(Change::Portfolio(Box::new(next)));
        let entry = self.superseding(household, &person)?.into_iter().fold(entry, Entry::and);
        Ok(Ok(Next { entry, version: kept.version + 1 }))
    }

    /// The document of the plan.
    fn version_of(&self, making: &Making<'_>) -> Result<String, KeepingError> {
        let attempts = self.books.reading().attempts(making.found.id())?;
        let attempt = making.before.orders.first().map(|(order, _)| order.attempt);
        let of_it = attempts.into_iter().find(|it| Some(it.attempt) == attempt);
        let of_it = of_it
            .ok_or_else(|| KeepingError::Unknown { what: format!("plan of `{}`", making.found.id()) })?;
        Ok(self.version(of_it.portfolio)?.text)
    }
}

/// How what is held now is not what was held after a plan, in words; what is settled of the cash comes with the days.
fn difference(after: &[HeldAccount], now: &[HeldAccount]) -> Option<String> {
    let by_lot = |account: &HeldAccount| -> BTreeMap<String, _> {
        let lots = account.lots.iter();
        lots.map(|lot| {
            (lot.lot_id.clone(), (lot.ticker.clone(), lot.quantity, lot.acquired, lot.basis_per_share))
        })
        .collect()
    };
    if after.len() != now.len() {
        return Some("the household has other accounts now".to_owned());
    }
    for account in after {
        let id = &account.account_id;
        let Some(other) = now.iter().find(|it| it.account_id == *id) else {
            return Some(format!("the account {id} is gone"));
        };
        let (then, now) = (by_lot(account), by_lot(other));
        let names = then.keys().chain(now.keys());
        for name in names {
            if then.get(name) != now.get(name) {
                let ticker = then.get(name).or(now.get(name)).map_or("", |lot| lot.0.as_str());
                return Some(format!(
                    "the lot `{name}` of {ticker} in {id} was changed since the plan ended"
                ));
            }
        }
        if account.cash != other.cash {
            return Some(format!(
                "the cash of {id} is {} USD now and was {} USD after the plan",
                written(other.cash),
                written(account.cash)
            ));
        }
    }
    None
}

/// Accounts in the order of a document; what has settled in it has settled.
fn in_order(accounts: &[HeldAccount], now: &[HeldAccount]) -> Vec<HeldAccount> {
    let of_it = |now: &HeldAccount| {
        let account = accounts.iter().find(|account| account.account_id == now.account_id);
        let mut account = account.cloned().unwrap_or_else(|| now.clone());
        if now.settled_cash == Some(now.cash) {
            account.settled_cash = Some(account.cash);
        }
        account
    };
    now.iter().map(of_it).collect()
}
