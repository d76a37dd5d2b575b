//! The same document a tick later: every price moved by up to half a percent.
//!
//! In: a document of a family, a seed. Out: the document with other prices, to the cent. Invariant: nothing else changes.

use serde_json::{Value, json};

use crate::chance::Chance;

/// The most that a price moves by, as a part of it.
const MOVE_MAX: f64 = 0.005;

/// The document after a tick.
#[must_use]
pub fn after_a_tick(document: &Value, seed: u64) -> Value {
    let mut document = document.clone();
    move_prices(&mut document, &mut Chance::new("tick", seed));
    document
}

fn move_prices(value: &mut Value, chance: &mut Chance) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                match field.as_f64().filter(|_| name == "current_price") {
                    Some(price) => {
                        let moved = price * (1.0 + chance.between(-MOVE_MAX, MOVE_MAX));
                        *field = json!((moved * 100.0).round().max(1.0) / 100.0);
                    }
                    None => move_prices(field, chance),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|v| move_prices(v, chance)),
        _ => {}
    }
}
