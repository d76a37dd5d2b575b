//! What is in the books, found by what a person types, and records of the log as far as their keys are there.
//!
//! In: open books; the name of a household or the id of a proposal. Out: rows and what they tell.

use std::collections::BTreeMap;

use audit::leaf::KeyId;
use audit::{Contents, HouseholdKey, Reading, Row};
use rebalance::books::{Books, Household};
use rebalance::id::{HouseholdId, RecommendationId};
use rebalance::life::Recommendation;
use serde_json::Value;

use super::OpenBooks;
use crate::exit::Exit;
use crate::failure::Failure;

/// A record, and what it tells.
pub(crate) struct Opened {
    /// As it is stored.
    pub(crate) row: Row,
    /// What it tells; none where the key of its household was destroyed.
    pub(crate) contents: Option<Contents>,
}

/// What is done with a page of records.
pub(crate) type Take<'a> = &'a mut dyn FnMut(Vec<Opened>) -> Result<(), Failure>;

/// Rows that are looked at together.
const PAGE: u32 = 1000;

impl OpenBooks {
    /// A proposal by its id.
    pub(crate) fn proposal(&self, id: &str) -> Result<Recommendation, Failure> {
        let id: RecommendationId =
            id.parse().map_err(|error: rebalance::id::NoId| Failure::usage(error.to_string()))?;
        let found = self.store.reading().recommendation(id).map_err(|error| self.failed(&error))?;
        found.ok_or_else(|| {
            Failure::usage(format!(
                "{}: there is no proposal {id}; `equipoise proposals` lists them",
                self.settings.name
            ))
        })
    }

    /// A household by its name or its id.
    pub(crate) fn household(&self, name: &str) -> Result<Household, Failure> {
        let reading = self.store.reading();
        let mut found = reading.household_named(name);
        if let (Ok(None), Ok(id)) = (&found, name.parse::<HouseholdId>()) {
            found = reading.household(id);
        }
        found.map_err(|error| self.failed(&error))?.ok_or_else(|| {
            let known = self.households().unwrap_or_default();
            let names: Vec<&str> = known.iter().take(10).map(|household| household.name.as_str()).collect();
            let there = if names.is_empty() {
                "there is none".to_owned()
            } else {
                format!("there are {}", names.join(", "))
            };
            Failure::usage(format!("{}: no household `{name}`; {there}", self.settings.name))
        })
    }

    /// Every record of the log, in order, a page at a time.
    pub(crate) fn each_page(&self, take: Take<'_>) -> Result<(), Failure> {
        self.each_page_from(0, take)
    }

    /// The same from a record on.
    pub(crate) fn each_page_from(&self, from: u64, take: Take<'_>) -> Result<(), Failure> {
        let keyring = self.keyring()?;
        let mut next = from;
        loop {
            let rows = self.store.records(next, PAGE).map_err(|error| self.failed(&error))?;
            let Some(last) = rows.last() else { return Ok(()) };
            next = last.sequence.saturating_add(1);
            take(rows.into_iter().map(|row| opened(row, &keyring)).collect::<Result<_, _>>()?)?;
        }
    }

    /// How many records the log has.
    pub(crate) fn record_count(&self) -> Result<u64, Failure> {
        self.store.reading().record_count().map_err(|error| self.failed(&error))
    }

    /// What households and people are called, by their ids: people as the log tells, since the table can be edited; as the table has
    /// them where the record is older than that.
    pub(crate) fn names(&self) -> Result<BTreeMap<String, String>, Failure> {
        let people = self.store.reading().people().map_err(|error| self.failed(&error))?;
        let people = people.into_iter().map(|person| (person.id.to_string(), person.name));
        let households = self.households()?.into_iter().map(|it| (it.id.to_string(), it.name));
        let made = self.store.records_of_house("person_made").map_err(|error| self.failed(&error))?;
        let on_record = made.iter().filter_map(|record| {
            let body: Value = serde_json::from_slice(&record.original).ok()?;
            Some((body.get("person")?.as_str()?.to_owned(), body.get("name")?.as_str()?.to_owned()))
        });
        Ok(people.chain(households).chain(on_record).collect())
    }

    /// One record.
    pub(crate) fn record(&self, sequence: u64) -> Result<Opened, Failure> {
        let mut rows = self.store.records(sequence, 1).map_err(|error| self.failed(&error))?;
        let row = rows.pop().filter(|row| row.sequence == sequence).ok_or_else(|| {
            let count = self.record_count().unwrap_or(0);
            Failure::usage(format!(
                "{}: there is no record {sequence}; the log has {count}, from 0 on",
                self.settings.name
            ))
        })?;
        opened(row, &self.keyring()?)
    }

    /// The records about a proposal, in order; none where they were erased.
    pub(crate) fn records_about(&self, proposal: &Recommendation) -> Result<Vec<Opened>, Failure> {
        let (household, id) = (proposal.kept().household, proposal.id().to_string());
        let rows = self.store.records_about(household, &id).map_err(|error| self.failed(&error))?;
        let key = self.store.key(&household.to_string()).map_err(|error| self.failed(&error))?;
        let keyring = key.into_iter().map(|key| (key.id(), key)).collect();
        rows.into_iter().map(|row| opened(row, &keyring)).collect()
    }
}

fn opened(row: Row, keyring: &BTreeMap<KeyId, HouseholdKey>) -> Result<Opened, Failure> {
    match row.read(keyring.get(&row.key_id)) {
        Ok(Reading::Open(contents)) => Ok(Opened { row, contents: Some(contents) }),
        Ok(Reading::Erased) => Ok(Opened { row, contents: None }),
        Err(error) => Err(Failure {
            exit: Exit::CheckFailed,
            lines: vec![format!("{error}; run `equipoise audit verify`")],
        }),
    }
}
