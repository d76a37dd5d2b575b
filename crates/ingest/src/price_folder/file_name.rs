//! Which ticker a file of prices is about, from its name, and which files are none of prices.
//!
//! In: a name such as `spy_us_d.csv`. Out: the ticker `SPY`. Invariant: what stands in the name and is no mark of a known site belongs to the ticker.

use crate::cell;

/// What the name of a file says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Prices; of this ticker, where its rows name none.
    Prices(Option<String>),
    /// `splits.csv`.
    Splits,
    /// `dividends.csv`.
    Dividends,
}

/// Ends of names that say where a file is from, as sites write them: `spy_us_d.csv`, `spy.us.txt`, `SPY_daily.csv`.
const MARKS: [&str; 6] = ["_us_d", ".us", "_us", "_daily", "_d", ".d"];

/// What a name says; `None` of a file that is not read: hidden, of another ending, left by an editor.
pub(super) fn kind(name: &str) -> Option<Kind> {
    let lower = name.to_ascii_lowercase();
    let stem = [".csv", ".txt"].iter().find_map(|end| lower.strip_suffix(end))?;
    if lower.starts_with(['.', '~', '#']) || stem.is_empty() {
        return None;
    }
    match stem {
        "splits" => return Some(Kind::Splits),
        "dividends" => return Some(Kind::Dividends),
        _ => {}
    }
    let root = MARKS.iter().find_map(|mark| stem.strip_suffix(mark)).filter(|root| !root.is_empty());
    Some(Kind::Prices(cell::ticker(root.unwrap_or(stem)).ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_sites_write_them() {
        for (name, ticker) in [
            ("SPY.csv", "SPY"),
            ("spy_us_d.csv", "SPY"),
            ("spy.us.txt", "SPY"),
            ("brk-b.us.txt", "BRK.B"),
            ("BRK.B.csv", "BRK.B"),
            ("^VIX.csv", "^VIX"),
            ("VTI_daily.CSV", "VTI"),
            ("_d.csv", "_D"),
        ] {
            assert_eq!(kind(name), Some(Kind::Prices(Some(ticker.to_owned()))), "{name}");
        }
        assert_eq!(kind("splits.csv"), Some(Kind::Splits));
        assert_eq!(kind("Dividends.csv"), Some(Kind::Dividends));
        for name in [".csv", ".SPY.csv.swp", "~$SPY.csv", "SPY.xlsx", "SPY.csv.part", "SPY"] {
            assert_eq!(kind(name), None, "{name}");
        }
    }
}
