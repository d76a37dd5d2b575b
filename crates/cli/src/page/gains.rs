//! The page of `gains`: what was realised, what is open, what is deferred or lost.
//!
//! Invariant: every figure of the report is shown, but lines of the file only where they are needed
//! to find a loss; `--format json` has them all.

use tax::gains::{GainsReport, IdenticalUsed, JoinedRow, OpenRow, RealisedRow, UntaxedRow, WashRow, YearRow};
use tax::wash_sale::Treatment;

use super::{drawn, paragraph, table, title};
use crate::figures::{shares, usd, usd_or_dash};

const NO_ADVICE: &str = "This is a calculation on the transactions given, not investment or tax advice.";

/// The whole page.
pub(crate) fn page(report: &GainsReport) -> String {
    let until = report.as_of.map(|day| format!(" up to {day}")).unwrap_or_default();
    let mut page = title(&format!("Realised in taxable accounts{until} ({})", report.method.name()));
    page += &realised(&report.realised);
    page += &section("Recognised by year, after the wash-sale rule", &report.by_year, years);
    page +=
        &section("Where disallowed losses went", &report.wash_sales, |rows| washes(rows, &report.realised));
    page += &section("Sales in retirement accounts, which are not taxed", &report.untaxed_sales, untaxed);
    page += "\n";
    page += &title("Open lots");
    page += &open(&report.open_lots);
    page += "\n";
    page += &paragraph(&totals(report), 0);
    page += &paragraph(&identical(&report.identical), 0);
    for warning in &report.warnings {
        page += &paragraph(&format!("Warning: {warning}."), 0);
    }
    page + &paragraph(NO_ADVICE, 0)
}

/// A part of the page that is left out where it would be empty.
fn section<T>(heading: &str, rows: &[T], body: impl Fn(&[T]) -> String) -> String {
    if rows.is_empty() { String::new() } else { format!("\n{}{}", title(heading), body(rows)) }
}

fn totals(report: &GainsReport) -> String {
    format!(
        "Recognised {}; wash sales disallow {}, of which {} is lost for good and {} stands in the basis of open \
         lots. Really made on what was sold: {}.",
        usd(report.recognised_total),
        usd(report.disallowed_total),
        usd(report.permanently_disallowed),
        usd(report.deferred_in_open_lots),
        usd(report.economic_total)
    )
}

/// Which policy decided what is identical, and which tickers of the file it makes one.
fn identical(used: &IdenticalUsed) -> String {
    let told = |row: &JoinedRow| {
        format!(" Here that makes one of {}: {} ({}).", row.tickers.join(", "), row.ground, row.certainty)
    };
    let joined: String = used.joined.iter().map(told).collect();
    format!("Counted as identical (--identical {}): {}.{joined}", used.counted, used.policy)
}

fn realised(rows: &[RealisedRow]) -> String {
    let mut t = table(&[
        "Account",
        "Ticker",
        ">Shares",
        "Acquired",
        "Sold",
        ">Proceeds",
        ">Basis",
        ">Gain",
        "Term",
        ">Disallowed",
    ]);
    for r in rows {
        t.add_row(vec![
            r.account_id.clone(),
            r.ticker.clone(),
            shares(r.quantity),
            r.acquired.to_string(),
            r.sold.to_string(),
            usd(r.proceeds),
            usd(r.basis),
            usd(r.gain),
            r.term.name().to_owned(),
            usd_or_dash(r.disallowed),
        ]);
    }
    if rows.is_empty() { paragraph("Nothing.", 0) } else { drawn(&t) }
}

fn years(rows: &[YearRow]) -> String {
    let mut t = table(&["Year", ">Short-term", ">Long-term", ">Disallowed"]);
    for r in rows {
        t.add_row(vec![r.year.to_string(), usd(r.short_term), usd(r.long_term), usd_or_dash(r.disallowed)]);
    }
    drawn(&t)
}

fn washes(rows: &[WashRow], realised: &[RealisedRow]) -> String {
    let sold = |line: u64| match realised.iter().find(|sale| sale.line == line) {
        Some(sale) => format!("{} {}, line {line}", sale.ticker, sale.sold),
        None => format!("line {line}"),
    };
    let mut t = table(&["Sold", "Bought in", ">Shares", ">Disallowed", "Where the loss went"]);
    for r in rows {
        t.add_row(vec![
            sold(r.line),
            format!("line {}", r.replacement_line),
            shares(r.quantity),
            usd(r.disallowed),
            went(r.treatment).to_owned(),
        ]);
    }
    drawn(&t)
}

fn went(treatment: Treatment) -> &'static str {
    match treatment {
        Treatment::AddedToBasis => "into the basis of the shares bought",
        Treatment::LostToRetirement => "lost for good: a retirement account bought",
        Treatment::LostToOtherOwner => "lost for good: another owner bought",
    }
}

fn untaxed(rows: &[UntaxedRow]) -> String {
    let mut t = table(&["Account", "Ticker", ">Shares", "Sold", ">Proceeds"]);
    for r in rows {
        t.add_row(vec![
            r.account_id.clone(),
            r.ticker.clone(),
            shares(r.quantity),
            r.sold.to_string(),
            usd(r.proceeds),
        ]);
    }
    drawn(&t)
}

fn open(rows: &[OpenRow]) -> String {
    let mut t = table(&[
        "Account",
        "Kind",
        "Ticker",
        ">Shares",
        "Acquired",
        "Held since",
        ">Basis per share",
        ">Basis",
        ">Carried loss",
    ]);
    for r in rows {
        t.add_row(vec![
            r.account_id.clone(),
            r.account_kind.name().to_owned(),
            r.ticker.clone(),
            shares(r.quantity),
            r.acquired.to_string(),
            r.holding_start.to_string(),
            usd(r.basis_per_share),
            usd(r.basis),
            usd_or_dash(r.carried_loss),
        ]);
    }
    if rows.is_empty() { paragraph("Nothing.", 0) } else { drawn(&t) }
}
