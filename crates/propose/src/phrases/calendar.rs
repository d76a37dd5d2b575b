//! Which time of day, and which span of the calendar, stands here.
//!
//! In: words. Out: how many of them it takes, and its value. Times are minutes after midnight with the
//! half of the day where it was said: `10am`, `9:45`, `half past ten`, `noon`. Whoever uses two times
//! decides which half an unmarked one is in ([`window`]).

use portfolio::preference::Period;

use super::amounts::Amount;
use super::items::Value;
use super::words::Word;

/// Half of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    /// Before noon.
    Am,
    /// After noon.
    Pm,
    /// Of 24 hours, or noon: nothing is left open.
    Sure,
}

/// A time of day that is more than a bare number.
pub(super) fn clock(words: &[Word<'_>]) -> Option<(usize, Value)> {
    let plain = |i: usize| words.get(i).map_or("", |w| w.plain.as_str());
    match plain(0) {
        "noon" | "midday" => return Some((1, Value::Clock(12 * 60, Some(Half::Sure)))),
        "half" if plain(1) == "past" => return spoken_hour(plain(2), 30, words),
        "quarter" if plain(1) == "past" => return spoken_hour(plain(2), 15, words),
        "quarter" if plain(1) == "to" => return spoken_hour(plain(2), -15, words),
        // "ten a m", as it is dictated.
        hour if HOURS.contains(&hour) => {
            let (taken, half) = half_at(words, 1)?;
            let (_, value) = spoken_hour(hour, 0, &[])?;
            return match value {
                Value::Clock(minutes, _) => Some((1 + taken, Value::Clock(minutes, Some(half)))),
                _ => None,
            };
        }
        _ => {}
    }
    let text = plain(0);
    let colon = text.contains(':');
    let hour_h = plain(1) == "h" && words[1].glued;
    let minutes = match text.split_once([':', '.']) {
        Some((hours, minutes)) if minutes.len() == 2 => hour_and_minute(hours, minutes)?,
        Some(_) => return None,
        None if hour_h && words.get(2).is_some_and(|w| w.glued && w.plain.len() == 2) => {
            return hour_and_minute(text, plain(2)).map(|m| (3, Value::Clock(m, sure_or(m, None))));
        }
        None if text.len() == 4 => hour_and_minute(text.get(..2)?, text.get(2..)?)?,
        None => hour_and_minute(text, "00")?,
    };
    let marked = half_at(words, 1)
        .map(|(taken, half)| (1 + taken, Some(half)))
        .or_else(|| (plain(1) == "o'clock").then_some((2, None)));
    match marked {
        Some((taken, Some(half))) => {
            let hours = minutes / 60;
            if !(1..=12).contains(&hours) {
                // "15:30pm" is said, and means what it says.
                return (hours > 12 && half == Half::Pm)
                    .then_some((taken, Value::Clock(minutes, Some(Half::Sure))));
            }
            Some((taken, Value::Clock(minutes, Some(half))))
        }
        Some((taken, None)) => Some((taken, Value::Clock(minutes, sure_or(minutes, None)))),
        None if colon => {
            Some((1, Value::Clock(minutes, sure_or(minutes, text.starts_with('0').then_some(Half::Am)))))
        }
        None if hour_h => Some((2, Value::Clock(minutes, sure_or(minutes, None)))),
        None => None,
    }
}

/// A bare number as a time: `10`, `9.30`, `0945`.
pub(super) fn bare_clock(text: &str) -> Option<Value> {
    let minutes = match text.split_once('.') {
        Some((hours, minutes)) if minutes.len() == 2 => hour_and_minute(hours, minutes)?,
        Some(_) => return None,
        None if text.len() == 4 => hour_and_minute(text.get(..2)?, text.get(2..)?)?,
        None if text.len() <= 2 => hour_and_minute(text, "00")?,
        None => return None,
    };
    Some(Value::Clock(minutes, sure_or(minutes, text.starts_with('0').then_some(Half::Am))))
}

fn sure_or(minutes: u16, otherwise: Option<Half>) -> Option<Half> {
    if minutes >= 13 * 60 { Some(Half::Sure) } else { otherwise }
}

const HOURS: [&str; 12] =
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// Half of the day at a place, in one word or two: how many, and which.
fn half_at(words: &[Word<'_>], at: usize) -> Option<(usize, Half)> {
    let plain = |i: usize| words.get(i).map_or("", |w| w.plain.as_str());
    match (plain(at), plain(at + 1)) {
        ("a", "m") => Some((2, Half::Am)),
        ("p", "m") => Some((2, Half::Pm)),
        (word, _) => half(word).map(|half| (1, half)),
    }
}

fn spoken_hour(word: &str, plus: i16, words: &[Word<'_>]) -> Option<(usize, Value)> {
    let hour = HOURS.iter().position(|h| *h == word).map(|p| p + 1).or_else(|| word.parse().ok())?;
    let hour = i16::try_from(hour).ok().filter(|h| (1..=12).contains(h))?;
    let minutes = u16::try_from(hour * 60 + plus).ok()?;
    let marked = words.get(3).and_then(|w| half(&w.plain));
    Some((if marked.is_some() { 4 } else { 3 }, Value::Clock(minutes, marked)))
}

fn half(word: &str) -> Option<Half> {
    match word {
        "am" | "a.m." | "a.m" => Some(Half::Am),
        "pm" | "p.m." | "p.m" => Some(Half::Pm),
        _ => None,
    }
}

fn hour_and_minute(hours: &str, minutes: &str) -> Option<u16> {
    let digits = |s: &str| !s.is_empty() && s.len() <= 2 && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// Two times as a window of one day, minutes after midnight. An unmarked hour from 1 to 6 is in the
/// afternoon, since no exchange is open then in the morning; any other is before noon, or noon.
pub(super) fn window(from: (u16, Option<Half>), to: (u16, Option<Half>)) -> Option<(u16, u16)> {
    let minutes = |(m, half): (u16, Option<Half>)| match half {
        Some(Half::Sure) => m,
        Some(Half::Am) => {
            if m / 60 == 12 {
                m - 720
            } else {
                m
            }
        }
        Some(Half::Pm) => {
            if m / 60 == 12 {
                m
            } else {
                m + 720
            }
        }
        None if m < 7 * 60 => m + 720,
        None => m,
    };
    let (start, end) = (minutes(from), minutes(to));
    // "7 to 9 pm" may start in the evening.
    let doubtful = from.1.is_none() && to.1 == Some(Half::Pm) && from.0 >= 7 * 60 && from.0 < 9 * 60;
    (start < end && end < 24 * 60 && !doubtful).then_some((start, end))
}

/// A span of the calendar without a number: `month`, `monthly`, `quarter`.
pub(super) fn period(words: &[Word<'_>]) -> Option<Amount> {
    let word = words.first()?.plain.as_str();
    let found = period_of(word)?;
    let mut values = vec![Value::Period(found)];
    if word.ends_with("ly") {
        values.push(Value::Times(1));
    }
    Some(Amount { taken: 1, values })
}

/// The span that a word names.
pub(super) fn period_of(word: &str) -> Option<Period> {
    Some(match word {
        "day" | "daily" => Period::Day,
        "week" | "weekly" => Period::Week,
        "month" | "monthly" | "mo" => Period::Month,
        "quarter" | "quarterly" | "qtr" => Period::Quarter,
        "year" | "yearly" | "annually" | "yr" | "annum" => Period::Year,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    fn minutes(text: &str) -> Option<(u16, Option<Half>)> {
        match clock(&words(text)) {
            Some((_, Value::Clock(m, half))) => Some((m, half)),
            _ => None,
        }
    }

    #[test]
    fn times_of_day() {
        assert_eq!(minutes("9:45"), Some((585, None)));
        assert_eq!(minutes("10am"), Some((600, Some(Half::Am))));
        assert_eq!(minutes("3:30 p.m."), Some((210, Some(Half::Pm))));
        assert_eq!(minutes("15:30"), Some((930, Some(Half::Sure))));
        assert_eq!(minutes("half past ten"), Some((630, None)));
        assert_eq!(minutes("quarter to four"), Some((225, None)));
        assert_eq!(minutes("noon"), Some((720, Some(Half::Sure))));
        assert_eq!(minutes("ten a m"), Some((600, Some(Half::Am))));
        assert_eq!(minutes("2 p m"), Some((120, Some(Half::Pm))));
        assert_eq!(minutes("ten"), None);
        assert_eq!(minutes("10"), None);
        assert_eq!(minutes("25:00"), None);
    }

    #[test]
    fn a_window_is_in_trading_hours() {
        assert_eq!(window((585, None), (210, None)), Some((585, 930)));
        assert_eq!(window((600, None), (690, Some(Half::Am))), Some((600, 690)));
        assert_eq!(window((420, None), (540, Some(Half::Pm))), None);
        assert_eq!(window((900, Some(Half::Sure)), (600, None)), None);
    }
}
