//! The block of data: the household as a model is told it.
//!
//! In: a [`Situation`] and the bytes that the block may have. Out: one JSON object, a row a line, and what of the household is
//! listed in it. Invariants: it never has more bytes than that; what does not fit is left out in the order of a rule that the block
//! names, with what it comes to; rows stand in the order of the document.

mod accounts;
mod classes;
mod fitting;
mod household;
mod left_out;
mod limits;
mod lots;
mod securities;
mod tax_year;
mod wishes;
mod words;

use std::collections::BTreeSet;

use portfolio::{Decimal, Portfolio};
use tax::plan_tax::Rates;
use validate::Terms;

use super::bars::Bars;
use super::{Names, Situation};
use fitting::Fitting;

/// The block, and what it lists.
pub(super) struct Described {
    pub(super) text: String,
    pub(super) listed: Listed,
}

/// Indices of what is listed, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Listed {
    pub(super) accounts: BTreeSet<usize>,
    pub(super) securities: BTreeSet<usize>,
    pub(super) lots: BTreeSet<usize>,
}

/// What every part of the block is made from.
pub(super) struct Source<'a> {
    pub(super) situation: &'a Situation<'a>,
    pub(super) portfolio: &'a Portfolio,
    pub(super) rates: &'a Rates,
    pub(super) names: &'a Names<'a>,
    pub(super) bars: Bars<'a>,
    /// V, USD.
    pub(super) value: Decimal,
    /// USD held of each security.
    pub(super) held: Vec<Decimal>,
    /// Of doing nothing.
    pub(super) before: Terms,
    /// The net gains of the year so far, short and long, losses carried in deducted.
    pub(super) year_so_far: (Decimal, Decimal),
}

/// Bytes around the name and between two parts.
const BETWEEN: usize = 6;

/// The block.
pub(super) fn data(situation: &Situation<'_>, names: &Names<'_>, bytes: usize) -> Described {
    let source = Source::of(situation, names);
    let part = |of: usize| bytes / of;
    let mut parts = vec![
        ("household", household::household(&source)),
        ("objective", household::objective(&source)),
        ("tax", tax_year::tax_year(&source)),
        ("limits", limits::limits(&source)),
        ("risk", limits::risk(&source)),
    ];
    let mut left_out = Vec::new();
    let mut list = |name: &'static str, fitted: Fitting| {
        left_out.extend(fitted.left_out().map(|told| (name, told)));
        ((name, fitted.lines()), fitted.indices)
    };
    let (classes, _) = list("classes", classes::classes(&source, part(12)));
    let (accounts, listed_accounts) = list("accounts", accounts::accounts(&source, part(12)));
    let (wishes, _) = list("preferences", wishes::wishes(&source, part(10)));
    let (windows, _) = list("wash_windows", limits::wash_windows(&source, part(16)));
    parts.extend([classes, accounts, wishes, windows]);
    parts.extend(words::words(&source, part(8)).map(|words| ("investor_words", words)));
    let taken: usize = parts.iter().map(|(name, text)| name.len() + text.len() + BETWEEN).sum();
    let left = bytes.saturating_sub(taken + left_out::BYTES);
    // Lots take what securities leave, and securities what lots do not need.
    let for_securities = (left * 2 / 5).max(left.saturating_sub(lots::bytes_up_to(&source, left)));
    let (securities, listed_securities) = list("securities", securities::securities(&source, for_securities));
    let for_lots = left.saturating_sub(securities.1.len());
    let (lots, listed_lots) =
        list("lots", lots::lots(&source, &listed_accounts, &listed_securities, for_lots));
    parts.extend([securities, lots]);
    let listed = Listed { accounts: listed_accounts, securities: listed_securities, lots: listed_lots };
    if !left_out.is_empty() {
        parts.push(("left_out", left_out::left_out(&source, &listed, &left_out)));
    }
    let all: Vec<String> = parts.iter().map(|(name, text)| format!("\"{name}\":{text}")).collect();
    Described { text: format!("{{\n{}\n}}\n", all.join(",\n")), listed }
}

impl<'a> Source<'a> {
    fn of(situation: &'a Situation<'a>, names: &'a Names<'a>) -> Source<'a> {
        let portfolio = situation.portfolio;
        let mut held = vec![Decimal::ZERO; portfolio.securities.len()];
        for position in &portfolio.positions {
            held[position.security] += portfolio.position_value(position);
        }
        let nothing =
            validate::validate(portfolio, situation.rates, &portfolio::plan::ProposedPlan::default(), None);
        Source {
            situation,
            portfolio,
            rates: situation.rates,
            names,
            bars: Bars::of(portfolio),
            value: portfolio.value(),
            held,
            before: nothing.before,
            year_so_far: nothing.year_so_far,
        }
    }

    /// A part of V.
    pub(super) fn weight(&self, usd: Decimal) -> Decimal {
        usd.checked_div(self.value).unwrap_or_default()
    }
}
