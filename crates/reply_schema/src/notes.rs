//! Bounds that a provider's dialect has no words for, as words for the model.
//!
//! In: a schema that is being rewritten and what is left over. Out: the description with the left-over keywords at its end,
//! so that the model may heed what the provider can't enforce.

use serde_json::{Map, Value};

/// Adds `left_over` to the description of `schema`, in the order of the keywords' names.
pub(super) fn note(schema: &mut Map<String, Value>, left_over: &Map<String, Value>) {
    if left_over.is_empty() {
        return;
    }
    let bounds: Vec<String> =
        left_over.iter().map(|(keyword, value)| format!("{keyword}: {value}")).collect();
    let before = schema.get("description").and_then(Value::as_str).map(|text| format!("{text}\n\n"));
    let text = format!("{}{{{}}}", before.unwrap_or_default(), bounds.join(", "));
    schema.insert("description".to_owned(), Value::String(text));
}
