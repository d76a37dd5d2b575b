//! Households as a person reads them: all in a list, one with its drift, its history and what stands.

use portfolio::money::written;

use super::proposal::time;
use super::{drawn, paragraph, table, title};
use crate::commands::Seen;
use crate::figures::percent;

/// All of them.
pub(crate) fn list(all: &[Seen]) -> String {
    if all.is_empty() {
        return paragraph("there are no households; `equipoise household open` opens one", 0);
    }
    let mut rows =
        table(&["Household", "Owner", ">Value, USD", ">Furthest off", "Outside its band", "Stands"]);
    for seen in all {
        let report = seen.report.as_ref();
        let furthest = report.and_then(|it| it.classes.iter().map(|class| class.drift.0.abs()).max());
        rows.add_row([
            seen.household.name.clone(),
            seen.owner.clone(),
            report.map_or_else(|| "–".to_owned(), |it| written(it.value_usd.0)),
            furthest.map_or_else(|| "–".to_owned(), percent),
            report.map_or_else(String::new, |it| it.breaches.join(", ")),
            if seen.standing.paused.is_some() { "paused".to_owned() } else { String::new() },
        ]);
    }
    drawn(&rows)
}

/// One of them.
pub(crate) fn page(seen: &Seen) -> String {
    let mut page = title(&format!("Household {}, of {}", seen.household.name, seen.owner));
    if let Some((until, why)) = &seen.standing.paused {
        let until = until.map_or_else(|| "it is resumed".to_owned(), time);
        page += &paragraph(&format!("paused until {until}: {why}"), 0);
    }
    for (class, until) in &seen.standing.snoozed {
        page += &paragraph(&format!("quiet about {class} until {}", time(*until)), 0);
    }
    for split in &seen.splits {
        let words = format!(
            "{} was split {} into {} on {}: it counts in new shares here, and its lots become new shares once the orders that are at the broker \
             have ended",
            split.ticker, split.from, split.to, split.day
        );
        page += &paragraph(&words, 0);
    }
    match &seen.report {
        Some(report) => {
            page += "\n";
            page += &super::drift::page(report);
        }
        None => page += &paragraph("it has no portfolio document yet", 0),
    }
    page += "\n";
    page += &title("Drift over time");
    if seen.history.is_empty() {
        return page + &paragraph("nothing is on record", 0);
    }
    let mut rows =
        table(&["New York time", ">Drift (18)", ">Largest (22)", ">Breaches", "Why it acted or did not"]);
    let skipped = seen.history.len().saturating_sub(ROWS_MAX);
    for point in &seen.history[skipped..] {
        rows.add_row([
            time(point.at),
            percent(point.absolute),
            percent(point.largest),
            point.breaches.to_string(),
            point.why.clone(),
        ]);
    }
    page += &drawn(&rows);
    if skipped > 0 {
        page += &paragraph(&format!("and {skipped} earlier looks; `--format json` has them all"), 0);
    }
    if let Some(drift) = seen.time_weighted {
        page += &paragraph(
            &format!("time-weighted drift (27) since the first of them: {drift:.6} value · years"),
            0,
        );
    }
    page
}

/// Looks that are shown.
const ROWS_MAX: usize = 20;
