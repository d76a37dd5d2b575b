//! The findings that need the whole file: where losses went, and what may still happen to them.
//!
//! In: filled books and their outcome. Out: warnings in the order of the sales. The invariant is
//! that a finding changes no number of the report.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::Warning;
use crate::gains::books::Books;
use crate::gains::row::{AccountKind, Action};
use crate::identity;
use crate::wash_sale::{Outcome, Sold, Treatment, window};

/// Adds the findings about the losses of `outcome`.
pub(in crate::gains) fn find(
    books: &Books<'_>,
    outcome: &Outcome,
    as_of: Option<Date>,
    warnings: &mut Vec<Warning>,
) {
    for wash in &outcome.washes {
        let line = books.sold[wash.sale].0.line;
        let purchase_line = books.bought[wash.replacement].line;
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
        if let Some(index) = identity::same_index(&sale.ticker, &purchase.ticker) {
            let (line, purchase_line) = (sale.line, purchase.line);
            let warning = Warning::SameIndex { line, purchase_line, index };
            if !warnings.contains(&warning) {
                warnings.push(warning);
            }
        }
    }
}
