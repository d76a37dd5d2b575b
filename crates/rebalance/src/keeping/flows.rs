//! Money comes in or is to go out: what a person tells of an account's cash, booked and on record.
//!
//! In: an account, USD, and what happened. Out: the next version of the portfolio, with a booking where money moved. Invariant:
//! cash changes by exactly what is booked. Money that is asked for stays in the account until it is paid out; a plan raises it meanwhile.

use std::collections::BTreeMap;

use monitor::watch::CashFlow;
use portfolio::money::written;
use portfolio::{Decimal, Portfolio};
use serde_json::json;

use super::document::{self, News};
use super::failure::KeepingError;
use super::{Keeper, later};
use crate::books::{Booking, Change, Entry, Household, Imported, KeptPortfolio, Record};
use crate::id::{PortfolioId, TransactionId};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Money has come in.
    Deposited,
    /// Money is to be paid out: what is missing has to be raised.
    AskedFor,
    /// What was asked for is no longer wanted.
    NotWanted,
    /// Money has been paid out.
    PaidOut,
}

/// Actions of bookings. What was asked for before has been told to the watch by the plan that raised it.
const DEPOSIT: &str = "DEPOSIT";
const WITHDRAWAL: &str = "WITHDRAWAL";
const WITHDRAWAL_ASKED_FOR: &str = "WITHDRAWAL_ASKED_FOR";

impl Flow {
    fn word(self) -> &'static str {
        match self {
            Flow::Deposited => "deposited",
            Flow::AskedFor => "asked_for",
            Flow::NotWanted => "not_wanted",
            Flow::PaidOut => "paid_out",
        }
    }
}

impl Keeper<'_> {
    /// Takes in what happened to the cash of an account; a proposal that waits is superseded by it.
    ///
    /// # Errors
    /// [`KeepingError`]: an account that is not there, an amount that is none, more than there is, orders at the broker.
    pub fn flow(
        &self,
        household: &Household,
        name: &str,
        account_id: &str,
        what: Flow,
        usd: Decimal,
    ) -> Result<KeptPortfolio, KeepingError> {
        let unknown = |what: String| KeepingError::Unknown { what };
        self.apply_splits(household)?;
        let kept = self.books.reading().portfolio(household.id)?;
        let kept = kept.ok_or_else(|| unknown(format!("portfolio of `{}`", household.name)))?;
        let read = portfolio::read(&kept.text)?;
        let place = read.accounts.iter().position(|a| a.account_id == account_id).ok_or_else(|| {
            let there: Vec<&str> = read.accounts.iter().map(|a| a.account_id.as_str()).collect();
            unknown(format!(
                "account `{account_id}` (household `{}` has {})",
                household.name,
                there.join(", ")
            ))
        })?;
        if usd <= Decimal::ZERO || usd != portfolio::money::cents(usd) || usd > portfolio::money::MONEY_MAX {
            return Err(KeepingError::Flow {
                detail: format!("{usd} is no amount; give USD above 0 in whole cents"),
            });
        }
        let person = self.person(name)?.to_string();
        let (mut accounts, mut flow) = (later::held_on(&read, self.today()), read.accounts[place].flow);
        let asked = (-flow).max(Decimal::ZERO);
        let account = &mut accounts[place];
        let (mut moved, mut action) = (Decimal::ZERO, DEPOSIT);
        match what {
            Flow::Deposited => {
                moved = usd;
                // What was to come in has come.
                flow -= flow.clamp(Decimal::ZERO, usd);
            }
            Flow::AskedFor => flow -= usd,
            Flow::NotWanted if usd > asked => return Err(too_much("asked for", account_id, asked)),
            Flow::NotWanted => flow += usd,
            Flow::PaidOut if usd > account.cash => {
                return Err(too_much("in the cash of", account_id, account.cash));
            }
            Flow::PaidOut => {
                moved = -usd;
                action = if usd <= asked { WITHDRAWAL_ASKED_FOR } else { WITHDRAWAL };
                flow += usd.min(asked);
            }
        }
        account.cash += moved;
        account.settled_cash = account.settled_cash.map(|settled| settled + moved);
        let now = self.world.now();
        let booked = (!moved.is_zero()).then(|| TransactionId::new(now, self.world.draw()));
        let facts = json!({"told": what.word(), "account_id": account_id, "usd": usd.to_string(), "moved": moved.to_string(),
                           "cash": account.cash.to_string(), "to_flow": flow.to_string(),
                           "transaction": booked.map(|id| id.to_string()), "action": booked.map(|_| action)});
        let text = self.flowed(&read, &kept, &accounts, account_id, flow)?;
        let id = PortfolioId::new(now, self.world.draw());
        let next = Imported::read(id, household.id, kept.version + 1, "flow", &text, now)?;
        let (portfolio, next) = (next.kept(), Change::Portfolio(Box::new(next)));
        let superseding = self.superseding(household, &person)?;
        let mut entry = Entry::new(Record::new("cash_flow", household.id, &person, now, facts.to_string()))
            .recording(Record::new("portfolio", household.id, &person, now, text).about(&id))
            .with(next);
        if let Some(id) = booked {
            entry = entry.with(Change::Booking(Booking {
                id,
                household: household.id,
                account_id: account_id.to_owned(),
                date: self.today(),
                action: action.to_owned(),
                ticker: None,
                lot_id: None,
                quantity: Decimal::ZERO,
                price: Decimal::ZERO,
                fees: Decimal::ZERO,
                cash: moved,
                fill: None,
            }));
        }
        self.write(superseding.into_iter().fold(entry, Entry::and))?;
        Ok(portfolio)
    }

    /// What flowed in or out that no plan knew of.
    pub(super) fn flows(&self, household: &Household) -> Result<Vec<CashFlow>, KeepingError> {
        let bookings = self.books.reading().bookings(household.id)?;
        let flows = bookings.into_iter().filter(|b| matches!(b.action.as_str(), DEPOSIT | WITHDRAWAL));
        Ok(flows
            .map(|b| CashFlow { account_id: b.account_id, booked: b.id.made_at(), usd: b.cash })
            .collect())
    }

    /// The next text, with the cash of now and what is to flow.
    fn flowed(
        &self,
        read: &Portfolio,
        kept: &KeptPortfolio,
        accounts: &[document::HeldAccount],
        account_id: &str,
        flow: Decimal,
    ) -> Result<String, KeepingError> {
        let mut flows: BTreeMap<String, Decimal> =
            read.accounts.iter().map(|a| (a.account_id.clone(), a.flow)).collect();
        flows.insert(account_id.to_owned(), flow);
        flows.retain(|_, usd| !usd.is_zero());
        let prices = BTreeMap::new();
        let news = News::of_day(read, self.today(), &prices, accounts);
        Ok(document::written(&kept.text, &News { flows: Some(&flows), ..news })?)
    }
}

fn too_much(of: &str, account_id: &str, usd: Decimal) -> KeepingError {
    KeepingError::Flow { detail: format!("{} USD are {of} `{account_id}`, no more", written(usd)) }
}
