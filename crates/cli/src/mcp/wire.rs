//! Lines of the protocol: JSON-RPC 2.0, one message a line.
//!
//! In: bytes from outside. Out: messages, or a [`Fault`] with its code of JSON-RPC. Invariants: no line is kept beyond [`LINE_BYTES_MAX`] and
//! nothing is read that is nested deeper than [`DEPTH_MAX`]; numbers keep their digits; what is written is one line. It knows no finance
//! and no tool, and a fuzz target is built of this file as it stands.

use std::fmt;
use std::io::{self, BufRead, ErrorKind};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Longest line that is read, bytes.
pub(crate) const LINE_BYTES_MAX: usize = 4 << 20;
/// Deepest nesting of lists and objects that is read.
pub(crate) const DEPTH_MAX: usize = 64;
/// Most messages in one list of them.
pub(crate) const BATCH_MAX: usize = 100;

/// The codes of JSON-RPC.
pub(crate) mod code {
    /// No JSON.
    pub(crate) const PARSE: i32 = -32700;
    /// JSON, but no request.
    pub(crate) const REQUEST: i32 = -32600;
    /// No such method.
    pub(crate) const METHOD: i32 = -32601;
    /// The method does not take these parameters.
    pub(crate) const PARAMETERS: i32 = -32602;
}

/// A line as it was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// Without its line break.
    Whole(Vec<u8>),
    /// Longer than is read; it was passed over up to its end.
    TooLong,
    /// There are no more.
    End,
}

/// The next line, read to its end however long it is.
pub(crate) fn next_line(from: &mut dyn BufRead) -> io::Result<Line> {
    let mut line = Vec::new();
    let mut too_long = false;
    loop {
        let part = match from.fill_buf() {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            part => part?,
        };
        let end = part.iter().position(|byte| *byte == b'\n');
        let content = &part[..end.unwrap_or(part.len())];
        too_long = too_long || line.len() + content.len() > LINE_BYTES_MAX;
        if too_long {
            line = Vec::new();
        } else {
            line.extend_from_slice(content);
        }
        let (is_over, used) = (part.is_empty(), end.map_or(part.len(), |end| end + 1));
        from.consume(used);
        match (too_long, end) {
            (true, Some(_)) => return Ok(Line::TooLong),
            (true, None) if is_over => return Ok(Line::TooLong),
            (false, None) if is_over && line.is_empty() => return Ok(Line::End),
            (false, None) if is_over => return Ok(Line::Whole(line)),
            (false, Some(_)) => return Ok(Line::Whole(line)),
            (_, None) => {}
        }
    }
}

/// What somebody sends.
#[derive(Debug)]
pub(crate) enum Message {
    /// It wants an answer.
    Request {
        /// As it was written, to be sent back: a text or a number.
        id: Box<RawValue>,
        /// What is asked.
        method: String,
        /// An object, where there are any.
        params: Option<Box<RawValue>>,
    },
    /// It wants none.
    Notice,
    /// An answer to something; nothing is asked here, so nobody waits for it.
    Answer,
}

/// A line as it is understood.
#[derive(Debug)]
pub(crate) enum Received {
    /// One message.
    One(Result<Message, Fault>),
    /// A list of them, as versions of the protocol before 2025-06-18 allow.
    Many(Vec<Result<Message, Fault>>),
}

/// Why there is no message, or no answer to one.
#[derive(Debug)]
pub(crate) struct Fault {
    /// Of the request, where it could be read.
    pub(crate) id: Option<Box<RawValue>>,
    /// Of JSON-RPC.
    pub(crate) code: i32,
    /// What is wrong, and what to do.
    pub(crate) words: String,
}

impl Fault {
    /// Of something whose id is not known.
    pub(crate) fn new(code: i32, words: impl Into<String>) -> Fault {
        Fault { id: None, code, words: words.into() }
    }

    /// Of this request.
    pub(crate) fn of(mut self, id: Box<RawValue>) -> Fault {
        self.id = Some(id);
        self
    }
}

/// Understands a line.
pub(crate) fn read(line: &[u8]) -> Received {
    let text = match text(line) {
        Ok(text) => text,
        Err(fault) => return Received::One(Err(fault)),
    };
    if !text.starts_with('[') {
        return Received::One(message(text));
    }
    let Ok(all) = serde_json::from_str::<Vec<&RawValue>>(text) else {
        return Received::One(Err(Fault::new(code::PARSE, "the list can't be read")));
    };
    match all.len() {
        0 => Received::One(Err(Fault::new(code::REQUEST, "the list of messages is empty"))),
        1..=BATCH_MAX => Received::Many(all.into_iter().map(|raw| message(raw.get())).collect()),
        _ => {
            let words = format!("more than {BATCH_MAX} messages in one list; send them one by one");
            Received::One(Err(Fault::new(code::REQUEST, words)))
        }
    }
}

/// A line as JSON that is not nested too deep.
fn text(line: &[u8]) -> Result<&str, Fault> {
    let text = std::str::from_utf8(line).map_err(|error| {
        Fault::new(code::PARSE, format!("no UTF-8 at byte {}; send UTF-8", error.valid_up_to() + 1))
    })?;
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
    if depth(text) > DEPTH_MAX {
        return Err(Fault::new(code::REQUEST, format!("nested deeper than {DEPTH_MAX}")));
    }
    serde_json::from_str::<&RawValue>(text)
        .map_err(|error| Fault::new(code::PARSE, format!("no JSON: {error}; send one message a line")))?;
    Ok(text)
}

/// How deep lists and objects are nested; what stands in texts does not count.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// One message.
fn message(text: &str) -> Result<Message, Fault> {
    let refused = |words: &str| Fault::new(code::REQUEST, words);
    let fields = Fields::of(text).map_err(|words| Fault::new(code::REQUEST, words))?;
    let id = match fields.get("id") {
        None => None,
        Some(id) if is_id(id) => Some(id.to_owned()),
        Some(_) => return Err(refused("the id of a request is a text or a whole number")),
    };
    let in_answer = |fault: Fault| match &id {
        Some(id) => fault.of(id.clone()),
        None => fault,
    };
    let word = |name: &str| fields.get(name).and_then(|raw| serde_json::from_str::<String>(raw.get()).ok());
    if word("jsonrpc").as_deref() != Some("2.0") {
        return Err(in_answer(refused("a message has `\"jsonrpc\": \"2.0\"`")));
    }
    if fields.get("method").is_none() && (fields.get("result").is_some() || fields.get("error").is_some()) {
        return Ok(Message::Answer);
    }
    let Some(method) = word("method") else {
        return Err(in_answer(refused("a request has a `method`, a text")));
    };
    let params = fields.get("params").map(ToOwned::to_owned);
    if params.as_ref().is_some_and(|params| !params.get().starts_with('{')) {
        return Err(in_answer(Fault::new(code::PARAMETERS, "`params` is an object")));
    }
    Ok(match id {
        Some(id) => Message::Request { id, method, params },
        None => Message::Notice,
    })
}

/// Whether this may name a request: a text, or a number without a part.
fn is_id(raw: &RawValue) -> bool {
    let text = raw.get();
    text.starts_with('"') || text.parse::<i64>().is_ok()
}

/// The fields of an object, none twice; their values as they were written.
#[derive(Debug)]
pub(crate) struct Fields(Vec<(String, Box<RawValue>)>);

impl Fields {
    /// Of an object.
    pub(crate) fn of(text: &str) -> Result<Fields, String> {
        if !text.trim_start().starts_with('{') {
            return Err("expected an object, `{…}`".to_owned());
        }
        let fields: Fields = serde_json::from_str(text).map_err(|error| {
            let full = error.to_string();
            full.rsplit_once(" at line ").map_or(full.as_str(), |(words, _)| words).to_owned()
        })?;
        let mut names: Vec<&str> = fields.0.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(format!("`{}` stands there twice", pair[0])),
            None => Ok(fields),
        }
    }

    /// One of them.
    pub(crate) fn get(&self, name: &str) -> Option<&RawValue> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, raw)| &**raw)
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        self.0.iter().map(|(name, raw)| (name.as_str(), &**raw))
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fields, D::Error> {
        struct Reading;
        impl<'de> Visitor<'de> for Reading {
            type Value = Fields;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Reading)
    }
}

/// An answer. `result` is JSON.
pub(crate) fn answered(id: &RawValue, result: &str) -> String {
    in_one_line(&format!(r#"{{"jsonrpc":"2.0","id":{},"result":{result}}}"#, id.get()))
}

/// That there is no answer.
pub(crate) fn failed(fault: &Fault) -> String {
    let id = fault.id.as_ref().map_or("null", |id| id.get());
    let words = quoted(&fault.words);
    in_one_line(&format!(
        r#"{{"jsonrpc":"2.0","id":{id},"error":{{"code":{},"message":{words}}}}}"#,
        fault.code
    ))
}

/// A text as JSON.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// JSON in one line: in its texts a line break is written as `\n` anyway.
fn in_one_line(json: &str) -> String {
    json.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str) -> Result<Message, Fault> {
        match read(line.as_bytes()) {
            Received::One(one) => one,
            Received::Many(many) => panic!("{many:?}"),
        }
    }

    fn code_of(line: &str) -> (i32, Option<String>) {
        let fault = one(line).unwrap_err();
        (fault.code, fault.id.map(|id| id.get().to_owned()))
    }

    #[test]
    fn a_request_keeps_its_id_and_its_digits() {
        let line =
            r#" {"jsonrpc": "2.0", "id": "a\"b", "method": "m", "params": {"x": 1.10000000000000000001}} "#;
        let Ok(Message::Request { id, method, params }) = one(line) else { panic!("no request") };
        assert_eq!((id.get(), method.as_str()), (r#""a\"b""#, "m"));
        assert_eq!(params.unwrap().get(), r#"{"x": 1.10000000000000000001}"#);
        assert!(matches!(one(r#"{"jsonrpc": "2.0", "method": "m"}"#), Ok(Message::Notice)));
        assert!(matches!(one(r#"{"jsonrpc": "2.0", "id": 1, "result": {}}"#), Ok(Message::Answer)));
    }

    #[test]
    fn each_fault_has_its_code_and_the_id_where_it_is_known() {
        assert_eq!(code_of("{"), (code::PARSE, None));
        assert_eq!(code_of("7"), (code::REQUEST, None));
        assert_eq!(code_of("[]"), (code::REQUEST, None));
        assert_eq!(code_of(r#"{"id": 1, "method": "m"}"#), (code::REQUEST, Some("1".to_owned())));
        assert_eq!(code_of(r#"{"jsonrpc": "2.0", "id": null, "method": "m"}"#), (code::REQUEST, None));
        assert_eq!(code_of(r#"{"jsonrpc": "2.0", "id": 1.5, "method": "m"}"#), (code::REQUEST, None));
        assert_eq!(code_of(r#"{"jsonrpc": "2.0", "id": 1, "id": 2, "method": "m"}"#), (code::REQUEST, None));
        let listed = r#"{"jsonrpc": "2.0", "id": 3, "method": "m", "params": [1]}"#;
        assert_eq!(code_of(listed), (code::PARAMETERS, Some("3".to_owned())));
        let Received::One(Err(fault)) = read(b"\xff") else { panic!("read") };
        assert_eq!(fault.code, code::PARSE);
    }

    #[test]
    fn brackets_in_texts_are_no_depth() {
        let deep = |levels: usize| {
            let (open, close) = ("[".repeat(levels), "]".repeat(levels));
            format!(r#"{{"jsonrpc": "2.0", "method": "m", "params": {{"x": {open}{close}}}}}"#)
        };
        assert!(one(&deep(DEPTH_MAX - 2)).is_ok());
        assert_eq!(code_of(&deep(DEPTH_MAX - 1)).0, code::REQUEST);
        assert_eq!(code_of(&deep(1_000_000)).0, code::REQUEST);
        let texts = format!(
            r#"{{"jsonrpc": "2.0", "method": "m", "params": {{"x": "{}\"["}}}}"#,
            "[".repeat(DEPTH_MAX * 2)
        );
        assert!(one(&texts).is_ok());
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over_and_the_next_one_is_read() {
        let mut long = vec![b'x'; LINE_BYTES_MAX + 1];
        long.extend_from_slice(b"\nnext\nlast");
        let mut from = io::BufReader::new(long.as_slice());
        assert_eq!(next_line(&mut from).unwrap(), Line::TooLong);
        assert_eq!(next_line(&mut from).unwrap(), Line::Whole(b"next".to_vec()));
        assert_eq!(next_line(&mut from).unwrap(), Line::Whole(b"last".to_vec()));
        assert_eq!(next_line(&mut from).unwrap(), Line::End);
        let mut fits = io::BufReader::new(&long[..LINE_BYTES_MAX]);
        assert_eq!(next_line(&mut fits).unwrap(), Line::Whole(long[..LINE_BYTES_MAX].to_vec()));
    }

    #[test]
    fn an_answer_is_one_line() {
        let id = RawValue::from_string("7".to_owned()).unwrap();
        assert_eq!(
            answered(&id, "{\n \"a\": \"b\\n\"\r\n}"),
            r#"{"jsonrpc":"2.0","id":7,"result":{  "a": "b\n"  }}"#
        );
        let fault = Fault::new(code::PARSE, "two\nlines");
        assert!(failed(&fault).contains(r#""id":null,"error":{"code":-32700,"message":"two\nlines""#));
    }
}
