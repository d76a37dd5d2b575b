//! Prices on record as a person reads them.

use jiff::{SignedDuration, Timestamp};
use rebalance::keeping::sources::PriceStanding;

use super::proposal::time;
use super::{drawn, paragraph, table};

/// All of them, and below what stands against some.
pub(crate) fn list(all: &[PriceStanding], now: Timestamp) -> String {
    if all.is_empty() {
        return paragraph("there are no prices: no household lists anything, and no source has told any", 0);
    }
    let mut rows = table(&["Ticker", ">Price, USD", "Of (New York)", ">Age", "Source", "Stands"]);
    for one in all {
        let point = one.point.as_ref();
        rows.add_row([
            one.ticker.clone(),
            point.map_or_else(|| "–".to_owned(), |it| it.price.normalize().to_string()),
            point.map_or_else(String::new, |it| time(it.as_of)),
            point.map_or_else(String::new, |it| age(now.duration_since(it.as_of))),
            point.map_or_else(String::new, |it| it.source.clone()),
            one.unusable.as_ref().map_or_else(|| "good".to_owned(), |found| found.code.word().to_owned()),
        ]);
    }
    let mut page = drawn(&rows);
    for found in all.iter().filter_map(|one| one.unusable.as_ref()) {
        page += &paragraph(&found.to_string(), 0);
    }
    page
}

/// An age in its largest unit.
fn age(age: SignedDuration) -> String {
    let secs = age.as_secs().max(0);
    match secs {
        0..120 => format!("{secs} s"),
        120..7_200 => format!("{} min", secs / 60),
        7_200..172_800 => format!("{} h", secs / 3_600),
        _ => format!("{} days", secs / 86_400),
    }
}
