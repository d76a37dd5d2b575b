//! The addresses, one file each, in a folder per noun.
//!
//! A handler reads what was asked, finds out whether the caller may, and asks `rebalance` or the books. What it answers is a view that stands
//! beside it.

pub(crate) mod audit;
pub(crate) mod documents;
pub(crate) mod grants;
pub(crate) mod households;
pub(crate) mod imports;
pub(crate) mod keys;
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
