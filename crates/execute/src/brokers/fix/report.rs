//! What an `ExecutionReport` (8) says.
//!
//! In: a message. Out: a [`Report`], or what is missing in it. Invariants: decimals are read as text, with all their digits; a value that is not
//! known is kept as it is and means nothing; no word of theirs makes a fill.
//!
//! # Source
//! FIX 4.4, volume 4 (`ExecutionReport`), and volume 6 (`ExecType` 150, `OrdStatus` 39, `OrdRejReason` 103, `CommType` 13).

use std::fmt;

use jiff::Timestamp;
use portfolio::{Decimal, Side};

use super::message::{Message, quoted};
use super::utc;

/// What happened (150).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Happened {
    /// A part or all was executed (`F`; `1` and `2` of earlier versions).
    Trade,
    /// An execution that was told is corrected (`G`).
    Correct,
    /// An execution that was told is taken back (`H`).
    Bust,
    /// Nothing: how it stands was asked (`I`).
    Status,
    /// The order is not taken (`8`).
    Rejected,
    /// Anything else changes how the order stands, as [`Report::status`] says.
    Other,
}

/// How the order stands (39).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// Nothing is executed yet: `0` new, `A` pending new.
    New,
    /// `1`.
    PartlyFilled,
    /// `2`.
    Filled,
    /// `3`: nothing more comes of an order of the day.
    DoneForDay,
    /// `4`.
    Cancelled,
    /// `8`.
    Rejected,
    /// `C`.
    Expired,
    /// Nothing that ends it: `5` replaced, `6` pending cancel, `7` stopped, `9` suspended, `B` calculated, `D` accepted for bidding, `E` pending
    /// replace, and what is not known.
    Other(char),
}

impl Status {
    fn of(word: &str) -> Status {
        match word {
            "0" | "A" => Status::New,
            "1" => Status::PartlyFilled,
            "2" => Status::Filled,
            "3" => Status::DoneForDay,
            "4" => Status::Cancelled,
            "8" => Status::Rejected,
            "C" => Status::Expired,
            other => Status::Other(other.chars().next().unwrap_or('?')),
        }
    }

    /// Whether nothing more is to come of the order.
    pub(super) fn is_end(self) -> bool {
        !matches!(self, Status::New | Status::PartlyFilled | Status::Other(_))
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Status::New => "new",
            Status::PartlyFilled => "partly filled",
            Status::Filled => "filled",
            Status::DoneForDay => "done for the day",
            Status::Cancelled => "cancelled",
            Status::Rejected => "rejected",
            Status::Expired => "expired",
            Status::Other('5') => "replaced",
            Status::Other('6') => "about to be cancelled",
            Status::Other('7') => "stopped",
            Status::Other('9') => "suspended",
            Status::Other('B') => "calculated",
            Status::Other('D') => "accepted for bidding",
            Status::Other('E') => "about to be replaced",
            Status::Other(other) => return write!(f, "in a state `{other}`"),
        })
    }
}

/// Why an order is not taken (103), as far as it decides something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// `5`: there is no order of that name.
    Unknown,
    /// `6`: there is one already.
    Duplicate,
    /// Any other.
    Other,
}

/// A report, as far as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Report {
    /// Our name for the order: 41 where a cancel is answered, else 11.
    pub(super) order: String,
    /// The name of the cancel (11) that is answered.
    pub(super) cancel: Option<String>,
    /// The broker's name for the order (37).
    pub(super) broker_order_id: String,
    /// The broker's name for what happened (17).
    pub(super) execution_id: String,
    pub(super) happened: Happened,
    pub(super) status: Status,
    /// 54; `None` where it is neither a purchase nor a sale.
    pub(super) side: Option<Side>,
    /// 55.
    pub(super) ticker: Option<String>,
    /// 38: shares that were ordered.
    pub(super) ordered: Option<Decimal>,
    /// 14: shares that are executed by now.
    pub(super) executed: Decimal,
    /// 151: shares that may still be.
    pub(super) left: Option<Decimal>,
    /// 32: shares of this execution.
    pub(super) quantity: Option<Decimal>,
    /// 31: USD per share of this execution.
    pub(super) price: Option<Decimal>,
    /// 12 and 137: USD of this execution.
    pub(super) fees: Decimal,
    /// 60, else 52.
    pub(super) at: Option<Timestamp>,
    /// 103.
    pub(super) refusal: Option<Refusal>,
    /// In their words (58, and what 103 means).
    pub(super) words: String,
    /// 790: the question that is answered.
    pub(super) question: Option<String>,
    /// 19: the execution that is corrected or taken back.
    pub(super) corrected: Option<String>,
}

impl Report {
    /// Reads one.
    ///
    /// # Errors
    /// What is missing or can't be read, in words.
    pub(super) fn of(message: &Message) -> Result<Report, String> {
        let text = |tag: u32| {
            let value = message.get(tag).filter(|value| !value.is_empty());
            value.map(str::to_owned).ok_or_else(|| format!("an execution report has no field {tag}"))
        };
        if let Some(currency) = message.get(15).filter(|currency| *currency != "USD") {
            return Err(format!("an execution report is in `{}`, not in USD", quoted(currency)));
        }
        let (name, original) = (text(11)?, message.get(41).filter(|name| !name.is_empty()));
        let original = original.filter(|original| *original != name).map(str::to_owned);
        let happened = happened(&text(150)?);
        let (quantity, price) = (optional(message, 32)?, optional(message, 31)?);
        let executed = optional(message, 14)?.ok_or("an execution report has no field 14")?;
        let fees = match happened {
            Happened::Trade => fees(message, quantity, price)?,
            _ => Decimal::ZERO,
        };
        let refusal = message.get(103).map(|reason| match reason {
            "5" => Refusal::Unknown,
            "6" => Refusal::Duplicate,
            _ => Refusal::Other,
        });
        Ok(Report {
            cancel: original.is_some().then(|| name.clone()),
            order: original.unwrap_or(name),
            broker_order_id: text(37)?,
            execution_id: text(17)?,
            happened,
            status: Status::of(&text(39)?),
            side: match message.get(54) {
                Some("1") => Some(Side::Buy),
                Some("2") => Some(Side::Sell),
                _ => None,
            },
            ticker: message.get(55).map(str::to_owned),
            ordered: optional(message, 38)?,
            executed,
            left: optional(message, 151)?,
            quantity,
            price,
            fees,
            at: [60, 52].iter().find_map(|tag| message.get(*tag).and_then(utc::read)),
            refusal,
            words: words(message),
            question: message.get(790).map(str::to_owned),
            corrected: message.get(19).map(quoted),
        })
    }
}

fn happened(word: &str) -> Happened {
    match word {
        "F" | "1" | "2" => Happened::Trade,
        "G" => Happened::Correct,
        "H" => Happened::Bust,
        "I" => Happened::Status,
        "8" => Happened::Rejected,
        _ => Happened::Other,
    }
}

/// A decimal as it is written; none where the field is not there.
fn optional(message: &Message, tag: u32) -> Result<Option<Decimal>, String> {
    message.get(tag).map(|text| decimal(text, tag)).transpose()
}

fn decimal(text: &str, tag: u32) -> Result<Decimal, String> {
    let is_plain =
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || b".-".contains(&byte));
    let read = is_plain.then(|| Decimal::from_str_exact(text).ok()).flatten();
    read.ok_or_else(|| format!("field {tag} is no number that can be kept: `{}`", quoted(text)))
}

/// Commission (12, by 13) and further fees (137), USD.
fn fees(message: &Message, quantity: Option<Decimal>, price: Option<Decimal>) -> Result<Decimal, String> {
    let unknown = |what: &str| format!("the commission of an execution can't be read: {what}");
    let mut fees = match (optional(message, 12)?, message.get(13)) {
        (None, _) => Decimal::ZERO,
        (Some(zero), _) if zero.is_zero() => Decimal::ZERO,
        (Some(each), Some("1")) => {
            quantity.and_then(|quantity| each.checked_mul(quantity)).ok_or_else(|| unknown("12 by share"))?
        }
        (Some(percent), Some("2")) => quantity
            .zip(price)
            .and_then(|(quantity, price)| quantity.checked_mul(price))
            .and_then(|amount| amount.checked_mul(percent))
            .and_then(|amount| amount.checked_div(Decimal::ONE_HUNDRED))
            .ok_or_else(|| unknown("12 in percent"))?,
        (Some(amount), Some("3") | None) => amount,
        (Some(_), Some(other)) => return Err(unknown(&format!("13 is `{}`", quoted(other)))),
    };
    for fee in message.all(137) {
        fees = fees.checked_add(decimal(fee, 137)?).ok_or_else(|| unknown("137"))?;
    }
    Ok(fees)
}

/// What they say, in their words where there are any.
fn words(message: &Message) -> String {
    let reason = message.get(103).map(|reason| match reason {
        "0" => "broker's choice".to_owned(),
        "1" => "unknown symbol".to_owned(),
        "2" => "the exchange is closed".to_owned(),
        "3" => "the order exceeds a limit".to_owned(),
        "4" => "too late to enter".to_owned(),
        "5" => "unknown order".to_owned(),
        "6" => "duplicate order".to_owned(),
        "8" => "stale order".to_owned(),
        "11" => "unsupported order characteristic".to_owned(),
        "13" => "incorrect quantity".to_owned(),
        "15" => "unknown account".to_owned(),
        other => format!("reason {}", quoted(other)),
    });
    match (message.words(), reason) {
        (Some(words), Some(reason)) => format!("{words} ({reason})"),
        (Some(words), None) => words,
        (None, Some(reason)) => reason,
        (None, None) => String::new(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::brokers::fix::message::tests::message;
    use rust_decimal::dec;

    /// A report with these fields beside those that every one has.
    pub(in super::super) fn report(fields: &[(u32, &str)]) -> Result<Report, String> {
        let usual = [
            (37, "B-1"),
            (11, "o-1"),
            (17, "x-1"),
            (150, "F"),
            (39, "1"),
            (55, "SPY"),
            (54, "1"),
            (38, "4"),
            (32, "2"),
            (31, "100"),
            (14, "2"),
            (151, "2"),
            (6, "100"),
            (60, "20261127-15:00:01"),
        ];
        let mut all: Vec<(u32, &str)> =
            fields.iter().filter(|(_, value)| !value.is_empty()).copied().collect();
        all.extend(usual.iter().filter(|(tag, _)| fields.iter().all(|(given, _)| given != tag)));
        Report::of(&message("8", &all))
    }

    #[test]
    fn every_kind_and_state_has_a_meaning() {
        for (word, meant) in [
            ("F", Happened::Trade),
            ("1", Happened::Trade),
            ("2", Happened::Trade),
            ("G", Happened::Correct),
            ("H", Happened::Bust),
            ("I", Happened::Status),
            ("8", Happened::Rejected),
        ] {
            assert_eq!(report(&[(150, word)]).unwrap().happened, meant, "{word}");
        }
        for word in ["0", "3", "4", "5", "6", "7", "9", "A", "B", "C", "D", "E", "?", "ZZ"] {
            assert_eq!(report(&[(150, word)]).unwrap().happened, Happened::Other, "{word}");
        }
        for (word, meant, is_end) in [
            ("0", Status::New, false),
            ("A", Status::New, false),
            ("1", Status::PartlyFilled, false),
            ("2", Status::Filled, true),
            ("3", Status::DoneForDay, true),
            ("4", Status::Cancelled, true),
            ("8", Status::Rejected, true),
            ("C", Status::Expired, true),
            ("5", Status::Other('5'), false),
            ("6", Status::Other('6'), false),
            ("7", Status::Other('7'), false),
            ("9", Status::Other('9'), false),
            ("B", Status::Other('B'), false),
            ("D", Status::Other('D'), false),
            ("E", Status::Other('E'), false),
            ("Z", Status::Other('Z'), false),
        ] {
            let status = report(&[(39, word)]).unwrap().status;
            assert_eq!((status, status.is_end()), (meant, is_end), "{word}");
        }
    }

    #[test]
    fn decimals_keep_all_their_digits_and_times_are_utc() {
        let read = report(&[(32, "0.1000000000000000000000000001"), (31, "-0.5"), (14, "007.50")]).unwrap();
        assert_eq!(read.quantity, Some(dec!(0.1000000000000000000000000001)));
        assert_eq!((read.price, read.executed), (Some(dec!(-0.5)), dec!(7.50)));
        assert_eq!(read.at, Some("2026-11-27T15:00:01Z".parse().unwrap()));
        for bad in ["", "1e3", "0x1", "1,5", "+1", "nan", "0.00000000000000000000000000001"] {
            assert!(report(&[(14, bad)]).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_cancel_is_told_from_its_order() {
        let read = report(&[(11, "o-1-x2"), (41, "o-1")]).unwrap();
        assert_eq!((read.order.as_str(), read.cancel.as_deref()), ("o-1", Some("o-1-x2")));
        let read = report(&[(41, "o-1")]).unwrap();
        assert_eq!((read.order.as_str(), read.cancel), ("o-1", None));
    }

    #[test]
    fn commission_is_by_share_in_percent_or_in_all() {
        let fees = |fields: &[(u32, &str)]| report(fields).map(|read| read.fees);
        assert_eq!(fees(&[]), Ok(dec!(0)));
        assert_eq!(fees(&[(12, "0.005"), (13, "1")]), Ok(dec!(0.010)));
        assert_eq!(fees(&[(12, "0.5"), (13, "2")]), Ok(dec!(1.000)));
        assert_eq!(fees(&[(12, "1.25"), (13, "3"), (137, "0.02"), (137, "0.03")]), Ok(dec!(1.30)));
        assert!(fees(&[(12, "1"), (13, "4")]).unwrap_err().contains("13 is `4`"));
    }

    #[test]
    fn what_is_missing_is_told() {
        for tag in [37, 11, 17, 150, 39, 14] {
            assert!(report(&[(tag, "")]).unwrap_err().contains(&tag.to_string()), "{tag}");
        }
        assert!(report(&[(15, "EUR")]).unwrap_err().contains("`EUR`"));
        let refused = report(&[(150, "8"), (39, "8"), (103, "6"), (58, "seen")]).unwrap();
        assert_eq!(
            (refused.refusal, refused.words.as_str()),
            (Some(Refusal::Duplicate), "seen (duplicate order)")
        );
    }
}
