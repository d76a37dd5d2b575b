//! Which amount stands here: `$5,000`, `five grand`, `2.5 percent`, `a quarter`, `18 months`, `twice`.
//!
//! In: words. Out: how many of them an amount takes, and everything that it may be (`a quarter` is a
//! part and a span of the calendar). Invariants: an amount in other money than dollars is an amount
//! that no wish can use; a number that can be read in two ways (`$5.000`) is one too; what is
//! no whole number of months is no number of months.

use portfolio::Decimal;
use portfolio::preference::Period;
use rust_decimal::prelude::ToPrimitive;

use super::calendar;
use super::items::Value;
use super::numerals::{Numeral, numeral};
use super::words::Word;

/// An amount in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Amount {
    /// Words it takes.
    pub(super) taken: usize,
    /// What it may be.
    pub(super) values: Vec<Value>,
}

/// The amount at the start of `words`.
pub(super) fn amount(words: &[Word<'_>]) -> Option<Amount> {
    let plain = |i: usize| words.get(i).map_or("", |w| w.plain.as_str());
    if let Some((taken, times)) = times(words) {
        return Some(Amount { taken, values: vec![Value::Times(times)] });
    }
    if let Some(found) = calendar::clock(words) {
        return Some(Amount { taken: found.0, values: vec![found.1] });
    }
    if let Some(found) = below_zero(words) {
        return Some(found);
    }
    let (mut at, before) = money_sign(words, 0).map_or((0, None), |(taken, money)| (taken, Some(money)));
    let Some(found) = numeral(&words[at..]) else {
        return if before.is_none() { calendar::period(words) } else { None };
    };
    at += found.taken;
    // 401(k) and the like are names of accounts.
    if words[..at].iter().any(|w| matches!(w.plain.as_str(), "401" | "403" | "457" | "529")) {
        return None;
    }
    let (behind, after) = money_sign(words, at).map_or((0, None), |(taken, money)| (taken, Some(money)));
    match (before, after) {
        (Some(true), None | Some(true)) | (None, Some(true)) => {
            let value = if found.doubtful { Value::Foreign } else { Value::Usd(found.value) };
            return Some(Amount { taken: at + behind, values: vec![value] });
        }
        (None, None) => {}
        _ => return Some(Amount { taken: at + behind, values: vec![Value::Foreign] }),
    }
    if let Some((taken, value)) = percent(words, at, &found) {
        return Some(Amount { taken: at + taken, values: vec![value] });
    }
    if let Some((taken, values)) = span(words, at, &found) {
        return Some(Amount { taken: at + taken, values });
    }
    if plain(at) == "times" || plain(at) == "time" || plain(at) == "x" && words[at].glued {
        let whole = found.value.to_u32().filter(|n| Decimal::from(*n) == found.value);
        let next_is_frequency = [
            "a",
            "per",
            "each",
            "every",
            "in",
            "annually",
            "yearly",
            "monthly",
            "weekly",
            "quarterly",
            "daily",
        ]
        .contains(&plain(at + 1));
        return whole
            .filter(|_| next_is_frequency)
            .map(|n| Amount { taken: at + 1, values: vec![Value::Times(n)] });
    }
    Some(Amount { taken: at, values: bare(&found, words, at) })
}

/// `-$500`, `$-500`, `minus 5%`, `negative 500`: an amount below zero, which no wish can use. A dash with a blank behind it, a long one,
/// and one that touches the word before are no signs.
fn below_zero(words: &[Word<'_>]) -> Option<Amount> {
    let first = words.first()?;
    let dash = |i: usize| words.get(i).is_some_and(|w| w.plain == "-" && !matches!(w.text, "—" | "―"));
    let glued = |i: usize| words.get(i).is_some_and(|w| w.glued);
    let signed =
        if dash(0) && !first.glued && glued(1) || matches!(first.plain.as_str(), "minus" | "negative") {
            1
        } else if money_sign(words, 0).is_some_and(|(taken, _)| taken == 1) && dash(1) && glued(2) {
            2
        } else {
            return None;
        };
    let found = amount(&words[signed..])?;
    let counts = matches!(
        found.values.first(),
        Some(Value::Usd(_) | Value::Pct(_) | Value::Plain(..) | Value::Foreign)
    );
    counts.then(|| Amount { taken: signed + found.taken, values: vec![Value::Foreign] })
}

/// A number without a unit: a part of something, an hour, a count.
fn bare(found: &Numeral, words: &[Word<'_>], at: usize) -> Vec<Value> {
    let mut values = Vec::new();
    if found.part {
        values.push(Value::Pct(found.value * Decimal::ONE_HUNDRED));
        if words[..at].last().is_some_and(|w| w.plain == "quarter") {
            values.push(Value::Period(Period::Quarter));
            values.push(Value::Months(3));
        }
        return values;
    }
    if found.doubtful || found.needs_unit {
        return vec![Value::Foreign];
    }
    values.push(Value::Plain(found.value, found.scaled));
    if at == 1 {
        values.extend(calendar::bare_clock(&words[0].plain));
        let hour = found.value.to_u16().filter(|h| Decimal::from(*h) == found.value && (1..=12).contains(h));
        if values.len() == 1
            && let Some(hour) = hour
        {
            values.push(Value::Clock(hour * 60, None));
        }
    }
    values
}

/// `once`, `twice`, `thrice`.
fn times(words: &[Word<'_>]) -> Option<(usize, u32)> {
    match words.first()?.plain.as_str() {
        "once" => Some((1, 1)),
        "twice" => Some((1, 2)),
        "thrice" => Some((1, 3)),
        _ => None,
    }
}

/// A sign or word of money: how many words, and whether it is dollars.
fn money_sign(words: &[Word<'_>], at: usize) -> Option<(usize, bool)> {
    let plain = |i: usize| words.get(i).map_or("", |w| w.plain.as_str());
    let dollars = match plain(at) {
        "us" if plain(at + 1) == "$" || plain(at + 1).starts_with("dollar") => return Some((2, true)),
        "american" if plain(at + 1).starts_with("dollar") => return Some((2, true)),
        "canadian" | "australian" | "hong" | "singapore" | "nz" if plain(at + 1).starts_with("dollar") => {
            return Some((2, false));
        }
        "$" | "usd" | "dollar" | "dollars" | "bucks" | "buck" | "us$" | "dollers" | "dolars" | "usd$" => true,
        "€" | "£" | "¥" | "eur" | "gbp" | "chf" | "euro" | "euros" | "pound" | "pounds" | "quid"
        | "francs" | "yen" | "cad" | "aud" | "rupees" | "pesos" | "₹" | "cents" | "fr" | "sfr"
        | "sterling" | "shares" | "btc" | "bitcoin" => false,
        _ => return None,
    };
    if plain(at) == "shares" {
        return None;
    }
    Some((1, dollars))
}

/// `%`, `percent`, `basis points` behind a number.
fn percent(words: &[Word<'_>], at: usize, found: &Numeral) -> Option<(usize, Value)> {
    let plain = |i: usize| words.get(i).map_or("", |w| w.plain.as_str());
    let taken = match plain(at) {
        "%" | "percent" | "pct" | "percents" | "prcent" | "percentage" | "procent" | "pc" | "p.c." => 1,
        "per" if matches!(plain(at + 1), "cent" | "cents") => 2,
        "bps" | "bp" | "bips" => {
            return Some((1, Value::Pct(found.value.checked_div(Decimal::ONE_HUNDRED)?)));
        }
        "basis" if plain(at + 1).starts_with("point") => {
            return Some((2, Value::Pct(found.value.checked_div(Decimal::ONE_HUNDRED)?)));
        }
        _ => return None,
    };
    let points = usize::from(plain(at) == "percentage" && plain(at + 1).starts_with("point"));
    if plain(at) == "percentage" && points == 0 {
        return None;
    }
    let readable = !found.scaled && (!found.doubtful || found.comma_decimal);
    Some((taken + points, if readable { Value::Pct(found.value) } else { Value::Foreign }))
}

/// `months`, `years`, `quarters`, `weeks` behind a number.
fn span(words: &[Word<'_>], at: usize, found: &Numeral) -> Option<(usize, Vec<Value>)> {
    // "18-month": the hyphen is a word of its own.
    let hyphen = usize::from(words.get(at).is_some_and(|w| w.plain == "-" && w.glued));
    let unit = words.get(at + hyphen)?;
    let unit = unit.plain.trim_end_matches('\'').trim_end_matches("'s");
    let months = match unit {
        "month" | "months" | "mo" | "mos" | "mth" | "mths" | "monthes" | "month's" => 1,
        "quarters" => 3,
        "year" | "years" | "yr" | "yrs" | "y" => 12,
        "day" | "days" | "week" | "weeks" | "hour" | "hours" | "minutes" | "decade" | "decades" => 0,
        "quarter" if found.value == Decimal::ONE => 3,
        _ => return None,
    };
    let mut taken = hyphen + 1;
    let behind = |i: usize| words.get(at + hyphen + i).map_or("", |w| w.plain.as_str());
    let half = (behind(1), behind(2), behind(3)) == ("and", "a", "half");
    if half && months == 12 && found.value == Decimal::ONE {
        return Some((taken + 3, vec![Value::Months(18)]));
    }
    if words.get(at + taken).is_some_and(|w| w.plain == "'") {
        taken += 1;
    }
    if months == 0 || found.doubtful {
        let mut values = vec![Value::OddSpan];
        if found.value == Decimal::ONE {
            values.extend(calendar::period_of(unit).map(Value::Period));
        }
        return Some((taken, values));
    }
    let whole = found.value.checked_mul(Decimal::from(months))?;
    let count = whole.to_u32().filter(|n| Decimal::from(*n) == whole && *n <= 1200);
    let mut values = vec![count.map_or(Value::OddSpan, Value::Months)];
    if found.value == Decimal::ONE {
        values.extend(calendar::period_of(unit).map(Value::Period));
    }
    Some((taken, values))
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;
    use rust_decimal::dec;

    fn values(text: &str) -> Vec<Value> {
        let words = words(text);
        let amount = amount(&words).unwrap_or(Amount { taken: 0, values: Vec::new() });
        assert!(amount.taken == words.len() || amount.values.is_empty(), "{text}: {amount:?}");
        amount.values
    }

    #[test]
    fn dollars_in_every_dress() {
        for text in [
            "$5,000",
            "$5k",
            "5K dollars",
            "five grand",
            "5000 bucks",
            "USD 5000",
            "US$5,000.00",
            "5,000 USD",
            "$ 5 000",
            "five thousand dollars",
            "5 thousand bucks",
            "$5'000",
            "$5\u{202f}000",
            "5 grand",
            "0.005 mn dollars",
            "0.05 lakh dollars",
        ] {
            let found = values(text);
            let usd = found == [Value::Usd(dec!(5000))] || found == [Value::Plain(dec!(5000), true)];
            assert!(usd, "{text}: {found:?}");
        }
        assert_eq!(values("half a million dollars"), [Value::Usd(dec!(500000))]);
        assert_eq!(values("$1.5m"), [Value::Usd(dec!(1500000))]);
        assert_eq!(values("a hundred bucks"), [Value::Usd(dec!(100))]);
        assert_eq!(values("two and a half thousand dollars"), [Value::Usd(dec!(2500))]);
        assert_eq!(values("$2.50"), [Value::Usd(dec!(2.5))]);
    }

    #[test]
    fn other_money_and_doubtful_numbers_are_no_dollars() {
        for text in
            ["a lakh", "two crores", "€5,000", "5000 euros", "£800", "$5.000", "5,00 dollars", "200 quid"]
        {
            assert_eq!(values(text), [Value::Foreign], "{text}");
        }
    }

    #[test]
    fn parts_of_a_hundred() {
        for (text, pct) in [
            ("5%", dec!(5)),
            ("2.5 percent", dec!(2.5)),
            ("two and a half per cent", dec!(2.5)),
            ("ten basis points", dec!(0.1)),
            ("2,5 %", dec!(2.5)),
            ("a tenth", dec!(10)),
            ("a fifth", dec!(20)),
            ("half", dec!(50)),
            ("twelve point five pct", dec!(12.5)),
            ("half a percent", dec!(0.5)),
            ("twenty-five percent", dec!(25)),
        ] {
            assert_eq!(values(text), [Value::Pct(pct)], "{text}");
        }
        let quarter = [Value::Pct(dec!(25)), Value::Period(Period::Quarter), Value::Months(3)];
        assert_eq!(values("a quarter"), quarter);
    }

    #[test]
    fn spans_of_the_calendar() {
        assert_eq!(values("13 months"), [Value::Months(13)]);
        assert_eq!(values("18-month"), [Value::Months(18)]);
        assert_eq!(values("a year"), [Value::Months(12), Value::Period(Period::Year)]);
        assert_eq!(values("a year and a half"), [Value::Months(18)]);
        assert_eq!(values("one and a half years"), [Value::Months(18)]);
        assert_eq!(values("30 days"), [Value::OddSpan]);
        assert_eq!(values("month"), [Value::Period(Period::Month)]);
        assert_eq!(values("twice"), [Value::Times(2)]);
        assert_eq!(values("401k"), []);
    }
}
