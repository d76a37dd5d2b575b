//! `avoid_asset_class_C`: an asset class that nothing is bought of.

use portfolio::Token;

use super::leaves_out;
use crate::phrases::items::{Kind, Value};
use crate::phrases::segment::Segment;
use crate::phrases::tags::Tag::*;

/// Reads it. Cash is no class that could be avoided, and a class that is not sold is no wish of ours.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        Neg, Avoid, Own, Buy, Invest, Keep, AssetClass, Any, More, Stocks, Fully, Single, Anything, Fresh,
        All,
    ];
    if !s.names(Kind::Class) || !s.fits(&usable, &[Kind::Class]) || s.states_a_fact() {
        return None;
    }
    if !leaves_out(s, Kind::Class) {
        return None;
    }
    let classes = s.values(Kind::Class).into_iter().map(|v| match v {
        Value::Class(class) if class.to_lowercase() != "cash" => {
            Some(Token::AvoidAssetClass(class.replace(' ', "_")))
        }
        _ => None,
    });
    classes.collect()
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn classes_that_are_not_wanted() {
        for text in
            ["I don't want real estate", "no REITs", "stay out of property", "real estate is not for me"]
        {
            assert_eq!(under(super::read, text).as_deref(), Some("avoid_asset_class_Real_Estate"), "{text}");
        }
        for text in
            ["don't avoid real estate", "I don't own real estate", "sell my real estate", "real estate"]
        {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }
}
