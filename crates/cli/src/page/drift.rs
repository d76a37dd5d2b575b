//! The page of `drift`, and the table of weights that `plan` shares.

use std::fmt::Write;

use monitor::tolerance::{Source, Tolerance};
use monitor::{ClassDrift, DriftReport};
use portfolio::Decimal;

use super::{drawn, paragraph, table, title};
use portfolio::money::percents;

use crate::figures::{percent, rounded, still_off, usd};

/// The whole page.
pub(crate) fn page(report: &DriftReport) -> String {
    let mut page = title(&format!("Drift on {} · {}", report.as_of, usd(report.value_usd.0)));
    page += &paragraph(&report.why, 0);
    page += "\n";
    page += &weights(report);
    page += "\n";
    page += &title("How wide each band is, and why");
    page += &bands(report);
    page += "\n";
    page += &title("Drift metrics");
    page += &metrics(report);
    if report.trade_to != "target" {
        let used = report.targets_used.iter().map(|(class, t)| format!("{class} {}", percent(t.0)));
        let used = used.collect::<Vec<_>>().join(", ");
        let _ =
            write!(page, "\n{}", paragraph(&format!("A plan would go to: {used} ({}).", report.trade_to), 0));
    }
    page
}

fn weights(report: &DriftReport) -> String {
    let mut t = table(&["Class", ">Value", ">Weight", ">Target", ">Drift", ">Band ±", "Breach"]);
    let shown = percents(&report.classes.iter().map(|c| c.weight.0).collect::<Vec<_>>());
    let targets = percents(&report.classes.iter().map(|c| c.target.0).collect::<Vec<_>>());
    // As percents are: cents that add up to the value of the whole, since hundredths of a part of 100 are cents.
    let hundreds = report.value_usd.0 / Decimal::ONE_HUNDRED;
    let values = percents(&report.classes.iter().map(|c| c.weight.0 * hundreds).collect::<Vec<_>>());
    for (((class, weight), target), value) in report.classes.iter().zip(&shown).zip(&targets).zip(&values) {
        t.add_row(vec![
            class.class.clone(),
            usd(*value),
            rounded(*weight),
            rounded(*target),
            still_off(*weight, *target),
            percent(class.tolerance.tau.0),
            if class.breached { "yes".to_owned() } else { String::new() },
        ]);
    }
    let sum = |parts: &[Decimal]| rounded(parts.iter().sum::<Decimal>());
    let total = ["Total".to_owned(), usd(report.value_usd.0), sum(&shown), sum(&targets)];
    t.add_row(total.into_iter().chain((0..3).map(|_| String::new())).collect::<Vec<_>>());
    drawn(&t)
}

fn bands(report: &DriftReport) -> String {
    let mut t = table(&["Class", ">Base", ">Market", ">Cost", ">You", ">Time", ">Sum", ">Band ±", "Set by"]);
    for ClassDrift { class, tolerance, .. } in &report.classes {
        let p = &tolerance.parts;
        let mut row = vec![class.clone()];
        row.extend([p.base, p.volatility, p.cost, p.user, p.age, p.sum, tolerance.tau].map(|n| percent(n.0)));
        row.push(set_by(tolerance).to_owned());
        t.add_row(row);
    }
    drawn(&t)
}

fn set_by(tolerance: &Tolerance) -> &'static str {
    match tolerance.source {
        Source::Dynamic => "sum of the parts",
        Source::DynamicAtMinimum => "least width",
        Source::DynamicAtMaximum => "greatest width",
        Source::OwnAbsolute => "your own band",
        Source::OwnRelative => "your own band, part of target",
    }
}

fn metrics(report: &DriftReport) -> String {
    let mut t = table(&["Eq.", "Metric", ">Value", "Note"]);
    for m in &report.metrics {
        let digits = if m.key == "breaches" { 0 } else { 6 };
        let value = m.value.map_or_else(|| "–".to_owned(), |v| format!("{v:.digits$}"));
        t.add_row(vec![
            format!("({})", m.equation),
            m.name.to_owned(),
            value,
            m.note.clone().unwrap_or_default(),
        ]);
    }
    drawn(&t)
}
