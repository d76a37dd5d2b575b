//! Messages of the stream of prices as Alpaca writes them.
//!
//! In: one message of the websocket, an array of records. Out: what each says, and beside it what can't be read. Invariants: each record is read by itself, so
//! that an odd one costs no other; a number is a decimal as it is written; a record of a kind that nobody asked for is left alone, since
//! the API grows.
//!
//! # Source
//! Alpaca's documentation "WebSocket Stream" and "Real-time Stock Data": `T` says what a record is; the conditions of trades are those of its
//! "How are bars aggregated?", as its REST API takes them for the latest trade. The stream is not part of the OpenAPI.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::bodies::{BidAsk, RawBar, Trade, part};
use crate::cell::shown;

/// What a record says.
#[derive(Debug)]
pub(super) enum Message {
    /// It is there, and waits for keys.
    Connected,
    /// It took the keys.
    Authenticated,
    /// What is subscribed to from now on: securities whose trades and whose quotes come.
    Subscribed { trades: BTreeSet<String>, quotes: BTreeSet<String> },
    /// Something is not done.
    Refused { code: u16, words: String },
    /// A trade whose price is one that a market has now, and its number.
    Trade { symbol: String, number: Option<u64>, trade: Trade },
    /// A trade that says nothing of the price: an odd lot, an average, one that was told late.
    OtherTrade,
    /// What is bid and asked.
    Quote { symbol: String, quote: BidAsk },
    /// The day so far.
    Day { symbol: String, day: RawBar },
    /// Whether it trades.
    Status { symbol: String, status: Status },
    /// A trade was cancelled, or replaced by another.
    Withdrawn { symbol: String, number: u64 },
}

/// Whether a security trades, as of when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Status {
    pub(super) at: Timestamp,
    /// Nothing where the status says neither.
    pub(super) is_halted: Option<bool>,
    /// In their words, cut and on one line.
    pub(super) words: String,
}

/// What one message says.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) messages: Vec<Message>,
    /// What can't be read, in words.
    pub(super) odd: Vec<String>,
}

/// Reads a message.
pub(super) fn read(text: &[u8]) -> Result<Read, String> {
    let records: Vec<Box<RawValue>> = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    let mut read = Read::default();
    for record in records {
        match message(&record) {
            Ok(Some(message)) => read.messages.push(message),
            Ok(None) => {}
            Err(odd) => read.odd.push(odd),
        }
    }
    Ok(read)
}

#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "T")]
    kind: String,
    #[serde(rename = "S")]
    symbol: Option<String>,
}

#[derive(Deserialize)]
struct Said {
    msg: Option<String>,
    code: Option<u16>,
}

#[derive(Deserialize)]
struct Lists {
    #[serde(default)]
    trades: BTreeSet<String>,
    #[serde(default)]
    quotes: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Made {
    i: Option<u64>,
    c: Option<Vec<String>>,
    z: Option<String>,
}

#[derive(Deserialize)]
struct RawStatus {
    sc: String,
    #[serde(default)]
    sm: String,
    #[serde(default)]
    rm: String,
    t: Timestamp,
}

#[derive(Deserialize)]
struct Cancelled {
    i: u64,
}

#[derive(Deserialize)]
struct Corrected {
    oi: u64,
}

fn message(record: &RawValue) -> Result<Option<Message>, String> {
    let odd =
        |what: &str, error: &str| format!("{what} of the stream can't be read and is left out ({error})");
    let Kind { kind, symbol } = part(record).map_err(|error| odd("a record", &error))?;
    match kind.as_str() {
        "success" => {
            let said: Said = part(record).map_err(|error| odd("an answer", &error))?;
            return Ok(match said.msg.as_deref() {
                Some("connected") => Some(Message::Connected),
                Some("authenticated") => Some(Message::Authenticated),
                _ => None,
            });
        }
        "error" => {
            let said: Said = part(record).map_err(|error| odd("an answer", &error))?;
            let words = said.msg.unwrap_or_else(|| "it gave no reason".to_owned());
            return Ok(Some(Message::Refused { code: said.code.unwrap_or_default(), words }));
        }
        "subscription" => {
            let Lists { trades, quotes } = part(record).map_err(|error| odd("a subscription", &error))?;
            return Ok(Some(Message::Subscribed { trades, quotes }));
        }
        "t" | "q" | "d" | "s" | "c" | "x" => {}
        _ => return Ok(None),
    }
    let Some(symbol) = symbol else { return Err(odd("a record", "it names no symbol")) };
    let what = |what: &str| format!("{what} of `{}`", shown(&symbol));
    Ok(Some(match kind.as_str() {
        "t" => {
            let made: Made = part(record).map_err(|error| odd(&what("a trade"), &error))?;
            if !made.is_a_price() {
                return Ok(Some(Message::OtherTrade));
            }
            let trade = part(record).map_err(|error| odd(&what("a trade"), &error))?;
            Message::Trade { symbol, number: made.i, trade }
        }
        "q" => {
            let quote = part(record).map_err(|error| odd(&what("a quote"), &error))?;
            Message::Quote { symbol, quote }
        }
        "d" => {
            let day = part(record).map_err(|error| odd(&what("the day's bar"), &error))?;
            Message::Day { symbol, day }
        }
        "s" => {
            let status: RawStatus = part(record).map_err(|error| odd(&what("the status"), &error))?;
            Message::Status { symbol, status: status.read() }
        }
        "c" => {
            let corrected: Corrected = part(record).map_err(|error| odd(&what("a correction"), &error))?;
            Message::Withdrawn { symbol, number: corrected.oi }
        }
        _ => {
            let cancelled: Cancelled = part(record).map_err(|error| odd(&what("a cancellation"), &error))?;
            Message::Withdrawn { symbol, number: cancelled.i }
        }
    }))
}

impl Made {
    /// Whether its price is one that the market has now. The strictest of its conditions counts.
    ///
    /// # Source
    /// The rules of Alpaca for the close of a minute's bar. `B` is an average price on the tapes A and B, and bunched on C.
    fn is_a_price(&self) -> bool {
        let is_nasdaq = self.z.as_deref() == Some("C");
        self.c.iter().flatten().all(|condition| match condition.as_str() {
            "B" => is_nasdaq,
            "C" | "G" | "H" | "I" | "M" | "N" | "P" | "Q" | "R" | "U" | "V" | "W" | "Z" | "4" | "7" | "9" => {
                false
            }
            _ => true,
        })
    }
}

impl RawStatus {
    /// `2` and `3` are a halt and its end on the tapes A and B; `H`, `P` (a pause after a fall or rise) and `T` on C and O. `Q` says that quotes
    /// resume, which are no trades yet; the others say nothing of it.
    fn read(self) -> Status {
        let is_halted = match self.sc.as_str() {
            "2" | "H" | "P" => Some(true),
            "3" | "T" => Some(false),
            _ => None,
        };
        let words = [shown(&self.sm), shown(&self.rm)];
        let words: Vec<String> = words.into_iter().filter(|words| !words.is_empty()).collect();
        Status { at: self.t, is_halted, words: words.join(": ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(record: &str) -> Message {
        let mut read = read(format!("[{record}]").as_bytes()).unwrap();
        assert_eq!(read.odd, Vec::<String>::new());
        read.messages.pop().unwrap()
    }

    fn is_price(conditions: &str, tape: &str) -> bool {
        let record = format!(
            r#"{{"T":"t","S":"SPY","i":7,"x":"V","p":663.25,"s":100,"c":{conditions},"t":"2026-11-24T15:29:58.5Z","z":"{tape}"}}"#
        );
        matches!(one(&record), Message::Trade { .. })
    }

    #[test]
    fn only_trades_that_say_what_the_price_is_count() {
        for (conditions, tape, is_one) in [
            (r#"["@"]"#, "C", true),
            (r#"[" "]"#, "B", true),
            (r#"[" ","F"]"#, "A", true),
            (r#"["@","I"]"#, "C", false),
            (r#"["B"]"#, "A", false),
            (r#"["B"]"#, "C", true),
            (r#"["@","4"]"#, "C", false),
            (r#"["T"]"#, "B", true),
            ("[]", "B", true),
            ("null", "B", true),
        ] {
            assert_eq!(is_price(conditions, tape), is_one, "{conditions} on {tape}");
        }
    }

    #[test]
    fn a_halt_and_its_end_are_told_apart_from_what_is_said_in_between() {
        for (code, is_halted) in [
            ("2", Some(true)),
            ("3", Some(false)),
            ("5", None),
            ("E", None),
            ("H", Some(true)),
            ("P", Some(true)),
            ("Q", None),
            ("T", Some(false)),
        ] {
            let record = format!(
                r#"{{"T":"s","S":"SPY","sc":"{code}","sm":"Said","rc":"T12","rm":"Why","t":"2026-11-24T15:29:58Z","z":"C"}}"#
            );
            let Message::Status { status, .. } = one(&record) else { panic!("{code}") };
            assert_eq!((status.is_halted, status.words.as_str()), (is_halted, "Said: Why"), "{code}");
        }
    }

    #[test]
    fn an_odd_record_costs_no_other() {
        let text = r#"[{"T":"t","S":"A\u0007","p":1e99,"t":"2026-11-24T15:29:58Z"}, {"T":"new"}, {"S":"A"}, 7,
            {"T":"x","S":"SPY","i":465,"x":"D","p":1,"s":1,"a":"C","t":"2026-11-24T15:29:58Z","z":"C"}, {"T":"q"}]"#;
        let read = read(text.as_bytes()).unwrap();
        assert!(
            matches!(&read.messages[..], [Message::Withdrawn { number: 465, .. }]),
            "{:?}",
            read.messages
        );
        assert_eq!(read.odd.len(), 4, "{:?}", read.odd);
        assert!(read.odd[0].starts_with("a trade of `A"), "{}", read.odd[0]);
        assert!(read.odd.iter().all(|odd| !odd.contains('\u{7}')));
        for none in ["", "{}", "null", "[", "\u{0}"] {
            assert!(super::read(none.as_bytes()).is_err(), "{none}");
        }
    }
}
