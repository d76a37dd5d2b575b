//! The hash that binds a plan to its portfolio, and an approval to both.
//!
//! SHA-256 over the RFC 8785 form of `{"portfolio": …, "trades": […]}`: the portfolio document as
//! it was handed in and the trades without `rationale` and `estimated_price`. Every JSON number
//! becomes a decimal string without trailing zeros, so that no reader's binary floats can change
//! the hash; strings stay as they are.

use serde_json::value::RawValue;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::Trade;

/// The hash of a plan, 64 hexadecimal digits.
///
/// `portfolio` is the text of a document that [`crate::read`] has accepted; another text hashes to
/// something, but to nothing that means anything.
#[must_use]
pub fn plan_hash(portfolio: &str, trades: &[Trade]) -> String {
    let mut whole = Map::new();
    let portfolio = portfolio.strip_prefix('\u{feff}').unwrap_or(portfolio);
    let raw = serde_json::from_str::<&RawValue>(portfolio).ok();
    whole.insert("portfolio".to_owned(), raw.map_or(Value::Null, |r| with_decimal_strings(r.get())));
    whole.insert("trades".to_owned(), Value::Array(trades.iter().map(bound_part).collect()));
    let canonical = serde_json_canonicalizer::to_vec(&Value::Object(whole)).unwrap_or_default();
    Sha256::digest(&canonical).iter().map(|b| format!("{b:02x}")).collect()
}

/// What an approval of a trade is bound to.
fn bound_part(trade: &Trade) -> Value {
    let mut fields = Map::new();
    let mut set =
        |name: &str, value: &str| drop(fields.insert(name.to_owned(), Value::String(value.to_owned())));
    set("action", trade.action.word());
    set("account_id", &trade.account_id);
    set("ticker", &trade.ticker);
    if let Some(lot_id) = &trade.lot_id {
        set("lot_id", lot_id);
    }
    set("quantity", &trade.quantity.0.normalize().to_string());
    Value::Object(fields)
}

/// A JSON text as a value in which each number is a decimal string.
fn with_decimal_strings(raw: &str) -> Value {
    let first = raw.as_bytes().first().copied().unwrap_or(b'n');
    match first {
        b'{' => {
            let fields = serde_json::from_str::<std::collections::BTreeMap<String, &RawValue>>(raw)
                .unwrap_or_default();
            Value::Object(fields.into_iter().map(|(k, v)| (k, with_decimal_strings(v.get()))).collect())
        }
        b'[' => {
            let items = serde_json::from_str::<Vec<&RawValue>>(raw).unwrap_or_default();
            Value::Array(items.into_iter().map(|v| with_decimal_strings(v.get())).collect())
        }
        b'-' | b'0'..=b'9' => Value::String(
            crate::money::parse(raw).map_or_else(|_| raw.to_owned(), |d| d.normalize().to_string()),
        ),
        _ => serde_json::from_str(raw).unwrap_or(Value::Null),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::household::Side;
    use crate::plan::Number;
    use rust_decimal::{Decimal, dec};

    fn trade(quantity: Decimal, rationale: &str) -> Trade {
        Trade {
            action: Side::Buy,
            account_id: "a".to_owned(),
            ticker: "T".to_owned(),
            lot_id: None,
            quantity: Number(quantity),
            estimated_price: Number(dec!(1)),
            rationale: rationale.to_owned(),
        }
    }

    /// The expected value was computed with Python's hashlib over the text
    /// `{"portfolio":{"a":["1.5","x"],"b":"100"},"trades":[{"account_id":"a","action":"BUY","quantity":"2.5","ticker":"T"}]}`.
    #[test]
    fn the_hash_is_the_documented_one() {
        let hash = plan_hash(r#"{"b": 1e2, "a": [1.50, "x"]}"#, &[trade(dec!(2.50), "why")]);
        assert_eq!(hash, "96d22815625c913b4014f3a079334486f3499441d760039884e2c44187385a8c");
    }

    #[test]
    fn words_and_spelling_of_numbers_do_not_matter_and_quantities_do() {
        let hash = |portfolio, quantity, why| plan_hash(portfolio, &[trade(quantity, why)]);
        let one = hash(r#"{"a":1}"#, dec!(1), "x");
        assert_eq!(one, hash(r#"{ "a": 1.0 }"#, dec!(1.000), "y"));
        assert_ne!(one, hash(r#"{"a":1}"#, dec!(1.0001), "x"));
        assert_ne!(one, hash(r#"{"a":2}"#, dec!(1), "x"));
    }
}
