//! Which known name was probably meant by an unknown one.
//!
//! In: what was written and the names that exist. Out: the closest of them, or none when nothing
//! is close enough to be a likely typing error. Pure; ties go to the first name given.

use strsim::normalized_damerau_levenshtein;

/// The known name nearest to `written`, if it is near enough (similarity of at least 0.6, case
/// ignored) to be worth suggesting.
#[must_use]
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const SIMILARITY_MIN: f64 = 0.6;
    let wanted = written.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for name in known {
        let similarity = normalized_damerau_levenshtein(&wanted, &name.to_lowercase());
        if similarity >= SIMILARITY_MIN && best.is_none_or(|(s, _)| similarity > s) {
            best = Some((similarity, name));
        }
    }
    best.map(|(_, name)| name)
}

/// The nearest name as a hint for a person, or the first few names that exist.
#[must_use]
pub fn hint<'a>(written: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    const LISTED_MAX: usize = 8;
    if let Some(name) = nearest(written, known.clone()) {
        return format!("did you mean `{name}`?");
    }
    let names: Vec<&str> = known.into_iter().collect();
    match names.len() {
        0 => "there are none in this document".to_owned(),
        n if n <= LISTED_MAX => format!("known: {}", names.join(", ")),
        n => format!("known: {}, … ({n} in all)", names[..LISTED_MAX].join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_fingers_finds_the_name() {
        assert_eq!(nearest("US Stock", ["Bonds", "US Stocks"]), Some("US Stocks"));
        assert_eq!(nearest("aapl", ["MSFT", "AAPL"]), Some("AAPL"));
        assert_eq!(nearest("quantiy", ["quality", "quantity"]), Some("quantity"));
    }

    #[test]
    fn nothing_near_suggests_nothing() {
        assert_eq!(nearest("zebra", ["AAPL", "MSFT"]), None);
        assert_eq!(hint("zebra", ["AAPL", "MSFT"]), "known: AAPL, MSFT");
    }
}
