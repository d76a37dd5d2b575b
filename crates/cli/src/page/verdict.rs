//! The page of `validate`: the verdict, what was violated, what else is worth knowing.

use portfolio::plan::Finding;
use validate::Report;

use super::{drawn, paragraph, table, title};
use crate::figures::usd;

/// The whole page.
pub(crate) fn page(report: &Report) -> String {
    let verdict = &report.verdict;
    let mut page = if verdict.passed {
        title("Passed: the plan breaks no rule.")
    } else {
        let n = verdict.violations.len();
        title(&format!("Failed: {n} violation{}.", if n == 1 { "" } else { "s" }))
    };
    page += &findings(&verdict.violations);
    if !verdict.warnings.is_empty() {
        page += "\n";
        page += &title("Warnings");
        page += &findings(&verdict.warnings);
    }
    let (t, shown) = (&report.terms, report.shown());
    page += &paragraph(
        &format!(
            "{} order{}, {} traded, costs {}, tax {}, cash after {}.",
            report.orders.len(),
            if report.orders.len() == 1 { "" } else { "s" },
            usd(shown.sold.saturating_add(shown.bought)),
            usd(shown.costs),
            usd(t.tax_usd),
            usd(shown.cash)
        ),
        0,
    );
    page
}

/// Findings as a table; nothing for none.
pub(crate) fn findings(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let mut t = table(&["Code", "Where", "What"]);
    for finding in findings {
        t.add_row([finding.code.as_str(), &finding.place, &finding.detail]);
    }
    drawn(&t)
}
