//! A JSON object as its fields, each in the text in which it is written.
//!
//! In: JSON text. Out: the fields in their order; and text again. Invariant: a value that nobody sets has the bytes that it came with.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The fields of an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Of the text of an object.
    pub(super) fn read(text: &str) -> Result<Fields, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// A value as it is written.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A value that is a text.
    pub(super) fn word(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.get(name)?).ok()
    }

    /// Sets a value, in its place or at the end.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        match self.0.iter_mut().find(|(key, _)| key == name) {
            Some((_, known)) => value.clone_into(known),
            None => self.0.push((name.to_owned(), value.to_owned())),
        }
    }

    /// Sets a value, in its place or at the beginning.
    pub(super) fn first(&mut self, name: &str, value: &str) {
        match self.0.iter_mut().find(|(key, _)| key == name) {
            Some((_, known)) => value.clone_into(known),
            None => self.0.insert(0, (name.to_owned(), value.to_owned())),
        }
    }

    /// Sets a value that is not there yet, behind another.
    pub(super) fn after(&mut self, before: &str, name: &str, value: &str) {
        let at = self.0.iter().position(|(key, _)| key == before).map_or(0, |at| at + 1);
        self.0.insert(at, (name.to_owned(), value.to_owned()));
    }

    /// Takes a field out.
    pub(super) fn remove(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(key, _)| key == name)?;
        Some(self.0.remove(at).1)
    }

    /// Adds the fields of another that are not here.
    pub(super) fn complete(&mut self, other: &Fields) {
        for (name, value) in &other.0 {
            if self.get(name).is_none() {
                self.0.push((name.clone(), value.clone()));
            }
        }
    }

    /// The object, a field a line.
    pub(super) fn text(&self) -> String {
        let fields: Vec<String> =
            self.0.iter().map(|(name, value)| format!(" {}: {value}", quoted(name))).collect();
        format!("{{\n{}\n}}\n", fields.join(",\n"))
    }

    /// The object in one line.
    pub(super) fn line(&self) -> String {
        let fields: Vec<String> =
            self.0.iter().map(|(name, value)| format!("{}: {value}", quoted(name))).collect();
        format!("{{{}}}", fields.join(", "))
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of named fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            fields.push((name, map.next_value::<&RawValue>()?.get().to_owned()));
        }
        Ok(Fields(fields))
    }
}

/// The elements of a list as they are written; none where it is no list.
pub(super) fn elements(list: &str) -> Vec<String> {
    let elements: Vec<&RawValue> = serde_json::from_str(list).unwrap_or_default();
    elements.into_iter().map(|element| element.get().to_owned()).collect()
}

/// A list, an element a line.
pub(super) fn list(elements: impl Iterator<Item = String>) -> String {
    let lines: Vec<String> = elements.map(|element| format!("\n  {element}")).collect();
    if lines.is_empty() { "[]".to_owned() } else { format!("[{}\n ]", lines.join(",")) }
}

/// A text as JSON writes it.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sets_keeps_its_bytes() {
        let mut fields =
            Fields::read("{\"a\": 1.50,\n \"b\": {\"x\":  [1,\n2]}, \"c\": \"\\u00e9\"}").unwrap();
        fields.set("a", "2");
        fields.first("z", "0");
        assert_eq!(
            fields.text(),
            "{\n \"z\": 0,\n \"a\": 2,\n \"b\": {\"x\":  [1,\n2]},\n \"c\": \"\\u00e9\"\n}\n"
        );
        assert_eq!(fields.remove("b").as_deref(), Some("{\"x\":  [1,\n2]}"));
        assert!(Fields::read("[1]").is_err());
        assert_eq!(elements("[1, {\"a\":  2}]"), ["1", "{\"a\":  2}"]);
    }
}
