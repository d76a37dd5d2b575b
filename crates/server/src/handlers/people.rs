//! The people of these books.

pub(crate) mod add;
pub(crate) mod list;
pub(crate) mod password;

use rebalance::books::Person;
use serde::Serialize;
use utoipa::ToSchema;

use crate::amount::Moment;

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonView {
    /// Its id.
    id: String,
    /// Its name, unique.
    name: String,
    /// Since when.
    made_at: Moment,
}

impl PersonView {
    fn of(person: &Person) -> PersonView {
        PersonView { id: person.id.to_string(), name: person.name.clone(), made_at: Moment(person.made_at) }
    }
}
