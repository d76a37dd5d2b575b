//! `max_sector_exposure_pct_N` and `..._in_S`: the most of a sector.

use portfolio::Token;

use crate::phrases::items::{Kind, Value};
use crate::phrases::segment::{Bound, Segment};
use crate::phrases::tags::Tag::*;

/// Reads it: sectors by name, or any of them. Real estate is a class too; it is a sector where that is said.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let mut usable = super::concentration::UNDER_A_MOST.to_vec();
    usable.extend([Sector, Company, All, Buy, Low]);
    if super::concentration::is_brought_down(s) {
        usable.extend([Sell, Minimise]);
    }
    if !s.fits(&usable, &[Kind::Pct, Kind::Sector]) {
        return None;
    }
    let n = s.per_cent(false)?;
    let grows = s.has_any(&[Let, Permit]) && s.has_any(&[Grow, Reach]) && s.bound() == Bound::Unsaid;
    let held = s.bound() == Bound::Unsaid && s.is_held_to();
    if s.bound() != Bound::Most && !held && !(grows && s.names(Kind::Sector)) {
        return None;
    }
    let named = s.values(Kind::Sector);
    if named.is_empty() {
        let said = s
            .items
            .iter()
            .any(|(i, _)| i.is(Sector) && i.plain.contains("sector") || i.plain.starts_with("industr"));
        // "Keep that sector under 8%" is about one that was named.
        let pointing = s.items.windows(2).any(|w| {
            matches!(w[0].0.plain.as_str(), "that" | "this" | "the" | "those" | "these")
                && w[1].0.plain == "sector"
        });
        let said = said && (!pointing || s.has_any(&[Single, Any, Each]));
        return said.then(|| vec![Token::MaxSectorExposurePct(n)]);
    }
    if s.names(Kind::Class) && !s.has(Sector) {
        return None;
    }
    let tokens = named.into_iter().map(|v| match v {
        Value::Sector(sector) => Some(Token::MaxSectorExposurePctIn(n, sector.replace(' ', "_"))),
        _ => None,
    });
    tokens.collect()
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn sectors_at_most() {
        for (text, token) in [
            ("Cap any sector at 25%", "max_sector_exposure_pct_25"),
            ("no more than a quarter in one sector", "max_sector_exposure_pct_25"),
            (
                "Tech should not be more than 30% of what I own",
                "max_sector_exposure_pct_30_in_Information_Technology",
            ),
            ("keep healthcare below 15 percent", "max_sector_exposure_pct_15_in_Health_Care"),
        ] {
            assert_eq!(under(super::read, text).as_deref(), Some(token), "{text}");
        }
        for text in ["at least 25% in tech", "tech is 30%", "cap real estate at 20%", "don't cap tech at 30%"]
        {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }
}
