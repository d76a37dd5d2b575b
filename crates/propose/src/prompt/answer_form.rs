//! What an answer has to look like: the schema of the plan's bare form.
//!
//! In: what of the household is listed. Out: a [`ReplySchema`]. Invariants: what it lets through is what `reply::read` reads; it
//! can be told strictly in every dialect of `reply_schema`; the names that it lists stay within what providers take, beyond
//! which a name is only held to its form.
//!
//! # Source
//! interface.md, "Plan document"; the limits of OpenAI's structured outputs: 1,000 values of enumerations in all, 15,000
//! characters of one with more than 250 values.

use llm::ReplySchema;
use serde_json::{Value, json};

use super::data::Listed;
use super::names::{NAME_MAX, Names};
use crate::reply::{RATIONALE_CHARS_MAX, SUMMARY_CHARS_MAX, TRADES_MAX};

/// Values of all enumerations at most, the two actions left out.
const VALUES_MAX: usize = 900;
/// Characters of all of them.
const CHARACTERS_MAX: usize = 12_000;

/// The schema of an answer.
pub(super) fn answer_form(names: &Names<'_>, listed: &Listed) -> ReplySchema {
    let accounts: Vec<String> = listed.accounts.iter().map(|n| names.account(*n)).collect();
    let tickers: Vec<&str> = listed.securities.iter().map(|n| names.ticker(*n)).collect();
    let lots: Vec<&str> = listed.lots.iter().map(|n| names.lot(*n)).collect();
    let mut left = (VALUES_MAX, CHARACTERS_MAX);
    let defs = json!({
        "account": name(&mut left, &accounts),
        "ticker": name(&mut left, &tickers),
        "lot": name(&mut left, &lots),
        "shares": {"type": "number", "exclusiveMinimum": 0, "description": "shares, not USD"},
        "rationale": {"type": "string", "maxLength": RATIONALE_CHARS_MAX},
        "sell": trade("SELL", true),
        "buy": trade("BUY", false),
    });
    let schema = json!({
        "type": "object",
        "properties": {
            "trades": {
                "type": "array",
                "maxItems": TRADES_MAX,
                "items": {"anyOf": [{"$ref": "#/$defs/sell"}, {"$ref": "#/$defs/buy"}]},
            },
            "summary_rationale": {"type": "string", "maxLength": SUMMARY_CHARS_MAX},
        },
        "required": ["trades", "summary_rationale"],
        "additionalProperties": false,
        "$defs": defs,
    });
    ReplySchema::new("trade_plan", schema).expect("a schema of bounded size, made here")
}

fn trade(action: &str, has_lot: bool) -> Value {
    let mut properties = json!({
        "action": {"type": "string", "enum": [action]},
        "account_id": {"$ref": "#/$defs/account"},
        "ticker": {"$ref": "#/$defs/ticker"},
        "quantity": {"$ref": "#/$defs/shares"},
        "rationale": {"$ref": "#/$defs/rationale"},
    });
    let mut required = vec!["action", "account_id", "ticker", "quantity", "rationale"];
    if has_lot {
        properties["lot_id"] = json!({"$ref": "#/$defs/lot"});
        required.insert(3, "lot_id");
    }
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

/// One of `names` where they are few enough for what is `left` of values and characters.
fn name<S: AsRef<str>>(left: &mut (usize, usize), names: &[S]) -> Value {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    let characters: usize = names.iter().map(|name| name.len()).sum();
    match (left.0.checked_sub(names.len()), left.1.checked_sub(characters)) {
        (Some(values), Some(characters)) if !names.is_empty() => {
            *left = (values, characters);
            json!({"type": "string", "enum": names})
        }
        _ => json!({"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._/-]*$", "maxLength": NAME_MAX}),
    }
}
