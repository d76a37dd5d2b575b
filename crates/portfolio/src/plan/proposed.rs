//! A plan as somebody wrote it: a person, a model, or this program at an earlier time.
//!
//! Only `trades` and `summary_rationale` are read; every figure is recomputed. A row that makes no
//! sense is kept with what could be read of it, since a malformed row is a finding
//! (`order.malformed`) and not an error.

use rust_decimal::{Decimal, dec};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::document::object::Object;
use crate::document::reader_words::in_our_words;
use crate::household::Side;

/// Beyond any quantity, shares.
const QUANTITY_LIMIT: Decimal = dec!(1e15);
/// Beyond any price of a document, USD per share; times a quantity it is still a [`Decimal`].
const PRICE_LIMIT: Decimal = dec!(1e12);

/// A plan that nobody has checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProposedPlan {
    /// The rows in order.
    pub trades: Vec<ProposedTrade>,
    /// The words that came with it.
    pub summary_rationale: Option<String>,
    /// The hash that it states.
    pub plan_hash: Option<String>,
}

/// A row that nobody has checked; `None` = missing or of the wrong kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProposedTrade {
    /// Side.
    pub action: Option<Side>,
    /// Account; may be left out where there is one.
    pub account_id: Option<String>,
    /// Security.
    pub ticker: Option<String>,
    /// Lot of a sale.
    pub lot_id: Option<String>,
    /// Shares, if it is a number above 0 and below 1e15.
    pub quantity: Option<Decimal>,
    /// USD per share that the plan was made with, from 0 to 1e12: what was written beyond is the nearer of
    /// the two, so that a rule about prices still judges it and products with it are defined.
    pub estimated_price: Option<Decimal>,
    /// Why.
    pub rationale: Option<String>,
    /// The first characters of the row as written.
    pub excerpt: String,
}

/// Why a text is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Not JSON, or not an object with `trades`.
    #[error("line {line}, column {column}: {message}; a plan is an object with a list `trades`")]
    Shape {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
}

#[derive(Deserialize)]
struct Written<'a> {
    #[serde(borrow)]
    trades: Vec<&'a RawValue>,
    summary_rationale: Option<String>,
    plan_hash: Option<String>,
}

/// Reads a plan document, or the bare form of a model's answer.
///
/// # Errors
/// [`PlanError`] when there is no list of trades to look at.
pub fn read_plan(text: &str) -> Result<ProposedPlan, PlanError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(PlanError::Shape { line: 1, column: 1, message: "the document is empty".to_owned() });
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let written = Written::deserialize(Object(&mut json))
        .and_then(|written| json.end().map(|()| written))
        .map_err(|error| {
            let full = error.to_string();
            let message = full.rsplit_once(" at line ").map_or(full.as_str(), |(m, _)| m);
            let (message, _) = in_our_words(message);
            PlanError::Shape { line: error.line(), column: error.column(), message }
        })?;
    Ok(ProposedPlan {
        trades: written.trades.into_iter().map(row).collect(),
        summary_rationale: written.summary_rationale,
        plan_hash: written.plan_hash,
    })
}

/// Reads what can be read of one row.
fn row(raw: &RawValue) -> ProposedTrade {
    const EXCERPT_CHARS: usize = 120;
    let excerpt = raw.get().chars().take(EXCERPT_CHARS).collect();
    let fields: std::collections::BTreeMap<String, &RawValue> =
        serde_json::from_str(raw.get()).unwrap_or_default();
    let text = |name: &str| fields.get(name).and_then(|v| serde_json::from_str::<String>(v.get()).ok());
    let number = |name: &str| {
        let raw = fields.get(name)?.get();
        let bare = raw.strip_prefix('"').and_then(|r| r.strip_suffix('"')).unwrap_or(raw);
        crate::money::parse(bare.trim()).ok()
    };
    ProposedTrade {
        action: match text("action").as_deref() {
            Some("BUY") => Some(Side::Buy),
            Some("SELL") => Some(Side::Sell),
            _ => None,
        },
        // Only an account that is left out may be guessed; whatever else is there names one, or none.
        account_id: fields.get("account_id").map(|raw| {
            let raw = raw.get();
            serde_json::from_str(raw).unwrap_or_else(|_| format!("{raw} (which is no text)"))
        }),
        ticker: text("ticker"),
        lot_id: text("lot_id"),
        quantity: number("quantity").filter(|q| *q > Decimal::ZERO && *q < QUANTITY_LIMIT),
        estimated_price: number("estimated_price").map(|price| price.clamp(Decimal::ZERO, PRICE_LIMIT)),
        rationale: text("rationale"),
        excerpt,
    }
}

impl From<&super::Trade> for ProposedTrade {
    fn from(trade: &super::Trade) -> Self {
        ProposedTrade {
            action: Some(trade.action),
            account_id: Some(trade.account_id.clone()),
            ticker: Some(trade.ticker.clone()),
            lot_id: trade.lot_id.clone(),
            quantity: Some(trade.quantity.0),
            estimated_price: Some(trade.estimated_price.0),
            rationale: Some(trade.rationale.clone()),
            excerpt: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_makes_no_sense_is_kept() {
        let plan = read_plan(r#"{"trades": [{"action": "HOLD", "quantity": -3}, 7, {"action": "BUY", "ticker": "A", "quantity": "2.50"}]}"#).unwrap();
        assert_eq!(plan.trades.len(), 3);
        assert_eq!(plan.trades[0].action, None);
        assert_eq!(plan.trades[0].quantity, None);
        assert_eq!(plan.trades[1].excerpt, "7");
        assert_eq!(plan.trades[2].quantity, Some(dec!(2.50)));
    }

    #[test]
    fn a_price_beyond_all_prices_is_still_a_price_to_judge() {
        let priced = |price: &str| {
            let text = format!(
                r#"{{"trades": [{{"action": "BUY", "ticker": "A", "quantity": 1, "estimated_price": {price}}}]}}"#
            );
            read_plan(&text).unwrap().trades[0].estimated_price
        };
        assert_eq!(priced("452222222222222222222220.00"), Some(PRICE_LIMIT));
        assert_eq!(priced("-3"), Some(Decimal::ZERO));
        assert_eq!(priced("450.25"), Some(dec!(450.25)));
        assert_eq!(priced("null"), None);
        assert!(PRICE_LIMIT.checked_mul(QUANTITY_LIMIT).is_some());
    }

    #[test]
    fn no_list_of_trades_is_an_error_with_a_place() {
        let error = read_plan("{\"trades\": 5}").unwrap_err().to_string();
        assert!(error.starts_with("line 1, column"), "{error}");
        assert!(read_plan("no json").is_err());
        let error = read_plan(" \n").unwrap_err().to_string();
        assert!(error.starts_with("line 1, column 1: the document is empty; a plan is an object"), "{error}");
    }

    #[test]
    fn a_list_is_no_plan() {
        let error = read_plan("\n[[], \"words\", \"hash\"]").unwrap_err().to_string();
        assert!(
            error
                .starts_with("line 2, column 1: expected an object of named fields, found a list; a plan is"),
            "{error}"
        );
        let rows = read_plan(r#"{"trades": [["BUY", "a", "A", 1]]}"#).unwrap().trades;
        assert_eq!((rows.len(), rows[0].action, rows[0].quantity), (1, None, None));
    }
}
