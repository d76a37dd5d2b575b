//! The elements of a Flex report, flat.
//!
//! In: XML text. Out: each element with its attributes, its line and its number among those of its name. Invariants: no document type and
//! no entity of its own is taken, so that nothing is expanded; text that is cut off is a fault; the limits bound what is kept.

use std::collections::HashMap;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use crate::fault::{Fault, Place};
use crate::table::FILE_BYTES_MAX;

/// Most elements of a report.
const ELEMENTS_MAX: usize = 500_000;
/// Most attributes of an element.
const ATTRIBUTES_MAX: usize = 300;
/// Deepest nesting; reports have five levels.
const DEPTH_MAX: usize = 32;

/// Elements that are read; the many others of a report are passed over.
const READ: [&str; 9] = [
    "FlexQueryResponse",
    "FlexStatement",
    "FlexStatementResponse",
    "ErrorCode",
    "ErrorMessage",
    "AccountInformation",
    "OpenPosition",
    "CashReportCurrency",
    "Trade",
];

/// An element.
#[derive(Debug, Clone)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) place: Place,
    attributes: Vec<(String, String)>,
    /// Text right inside it.
    pub(super) text: String,
    /// Number of the statement that it stands in, from 1.
    pub(super) statement: u64,
}

impl Element {
    /// An attribute; none where it is missing or empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }
}

/// Reads a report.
pub(super) fn read(file: &str, text: &str) -> Result<Vec<Element>, Fault> {
    if text.len() > FILE_BYTES_MAX {
        return Err(Fault::of(
            file,
            format!("larger than {} MiB; ask for fewer sections", FILE_BYTES_MAX >> 20),
        ));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.trim_start().starts_with('<') {
        let hint =
            if text.contains("ClientAccountID") { "; this is the CSV form of a Flex query" } else { "" };
        return Err(Fault::of(file, format!("no XML{hint}; set the query's format to XML and run it again")));
    }
    let mut reader = Reader::from_str(text);
    let mut reading =
        Reading { file, elements: Vec::new(), counts: HashMap::new(), open: Vec::new(), statement: 0 };
    let (mut line, mut at) = (1_u64, 0_usize);
    loop {
        let from = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX).min(text.len());
        let passed = text.as_bytes().get(at..from).unwrap_or_default();
        line += u64::try_from(passed.iter().filter(|byte| **byte == b'\n').count()).unwrap_or_default();
        at = from;
        let place = Place::row(file, line);
        let event = reader
            .read_event()
            .map_err(|error| Fault::at(&place, format!("no well-formed XML ({error}); export it again")))?;
        match event {
            Event::Start(start) => {
                let kept = reading.element(&start, &place)?;
                reading.open.push(kept);
                if reading.open.len() > DEPTH_MAX {
                    return Err(Fault::at(
                        &place,
                        format!("nested deeper than {DEPTH_MAX} levels, as no Flex report is"),
                    ));
                }
            }
            Event::Empty(start) => drop(reading.element(&start, &place)?),
            Event::End(_) => drop(reading.open.pop()),
            Event::Text(inside) => reading.text(&inside),
            Event::DocType(_) => {
                return Err(Fault::at(
                    &place,
                    "has a document type, which no Flex report has; it is not read",
                ));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if !reading.open.is_empty() || reading.counts.is_empty() {
        return Err(Fault::at(
            &Place::row(file, line),
            "ends in the middle; the download was cut off, export it again",
        ));
    }
    Ok(reading.elements)
}

struct Reading<'a> {
    file: &'a str,
    elements: Vec<Element>,
    counts: HashMap<String, u64>,
    /// For each open element its place among those that are kept.
    open: Vec<Option<usize>>,
    statement: u64,
}

impl Reading<'_> {
    /// Keeps an element that is read; its place.
    fn element(&mut self, start: &BytesStart<'_>, place: &Place) -> Result<Option<usize>, Fault> {
        let name: &str = start.name().into_inner();
        if self.counts.is_empty() && !matches!(name, "FlexQueryResponse" | "FlexStatementResponse") {
            let message = format!(
                "begins with `{}` and is no Flex report of Interactive Brokers",
                crate::cell::shown(name)
            );
            return Err(Fault::of(self.file, message));
        }
        let number = self
            .counts
            .entry(if READ.contains(&name) { name.to_owned() } else { String::new() })
            .or_insert(0);
        *number += 1;
        if !READ.contains(&name) {
            return Ok(None);
        }
        if name == "FlexStatement" {
            self.statement += 1;
        }
        let place = Place { element: Some((name.to_owned(), *number)), ..place.clone() };
        if self.elements.len() == ELEMENTS_MAX {
            return Err(Fault::at(
                &place,
                format!("more than {ELEMENTS_MAX} elements; ask for a shorter time or fewer sections"),
            ));
        }
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let wrong = |message: String| {
                Fault::at(&place, format!("an attribute can't be read ({message}); export the report again"))
            };
            let attribute = attribute.map_err(|error| wrong(error.to_string()))?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| wrong(error.to_string()))?;
            if attributes.len() == ATTRIBUTES_MAX {
                return Err(Fault::at(&place, format!("more than {ATTRIBUTES_MAX} attributes")));
            }
            attributes.push((attribute.key.into_inner().to_owned(), value.into_owned()));
        }
        let (name, statement) = (name.to_owned(), self.statement);
        self.elements.push(Element { name, place, attributes, text: String::new(), statement });
        Ok(Some(self.elements.len() - 1))
    }

    fn text(&mut self, inside: &str) {
        const TEXT_MAX: usize = 400;
        if let Some(Some(at)) = self.open.last() {
            let text = &mut self.elements[*at].text;
            text.extend(inside.chars().take(TEXT_MAX.saturating_sub(text.len())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_have_their_line_and_number() {
        let text = "<?xml version=\"1.0\"?>\n<FlexQueryResponse>\n<Other a=\"1\"/><FlexStatement accountId=\"U1\">\n<Trade symbol=\"A&amp;B\"\n/>\
                    <Trade/></FlexStatement></FlexQueryResponse>";
        let read = read("f.xml", text).unwrap();
        let trades: Vec<&Element> = read.iter().filter(|e| e.name == "Trade").collect();
        assert_eq!(trades[0].get("symbol"), Some("A&B"));
        assert_eq!(trades[1].place.within(), "line 5, Trade 2");
        assert_eq!(trades[1].statement, 1);
    }

    #[test]
    fn what_could_expand_or_is_cut_off_is_refused() {
        let told = |text: &str| read("f.xml", text).unwrap_err().to_string();
        let bomb = "<!DOCTYPE a [<!ENTITY b \"c\">]><FlexQueryResponse a=\"&b;\"/>";
        assert!(told(bomb).contains("document type"), "{}", told(bomb));
        assert!(told("<FlexQueryResponse><Trade a=\"&b;\"/></FlexQueryResponse>").contains("attribute"));
        assert!(told("<FlexQueryResponse><FlexStatement>").contains("cut off"));
        assert!(told("<html></html>").contains("no Flex report"));
        assert!(told("ClientAccountID,Symbol").contains("CSV form"));
        assert!(told("<FlexQueryResponse></Other>").contains("well-formed"));
        assert!(told(&"<FlexQueryResponse>".repeat(40)).contains("nested"));
    }
}
