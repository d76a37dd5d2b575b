//! What is asked of a tool.
//!
//! In: the parameters that a tool has, and an object from outside. Out: [`Arguments`] whose values have the kinds that they should have.
//! Invariants: what a tool does not know is refused with the name that was probably meant; the schema that is shown and what is read here
//! come from the same [`Parameter`]; rows keep their digits.

use std::collections::BTreeMap;

use portfolio::nearest::hint;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::sight::Refused;
use super::wire::Fields;

/// Longest name that anything has, characters.
const NAME_CHARS_MAX: usize = 256;

/// Something that a tool can be told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parameter {
    /// Its name.
    pub(super) name: &'static str,
    /// What it is, for who asks.
    pub(super) words: &'static str,
    /// What kind of value.
    pub(super) kind: Kind,
    /// Whether it has to be there.
    pub(super) required: bool,
    /// Whether it means something in the books of an installation alone.
    pub(super) in_books: bool,
}

impl Parameter {
    /// One that may be left out.
    pub(super) const fn new(name: &'static str, kind: Kind, words: &'static str) -> Parameter {
        Parameter { name, words, kind, required: false, in_books: false }
    }

    /// One that has to be there.
    pub(super) const fn required(self) -> Parameter {
        Parameter { required: true, ..self }
    }

    /// One for books alone.
    pub(super) const fn in_books(self) -> Parameter {
        Parameter { in_books: true, ..self }
    }
}

/// The household that a tool looks at.
pub(super) const HOUSEHOLD: Parameter = Parameter::new(
    "household",
    Kind::Name,
    "Name of the household, as `list_households` gives it; may be left out where there is only one",
);

/// What kind of value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// A name of something, up to 256 characters.
    Name,
    /// Words of a person.
    Words,
    /// A whole number from the first to the second.
    Whole(u64, u64),
    /// One of these words.
    Word(fn() -> Vec<&'static str>),
    /// Rows of a plan.
    Rows,
}

/// What a row of a plan may have, with whether it is a text; the rest is read as a number.
const ROW: [(&str, &str); 7] = [
    ("action", "BUY or SELL"),
    ("account_id", "The account; may be left out where there is one"),
    ("ticker", "The security"),
    ("lot_id", "The lot of a sale"),
    ("quantity", "Shares, above 0"),
    ("estimated_price", "USD per share; not looked at but to warn of a price that is off"),
    ("rationale", "Why; not looked at"),
];

impl Kind {
    fn schema(self) -> Value {
        match self {
            Kind::Name => json!({"type": "string", "minLength": 1, "maxLength": NAME_CHARS_MAX}),
            Kind::Words => json!({"type": "string", "minLength": 1}),
            Kind::Whole(least, most) => json!({"type": "integer", "minimum": least, "maximum": most}),
            Kind::Word(words) => json!({"type": "string", "enum": words()}),
            Kind::Rows => {
                let field = |(name, words): &(&str, &str)| {
                    let kind = match *name {
                        "quantity" | "estimated_price" => json!({"type": ["number", "string"]}),
                        "action" => json!({"type": "string", "enum": ["BUY", "SELL"]}),
                        _ => json!({"type": "string"}),
                    };
                    (name.to_string(), described(kind, words))
                };
                let fields: Map<String, Value> = ROW.iter().map(field).collect();
                json!({"type": "array", "items": {"type": "object", "additionalProperties": false,
                       "required": ["action", "ticker", "quantity"], "properties": fields}})
            }
        }
    }
}

fn described(mut schema: Value, words: &str) -> Value {
    schema["description"] = words.into();
    schema
}

/// The JSON Schema of what a tool takes.
pub(super) fn schema<'a>(parameters: impl Iterator<Item = &'a Parameter> + Clone) -> Value {
    let fields = parameters.clone().map(|one| (one.name.to_owned(), described(one.kind.schema(), one.words)));
    let fields: Map<String, Value> = fields.collect();
    let required: Vec<&str> = parameters.filter(|one| one.required).map(|one| one.name).collect();
    json!({"type": "object", "properties": fields, "required": required, "additionalProperties": false})
}

/// What was given.
#[derive(Debug, PartialEq, Eq)]
enum Given {
    Text(String),
    Whole(u64),
    Rows(String),
}

/// What a tool is asked.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Arguments(BTreeMap<&'static str, Given>);

impl Arguments {
    /// Reads them; `null` stands for what is left out.
    pub(super) fn read<'a>(
        parameters: impl Iterator<Item = &'a Parameter> + Clone,
        raw: Option<&RawValue>,
    ) -> Result<Arguments, Refused> {
        let mut given = BTreeMap::new();
        if let Some(raw) = raw.filter(|raw| raw.get() != "null") {
            let fields =
                Fields::of(raw.get()).map_err(|words| Refused::new(format!("arguments: {words}")))?;
            for (name, raw) in fields.iter() {
                let Some(known) = parameters.clone().find(|known| known.name == name) else {
                    let names: Vec<&str> = parameters.map(|known| known.name).collect();
                    let hint = if names.is_empty() { "it takes none".to_owned() } else { hint(name, names) };
                    return Err(Refused::new(format!("there is no argument `{name}`; {hint}")));
                };
                if raw.get() != "null" {
                    let value = value(known.kind, raw)
                        .map_err(|words| Refused::new(format!("argument `{name}`: {words}")))?;
                    given.insert(known.name, value);
                }
            }
        }
        match parameters.filter(|known| known.required).find(|known| !given.contains_key(known.name)) {
            Some(missing) => {
                Err(Refused::new(format!("argument `{}` is missing: {}", missing.name, missing.words)))
            }
            None => Ok(Arguments(given)),
        }
    }

    /// A text, where it was given.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.0.get(name) {
            Some(Given::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// A whole number, where it was given.
    pub(super) fn whole(&self, name: &str) -> Option<u64> {
        match self.0.get(name) {
            Some(Given::Whole(whole)) => Some(*whole),
            _ => None,
        }
    }

    /// Rows as JSON, where they were given.
    pub(super) fn rows(&self, name: &str) -> Option<&str> {
        match self.0.get(name) {
            Some(Given::Rows(rows)) => Some(rows),
            _ => None,
        }
    }

    /// How many entries of a list are wanted.
    pub(super) fn limit(&self, otherwise: usize) -> usize {
        self.whole("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(otherwise)
    }
}

fn value(kind: Kind, raw: &RawValue) -> Result<Given, String> {
    let text = || serde_json::from_str::<String>(raw.get()).map_err(|_| "has to be a text".to_owned());
    match kind {
        Kind::Name => {
            let name = text()?.trim().to_owned();
            match name.chars().count() {
                0 => Err("is empty; leave it out, or give a name".to_owned()),
                1..=NAME_CHARS_MAX => Ok(Given::Text(name)),
                _ => Err(format!("is longer than {NAME_CHARS_MAX} characters")),
            }
        }
        Kind::Words => Ok(Given::Text(text()?)),
        Kind::Whole(least, most) => {
            let whole = raw.get().parse::<u64>().ok().filter(|whole| (least..=most).contains(whole));
            whole.map(Given::Whole).ok_or_else(|| format!("has to be a whole number from {least} to {most}"))
        }
        Kind::Word(words) => {
            let text = text()?;
            if words().contains(&text.as_str()) {
                return Ok(Given::Text(text));
            }
            Err(format!("`{text}` is none; {}", hint(&text, words())))
        }
        Kind::Rows => rows(raw.get()).map(Given::Rows),
    }
}

/// Rows whose fields are all known; what their values mean is for the reader of plans.
fn rows(text: &str) -> Result<String, String> {
    let rows: Vec<&RawValue> =
        serde_json::from_str(text).map_err(|_| "has to be a list of rows, `[{…}, …]`".to_owned())?;
    for (place, row) in rows.iter().enumerate() {
        let fields = Fields::of(row.get()).map_err(|words| format!("row {place}: {words}"))?;
        let names = ROW.iter().map(|(name, _)| *name);
        for (name, _) in fields.iter() {
            if !names.clone().any(|known| known == name) {
                return Err(format!("row {place}: there is no field `{name}`; {}", hint(name, names)));
            }
        }
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAMETERS: [Parameter; 4] = [
        HOUSEHOLD,
        Parameter::new("limit", Kind::Whole(1, 10), "How many"),
        Parameter::new("colour", Kind::Word(|| vec!["green", "amber"]), "Which"),
        Parameter::new("trades", Kind::Rows, "Rows"),
    ];

    fn read(text: &str) -> Result<Arguments, String> {
        let raw: Box<RawValue> = serde_json::from_str(text).unwrap();
        Arguments::read(PARAMETERS.iter(), Some(&*raw)).map_err(|refused| refused.0)
    }

    #[test]
    fn what_is_not_known_is_refused_with_what_was_meant() {
        assert!(read(r#"{"houshold": "x"}"#).unwrap_err().contains("did you mean `household`?"));
        assert!(read(r#"{"colour": "gren"}"#).unwrap_err().contains("did you mean `green`?"));
        assert!(read(r#"{"limit": 11}"#).unwrap_err().contains("from 1 to 10"));
        assert!(read(r#"{"limit": "3"}"#).unwrap_err().contains("whole number"));
        assert!(read(r#"{"household": 3}"#).unwrap_err().contains("text"));
        assert!(read(r#"{"household": " "}"#).unwrap_err().contains("empty"));
        assert!(read(r#"{"limit": 1, "limit": 2}"#).unwrap_err().contains("twice"));
        assert!(read("[]").unwrap_err().contains("object"));
        let row = r#"{"trades": [{"action": "BUY"}, {"quantitiy": 1}]}"#;
        assert!(
            read(row).unwrap_err().contains("row 1: there is no field `quantitiy`; did you mean `quantity`?")
        );
    }

    #[test]
    fn what_is_known_keeps_its_digits() {
        let read = read(
            r#"{"household": " smith ", "limit": 3, "colour": null, "trades": [{"quantity": 1.00000000000000000001}]}"#,
        )
        .unwrap();
        assert_eq!((read.text("household"), read.limit(9), read.text("colour")), (Some("smith"), 3, None));
        assert_eq!(read.rows("trades"), Some(r#"[{"quantity": 1.00000000000000000001}]"#));
    }

    #[test]
    fn what_has_to_be_there_is_named_with_what_it_is() {
        let parameters = [Parameter::new("record", Kind::Whole(0, 9), "Number of the record").required()];
        let refused = Arguments::read(parameters.iter(), None).unwrap_err();
        assert_eq!(refused.0, "argument `record` is missing: Number of the record");
        assert_eq!(schema(parameters.iter())["required"], json!(["record"]));
        assert_eq!(schema(parameters.iter())["additionalProperties"], json!(false));
    }
}
