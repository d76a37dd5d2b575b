//! The target of a model portfolio: what is wanted, and what has to be listed so that it can be bought.
//!
//! In: JSON with `target_allocation`, `security_targets` and `securities`, each as in a portfolio document. Out: a [`Target`], and the text of a
//! household's document with it. Invariants: a target is read by the reader of documents, so that no other weight is taken than there; nothing of
//! a household's document changes but its target, and the list of what may be bought by what was missing in it.

use std::collections::{BTreeMap, BTreeSet};

use portfolio::household::CASH;
use portfolio::plan::Number;
use portfolio::{Decimal, DocumentError, Fault, Portfolio};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::super::document::{Object, part, put};
use super::super::failure::KeepingError;

const CLASSES: &str = "target_allocation";
/// The same as the design document spells it.
const CLASSES_OF_DESIGN: &str = "Target Allocation";
const SECURITIES: &str = "security_targets";
const LISTED: &str = "securities";
/// The class of a security that is wanted and not described: the household's document knows it.
const UNDESCRIBED: &str = "-";

/// What a model portfolio wants.
#[derive(Debug, Clone, Serialize)]
pub struct Target {
    /// Weight of each class; they sum to 1, or there is none.
    #[serde(rename = "target_allocation", skip_serializing_if = "BTreeMap::is_empty")]
    pub classes: BTreeMap<String, Number>,
    /// Weight of each security by ticker; they sum to 1 at most, or there is none.
    #[serde(rename = "security_targets", skip_serializing_if = "BTreeMap::is_empty")]
    pub by_security: BTreeMap<String, Number>,
    /// Securities as in a document, for households that don't list them.
    #[serde(rename = "securities", skip_serializing_if = "Vec::is_empty")]
    pub listed: Vec<Box<RawValue>>,
}

/// What a security says of itself first.
#[derive(Debug, Deserialize)]
struct Described {
    ticker: Option<String>,
    asset_class: Option<String>,
}

impl Target {
    /// Reads a target.
    ///
    /// # Errors
    /// [`DocumentError`] with the place of every fault, as in a portfolio document.
    ///
    /// # Source
    /// interface.md, "Portfolio document".
    pub fn read(text: &str) -> Result<Target, DocumentError> {
        let fault = |path: &str, message: String, hint: &str| {
            let hint = Some(hint.to_owned());
            DocumentError::Content(vec![Fault { line: None, path: path.to_owned(), message, hint }])
        };
        let what =
            "give `target_allocation` or `security_targets`, and `securities` where households may lack some";
        let top: Object = serde_json::from_str(text)
            .map_err(|error| fault("", format!("no JSON object: {error}"), what))?;
        let known = [CLASSES, SECURITIES, LISTED];
        if let Some(name) = top.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(fault(name, "a model portfolio has no such field".to_owned(), what));
        }
        let (document, listed) = standing_alone(&top)
            .map_err(|error| fault("", format!("what stands here is of another kind: {error}"), what))?;
        Ok(Target { listed, ..Target::of(&portfolio::read(&document)?) })
    }

    /// What a household's document wants.
    pub(super) fn of(read: &Portfolio) -> Target {
        let classes = read.target_allocation.iter().map(|(class, part)| (class.clone(), Number(*part)));
        Target { classes: classes.collect(), by_security: by_ticker(read), listed: Vec::new() }
    }

    /// Whether a household's document wants this.
    #[must_use]
    pub fn is_of(&self, read: &Portfolio) -> bool {
        let theirs = wanted(read.target_allocation.iter().map(|(class, part)| (spaced(class), *part)));
        let ours = wanted(self.classes.iter().map(|(class, part)| (spaced(class), part.0)));
        let of =
            |by: &BTreeMap<String, Number>| wanted(by.iter().map(|(ticker, part)| (ticker.clone(), part.0)));
        theirs == ours && of(&by_ticker(read)) == of(&self.by_security)
    }

    /// The document of a household with this target.
    ///
    /// # Errors
    /// [`KeepingError::Document`] where the document can't have it, such as a class of which it lists no security.
    pub fn put_into(&self, text: &str) -> Result<String, KeepingError> {
        let read = portfolio::read(text)?;
        let mut top: Object = serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(text))?;
        top.remove(CLASSES_OF_DESIGN);
        for (name, weights) in [(CLASSES, &self.classes), (SECURITIES, &self.by_security)] {
            if weights.is_empty() {
                top.remove(name);
            } else {
                put(&mut top, name, weights)?;
            }
        }
        let listed: BTreeSet<&str> =
            read.securities.iter().map(|security| security.ticker.as_str()).collect();
        let mut securities: Vec<Box<RawValue>> = part(&mut top, LISTED)?.unwrap_or_default();
        for security in &self.listed {
            let described: Described = serde_json::from_str(security.get())?;
            if described.ticker.is_some_and(|ticker| !listed.contains(ticker.as_str())) {
                securities.push(security.clone());
            }
        }
        put(&mut top, LISTED, &securities)?;
        let text = serde_json::to_string(&top)?;
        portfolio::read(&text)?;
        Ok(text)
    }
}

/// The weights that are not 0: not to be named is to be wanted at 0.
fn wanted(weights: impl Iterator<Item = (String, Decimal)>) -> BTreeMap<String, Decimal> {
    weights.filter(|(_, part)| !part.is_zero()).collect()
}

/// Wanted weights by ticker.
fn by_ticker(read: &Portfolio) -> BTreeMap<String, Number> {
    let wanted = read.security_targets.iter().flatten();
    wanted.map(|(security, part)| (read.securities[*security].ticker.clone(), Number(*part))).collect()
}

/// A document of nobody that has this target: what a household is to list is described by a stand-in. Its securities as they were given.
fn standing_alone(top: &Object) -> Result<(String, Vec<Box<RawValue>>), serde_json::Error> {
    let mut top = top.clone();
    let listed: Vec<Box<RawValue>> = part(&mut top, LISTED)?.unwrap_or_default();
    let mut securities = listed.clone();
    let (mut tickers, mut classes) = (BTreeSet::new(), BTreeSet::from([spaced(CASH)]));
    for security in &listed {
        let described: Described = serde_json::from_str(security.get())?;
        tickers.extend(described.ticker);
        classes.extend(described.asset_class.as_deref().map(spaced));
    }
    let mut stand_in = |ticker: &str, class: &str| -> Result<(), serde_json::Error> {
        let described =
            serde_json::json!({"ticker": ticker, "asset_class": class, "current_price": 1, "kind": "etf"});
        securities.push(to_raw_value(&described)?);
        Ok(())
    };
    for ticker in names(&top, SECURITIES)?.into_iter().filter(|ticker| !tickers.contains(ticker)) {
        stand_in(&ticker, UNDESCRIBED)?;
    }
    for class in names(&top, CLASSES)?.into_iter().filter(|class| !classes.contains(&spaced(class))) {
        stand_in(&format!("-{class}"), &class)?;
    }
    put(&mut top, LISTED, &securities)?;
    put(&mut top, "as_of", &"2026-01-02")?;
    let account = serde_json::json!({"account_id": "nobody", "kind": "taxable", "cash": 1, "holdings": []});
    put(&mut top, "accounts", &[account])?;
    Ok((serde_json::to_string(&top)?, listed))
}

/// What weights are given for.
fn names(top: &Object, field: &str) -> Result<Vec<String>, serde_json::Error> {
    let Some(raw) = top.get(field) else { return Ok(Vec::new()) };
    let weights: Option<BTreeMap<String, serde::de::IgnoredAny>> = serde_json::from_str(raw.get())?;
    Ok(weights.unwrap_or_default().into_keys().collect())
}

/// Documents read `_` as a space.
fn spaced(class: &str) -> String {
    class.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    const HOUSEHOLD: &str = include_str!("../../../../../examples/household.json");

    fn told(text: &str) -> String {
        Target::read(text).unwrap_err().to_string()
    }

    #[test]
    fn weights_are_read_as_in_a_document() {
        let target =
            Target::read(r#"{"target_allocation": {"Stocks": "0.60", "Bonds": 0.35, "Cash": 0.05}}"#)
                .unwrap();
        assert_eq!(target.classes["Stocks"], Number(dec!(0.60)));
        assert!(told(r#"{"target_allocation": {"Stocks": 0.6}}"#).contains("the weights sum to 0.6"));
        assert!(told(r#"{"target_allocation": {"Stocks": 60, "Cash": 40}}"#).contains("write 0.6 for 60 %"));
        assert!(told("{}").contains("target_allocation: missing"), "{}", told("{}"));
        assert!(told(r#"{"target_allocation": {"Cash": 1}, "preferences": []}"#).contains("no such field"));
        assert!(told("[1]").contains("no JSON object"));
        assert!(told(r#"{"target_allocation": [1]}"#).contains("of another kind"));
        let twice = r#"{"target_allocation": {"Cash": 0.5, "Cash": 1}}"#;
        assert!(told(twice).contains("twice"), "{}", told(twice));
    }

    #[test]
    fn what_it_lists_has_to_be_a_security() {
        let of =
            |security: &str| format!(r#"{{"security_targets": {{"VTI": 0.5}}, "securities": [{security}]}}"#);
        let good =
            of(r#"{"ticker": "VTI", "asset_class": "Stocks", "current_price": 340.10, "kind": "etf"}"#);
        assert_eq!(Target::read(&good).unwrap().by_security["VTI"], Number(dec!(0.5)));
        let bad = of(r#"{"ticker": "VTI", "asset_class": "Stocks", "current_price": -1}"#);
        assert!(told(&bad).contains("securities[0].current_price"), "{}", told(&bad));
        assert!(Target::read(&of(r#"{"ticker": 5}"#)).is_err());
    }

    #[test]
    fn a_household_gets_the_target_and_what_it_lacks_and_nothing_else() {
        let before = portfolio::read(HOUSEHOLD).unwrap();
        let mut weights: BTreeMap<&str, &str> =
            before.target_allocation.keys().map(|class| (class.as_str(), "0")).collect();
        weights.insert("Gold", "0.25");
        weights.insert("Cash", "0.75");
        let listed = r#"{"ticker": "IAU", "asset_class": "Gold", "current_price": 80.05, "kind": "etf"}"#;
        let weights = serde_json::to_string(&weights).unwrap();
        let target =
            Target::read(&format!(r#"{{"target_allocation": {weights}, "securities": [{listed}]}}"#))
                .unwrap();
        let text = target.put_into(HOUSEHOLD).unwrap();
        let after = portfolio::read(&text).unwrap();
        assert!(target.is_of(&after) && !target.is_of(&before));
        assert_eq!(after.securities.len(), before.securities.len() + 1);
        assert_eq!(after.securities.last().unwrap().price, dec!(80.05));
        assert_eq!(after.lots.len(), before.lots.len());
        assert_eq!((after.value(), after.preferences), (before.value(), before.preferences));
        // Once more changes nothing.
        assert_eq!(target.put_into(&text).unwrap(), text);
    }

    #[test]
    fn a_target_that_is_spelt_as_in_the_design_document_is_replaced() {
        let spelt = HOUSEHOLD.replace("\"target_allocation\"", "\"Target Allocation\"");
        let target = Target::read(r#"{"target_allocation": {"Cash": 1}}"#).unwrap();
        let after = portfolio::read(&target.put_into(&spelt).unwrap()).unwrap();
        assert!(target.is_of(&after));
    }

    #[test]
    fn a_class_of_which_a_household_lists_nothing_is_told() {
        let target = Target::read(r#"{"target_allocation": {"Timber": 1}}"#).unwrap();
        let told = target.put_into(HOUSEHOLD).unwrap_err().to_string();
        assert!(told.contains("target_allocation.Timber"), "{told}");
    }
}
