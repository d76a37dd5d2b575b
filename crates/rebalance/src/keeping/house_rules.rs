//! The rules of the house: securities that are not traded, and limits on orders, for every household.
//!
//! In: a rulebook, a person who proposes it, another one who confirms it. Out: the next version; and what of it counts for a household on a day, written
//! into the document that a plan is made for. Invariants: a change counts once a second person has confirmed exactly what was proposed; every verdict
//! names the version that it was made under; what is restricted after a plan was made is not approved, and what is after it was approved is not sent; an
//! exception has an owner, a reason and an end.

mod book;

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use portfolio::money::written;
use portfolio::{Decimal, Portfolio};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::Keeper;
use super::failure::KeepingError;
use super::prices::MARKET;
use crate::books::{Change, Entry, Record, Setting};
use crate::id::HouseholdId;

pub use book::{Exemption, InForce, Limit, LimitKind, Restriction, Rulebook, RulebookFault};

/// What counts, among the settings of the market: it concerns every household.
const BOOK: &str = "house_rules";
/// What somebody proposes instead.
const PROPOSED: &str = "house_rules_proposed";
/// Longest words beside a proposal, characters.
const WORDS_CHARS_MAX: usize = 2_000;

/// The rules that count, with who made them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// What they are.
    pub book: Rulebook,
    /// Who proposed this version, by name.
    pub proposed_by: String,
    /// Who confirmed it.
    pub confirmed_by: String,
}

/// A change that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedBook {
    /// What the rules are to be.
    pub book: Rulebook,
    /// Why.
    pub words: String,
    /// Who proposes it, by name.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The version that it is to replace.
    pub over: u64,
    /// Names exactly this proposal: whoever confirms it shows it.
    pub digest: String,
}

/// The rules as they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HouseRules {
    /// Times they were changed; 0 where there never were any.
    pub version: u64,
    /// Since when this version counts.
    pub since: Option<Timestamp>,
    /// What counts.
    pub current: Book,
    /// What waits for a second person.
    pub proposed: Option<ProposedBook>,
}

impl Keeper<'_> {
    /// The rules of the house, and what waits to replace them.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn house_rules(&self) -> Result<HouseRules, KeepingError> {
        let (version, current) = self.of_market::<Book>(BOOK, &self.market.rules)?;
        let since = self.books.reading().setting(MARKET, BOOK)?.map(|setting| setting.at);
        Ok(HouseRules { version, since, current: Book::clone(&current), proposed: self.proposed_book()?.0 })
    }

    /// Somebody proposes a rulebook in the place of version `over`; what names the proposal. One that waited is replaced.
    ///
    /// # Errors
    /// [`KeepingError::Rulebook`] with every fault; [`KeepingError::Overtaken`] where another version counts by now.
    pub fn propose_rules(
        &self,
        name: &str,
        book: &Rulebook,
        words: &str,
        over: u64,
    ) -> Result<String, KeepingError> {
        let (version, _) = self.of_market::<Book>(BOOK, &self.market.rules)?;
        self.is_over(version, over)?;
        let (households, people) = (self.books.reading().households()?, self.books.reading().people()?);
        let households: BTreeSet<String> =
            households.iter().map(|household| household.id.to_string()).collect();
        let people: BTreeSet<&str> = people.iter().map(|person| person.name.as_str()).collect();
        let faults = book.faults(&households, &people);
        if !faults.is_empty() {
            return Err(KeepingError::Rulebook(faults));
        }
        let (at, person) = (self.world.now(), self.person(name)?.to_string());
        let words: String = words.trim().chars().take(WORDS_CHARS_MAX).collect();
        let seen = json!({"book": book, "words": words, "by": name, "at": at, "over": over}).to_string();
        let digest: String =
            Sha256::digest(seen.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        let proposed =
            ProposedBook { book: book.clone(), words, by: name.to_owned(), at, over, digest: digest.clone() };
        let facts = json!({"told": "house_rules_proposed", "proposed": proposed});
        self.write(self.proposing(Some(&proposed), &person, &facts)?)?;
        Ok(digest)
    }

    /// A second person confirms exactly the proposal of this name; the version that counts from now on.
    ///
    /// # Errors
    /// [`KeepingError::SamePerson`]; [`KeepingError::Overtaken`] where something else is proposed, or another version counts by now.
    pub fn confirm_rules(&self, name: &str, digest: &str) -> Result<u64, KeepingError> {
        let (version, _) = self.of_market::<Book>(BOOK, &self.market.rules)?;
        let nothing = || KeepingError::Unknown {
            what: "change of the rules that waits for a second person".to_owned(),
        };
        let proposed = self.proposed_book()?.0.ok_or_else(nothing)?;
        if proposed.digest != digest {
            let detail = format!("{} proposes something else by now; look at it first", proposed.by);
            return Err(KeepingError::Overtaken { detail });
        }
        self.is_over(version, proposed.over)?;
        if proposed.by == name {
            return Err(KeepingError::SamePerson {
                detail: format!("{name} proposes it; another person has to confirm it"),
            });
        }
        let (at, person) = (self.world.now(), self.person(name)?.to_string());
        let book = Book { book: proposed.book, proposed_by: proposed.by, confirmed_by: name.to_owned() };
        let facts = json!({"told": "house_rules", "version": version + 1, "rules": book, "proposal": digest});
        let (scope, value) = (MARKET.to_owned(), serde_json::to_string(&book)?);
        let setting = Setting { scope, name: BOOK.to_owned(), value, version: version + 1, at };
        self.write(self.proposing(None, &person, &facts)?.with(Change::Setting(setting)))?;
        Ok(version + 1)
    }

    /// Nothing waits for a second person any more.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn withdraw_rules(&self, name: &str) -> Result<(), KeepingError> {
        let Some(proposed) = self.proposed_book()?.0 else { return Ok(()) };
        let person = self.person(name)?.to_string();
        let facts = json!({"told": "house_rules_withdrawn", "proposal": proposed.digest, "by": name});
        self.write(self.proposing(None, &person, &facts)?).map(drop)
    }

    /// What counts for a household that lists these securities, today; none where there never were rules.
    pub(super) fn in_force(
        &self,
        household: HouseholdId,
        read: &Portfolio,
    ) -> Result<Option<InForce>, KeepingError> {
        let (version, current) = self.of_market::<Book>(BOOK, &self.market.rules)?;
        let listed: BTreeSet<&str> =
            read.securities.iter().map(|security| security.ticker.as_str()).collect();
        let today = self.today();
        Ok((version > 0).then(|| current.book.in_force(version, &household.to_string(), &listed, today)))
    }

    /// Why a plan that was made under the rules that its document names does not stand under those of now.
    pub(super) fn ruled_out(
        &self,
        household: HouseholdId,
        text: &str,
    ) -> Result<Option<String>, KeepingError> {
        let (version, _) = self.of_market::<Book>(BOOK, &self.market.rules)?;
        if version == 0 {
            return Ok(None);
        }
        let read = portfolio::read(text)?;
        let now = self.in_force(household, &read)?.unwrap_or_default();
        let then = InForce::of(&read.policy.house);
        Ok((!now.says_what(&then))
            .then(|| format!("other rules of the house count since it was made (version {version})")))
    }

    fn is_over(&self, version: u64, over: u64) -> Result<(), KeepingError> {
        if version == over {
            return Ok(());
        }
        Err(KeepingError::Overtaken {
            detail: format!("version {version} of the rules counts by now, and this is about version {over}"),
        })
    }

    /// What waits for a second person, and the version of the setting.
    fn proposed_book(&self) -> Result<(Option<ProposedBook>, u64), KeepingError> {
        let Some(setting) = self.books.reading().setting(MARKET, PROPOSED)? else { return Ok((None, 0)) };
        let proposed = serde_json::from_str(&setting.value)
            .map_err(|error| KeepingError::MarketSetting { name: PROPOSED, detail: error.to_string() })?;
        Ok((proposed, setting.version))
    }

    /// The entry by which something waits, or nothing does any more.
    fn proposing(
        &self,
        proposed: Option<&ProposedBook>,
        actor: &str,
        facts: &serde_json::Value,
    ) -> Result<Entry, KeepingError> {
        let (at, version) = (self.world.now(), self.proposed_book()?.1 + 1);
        let record = Record {
            kind: "settings".to_owned(),
            at,
            household: None,
            subject: String::new(),
            actor: actor.to_owned(),
            body: facts.to_string(),
        };
        let (scope, name, value) =
            (MARKET.to_owned(), PROPOSED.to_owned(), serde_json::to_string(&proposed)?);
        Ok(Entry::new(record).with(Change::Setting(Setting { scope, name, value, version, at })))
    }
}

impl InForce {
    /// Why an order of a security worth so much, of a plan of so many orders, is not sent under these rules.
    pub(super) fn objection(&self, ticker: &str, notional: Decimal, orders: usize) -> Option<String> {
        let version = self.version;
        if self.restricted.iter().any(|restricted| restricted == ticker) {
            return Some(format!("{ticker} may not be traded (version {version} of the rules of the house)"));
        }
        if let Some(most) = self.order_notional_max.filter(|most| notional > *most) {
            let (notional, most) = (written(notional), written(most));
            return Some(format!(
                "an order of {notional} USD is larger than {most} USD (version {version} of the rules of the house)"
            ));
        }
        let most = self.orders_max.filter(|most| orders > usize::try_from(*most).unwrap_or(usize::MAX))?;
        Some(format!(
            "the plan has {orders} orders and {most} is the most (version {version} of the rules of the house)"
        ))
    }
}

/// Whether a rule counts on a day.
fn counts(day: Date, from: Option<Date>, until: Option<Date>) -> bool {
    from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until)
}
