//! What broker and books hold differently, as a person reads it.
//!
//! In: households that were reconciled. Out: a table of differences for each, with what those in basis mean for the tax.

use execute::Difference;
use portfolio::money::written;

use super::{drawn, paragraph, table, title};
use crate::commands::Reconciled;
use crate::figures::shares;

/// All of them.
pub(crate) fn page(all: &[Reconciled]) -> String {
    if all.is_empty() {
        return paragraph("there are no households", 0);
    }
    all.iter().map(one).collect()
}

fn one(found: &Reconciled) -> String {
    let mut page = title(&format!("{} against {}", found.household.name, found.against));
    if found.open > 0 {
        page += &paragraph(
            &format!(
                "{} orders are open: what is filled of them and not told yet is a difference",
                found.open
            ),
            0,
        );
    }
    let count = found.accounts.len();
    if found.agrees() {
        return page + &paragraph(&format!("{count} accounts agree, to the share and the cent"), 0) + "\n";
    }
    let mut rows =
        table(&["Account", "What", ">Broker", ">Books", ">Difference", "More tax if it were sold"]);
    let mut notes = String::new();
    for account in &found.accounts {
        for (difference, effect) in &account.differences {
            let (what, broker, books, shown): (String, _, _, fn(portfolio::Decimal) -> String) =
                match difference {
                    Difference::Cash { broker, books } => ("cash, USD".to_owned(), broker, books, written),
                    Difference::Shares { ticker, broker, books } => {
                        (format!("{ticker}, shares"), broker, books, shares)
                    }
                    Difference::Basis { ticker, broker, books } => {
                        (format!("{ticker}, basis, USD"), broker, books, written)
                    }
                };
            rows.add_row([
                account.account_id.clone(),
                what,
                shown(*broker),
                shown(*books),
                shown(broker.saturating_sub(*books)),
                effect.map_or_else(String::new, |it| {
                    format!(
                        "{} USD long-term, {} USD short-term",
                        written(it.long_term),
                        written(it.short_term)
                    )
                }),
            ]);
        }
        let id = &account.account_id;
        if !account.in_books {
            notes += &paragraph(
                &format!(
                    "{id} is not in the books; where it goes by another name there, `equipoise import --account-id END=NAME` says so"
                ),
                0,
            );
        } else if !account.at_broker {
            notes += &paragraph(&format!("{id} is not in what the books were held against"), 0);
        }
    }
    let basis = found.accounts.iter().flat_map(|account| &account.differences);
    if basis.clone().any(|(difference, _)| matches!(difference, Difference::Basis { .. })) {
        notes += &paragraph(
            "the same shares with another basis: the broker has relieved other lots; tell it which, or hand in its lots with \
             `equipoise household document`",
            0,
        );
    }
    page + &drawn(&rows) + &notes + "\n"
}
