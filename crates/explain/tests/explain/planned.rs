//! A case of `cases/`, read, solved and validated.

use std::path::Path;

use explain::{Depth, Explanation};
use optimize::{Options, Outcome, Solution};
use portfolio::plan::{Number, ProposedPlan, ProposedTrade};
use portfolio::{Decimal, Portfolio, Trade};
use tax::plan_tax::Rates;
use validate::Report;

/// A solved case.
pub(crate) struct Planned {
    pub(crate) name: String,
    pub(crate) portfolio: Portfolio,
    pub(crate) rates: Rates,
    pub(crate) solution: Solution,
    pub(crate) report: Report,
    pub(crate) options: Options,
}

/// The cases of these families; those that no plan solves are left out.
pub(crate) fn cases(families: &[&str]) -> Vec<Planned> {
    let numbered = families.iter().flat_map(|family| (1..=8).map(move |n| format!("{family}-p{n}")));
    numbered.filter_map(|name| planned(&name)).collect()
}

fn planned(name: &str) -> Option<Planned> {
    of_text(name, &document(&format!("cases/{name}/portfolio.json"))?)
}

/// The text of a file of this repository.
pub(crate) fn document(path: &str) -> Option<String> {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).ok()
}

/// A document, read, solved and validated.
pub(crate) fn of_text(name: &str, text: &str) -> Option<Planned> {
    let portfolio = portfolio::read(text).expect("it is a portfolio document");
    let rates = rates(&portfolio)?;
    let options = Options::default();
    let Outcome::Planned(solution) = optimize::optimize(&portfolio, &rates, &options) else { return None };
    let report = validate::validate(&portfolio, &rates, &proposed(&portfolio, &solution), None);
    Some(Planned { name: name.to_owned(), portfolio, rates, solution, report, options })
}

impl Planned {
    pub(crate) fn explain(&self, depth: Depth) -> Explanation<'_> {
        explain::explain(&self.portfolio, &self.rates, &self.solution, &self.report, depth, &self.options)
    }
}

/// The rates that a document gives; `None` where they would have to be looked up.
fn rates(p: &Portfolio) -> Option<Rates> {
    let (tax, usual) = (&p.tax, Rates::default());
    if tax.year.is_some() {
        return None;
    }
    let short_term = tax.short_term_rate.unwrap_or(usual.short_term);
    let long_term = tax.long_term_rate.unwrap_or(usual.long_term);
    Some(Rates {
        short_term,
        long_term,
        ordinary: tax.ordinary_rate.unwrap_or(short_term),
        carryforward: tax.carryforward_rate.unwrap_or(long_term / Decimal::TWO),
        ordinary_loss_limit: tax.ordinary_loss_limit.unwrap_or(usual.ordinary_loss_limit),
        netting: if tax.separate_netting { tax::plan_tax::Netting::Separate } else { usual.netting },
        harvest_usd: p.wishes.harvest_usd,
    })
}

/// A solution as somebody proposes it.
pub(crate) fn proposed(p: &Portfolio, solution: &Solution) -> ProposedPlan {
    let row = |row: &optimize::Row| trade(p, row.account, row.security, row.lot, row.quantity);
    ProposedPlan { trades: solution.rows.iter().map(row).collect(), ..ProposedPlan::default() }
}

/// A row by indices; a sale where it names a lot.
pub(crate) fn trade(
    p: &Portfolio,
    account: usize,
    security: usize,
    lot: Option<usize>,
    shares: Decimal,
) -> ProposedTrade {
    ProposedTrade::from(&Trade {
        action: if lot.is_some() { portfolio::Side::Sell } else { portfolio::Side::Buy },
        account_id: p.accounts[account].account_id.clone(),
        ticker: p.securities[security].ticker.clone(),
        lot_id: lot.map(|lot| p.lots[lot].lot_id.clone()),
        quantity: Number(shares),
        estimated_price: Number(p.securities[security].price),
        rationale: String::new(),
    })
}
