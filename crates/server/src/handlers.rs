//! The addresses, one file each, in a folder per noun.
//!
//! A handler reads what was asked, finds out whether the caller may, and asks `rebalance` or the books. What it answers is a view that stands
//! beside it.

pub(crate) mod audit;
pub(crate) mod documents;
pub(crate) mod grants;
pub(crate) mod house_rules;
pub(crate) mod households;
pub(crate) mod imports;
pub(crate) mod keys;
pub(crate) mod model_portfolios;
pub(crate) mod operation;
pub(crate) mod orders;
pub(crate) mod people;
pub(crate) mod prices;
pub(crate) mod proposals;
pub(crate) mod session;
pub(crate) mod settings;
pub(crate) mod tax_forms;
pub(crate) mod trading;
pub(crate) mod welcome;

use ::audit::{Contents, HouseholdKey, Reading, Row};
use jiff::Timestamp;
use rebalance::books::access::AccessChange;
use rebalance::books::{Books, Person};
use rebalance::id::{PersonId, uuid_v7};
use rebalance::keeping::Keeper;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::house::House;
use crate::problem::Problem;

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The entries.
    pub(crate) items: Vec<T>,
    /// Send it as `after` for the next part; absent where this is the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
}

/// Asks a keeper.
fn kept<T>(house: &dyn House, act: impl FnOnce(&Keeper<'_>) -> Result<T, Problem>) -> Result<T, Problem> {
    let (mut act, mut done) = (Some(act), None);
    let asked = house.kept(&mut |keeper| done = act.take().map(|act| act(keeper)));
    asked.map_err(Problem::outside)?;
    done.unwrap_or_else(|| Err(Problem::defect()))
}

/// What a record tells; none where the key of its household was destroyed. A record that was changed is never taken for one that was erased.
fn opened(row: &Row, key: Option<&HouseholdKey>) -> Result<Option<Contents>, Problem> {
    match row.read(key) {
        Ok(Reading::Open(contents)) => Ok(Some(contents)),
        Ok(Reading::Erased) => Ok(None),
        Err(_) => Err(Problem::defect()),
    }
}

/// An id of now.
fn new_id(house: &dyn House) -> Uuid {
    let mut random = [0; 10];
    house.draw(&mut random);
    uuid_v7(house.now(), random)
}

/// Writes who may come in.
fn write(house: &dyn House, change: AccessChange, actor: PersonId, at: Timestamp) -> Result<(), Problem> {
    house.store().record(&change.entry(actor, at))?;
    Ok(())
}

/// A person by name.
fn person(house: &dyn House, name: &str) -> Result<Person, Problem> {
    let found = house.store().reading().person(name.trim())?;
    found.ok_or_else(|| Problem::invalid("person", format!("nobody here is called `{}`", name.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::audit::{Frontier, Guard, Kind, NewRecord, OnSecret, Randomness, append};

    #[test]
    fn a_record_that_was_changed_is_not_one_that_was_erased() {
        let mut randomness = Randomness::from_seed([1; 32]);
        let key = HouseholdKey::generate("smith", &mut randomness).unwrap();
        let kind = Kind::new("order").unwrap();
        let record =
            NewRecord { time_micros: 1, kind: &kind, key: &key, subject: "p", actor: "ann", original: b"{}" };
        let guard = Guard::new(OnSecret::Refuse, []).unwrap();
        let mut appended = append(&Frontier::new(), &[record], &guard, &mut randomness).unwrap();
        let row = &mut appended.rows[0];
        assert_eq!(opened(row, Some(&key)).unwrap().unwrap().original, b"{}");
        assert!(opened(row, None).unwrap().is_none());
        row.time_micros = 2;
        assert!(opened(row, Some(&key)).is_err());
    }
}
