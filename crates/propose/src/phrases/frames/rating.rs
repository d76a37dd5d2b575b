//! `esg_minimum_score_R`: nothing rated worse is bought.

use portfolio::{Rating, Token};

use crate::phrases::items::{Kind, Value};
use crate::phrases::segment::{Bound, Segment};
use crate::phrases::tags::Tag::*;

/// Reads it. A rating without a word of ESG may be one of credit, and is none of ours.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        Esg, Rated, Impact, Least, Over, Under, Neg, Avoid, Only, Buy, Own, Invest, Anything, Stocks, Stock,
        Company, Any, Keep, Position, Each, All, Use, Fund, Bought, Care, Etf, Permit, Reach, Low,
    ];
    if !s.names(Kind::Rating) || !s.has_any(&[Esg, Impact]) || !s.fits(&usable, &[Kind::Rating]) {
        return None;
    }
    let [Value::Rating(rating)] = s.values(Kind::Rating)[..] else { return None };
    let least = match s.bound() {
        Bound::Least => !s.has(Over),
        // "Only triple-A names" leaves nothing above.
        Bound::Unsaid => s.has(Only) && *rating == Rating::Aaa,
        _ => false,
    };
    least.then(|| vec![Token::EsgMinimumScore(*rating)])
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn a_least_rating() {
        for (text, token) in [
            ("Only buy things rated A or better for ESG", "esg_minimum_score_A"),
            ("ESG score of AA minimum", "esg_minimum_score_AA"),
            ("nothing below BBB for ESG", "esg_minimum_score_BBB"),
            ("A minimum ESG rating of double-A", "esg_minimum_score_AA"),
        ] {
            assert_eq!(under(super::read, text).as_deref(), Some(token), "{text}");
        }
        for text in ["bonds rated A or better", "ESG at most A", "ESG", "nothing above A for ESG"] {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }
}
