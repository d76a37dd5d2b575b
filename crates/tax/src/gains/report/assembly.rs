//! From books to the report.
//!
//! In: filled books. Out: the rows and sums of a [`GainsReport`]. The invariant is that sums are
//! those of the rows, and rows are in the order of the sales.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{GainsReport, IdenticalUsed, JoinedRow, OpenRow, RealisedRow, UntaxedRow, WashRow, YearRow};
use crate::gains::books::{Books, in_units};
use crate::gains::contract::shares_per_unit;
use crate::gains::row::{AccountKind, Row};
use crate::gains::warning::{Warning, find};
use crate::holding::{Term, term};
use crate::identity::{Relation, relation};
use crate::relief::Method;
use crate::wash_sale::{OpenLot, Outcome, Sold, Treatment, Wash};

/// Reads the report off the books.
pub(in crate::gains) fn report(
    books: &Books<'_>,
    method: Method,
    as_of: Option<Date>,
    mut warnings: Vec<Warning>,
) -> GainsReport {
    let outcome = books.ledger.outcome();
    let (taxed, untaxed): (Vec<&Sold>, Vec<&Sold>) =
        outcome.sold.iter().partition(|sold| is_taxable(books.sold[sold.sale].0));
    let realised: Vec<RealisedRow> = taxed.iter().map(|sold| realised_row(books, sold)).collect();
    let wash_sales = outcome.washes.iter().map(|wash| wash_row(books, wash)).collect();
    find(books, &outcome, as_of, &mut warnings);
    let of_open = |lot: &&OpenLot| is_taxable(books.bought[lot.lot]);
    let deferred = outcome.open.iter().filter(of_open).map(|lot| lot.carried).sum::<Decimal>();
    let disallowed = realised.iter().map(|row| row.disallowed).sum::<Decimal>();
    let recognised = realised.iter().map(|row| row.gain + row.disallowed).sum::<Decimal>();
    let lost = outcome.washes.iter().filter(|wash| wash.treatment != Treatment::AddedToBasis);
    let permanent = lost.map(|wash| wash.disallowed).sum::<Decimal>();
    GainsReport {
        by_year: by_year(&realised),
        open_lots: open_rows(books, &outcome),
        realised,
        disallowed_total: cents(disallowed),
        permanently_disallowed: cents(permanent),
        deferred_in_open_lots: cents(deferred),
        recognised_total: cents(recognised),
        economic_total: cents(recognised - deferred - permanent),
        wash_sales,
        untaxed_sales: untaxed.iter().map(|sold| untaxed_row(books, sold)).collect(),
        method,
        as_of,
        identical: IdenticalUsed {
            counted: books.identical().name(),
            policy: books.identical().words(),
            joined: books.joined().into_iter().map(|(group, tickers)| joined_row(group, &tickers)).collect(),
        },
        warnings,
    }
}

/// The ground is that of the weakest pair: one fund on the index beside another is no class of it.
fn joined_row(group: &'static str, tickers: &BTreeSet<&str>) -> JoinedRow {
    let all: Vec<&str> = tickers.iter().copied().collect();
    let mut pairs = all.iter().flat_map(|a| all.iter().map(|b| relation(a, b)));
    let of_classes = pairs.clone().find_map(|pair| match pair {
        Relation::Identical { ground, certainty } => Some((ground, certainty)),
        _ => None,
    });
    let grey = pairs.any(|pair| matches!(pair, Relation::SameIndex { .. }));
    let grounds = of_classes.filter(|_| !grey).unwrap_or(("funds on one index", "unconfirmed"));
    let tickers = all.into_iter().map(str::to_owned).collect();
    JoinedRow { group, tickers, ground: grounds.0, certainty: grounds.1 }
}

fn is_taxable(row: &Row) -> bool {
    row.account_kind == AccountKind::Taxable
}

fn realised_row(books: &Books<'_>, sold: &Sold) -> RealisedRow {
    let (sale, unit) = books.sold[sold.sale];
    let purchase = books.bought[sold.lot];
    RealisedRow {
        account_id: sale.account_id.clone(),
        ticker: sale.ticker.clone(),
        quantity: in_units(sold.shares, unit),
        acquired: purchase.date,
        sold: sale.date,
        proceeds: cents(sold.proceeds),
        basis: cents(sold.basis),
        gain: cents(sold.proceeds - sold.basis),
        term: term(sold.holding_start, sale.date),
        disallowed: cents(sold.disallowed),
        holding_start: sold.holding_start,
        owner: sale.owner.clone(),
        lot_id: purchase.lot_id.clone(),
        line: sale.line,
    }
}

fn untaxed_row(books: &Books<'_>, sold: &Sold) -> UntaxedRow {
    let (sale, unit) = books.sold[sold.sale];
    UntaxedRow {
        account_id: sale.account_id.clone(),
        ticker: sale.ticker.clone(),
        quantity: in_units(sold.shares, unit),
        sold: sale.date,
        proceeds: cents(sold.proceeds),
        line: sale.line,
    }
}

fn wash_row(books: &Books<'_>, wash: &Wash) -> WashRow {
    let (sale, unit) = books.sold[wash.sale];
    WashRow {
        line: sale.line,
        replacement_line: books.bought[wash.replacement].line,
        quantity: in_units(wash.shares, unit),
        disallowed: cents(wash.disallowed),
        treatment: wash.treatment,
    }
}

fn open_rows(books: &Books<'_>, outcome: &Outcome) -> Vec<OpenRow> {
    let row = |lot: &OpenLot| {
        let purchase = books.bought[lot.lot];
        let quantity = in_units(lot.shares, shares_per_unit(&purchase.ticker));
        OpenRow {
            account_id: purchase.account_id.clone(),
            ticker: purchase.ticker.clone(),
            quantity,
            acquired: purchase.date,
            holding_start: lot.holding_start,
            basis_per_share: in_units(lot.basis, quantity).round_dp(10).normalize(),
            basis: cents(lot.basis),
            carried_loss: cents(lot.carried),
            account_kind: purchase.account_kind,
            lot_id: purchase.lot_id.clone(),
            line: purchase.line,
        }
    };
    let mut rows: Vec<OpenRow> = outcome.open.iter().map(row).collect();
    let place = |row: &OpenRow| (row.account_id.clone(), row.ticker.clone(), row.acquired);
    rows.sort_by_cached_key(place);
    rows
}

fn by_year(realised: &[RealisedRow]) -> Vec<YearRow> {
    let mut years: BTreeMap<i16, YearRow> = BTreeMap::new();
    for row in realised {
        let year = row.sold.year();
        let zero = cents(Decimal::ZERO);
        let sum = years.entry(year).or_insert(YearRow {
            year,
            short_term: zero,
            long_term: zero,
            disallowed: zero,
        });
        let recognised = row.gain + row.disallowed;
        match row.term {
            Term::Short => sum.short_term += recognised,
            Term::Long => sum.long_term += recognised,
        }
        sum.disallowed += row.disallowed;
    }
    years.into_values().collect()
}

/// The amount with exactly two places and no negative zero.
fn cents(amount: Decimal) -> Decimal {
    let mut amount = if amount.is_zero() { Decimal::ZERO } else { amount };
    amount.rescale(2);
    amount
}
