//! The hash that binds a plan to its portfolio, and an approval to both.
//!
//! SHA-256 over the RFC 8785 form of `{"portfolio": …, "trades": […]}`: the portfolio document as
//! it was handed in and the trades without `rationale` and `estimated_price`. Every JSON number
//! becomes a decimal string without trailing zeros, so that no reader's binary floats can change
//! the hash; strings stay as they are.

use sha2::{Digest, Sha256};

use super::{Trade, canonical};

/// The hash of a plan, 64 hexadecimal digits.
///
/// `portfolio` is the text of a document that [`crate::read`] has accepted; another text hashes to
/// something, but to nothing that means anything.
#[must_use]
pub fn plan_hash(portfolio: &str, trades: &[Trade]) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let digest = Sha256::digest(canonical_form(portfolio, trades));
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(HEX[usize::from(digit)])).collect()
}

/// The bytes that are hashed.
fn canonical_form(portfolio: &str, trades: &[Trade]) -> Vec<u8> {
    let portfolio = portfolio.strip_prefix('\u{feff}').unwrap_or(portfolio);
    let mut out = Vec::with_capacity(portfolio.len() + portfolio.len() / 4 + 128 * trades.len() + 64);
    out.extend_from_slice(b"{\"portfolio\":");
    if canonical::append(portfolio, &mut out).is_none() {
        out.extend_from_slice(b"null");
    }
    out.extend_from_slice(b",\"trades\":[");
    for (n, trade) in trades.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        append_bound_part(trade, &mut out);
    }
    out.extend_from_slice(b"]}");
    out
}

/// What an approval of a trade is bound to, its names in order.
fn append_bound_part(trade: &Trade, out: &mut Vec<u8>) {
    let quantity = trade.quantity.0.normalize().to_string();
    let lot = trade.lot_id.as_ref().map(|lot_id| (",\"lot_id\":", lot_id.as_str()));
    let fields = [("{\"account_id\":", trade.account_id.as_str()), (",\"action\":", trade.action.word())];
    let rest = [(",\"quantity\":", quantity.as_str()), (",\"ticker\":", &trade.ticker)];
    for (name, text) in fields.into_iter().chain(lot).chain(rest) {
        out.extend_from_slice(name.as_bytes());
        canonical::append_string(text, out);
    }
    out.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::household::Side;
    use crate::plan::Number;
    use proptest::prelude::*;
    use rust_decimal::{Decimal, dec};
    use serde_json::value::RawValue;
    use serde_json::{Value, json};

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

    /// The form as the library for RFC 8785 writes it, over a tree of values.
    fn by_the_library(portfolio: &str, trades: &[Trade]) -> Vec<u8> {
        fn strings(raw: &str) -> Value {
            match raw.as_bytes()[0] {
                b'{' => {
                    let fields: std::collections::BTreeMap<String, &RawValue> =
                        serde_json::from_str(raw).unwrap();
                    Value::Object(fields.into_iter().map(|(k, v)| (k, strings(v.get()))).collect())
                }
                b'[' => {
                    let items: Vec<&RawValue> = serde_json::from_str(raw).unwrap();
                    Value::Array(items.into_iter().map(|v| strings(v.get())).collect())
                }
                b'-' | b'0'..=b'9' => Value::String(
                    crate::money::parse(raw).map_or_else(|_| raw.to_owned(), |d| d.normalize().to_string()),
                ),
                _ => serde_json::from_str(raw).unwrap(),
            }
        }
        let bound = |t: &Trade| {
            let mut fields = json!({"action": t.action.word(), "account_id": t.account_id, "ticker": t.ticker,
                                    "quantity": t.quantity.0.normalize().to_string()});
            if let Some(lot_id) = &t.lot_id {
                fields["lot_id"] = json!(lot_id);
            }
            fields
        };
        let portfolio = strings(serde_json::from_str::<&RawValue>(portfolio).unwrap().get());
        let trades: Vec<Value> = trades.iter().map(bound).collect();
        serde_json_canonicalizer::to_vec(&json!({"portfolio": portfolio, "trades": trades})).unwrap()
    }

    fn same(portfolio: &str, trades: &[Trade]) {
        let (ours, theirs) = (canonical_form(portfolio, trades), by_the_library(portfolio, trades));
        assert_eq!(String::from_utf8(ours).unwrap(), String::from_utf8(theirs).unwrap(), "{portfolio}");
    }

    #[test]
    fn the_form_is_the_librarys_for_every_public_case() {
        let cases = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases");
        let mut trades = vec![trade(dec!(1234.5600), "why"), trade(dec!(1e-8), "why")];
        trades[1].lot_id = Some("a \"lot\"\n\u{1}é".to_owned());
        let mut compared = 0;
        for case in std::fs::read_dir(cases).unwrap() {
            if let Ok(text) = std::fs::read_to_string(case.unwrap().path().join("portfolio.json")) {
                same(&text, &trades);
                let sorted: Value = serde_json::from_str(&text).unwrap();
                same(&sorted.to_string(), &trades);
                compared += 1;
            }
        }
        assert!(compared >= 30, "{compared}");
    }

    #[test]
    fn the_form_is_the_librarys_for_odd_texts() {
        for text in [
            r#" { "b" : [ ] , "a" : { } , "B" : [ { } , [ [ ] ] ] } "#,
            r#"{"\u00e9": 1, "z": 2, "é2": 3, "\ud83d\ude00": 4, "\ufb33": 5, "a\"b": 6, "a": 7}"#,
            r#"["\u0000\b\f\n\r\t\u001f\u007f\/\\\"", "é😀", true, false, null]"#,
            "[0, -0, -0.0, 0.0, 0.50, -0.5, 1e2, 1E-3, 1e400, 100, 100.00, 12345678901234567890123456789]",
            "[0.1234567890123456789012345678, 79228162514264337593543950335, 1234567890123456789012345678]",
            "[9999999999999999999999999999, 0.0000000000000000000000000001, 123456789012345678901234567.0]",
            r#"{"a": 1, "a": 2, "b": {"d": 1, "c": 2, "d": 3}}"#,
        ] {
            same(text, &[]);
        }
    }

    proptest! {
        #[test]
        fn the_form_is_the_librarys_for_any_value(
            names in proptest::collection::vec("[a-c\\PC\"]{0,3}", 1..6),
            texts in proptest::collection::vec("\\PC{0,6}|[\u{0}-\u{40}]{0,6}", 1..6),
            figures in proptest::collection::vec("-?(0|[1-9][0-9]{0,20})([.][0-9]{1,12})?([eE][+-]?[0-9]{1,2})?", 1..6),
        ) {
            let quoted = |text: &String| serde_json::to_string(text).unwrap();
            let inner: Vec<String> = names.iter().zip(&texts).map(|(n, t)| format!("{}: {}", quoted(n), quoted(t))).collect();
            let outer: Vec<String> = names.iter().rev().zip(&figures)
                .map(|(n, f)| format!("{}:[{f}, {{{}}}]", quoted(n), inner.join(" ,"))).collect();
            same(&format!("{{{}}}", outer.join(",\n")), &[]);
        }
    }

    #[test]
    fn of_what_is_no_json_nothing_is_bound() {
        let nothing = canonical_form("null", &[]);
        let deep = "[".repeat(100_000);
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\" 1}",
            "{1: 2}",
            "[1] 2",
            "nul",
            "\"a",
            "\"\\ud800\"",
            "[1 2]",
            deep.as_str(),
        ] {
            assert_eq!(canonical_form(text, &[]), nothing, "{text}");
        }
    }
}
