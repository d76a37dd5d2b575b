//! Documents of this repository, read, with the rates that they give.

use std::path::Path;

use portfolio::{Decimal, Portfolio};
use tax::plan_tax::{Netting, Rates};

/// A household to find candidates for.
pub(crate) struct Document {
    pub(crate) name: String,
    pub(crate) portfolio: Portfolio,
    pub(crate) rates: Rates,
}

/// The cases of these families.
pub(crate) fn cases(families: &[&str]) -> Vec<Document> {
    let numbered = families.iter().flat_map(|family| (1..=8).map(move |n| format!("{family}-p{n}")));
    numbered
        .filter_map(|name| Some(of_text(&name, &text(&format!("cases/{name}/portfolio.json"))?)))
        .collect()
}

/// A sample portfolio.
pub(crate) fn sample(name: &str) -> Document {
    of_text(name, &text(&format!("examples/{name}.json")).unwrap())
}

/// A document from its text.
pub(crate) fn of_text(name: &str, text: &str) -> Document {
    let portfolio = portfolio::read(text).unwrap();
    let rates = rates(&portfolio);
    Document { name: name.to_owned(), portfolio, rates }
}

fn text(path: &str) -> Option<String> {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).ok()
}

/// The rates that a document gives; those that would have to be looked up are taken to be the usual ones.
fn rates(p: &Portfolio) -> Rates {
    let (tax, usual) = (&p.tax, Rates::default());
    let short_term = tax.short_term_rate.unwrap_or(usual.short_term);
    let long_term = tax.long_term_rate.unwrap_or(usual.long_term);
    Rates {
        short_term,
        long_term,
        ordinary: tax.ordinary_rate.unwrap_or(short_term),
        carryforward: tax.carryforward_rate.unwrap_or(long_term / Decimal::TWO),
        ordinary_loss_limit: tax.ordinary_loss_limit.unwrap_or(usual.ordinary_loss_limit),
        netting: if tax.separate_netting { Netting::Separate } else { usual.netting },
        harvest_usd: p.wishes.harvest_usd,
    }
}
