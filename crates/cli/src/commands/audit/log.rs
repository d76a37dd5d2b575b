//! `equipoise audit log`: the records, readable, as far as their keys are there.

use jiff::Timestamp;
use rebalance::id::RecommendationId;
use serde_json::{Value, json};

use crate::books::{OpenBooks, Opened, Place};
use crate::command_line::note;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::page::{drawn, table};

/// Arguments of `audit log`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Only the records of this proposal, from its start to its end
    #[arg(long, value_name = "ID")]
    proposal: Option<String>,
    /// So many records from the end
    #[arg(long, value_name = "N", default_value_t = 100)]
    last: usize,
    /// A table for people, or everything that the records tell as JSON
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// Characters of a record's facts that a table shows.
const FACTS_MAX: usize = 90;

/// Of a SHA-256; eight are enough to know it by.
const HASH_DIGITS: usize = 64;

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    let (records, before) = match &arguments.proposal {
        Some(id) => (books.records_about(&books.proposal(id)?)?, 0),
        None => last(&books, arguments.last)?,
    };
    if before > 0 {
        note(format!(
            "{before} records before these are not shown; `--last {}` shows all",
            before + records.len()
        ));
    }
    let names = books.names()?;
    match arguments.format {
        Format::Json => output::json(&records.iter().map(json).collect::<Vec<_>>())?,
        Format::Table => {
            let mut rows = table(&[">Record", "Time", "Kind", "Household", "By", "Facts"]);
            for record in &records {
                let named = |id: &str| names.get(id).cloned().unwrap_or_else(|| id.to_owned());
                let (household, by, facts) = match &record.contents {
                    Some(it) => (named(&it.household), named(&it.actor), facts(&it.original)),
                    None => Default::default(),
                };
                let facts = if record.contents.is_none() { "erased".to_owned() } else { facts };
                let (number, kind) = (record.row.sequence.to_string(), record.row.kind.as_str().to_owned());
                rows.add_row([number, time(record), kind, household, by, facts]);
            }
            output::page(&drawn(&rows))?;
        }
    }
    Ok(Exit::Done)
}

/// The last records, and how many there are before them.
fn last(books: &OpenBooks, most: usize) -> Result<(Vec<Opened>, usize), Failure> {
    let count = books.record_count()?;
    let from = count.saturating_sub(u64::try_from(most).unwrap_or(u64::MAX));
    let mut records = Vec::new();
    books.each_page_from(from, &mut |page| {
        records.extend(page);
        Ok(())
    })?;
    Ok((records, usize::try_from(from).unwrap_or(usize::MAX)))
}

/// When a record was written, to the second.
pub(super) fn time(record: &Opened) -> String {
    Timestamp::from_microsecond(record.row.time_micros)
        .map_or_else(|_| "no time".to_owned(), |at| format!("{at:.0}"))
}

/// What a record tells, on a line: names and values of an object, else the text. Ids are left out, since they take all the room and
/// JSON has them.
fn facts(original: &[u8]) -> String {
    let text = String::from_utf8_lossy(original);
    let told = match serde_json::from_str::<Value>(&text) {
        Ok(Value::Object(facts)) => facts
            .iter()
            .filter_map(|(name, value)| Some(format!("{name} {}", shown(value)?)))
            .collect::<Vec<_>>()
            .join("; "),
        _ => text.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    if told.chars().count() <= FACTS_MAX {
        return told;
    }
    told.chars().take(FACTS_MAX - 1).chain(['…']).collect()
}

/// A fact in a table; nothing where it is no fact or an id.
fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) if text.parse::<RecommendationId>().is_ok() => None,
        Value::String(text)
            if text.len() == HASH_DIGITS && text.bytes().all(|digit| digit.is_ascii_hexdigit()) =>
        {
            Some(format!("{}…", &text[..8]))
        }
        Value::String(text) => Some(text.clone()),
        value => Some(value.to_string()),
    }
}

fn json(record: &Opened) -> Value {
    let mut told = json!({
        "record": record.row.sequence,
        "time": time(record),
        "kind": record.row.kind.as_str(),
        "erased": record.contents.is_none(),
    });
    if let Some(contents) = &record.contents {
        told["household"] = json!(contents.household);
        told["subject"] = json!(contents.subject);
        told["actor"] = json!(contents.actor);
        let text = String::from_utf8_lossy(&contents.original);
        told["facts"] = serde_json::from_str(&text).unwrap_or_else(|_| json!(text));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_a_line_without_ids() {
        let id = "01a21338-8180-7000-8000-00000000001f";
        let body =
            json!({"cycle": id, "plan_hash": "ab".repeat(32), "reason": null, "step": "offer"}).to_string();
        assert_eq!(facts(body.as_bytes()), "plan_hash abababab…; step offer");
        assert_eq!(facts(b"a prompt\n of words"), "a prompt of words");
        assert_eq!(facts("é".repeat(200).as_bytes()).chars().count(), FACTS_MAX);
    }
}
