//! The preference tokens of a document, checked against each other and against its names.

use rust_decimal::Decimal;

use super::super::exact::Text;
use super::super::shape::Wanted;
use super::holdings::Held;
use super::{Document, Findings};
use crate::household::{CASH, Lot, Security};
use crate::preference::contradiction::contradictions;
use crate::preference::grammar::TokenError;
use crate::preference::void::{How, Known, voids};
use crate::preference::wishes::Names;
use crate::preference::{Token, Wishes, parse};

/// Tokens and what they set.
pub(super) struct Preferences {
    pub(super) tokens: Vec<Token>,
    pub(super) wishes: Wishes,
}

/// Reads `preferences`.
pub(super) fn read(
    document: &Document<'_>,
    securities: &[Security],
    held: &Held,
    found: &mut Findings,
) -> Preferences {
    let mut tokens = Vec::new();
    let mut places = Vec::new();
    let written: &[Text<'_>] = match &document.preferences {
        Wanted::Tokens(written) => written,
        Wanted::Object(_) => &[],
    };
    for (i, text) in written.iter().enumerate() {
        match parse(text) {
            Ok(token) => {
                tokens.push(token);
                places.push(i);
            }
            Err(error) => {
                let hint = match &error {
                    TokenError::Unknown { nearest: None, .. } => {
                        Some("`equipoise preferences` lists every token".to_owned())
                    }
                    _ => None,
                };
                found.faults.push(crate::Fault {
                    line: None,
                    path: format!("preferences[{i}]"),
                    message: error.to_string(),
                    hint,
                });
            }
        }
    }
    for pair in contradictions(&tokens) {
        let (a, b) = (&tokens[pair.first], &tokens[pair.second]);
        found.fault_hint(
            format!("preferences[{}]", places[pair.second]),
            format!("`{a}` and `{b}` contradict each other"),
            "keep one of them",
        );
    }
    let tickers = |lot: &Lot| securities[held.positions[lot.position].security].ticker.as_str();
    let lots: Vec<(&str, &str)> = held.lots.iter().map(|l| (l.lot_id.as_str(), tickers(l))).collect();
    for void in voids(&tokens, &Known { securities, lots: &lots }) {
        let (token, by) = (&tokens[void.token], &tokens[void.by]);
        let detail = match void.how {
            How::RuledOut => {
                format!("it can't be followed beside `{by}`, which rules it out: drop one of them")
            }
            How::Implied => format!("it changes nothing beside `{by}`, which asks for as much or more"),
        };
        found.warn("document.preference_void", token.to_string(), detail);
    }
    let wishes = resolve(&tokens, &places, document, securities, held, found);
    if wishes.volatility_cap.is_some() && document.risk_model.is_none() {
        found.fault("preferences", "`volatility_cap_pct` needs a `risk_model`");
    }
    let zero_cap = wishes.volatility_cap.is_some_and(|v| v <= Decimal::ZERO);
    if zero_cap {
        found.fault("preferences", "a volatility cap has to be above 0 %");
    }
    Preferences { tokens, wishes }
}

fn resolve(
    tokens: &[Token],
    places: &[usize],
    document: &Document<'_>,
    securities: &[Security],
    held: &Held,
    found: &mut Findings,
) -> Wishes {
    let tickers: Vec<&str> = securities.iter().map(|s| s.ticker.as_str()).collect();
    let lots: Vec<&str> = held.lots.iter().map(|l| l.lot_id.as_str()).collect();
    let mut classes: Vec<&str> = securities.iter().map(|s| s.asset_class.as_str()).collect();
    classes.extend(document.target_allocation.0.iter().map(|(c, _)| &**c).filter(|c| *c != CASH));
    let mut sectors: Vec<&str> = securities.iter().filter_map(|s| s.sector.as_deref()).collect();
    for names in [&mut classes, &mut sectors] {
        names.sort_unstable();
        names.dedup();
    }
    let names = Names { tickers: &tickers, lots: &lots, classes: &classes, sectors: &sectors };
    Wishes::resolve(tokens, &names).unwrap_or_else(|unknown| {
        for name in unknown {
            found.fault_hint(format!("preferences[{}]", places[name.token]), name.message, name.hint);
        }
        Wishes::default()
    })
}
