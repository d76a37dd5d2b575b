//! One JSON object of the data, on one line.
//!
//! In: fields in order. Out: text. Invariants: numbers keep their digits, being written from decimals; every text is encoded, so
//! that a line of the block is a line of ours; a field that says nothing is left out.

use jiff::civil::Date;
use portfolio::Decimal;
use portfolio::money::cents;

/// An object that is being written.
#[derive(Debug, Clone, Default)]
pub(super) struct Row(String);

impl Row {
    /// Without fields.
    pub(super) fn new() -> Row {
        Row::default()
    }

    /// A text.
    pub(super) fn text(self, key: &str, text: &str) -> Row {
        self.raw(key, &quoted(text))
    }

    /// A text, if there is one.
    pub(super) fn maybe_text(self, key: &str, text: Option<&str>) -> Row {
        match text {
            Some(text) => self.text(key, text),
            None => self,
        }
    }

    /// Texts, if there are any.
    pub(super) fn texts<S: AsRef<str>>(self, key: &str, texts: &[S]) -> Row {
        if texts.is_empty() { self } else { self.raw(key, &list(texts)) }
    }

    /// A number as it is.
    pub(super) fn number(self, key: &str, number: Decimal) -> Row {
        self.raw(key, &number.normalize().to_string())
    }

    /// A number that is not 0.
    pub(super) fn number_unless_zero(self, key: &str, number: Decimal) -> Row {
        if number.is_zero() { self } else { self.number(key, number) }
    }

    /// A number, if there is one.
    pub(super) fn maybe_number(self, key: &str, number: Option<Decimal>) -> Row {
        match number {
            Some(number) => self.number(key, number),
            None => self,
        }
    }

    /// Money, to the cent.
    pub(super) fn usd(self, key: &str, usd: Decimal) -> Row {
        self.number(key, cents(usd))
    }

    /// A part of V, to a millionth.
    pub(super) fn weight(self, key: &str, weight: Decimal) -> Row {
        self.number(key, weight.round_dp(6))
    }

    /// A day, if there is one.
    pub(super) fn maybe_day(self, key: &str, day: Option<Date>) -> Row {
        match day {
            Some(day) => self.text(key, &day.to_string()),
            None => self,
        }
    }

    /// `true`, where it is.
    pub(super) fn flag(self, key: &str, is: bool) -> Row {
        if is { self.raw(key, "true") } else { self }
    }

    /// JSON as it is.
    pub(super) fn raw(mut self, key: &str, json: &str) -> Row {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(&quoted(key));
        self.0.push(':');
        self.0.push_str(json);
        self
    }

    /// The object.
    pub(super) fn done(&self) -> String {
        format!("{{{}}}", self.0)
    }
}

/// A text as JSON.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Texts as a JSON list.
pub(super) fn list<S: AsRef<str>>(texts: &[S]) -> String {
    let all: Vec<String> = texts.iter().map(|text| quoted(text.as_ref())).collect();
    format!("[{}]", all.join(","))
}

/// Objects as a JSON list, one a line.
pub(super) fn lines<S: AsRef<str>>(rows: &[S]) -> String {
    let rows: Vec<&str> = rows.iter().map(AsRef::as_ref).collect();
    if rows.is_empty() { "[]".to_owned() } else { format!("[\n{}\n]", rows.join(",\n")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    #[test]
    fn a_row_is_one_line_of_json() {
        let row = Row::new()
            .text("a", "x\n\"y\"")
            .number("n", dec!(1.2300000000000000001))
            .number_unless_zero("z", dec!(0))
            .usd("usd", dec!(-0.125))
            .texts("t", &["p", "q"])
            .flag("f", false)
            .done();
        assert_eq!(row, r#"{"a":"x\n\"y\"","n":1.2300000000000000001,"usd":-0.12,"t":["p","q"]}"#);
        assert_eq!(lines(&[row.clone(), row]).lines().count(), 4);
    }
}
