//! Is this text a portfolio document (interface.md), and if not, where is it wrong.
//!
//! In: JSON text, in the full form (`accounts`, `securities`) or the short form of the design
//! document (`holdings`, `cash`). Out: a checked [`Portfolio`]; or the syntax error with its line;
//! or every fault of the content, each with the path of the field and what to do.
//!
//! The steps: [`shape`] (fields and their kinds, unknown ones refused) → [`short_form`] (one
//! account made of `holdings`) → [`assemble`] (names resolved, figures checked, indices made).

pub mod assemble;
pub mod exact;
pub(crate) mod object;
mod place;
pub(crate) mod reader_words;
pub mod shape;
pub mod short_form;

use std::fmt;

use crate::household::Portfolio;

/// Why a text is no portfolio document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Not JSON, or a field that is unknown, missing or of the wrong kind.
    #[error("line {line}, column {column}: {}{message}{}", at(.path), hinted(.hint.as_deref()))]
    Shape {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// Path of the field, such as `accounts[0].cash`; empty at the top.
        path: String,
        /// What is wrong.
        message: String,
        /// What to do, where that is clear.
        hint: Option<String>,
    },
    /// The fields are right and what they say is not.
    #[error("{}", list(.0))]
    Content(Vec<Fault>),
}

/// One fault of a document's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line of the field, from 1, where it has one.
    pub line: Option<usize>,
    /// Path of the field, such as `securities[3].current_price`.
    pub path: String,
    /// What is wrong, with the figures.
    pub message: String,
    /// What to do, where that is clear.
    pub hint: Option<String>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{}: {}{}", self.path, self.message, hinted(self.hint.as_deref()))
    }
}

fn at(path: &str) -> String {
    if path.is_empty() || path == "." { String::new() } else { format!("{path}: ") }
}

fn hinted(hint: Option<&str>) -> String {
    hint.map(|h| format!("; {h}")).unwrap_or_default()
}

fn list(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
}

/// Reads a portfolio document.
///
/// # Errors
/// [`DocumentError`] with the place of every fault.
///
/// # Source
/// interface.md, "Portfolio document"; model.md, the defaults and "input error"s.
pub fn read(text: &str) -> Result<Portfolio, DocumentError> {
    let (document, written) = short_form::expand(parse(text)?).map_err(|faults| told(text, faults))?;
    let mut portfolio = assemble::assemble(&document).map_err(|mut faults| {
        for fault in &mut faults {
            fault.path = written.path(&fault.path);
        }
        told(text, faults)
    })?;
    for warning in &mut portfolio.warnings {
        warning.place = written.path(&warning.place);
    }
    Ok(portfolio)
}

/// Faults whose line is looked up; whoever made more mends these first.
const LINES_MAX: usize = 40;

/// The faults with their lines.
fn told(text: &str, mut faults: Vec<Fault>) -> DocumentError {
    for fault in faults.iter_mut().take(LINES_MAX) {
        fault.line = place::line(text.strip_prefix('\u{feff}').unwrap_or(text), &fault.path);
    }
    DocumentError::Content(faults)
}

/// Reads the fields, refusing unknown ones by path.
fn parse(text: &str) -> Result<shape::Document<'_>, DocumentError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.trim_start().starts_with('{') {
        return Err(reader_words::no_object(text));
    }
    serde_json::from_str(text).or_else(|_| told_by_path(text))
}

/// The same with the path of what is wrong, which takes several times as long to keep.
fn told_by_path(text: &str) -> Result<shape::Document<'_>, DocumentError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let document = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| reader_words::shape_error(error.inner(), &error.path().to_string()))?;
    json.end().map_err(|error| reader_words::shape_error(&error, ""))?;
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    #[test]
    fn an_unknown_field_is_named_with_its_path_line_and_the_nearest() {
        let text = "{\"as_of\": \"2026-11-20\",\n \"accounts\": [{\"account_id\": \"a\", \"csh\": 5}]}";
        let message = message(text);
        assert!(message.starts_with("line 2, column"), "{message}");
        assert!(message.contains("accounts[0]"), "{message}");
        assert!(message.contains("unknown field `csh`; did you mean `cash`?"), "{message}");
    }

    #[test]
    fn cut_off_text_and_wrong_kinds() {
        assert!(message("{\"as_of\": \"2026-11-20\", ").contains("ends in the middle"));
        let m = message("{\"as_of\": 5}");
        assert!(m.contains("as_of"), "{m}");
        assert!(message("[]").contains("line 1"));
        assert!(message("").contains("line 1"));
    }

    #[test]
    fn a_percentage_for_a_part_and_a_name_twice_are_told_as_what_they_are() {
        let text = |target: &str, account: &str| {
            format!(
                "{{\"as_of\": \"2026-11-20\", \"target_allocation\": {{\"Cash\": {target}}}, \"securities\": [],
                 \"accounts\": [{{\"account_id\": \"a\", \"kind\": \"roth\", \"cash\": 5}},
                 {{\"account_id\": \"{account}\", \"kind\": \"roth\", \"cash\": 5}}]}}"
            )
        };
        let told = message(&text("60", "b"));
        assert!(told.contains("60 is not between 0 and 1; write 0.6 for 60 %"), "{told}");
        assert!(!message(&text("-1", "b")).contains("write"));
        let told = message(&text("1", "a"));
        assert!(told.contains("accounts[1].account_id: `a` stands twice"), "{told}");
        let told = message(&text("1", " "));
        assert!(told.contains("accounts[1].account_id: the name is empty"), "{told}");
    }

    #[test]
    fn a_fault_of_the_content_has_its_line() {
        let text = "{\"as_of\": \"2026-11-20\",\n \"cash\": 5,\n \"target_allocation\": {\"Cash\": 1,\n  \"Gold\": 2}}";
        let message = message(text);
        assert!(message.starts_with("line 3: target_allocation: the weights sum to 3"), "{message}");
        assert!(message.contains("\nline 4: target_allocation.Gold: "), "{message}");
    }

    #[test]
    fn the_short_form_is_told_in_its_own_paths() {
        let text = r#"{"as_of": "2026-11-20", "cash": 5, "target_allocation": {"S": 1},
          "securities": [{"ticker": "A", "asset_class": "S", "current_price": 1}],
          "holdings": [{"ticker": "A", "lots": []},
            {"ticker": "B", "asset_class": "S", "esg_score": "?",
             "lots": [{"lot_id": "L", "quantity": -1, "cost_basis_per_share": 1}]}]}"#;
        let told = message(text);
        assert!(told.contains("line 4: holdings[1].current_price: missing for `B`"), "{told}");
        assert!(told.contains("line 5: holdings[1].lots[0].quantity: -1 is negative"), "{told}");
        let good =
            text.replace(": -1", ": 1").replace("\"esg_score\"", "\"current_price\": 1, \"esg_score\"");
        let warnings = read(&good).unwrap().warnings;
        assert!(warnings.iter().any(|w| w.place == "holdings[1].esg_score"), "{warnings:?}");
    }

    #[test]
    fn a_mistyped_class_of_tax_drag_is_told() {
        let text = r#"{"as_of": "2026-11-20", "cash": 5, "target_allocation": {"Bonds": 1},
          "holdings": [{"ticker": "B", "asset_class": "Bonds", "current_price": 1,
             "lots": [{"lot_id": "L", "quantity": 1, "cost_basis_per_share": 1}]}],
          "asset_location": {"enabled": true, "tax_drag": {"Bnds": 0.01}}}"#;
        let warnings = |text: &str| -> Vec<String> {
            let told =
                read(text).unwrap().warnings.into_iter().filter(|w| w.code == "document.class_unknown");
            told.map(|w| format!("{}: {}", w.place, w.detail)).collect()
        };
        assert_eq!(
            warnings(text),
            [
                "asset_location.tax_drag.Bnds: asset class `Bnds` is not in this document, so its drag counts for nothing; \
              did you mean `Bonds`? write it as the securities have it"
            ]
        );
        assert!(warnings(&text.replace("Bnds", "Gold"))[0].contains("name a class of the securities (Bonds"));
        // A table that serves several documents is no slip.
        assert_eq!(warnings(&text.replace("\"Bnds\"", "\"Gold\": 0.02, \"Bonds\"")), Vec::<String>::new());
    }

    /// Every struct of a document, and a list with the kinds of its first fields.
    #[test]
    fn a_list_in_place_of_an_object_is_an_error() {
        const LOT: &str = r#"["L1", 100, "2020-01-02", 300, null, null]"#;
        let holding = |lots: &str| format!(r#"{{"ticker": "A", "lots": [{lots}]}}"#);
        let account = |inside: &str| format!(r#""accounts": [{{"account_id": "a", "cash": 1, {inside}}}]"#);
        for (path, field) in [
            ("weights", r#""weights": [3, 1, 1, 0]"#.to_owned()),
            ("tax", r#""tax": [0.3, 0.1]"#.to_owned()),
            ("tax.realized_ytd", r#""tax": {"realized_ytd": [5, 6]}"#.to_owned()),
            ("tax.carryforward", r#""tax": {"carryforward": []}"#.to_owned()),
            ("User Preferences", r#""User Preferences": [true, "AA"]"#.to_owned()),
            ("risk_model", r#""risk_model": [["F"], {}, [[1]], {}]"#.to_owned()),
            ("accounts[0]", r#""accounts": [["a", "taxable", "o", 5, []]]"#.to_owned()),
            ("accounts[0].open_orders[0]", account(r#""open_orders": [["A", "BUY", 1]]"#)),
            ("accounts[0].holdings[0]", account(r#""holdings": [["A", [], 5]]"#)),
            ("accounts[0].holdings[0].lots[0]", account(&format!("\"holdings\": [{}]", holding(LOT)))),
            ("holdings[0]", r#""holdings": [[[], 5, "A", "S", 1]]"#.to_owned()),
            ("holdings[0].lots[0]", format!("\"holdings\": [{}]", holding(LOT))),
            ("securities[0]", r#""securities": [["A", "S", 1]]"#.to_owned()),
            ("transactions[0]", r#""transactions": [["2026-01-02", "a", "A", "A", "BUY", 1, 1]]"#.to_owned()),
            ("asset_location", r#""asset_location": [true, {}]"#.to_owned()),
            ("monitoring", r#""monitoring": [0.1, 0.5]"#.to_owned()),
            ("monitoring.tau", r#""monitoring": {"tau": [0.03, 0.1]}"#.to_owned()),
            ("monitoring.bands.S", r#""monitoring": {"bands": {"S": [0.1]}}"#.to_owned()),
            ("policy", r#""policy": [3]"#.to_owned()),
        ] {
            let told = message(&format!("{{\"as_of\": \"2026-11-20\",\n {field}}}"));
            assert!(told.starts_with("line 2, column"), "{told}");
            let expected = format!(": {path}: expected an object of named fields, found a list");
            assert!(told.ends_with(&expected), "{told}");
        }
        let told = message("{\"as_of\": \"2026-11-20\",\n \"preferences\": [true, \"AA\"]}");
        assert!(told.contains(": preferences: a list of preference tokens, or the object"), "{told}");
    }

    #[test]
    fn a_key_twice_is_an_error() {
        let m = message(r#"{"as_of": "2026-11-20", "as_of": "2026-11-21"}"#);
        assert!(m.contains("duplicate field `as_of`"), "{m}");
        let m = message(r#"{"as_of": "2026-11-20", "target_allocation": {"A": 0.5, "A": 0.5}}"#);
        assert!(m.contains("`A` stands twice"), "{m}");
    }
}
