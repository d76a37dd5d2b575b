//! One kind of rows, held against what the log tells of them.
//!
//! In: what records tell of a row, by its name, then the rows themselves. Out: what differs, what is missing, and what no record tells of.
//! Invariant: only facts that a record tells are compared, so that records of an older program, which told less, stay good.

use std::collections::{BTreeMap, BTreeSet};

use audit::Contents;
use jiff::Timestamp;
use rebalance::books::BooksError;
use rust_decimal::Decimal;
use serde_json::Value;

use super::{Difference, How};

/// What stands for a fact that is absent.
const NOTHING: &str = "nothing";
/// Differences of a household that are kept; the others are counted.
const KEPT_MAX: usize = 1_000;

/// A fact by its name.
pub(super) type Fact = (&'static str, String);

/// A record that was opened.
pub(super) struct Told<'a> {
    pub(super) sequence: u64,
    pub(super) at: Timestamp,
    pub(super) contents: &'a Contents,
    /// Its body, where that is JSON.
    pub(super) body: Value,
}

impl Told<'_> {
    /// A text of the body; `None` where the record does not tell it at all, so that nothing is compared.
    pub(super) fn fact(&self, name: &str) -> Option<String> {
        written(self.body.get(name)?)
    }

    /// An amount of the body.
    pub(super) fn amount(&self, name: &str) -> Option<String> {
        self.fact(name).map(|text| amount(&text))
    }
}

/// A value of a record as a fact.
pub(super) fn written(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(NOTHING.to_owned()),
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// An amount in its shortest form; another text as it is.
pub(super) fn amount(text: &str) -> String {
    Decimal::from_str_exact(text).map_or_else(|_| text.to_owned(), shortest)
}

fn shortest(amount: Decimal) -> String {
    if amount.is_zero() { "0".to_owned() } else { amount.normalize().to_string() }
}

/// A moment as the books keep it, to the microsecond.
pub(super) fn moment(text: &str) -> String {
    let kept = text.parse::<Timestamp>().and_then(|at| Timestamp::from_microsecond(at.as_microsecond()));
    kept.map_or_else(|_| text.to_owned(), |at| at.to_string())
}

/// A cell of a row as a fact; one that can't be read says so and differs from everything.
pub(super) fn cell<T: ToString>(read: Result<Option<T>, BooksError>) -> String {
    match read {
        Ok(Some(value)) => value.to_string(),
        Ok(None) => NOTHING.to_owned(),
        Err(error) => format!("something that can't be read ({error})"),
    }
}

/// The same of an amount.
pub(super) fn money(read: Result<Option<Decimal>, BooksError>) -> String {
    cell(read.map(|amount| amount.map(shortest)))
}

/// What was found so far.
#[derive(Default)]
pub(super) struct Found {
    pub(super) rows: u64,
    pub(super) differences: Vec<Difference>,
    pub(super) differing: u64,
    /// How many are kept, by household: one with many does not hide another's.
    pub(super) kept: BTreeMap<String, usize>,
    /// Households whose records can't be read: rows of theirs that no record tells of are not judged.
    pub(super) closed: BTreeSet<String>,
}

impl Found {
    fn add(&mut self, what: String, household: &str, how: How) {
        self.differing += 1;
        let kept = self.kept.entry(household.to_owned()).or_default();
        if *kept < KEPT_MAX {
            *kept += 1;
            let household = Some(household.to_owned()).filter(|id| !id.is_empty());
            self.differences.push(Difference { what, household, how });
        }
    }
}

/// What the log tells of a row.
#[derive(Default)]
pub(super) struct Line {
    /// The last record that tells of it.
    pub(super) record: u64,
    household: String,
    facts: BTreeMap<&'static str, String>,
    seen: bool,
}

impl Line {
    /// The log tells this, where it does.
    pub(super) fn tell(&mut self, name: &'static str, value: Option<String>) {
        if let Some(value) = value {
            self.facts.insert(name, value);
        }
    }

    /// The log no longer tells this.
    pub(super) fn forget(&mut self, name: &'static str) {
        self.facts.remove(name);
    }
}

/// All rows of a kind.
pub(super) struct Sheet {
    noun: &'static str,
    lines: BTreeMap<String, Line>,
}

impl Sheet {
    pub(super) fn of(noun: &'static str) -> Sheet {
        Sheet { noun, lines: BTreeMap::new() }
    }

    /// A record tells of the row with this name.
    pub(super) fn line(&mut self, name: String, record: u64, household: &str) -> &mut Line {
        let line = self.lines.entry(name).or_default();
        line.record = record;
        household.clone_into(&mut line.household);
        line
    }

    /// What was told of a row so far.
    pub(super) fn told(&mut self, name: &str) -> Option<&mut Line> {
        self.lines.get_mut(name)
    }

    /// A row is there.
    pub(super) fn hold(&mut self, name: &str, household: &str, facts: &[Fact], found: &mut Found) {
        let what = format!("{} {name}", self.noun);
        let Some(line) = self.lines.get_mut(name) else {
            if !found.closed.contains(household) {
                found.rows += 1;
                found.add(what, household, How::Untold);
            }
            return;
        };
        found.rows += 1;
        line.seen = true;
        for (fact, books) in facts {
            if let Some(log) = line.facts.get(fact).filter(|log| *log != books) {
                let (books, log, record) = (books.clone(), log.clone(), line.record);
                found.add(what.clone(), &line.household, How::Differs { fact, books, log, record });
            }
        }
    }

    /// All rows were there: what the log tells of beyond them is missing.
    pub(super) fn close(self, found: &mut Found) {
        for (name, line) in self.lines.into_iter().filter(|(_, line)| !line.seen) {
            found.rows += 1;
            let what = format!("{} {name}", self.noun);
            found.add(what, &line.household, How::Missing { record: line.record });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: &[(&str, &str)], closed: &[&str]) -> Found {
        let mut sheet = Sheet::of("fill");
        sheet.line("1".to_owned(), 7, "h").tell("price", Some("2".to_owned()));
        let mut found = Found::default();
        found.closed.extend(closed.iter().map(|id| (*id).to_owned()));
        for (name, price) in rows {
            sheet.hold(name, "h", &[("price", (*price).to_owned()), ("fees", "1".to_owned())], &mut found);
        }
        sheet.close(&mut found);
        found
    }

    fn words(found: &Found) -> Vec<String> {
        found.differences.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_differs_is_missing_or_told_by_nobody_is_named() {
        assert!(words(&of(&[("1", "2")], &[])).is_empty());
        assert_eq!(
            words(&of(&[("1", "3")], &[])),
            ["fill 1: the books say price 3, the log says 2, record 7"]
        );
        assert_eq!(words(&of(&[], &[])), ["fill 1: the books do not have it, the log tells of it, record 7"]);
        let untold = of(&[("1", "2"), ("2", "2")], &[]);
        assert_eq!(words(&untold), ["fill 2: the books have it, and no record of the log tells of it"]);
        assert_eq!(untold.rows, 2);
        assert!(words(&of(&[("1", "2"), ("2", "2")], &["h"])).is_empty(), "its records can't be read");
    }

    #[test]
    fn many_differences_of_one_household_hide_none_of_another() {
        let (mut sheet, mut found) = (Sheet::of("fill"), Found::default());
        for n in 0..KEPT_MAX + 5 {
            sheet.hold(&n.to_string(), "many", &[], &mut found);
        }
        sheet.hold("one", "few", &[], &mut found);
        assert_eq!((found.differing, found.differences.len()), (KEPT_MAX as u64 + 6, KEPT_MAX + 1));
        assert_eq!(found.differences.last().unwrap().household.as_deref(), Some("few"));
    }

    #[test]
    fn one_amount_and_one_moment_have_one_form() {
        assert_eq!((amount("1.50"), amount("-0.0"), amount("x")), ("1.5".into(), "0".into(), "x".into()));
        assert_eq!(moment("2026-11-25T15:00:00.123456789Z"), "2026-11-25T15:00:00.123456Z");
    }
}
