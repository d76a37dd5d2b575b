//! Dates as people write them.
//!
//! In: tokens. Out: each date with its readings: one where it is clear, two for `3/12/2027`, a month or a day of no year
//! as ranges. Invariant: what can be read in two ways is true if one of them is.

use jiff::civil::Date;

use super::token::{Kind, Token};

/// A date in a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Dated {
    /// First token.
    pub(crate) first: usize,
    /// Last token.
    pub(crate) last: usize,
    pub(crate) day: Day,
}

/// What a date says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Day {
    /// One of these.
    OneOf(Vec<Date>),
    /// A month of a year.
    Month(i16, i8),
    /// A day of some year.
    OfMonth(i8, i8),
    /// A year.
    Year(i16),
}

impl Day {
    /// Whether a date is what it says.
    pub(crate) fn is(&self, fact: Date) -> bool {
        match self {
            Day::OneOf(readings) => readings.contains(&fact),
            Day::Month(year, month) => (fact.year(), fact.month()) == (*year, *month),
            Day::OfMonth(month, day) => (fact.month(), fact.day()) == (*month, *day),
            Day::Year(year) => fact.year() == *year,
        }
    }
}

/// A date in digits at the start of a text: `2027-03-12`, `3/12/2027`, `12.3.2027`; its length and its readings.
pub(crate) fn in_digits(rest: &str) -> Option<(usize, Vec<Date>)> {
    let len = rest.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'-' | b'/' | b'.')).count();
    let written = rest[..len].trim_end_matches(['-', '/', '.']);
    let mark = written.chars().find(|c| !c.is_ascii_digit())?;
    let parts: Vec<&str> = written.split(mark).collect();
    let &[a, b, c] = parts.as_slice() else { return None };
    let number = |part: &str| part.parse::<i16>().ok();
    let (x, y, z) = (number(a)?, number(b)?, number(c)?);
    let day = |year: i16, month: i16, day: i16| {
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    };
    let readings: Vec<Date> = if a.len() == 4 {
        day(x, y, z).into_iter().collect()
    } else if mark != '-' && (c.len() == 4 || c.len() == 2 && mark == '/') {
        let year = if c.len() == 2 { z + 2000 } else { z };
        [day(year, x, y), day(year, y, x)].into_iter().flatten().collect()
    } else {
        return None;
    };
    (!readings.is_empty()).then_some((written.len(), readings))
}

/// Every date among some tokens.
pub(crate) fn dates(tokens: &[Token]) -> Vec<Dated> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match dated(tokens, at) {
            Some(dated) => {
                at = dated.last + 1;
                found.push(dated);
            }
            None => at += 1,
        }
    }
    found
}

fn dated(tokens: &[Token], at: usize) -> Option<Dated> {
    let found = |last: usize, day: Day| Some(Dated { first: at, last, day });
    if let Kind::Date(readings) = &tokens[at].kind {
        return found(at, Day::OneOf(readings.clone()));
    }
    // 12 March 2027, 12th of March, 12 Mar.
    if let Some(day) = small(tokens, at) {
        let after = at + 1 + usize::from(ordinal(tokens, at + 1));
        let after = after + usize::from(tokens.get(after).is_some_and(|t| t.is("of")));
        if let Some(month) = month(tokens, after) {
            return with_year(tokens, at, after, month, day);
        }
    }
    if let Some(month) = month(tokens, at) {
        // March 12, 2027; March 12th; March 2027.
        if let Some(day) = small(tokens, at + 1) {
            let last = at + 1 + usize::from(ordinal(tokens, at + 2));
            return with_year(tokens, at, last, month, day);
        }
        if let Some(year) = year(tokens, at + 1) {
            return found(at + 1, Day::Month(year, month));
        }
    }
    // A year alone, where nothing makes it an amount.
    let year = year(tokens, at)?;
    let money = at > 0 && tokens[at - 1].any(&["$", "€", "£"]);
    let counted = tokens.get(at + 1).is_some_and(|t| {
        t.any(&["%", "shares", "share", "dollars", "usd", "percent", "orders", "lots", "days", "bps"])
    });
    if money || counted { None } else { found(at, Day::Year(year)) }
}

fn with_year(tokens: &[Token], first: usize, last: usize, month: i8, day: i8) -> Option<Dated> {
    let comma = usize::from(tokens.get(last + 1).is_some_and(|t| t.is(",")));
    if let Some(year) = year(tokens, last + 1 + comma) {
        let readings = Date::new(year, month, day).ok().into_iter().collect();
        return Some(Dated { first, last: last + 1 + comma, day: Day::OneOf(readings) });
    }
    Some(Dated { first, last, day: Day::OfMonth(month, day) })
}

fn small(tokens: &[Token], at: usize) -> Option<i8> {
    let numeral = tokens.get(at)?.number().filter(|n| !n.spoken && n.value.scale() == 0)?;
    let day: i8 = numeral.value.to_string().parse().ok()?;
    (1..=31).contains(&day).then_some(day)
}

fn ordinal(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|t| t.glued && t.any(&["st", "nd", "rd", "th"]))
}

fn year(tokens: &[Token], at: usize) -> Option<i16> {
    let token = tokens.get(at)?;
    let four = token.text.len() == 4 && token.text.bytes().all(|b| b.is_ascii_digit());
    token.number()?;
    let year: i16 = token.text.parse().ok()?;
    (four && (1950..=2100).contains(&year)).then_some(year)
}

fn month(tokens: &[Token], at: usize) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let token = tokens.get(at)?;
    let written = token.text.starts_with(char::is_uppercase) && token.kind == Kind::Word;
    let is = |month: &&str| {
        token.lower == **month
            || token.lower == month[..3]
            || token.lower == "sept" && month.starts_with("sept")
    };
    let place = MONTHS.iter().position(is)?;
    written.then(|| i8::try_from(place + 1).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::names::Names;
    use super::super::token::tokens;
    use super::*;

    fn days(text: &str) -> Vec<Day> {
        dates(&tokens(text, &Names::default())).into_iter().map(|dated| dated.day).collect()
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        let twelfth = Day::OneOf(vec![date(2027, 3, 12)]);
        for text in
            ["12 March 2027", "March 12, 2027", "2027-03-12", "the 12th of March 2027", "Mar 12th, 2027"]
        {
            assert_eq!(days(text), std::slice::from_ref(&twelfth), "{text}");
        }
        assert_eq!(days("3/12/2027"), [Day::OneOf(vec![date(2027, 3, 12), date(2027, 12, 3)])]);
        assert_eq!(days("in March 2027"), [Day::Month(2027, 3)]);
        assert!(Day::Month(2027, 3).is(date(2027, 3, 1)));
        assert_eq!(days("until 12 March"), [Day::OfMonth(3, 12)]);
        assert_eq!(days("since 2019"), [Day::Year(2019)]);
        for text in ["$2,019", "2019 shares", "we may sell 12 shares", "1.5 and 2-3", "$2019"] {
            assert_eq!(days(text), [], "{text}");
        }
    }
}
