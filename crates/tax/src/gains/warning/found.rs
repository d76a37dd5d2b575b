//! The findings that need the whole file: where losses went, and what may still happen to them.
//!
//! In: filled books and their outcome. Out: warnings in the order of the sales. The invariant is
//! that a finding changes no number of the report.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::Warning;
use crate::gains::books::{Books, Group};
use crate::gains::contract::underlying;
use crate::gains::row::{AccountKind, Action, Row};
use crate::identity::{self, Relation};
use crate::wash_sale::{Outcome, Sold, Treatment, window};

/// Adds the findings about the losses of `outcome`.
pub(in crate::gains) fn find(
    books: &Books<'_>,
    outcome: &Outcome,
    as_of: Option<Date>,
    warnings: &mut Vec<Warning>,
) {
    for wash in &outcome.washes {
        let (sale, purchase) = (books.sold[wash.sale].0, books.bought[wash.replacement]);
        let (line, purchase_line) = (sale.line, purchase.line);
        warnings.extend(by_policy(books, sale, purchase));
        match wash.treatment {
            Treatment::AddedToBasis => {}
            Treatment::LostToRetirement => {
                warnings.push(Warning::LostToRetirement { line, purchase_line });
            }
            Treatment::LostToOtherOwner => {
                warnings.push(Warning::LostToOtherOwner { line, purchase_line });
            }
        }
    }
    for sold in &outcome.sold {
        find_around(books, sold, as_of, warnings);
    }
}

/// That a loss is washed by another ticker, where it is the policy and no group of the file that joins them.
fn by_policy(books: &Books<'_>, sale: &Row, purchase: &Row) -> Option<Warning> {
    let bought = underlying(&purchase.ticker).unwrap_or(&purchase.ticker);
    let relation = identity::relation(&sale.ticker, bought);
    let joined = matches!(books.group(&sale.ticker), Group::Listed(_))
        && matches!(relation, Relation::Identical { .. } | Relation::SameIndex { .. });
    joined.then(|| Warning::IdenticalByPolicy {
        line: sale.line,
        purchase_line: purchase.line,
        tickers: (sale.ticker.clone(), bought.to_owned()),
        relation,
    })
}

/// Findings about one loss that is not, or not wholly, disallowed.
fn find_around(books: &Books<'_>, sold: &Sold, as_of: Option<Date>, warnings: &mut Vec<Warning>) {
    let sale = books.sold[sold.sale].0;
    let counted = sold.basis - sold.proceeds - sold.disallowed;
    if sale.account_kind != AccountKind::Taxable || counted <= Decimal::ZERO {
        return;
    }
    let (from, until) = window(sale.date);
    if as_of.is_some_and(|as_of| as_of < until) {
        let warning = Warning::WindowOpen { line: sale.line, until };
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }
    let group = books.group(&sale.ticker);
    // Purchases are in the order of time.
    let start = books.bought.partition_point(|purchase| purchase.date < from);
    for purchase in books.bought[start..].iter().take_while(|purchase| purchase.date <= until) {
        debug_assert_ne!(purchase.action, Action::Sell);
        if books.group(&purchase.ticker) == group {
            continue;
        }
        let relation = identity::relation(&sale.ticker, &purchase.ticker);
        if matches!(relation, Relation::Identical { .. } | Relation::SameIndex { .. }) {
            let tickers = (sale.ticker.clone(), purchase.ticker.clone());
            let warning =
                Warning::SameIndex { line: sale.line, purchase_line: purchase.line, tickers, relation };
            if !warnings.contains(&warning) {
                warnings.push(warning);
            }
        }
    }
}
