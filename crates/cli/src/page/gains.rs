//! The page of `gains`: what was realised, what is open, what is deferred or lost.

use tax::gains::{GainsReport, OpenRow, RealisedRow};

use super::{drawn, paragraph, table, title};
use crate::figures::{shares, usd, usd_or_dash};

/// The whole page.
pub(crate) fn page(report: &GainsReport) -> String {
    let mut page = title(&format!("Realised ({})", report.method.name()));
    page += &realised(&report.realised);
    page += &title("Open lots");
    page += &open(&report.open_lots);
    page += &paragraph(
        &format!(
            "Recognised {}; wash sales disallow {}, of which {} is lost for good and {} stands in the basis of open lots.",
            usd(report.recognised_total),
            usd(report.disallowed_total),
            usd(report.permanently_disallowed),
            usd(report.deferred_in_open_lots)
        ),
        0,
    );
    for warning in &report.warnings {
        page += &paragraph(&format!("Warning: {warning}."), 0);
    }
    page
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

fn open(rows: &[OpenRow]) -> String {
    let mut t = table(&[
        "Account",
        "Ticker",
        ">Shares",
        "Acquired",
        "Held since",
        ">Basis per share",
        ">Carried loss",
    ]);
    for r in rows {
        t.add_row(vec![
            r.account_id.clone(),
            r.ticker.clone(),
            shares(r.quantity),
            r.acquired.to_string(),
            r.holding_start.to_string(),
            usd(r.basis_per_share),
            usd_or_dash(r.carried_loss),
        ]);
    }
    if rows.is_empty() { paragraph("Nothing.", 0) } else { drawn(&t) }
}
