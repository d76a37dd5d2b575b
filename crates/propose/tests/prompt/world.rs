//! A document with what a prompt is made of, and what can be read of a prompt again.

use llm::Request;
use monitor::DriftReport;
use portfolio::Portfolio;
use portfolio::plan::ProposedPlan;
use propose::prompt::{self, Situation};
use serde_json::Value;
use tax::plan_tax::Rates;

pub(crate) const DESIGN: &str = include_str!("../../../../examples/design-prompt.json");
pub(crate) const HOUSEHOLD: &str = include_str!("../../../../examples/household.json");

/// A document, read.
pub(crate) struct World {
    pub(crate) portfolio: Portfolio,
    pub(crate) rates: Rates,
    pub(crate) drift: DriftReport,
}

impl World {
    pub(crate) fn of(text: &str) -> World {
        let document = portfolio::read(text).unwrap_or_else(|error| panic!("{error}"));
        let drift = monitor::monitor(&document);
        let rates = Rates {
            short_term: document.tax.short_term_rate.unwrap_or(Rates::default().short_term),
            harvest_usd: document.wishes.harvest_usd,
            ..Rates::default()
        };
        World { portfolio: monitor::aim(document, &drift), rates, drift }
    }

    pub(crate) fn situation(&self) -> Situation<'_> {
        Situation::new(&self.portfolio, &self.rates, &self.drift)
    }

    pub(crate) fn prompt(&self) -> Request {
        prompt::plan(&self.situation())
    }

    /// The codes that the validator finds.
    pub(crate) fn codes(&self, plan: &ProposedPlan) -> Vec<String> {
        let report = validate::validate(&self.portfolio, &self.rates, plan, None);
        report.verdict.violations.into_iter().map(|finding| finding.code).collect()
    }
}

/// The document with `change` made to it.
pub(crate) fn changed(text: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut document: Value = serde_json::from_str(text).unwrap();
    change(&mut document);
    document.to_string()
}

/// What stands between the fences of a message.
pub(crate) fn fenced<'a>(message: &'a str, kind: &str) -> &'a str {
    let (_, rest) = message.split_once(&format!("\nBEGIN {kind} ")).expect("a fence opens");
    let (mark, rest) = rest.split_once('\n').unwrap();
    let (inside, _) = rest.split_once(&format!("\nEND {kind} {mark}\n")).expect("the same fence closes");
    inside
}

/// The data of a prompt.
pub(crate) fn data(request: &Request) -> Value {
    serde_json::from_str(fenced(&request.messages[1].text, "DATA")).unwrap()
}

/// Everything of a prompt that is not data; the mark of the fence left out.
pub(crate) fn outside(request: &Request) -> String {
    let text = &request.messages[1].text;
    let inside = fenced(text, "DATA");
    let mark = text.split_once("BEGIN DATA ").unwrap().1.split_once('\n').unwrap().0;
    format!("{}\n{}", request.messages[0].text, text.replace(inside, "").replace(mark, ""))
}

/// The row of a part whose field has this text.
pub(crate) fn row<'a>(data: &'a Value, part: &str, field: &str, text: &str) -> &'a Value {
    let rows = data[part].as_array().unwrap();
    rows.iter().find(|row| row[field] == text).unwrap_or_else(|| panic!("{part}: no {text} in {rows:?}"))
}
