//! Instants as FIX writes them.
//!
//! In: `20261127-15:00:00`, with or without parts of a second, or an instant. Out: the other. Invariant: always UTC, whatever the machine's time zone.
//!
//! # Source
//! FIX 4.4, volume 1: `UTCTimestamp`; a leap second (60) is the second before it, since an instant here has none.

use jiff::Timestamp;

/// How an instant is written, to the millisecond.
pub(super) fn written(at: Timestamp) -> String {
    at.strftime("%Y%m%d-%H:%M:%S.%3f").to_string()
}

/// Reads an instant.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let (day, time) = text.split_once('-')?;
    let digits =
        |part: &str, count: usize| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(day, 8) {
        return None;
    }
    let (clock, parts) = time.split_once('.').unwrap_or((time, "0"));
    if !(1..=9).contains(&parts.len()) || !digits(parts, parts.len()) {
        return None;
    }
    let mut pieces = clock.split(':');
    let [hour, minute, second] = [pieces.next()?, pieces.next()?, pieces.next()?];
    if pieces.next().is_some() || [hour, minute, second].iter().any(|piece| !digits(piece, 2)) {
        return None;
    }
    // A second 60 is read as 59.
    let (year, month, of_month) = (day.get(..4)?, day.get(4..6)?, day.get(6..)?);
    format!("{year}-{month}-{of_month}T{clock}.{parts}Z").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_and_read() {
        let at: Timestamp = "2026-11-27T15:00:01.25Z".parse().unwrap();
        assert_eq!(written(at), "20261127-15:00:01.250");
        for text in ["20261127-15:00:01.25", "20261127-15:00:01.250", "20261127-15:00:01.250000000"] {
            assert_eq!(read(text), Some(at), "{text}");
        }
        assert_eq!(read("20261127-15:00:01").map(written).as_deref(), Some("20261127-15:00:01.000"));
        assert_eq!(read("20161231-23:59:60").map(written).as_deref(), Some("20161231-23:59:59.000"));
        for bad in [
            "",
            "20261127",
            "20261327-15:00:00",
            "20261127-25:00:00",
            "20261127-15:00",
            "20261127-15:00:00.",
            "2026112x-15:00:00",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
