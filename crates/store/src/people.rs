//! People in the database.

use rebalance::books::{BooksError, Person};
use rebalance::id::PersonId;

use crate::failure::Failure;
use crate::row::Row;
use crate::value::values_of;
use crate::work::Work;

/// A new person; refused where one is known whose name differs in case or surrounding space only, so that nobody is two.
pub(crate) async fn insert(work: &mut Work, person: &Person) -> Result<(), Failure> {
    // One at a time: whoever adds a person at once waits here, and then sees this one.
    let head = format!("SELECT size FROM audit_head WHERE place = 1{}", work.locking());
    work.row(&head, &[]).await?;
    let alike = |known: &Person| known.name != person.name && folded(&known.name) == folded(&person.name);
    if let Some(known) = all(work).await?.into_iter().find(alike) {
        let given = person.name.clone();
        return Err(BooksError::Alike { given, known: known.name }.into());
    }
    let values = values_of![person.id.uuid(), &person.name, person.made_at];
    work.execute("INSERT INTO people (id, name, made_at) VALUES ($1, $2, $3)", values).await.map(drop)
}

pub(crate) async fn named(work: &mut Work, name: &str) -> Result<Option<Person>, Failure> {
    let row = work.row("SELECT * FROM people WHERE name = $1", values_of![name]).await?;
    Ok(row.as_ref().map(person).transpose()?)
}

pub(crate) async fn by_id(work: &mut Work, id: PersonId) -> Result<Option<Person>, Failure> {
    let row = work.row("SELECT * FROM people WHERE id = $1", values_of![id.uuid()]).await?;
    Ok(row.as_ref().map(person).transpose()?)
}

pub(crate) async fn all(work: &mut Work) -> Result<Vec<Person>, Failure> {
    let rows = work.rows("SELECT * FROM people", &[]).await?;
    let mut all: Vec<Person> = rows.iter().map(person).collect::<Result<_, _>>()?;
    // Databases sort texts by the rules of some language; ours is the order of bytes.
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

/// What two names have in common that people take for one.
fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

fn person(row: &Row) -> Result<Person, BooksError> {
    Ok(Person {
        id: PersonId::from_uuid(row.id("id")?),
        name: row.text("name")?,
        made_at: row.time("made_at")?,
    })
}
