//! What is left of a wish when something that it names is permitted: "no tobacco, no alcohol; actually alcohol is fine".
//!
//! In: the tokens of a wish and the names that are permitted. Out: the tokens without what they say of these.
//! Invariant: nothing is added, and a token that names none of them stays as it is.

use portfolio::Token;
use portfolio::preference::Industry;

use super::items::Value;

/// The tokens without what they say of `named`.
pub(super) fn left(tokens: &[Token], named: &[&Value]) -> Vec<Token> {
    tokens.iter().filter_map(|token| of(token, named)).collect()
}

fn of(token: &Token, named: &[&Value]) -> Option<Token> {
    let same = |a: &str, b: &str| a.replace('_', " ") == b.replace('_', " ");
    let is = |name: &str| {
        named.iter().any(|value| match value {
            Value::Ticker(n) | Value::Class(n) | Value::Sector(n) | Value::Lot(n) => same(n, name),
            _ => false,
        })
    };
    let gone = match token {
        Token::Exclude(set) => {
            let permitted =
                |i: &Industry| named.iter().any(|value| matches!(value, Value::Industry(n) if n == i));
            let left: std::collections::BTreeSet<_> = set.iter().filter(|i| !permitted(i)).copied().collect();
            return (!left.is_empty()).then_some(Token::Exclude(left));
        }
        Token::DoNotSellTicker(n)
        | Token::DoNotBuyTicker(n)
        | Token::AlwaysHoldTicker(n)
        | Token::ConcentrateUpTo(_, n)
        | Token::PreferTicker(n)
        | Token::AvoidAssetClass(n)
        | Token::MaxSectorExposurePctIn(_, n)
        | Token::DoNotSellLot(n)
        | Token::SellLotFirst(n) => is(n),
        _ => false,
    };
    (!gone).then(|| token.clone())
}

#[cfg(test)]
mod tests {
    use super::super::{Known, phrases};

    #[test]
    fn only_what_is_permitted_is_taken_back() {
        let read = |text: &str| -> Vec<String> {
            let reading = phrases(text, &Known::default()).unwrap();
            reading.wishes.iter().map(|w| w.token.to_string()).collect()
        };
        assert_eq!(read("No tobacco, no alcohol... actually alcohol is fine."), ["exclude_tobacco"]);
        assert_eq!(read("No tobacco or alcohol. Actually, alcohol is fine."), ["exclude_tobacco"]);
        assert_eq!(
            read("Don't sell Apple or Microsoft. Selling Apple is okay."),
            ["do_not_sell_ticker_MSFT"]
        );
        assert_eq!(read("No tobacco. Actually, tobacco is fine."), Vec::<String>::new());
    }
}
