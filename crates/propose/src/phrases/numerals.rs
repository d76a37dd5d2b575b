//! Which number stands here, in digits or in words.
//!
//! In: words. Out: how many of them the number takes, and its value. `5k`, `5,000`, `five grand`, `two and
//! a half million`, `twelve point five`, `a fifth`, `1/2`. Invariant: a number that can be read in two
//! ways is [`Numeral::doubtful`]; nothing overflows.

use portfolio::Decimal;
use rust_decimal::dec;

use super::words::Word;

/// A number in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Numeral {
    /// Words it takes.
    pub(super) taken: usize,
    /// Its value.
    pub(super) value: Decimal,
    /// Whether it has a multiplier (`k`, `thousand`).
    pub(super) scaled: bool,
    /// Whether it is a part of something (`a fifth`).
    pub(super) part: bool,
    /// Whether it can be read in two ways (`5.000`).
    pub(super) doubtful: bool,
    /// Whether a comma stands where English has a point (`2,5`).
    pub(super) comma_decimal: bool,
    /// Whether it is no amount of dollars unless they are named (`one lakh`).
    pub(super) needs_unit: bool,
}

impl Numeral {
    fn plain(taken: usize, value: Decimal) -> Numeral {
        Numeral {
            taken,
            value,
            scaled: false,
            part: false,
            doubtful: false,
            comma_decimal: false,
            needs_unit: false,
        }
    }
}

/// Largest number that is read; money has less.
const VALUE_MAX: Decimal = dec!(1_000_000_000_000_000);

/// The number at the start of `words`.
pub(super) fn numeral(words: &[Word<'_>]) -> Option<Numeral> {
    let mut found = part(words).or_else(|| digits(words)).or_else(|| spoken(words))?;
    if found.part {
        return Some(found);
    }
    if let Some((taken, fraction)) = and_a_fraction(words, found.taken) {
        found.taken += taken;
        found.value = found.value.checked_add(fraction)?;
    }
    while let Some((taken, factor)) = multiplier(words, found.taken) {
        found.value = found.value.checked_mul(factor).filter(|v| *v <= VALUE_MAX)?;
        // Who counts in lakhs without naming dollars may well mean rupees.
        found.needs_unit |= is_indian(at(words, found.taken));
        found.taken += taken;
        found.scaled = true;
    }
    // "5 thousand 500", "a hundred and fifty": spoken numbers are added up in `spoken`.
    (found.value <= VALUE_MAX).then_some(found)
}

fn is_indian(word: &str) -> bool {
    matches!(word, "lakh" | "lakhs" | "lac" | "lacs" | "crore" | "crores")
}

fn at<'a>(words: &'a [Word<'_>], i: usize) -> &'a str {
    words.get(i).map_or("", |w| w.plain.as_str())
}

/// Parts of something that are no whole per cents are left out: a third is no number with an end.
fn part(words: &[Word<'_>]) -> Option<Numeral> {
    let (skipped, count) = match at(words, 0) {
        "a" | "an" | "one" => (1, Decimal::ONE),
        "two" => (1, dec!(2)),
        "three" => (1, dec!(3)),
        "half" | "quarter" => (0, Decimal::ONE),
        _ => return None,
    };
    let hyphen = usize::from(at(words, skipped) == "-");
    let size = match at(words, skipped + hyphen) {
        "half" => dec!(0.5),
        "quarter" | "quarters" => dec!(0.25),
        "fifth" | "fifths" => dec!(0.2),
        "tenth" | "tenths" => dec!(0.1),
        "twentieth" => dec!(0.05),
        "hundredth" => dec!(0.01),
        _ => return None,
    };
    let taken = skipped + hyphen + 1;
    let value = size * count;
    // "half a million", "half a percent", "quarter million": a number, not a part.
    let article = usize::from(matches!(at(words, taken), "a" | "an" | "of"));
    let article =
        if at(words, taken) == "of" { 1 + usize::from(at(words, taken + 1) == "a") } else { article };
    if multiplier(words, taken + article).is_some_and(|(n, _)| n > 0) {
        return Some(Numeral::plain(taken + article, value));
    }
    if matches!(at(words, taken + article), "percent" | "%" | "pct" | "per") && article > 0
        || at(words, taken) == "%"
    {
        return Some(Numeral::plain(taken + article, value));
    }
    if at(words, taken) == "a" && matches!(at(words, taken + 1), "year" | "yr") {
        return Some(Numeral::plain(taken + 1, value));
    }
    Some(Numeral { part: true, ..Numeral::plain(taken, value) })
}

/// A number in digits.
fn digits(words: &[Word<'_>]) -> Option<Numeral> {
    let first = words.first()?;
    let text = first.plain.as_str();
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == '.' || matches!(c, '½' | '¼' | '¾'))
        || text.contains(':')
    {
        return None;
    }
    if matches!(at(words, 1), "/") && words[1].glued {
        let bottom: Decimal = at(words, 2).parse().ok()?;
        let top: Decimal = text.parse().ok()?;
        let value = top.checked_div(bottom).filter(|v| v.scale() <= 4 && *v < Decimal::ONE)?;
        return Some(Numeral { part: true, ..Numeral::plain(3, value) });
    }
    let (whole, fraction) = match text.char_indices().find(|(_, c)| matches!(c, '½' | '¼' | '¾')) {
        Some((from, c)) if from + c.len_utf8() == text.len() => (
            &text[..from],
            if c == '½' {
                dec!(0.5)
            } else if c == '¼' {
                dec!(0.25)
            } else {
                dec!(0.75)
            },
        ),
        Some(_) => return None,
        None => (text, Decimal::ZERO),
    };
    let mut found = if whole.is_empty() { Numeral::plain(1, Decimal::ZERO) } else { grouped(whole)? };
    found.value = found.value.checked_add(fraction)?;
    // "5 000": a plain blank groups too, where three digits follow alone.
    let three = |i: usize| {
        let word = at(words, i);
        word.len() == 3 && word.bytes().all(|b| b.is_ascii_digit())
    };
    while found.value > Decimal::ZERO && whole.len() <= 3 && three(found.taken) && found.value.is_integer() {
        found.value =
            found.value.checked_mul(dec!(1000))?.checked_add(at(words, found.taken).parse().ok()?)?;
        found.taken += 1;
    }
    if at(words, found.taken) == "1" && at(words, found.taken + 1) == "/" && at(words, found.taken + 2) == "2"
    {
        found.value = found.value.checked_add(dec!(0.5))?;
        found.taken += 3;
    }
    Some(found)
}

/// Digits with their groups and their decimal point.
fn grouped(text: &str) -> Option<Numeral> {
    let plain: String =
        text.chars().map(|c| if c.is_ascii_digit() || c == '.' || c == ',' { c } else { '_' }).collect();
    let plain = plain.replace('_', "");
    let mut doubtful = false;
    let mut comma_decimal = false;
    let groups: Vec<&str> = plain.split(',').collect();
    let number = if groups.len() > 1 {
        let whole_groups = groups[1..].iter().all(|g| g.split('.').next().is_some_and(|w| w.len() == 3));
        let point_last = groups[..groups.len() - 1].iter().all(|g| !g.contains('.'));
        if whole_groups && point_last && groups[0].len() <= 3 {
            groups.concat()
        } else {
            doubtful = true;
            comma_decimal = groups.len() == 2 && groups[1].len() <= 2 && !plain.contains('.');
            plain.replace(',', ".")
        }
    } else {
        plain.clone()
    };
    // "5.000" is five thousand to half of the world.
    let points = number.matches('.').count();
    if points > 1 {
        doubtful = true;
    }
    if let Some((whole, behind)) = number.split_once('.') {
        doubtful |= behind.len() == 3 && whole.len() <= 3 && groups.len() == 1 && whole != "0";
    }
    let number = if points > 1 { number.replace('.', "") } else { number };
    let value = if number.len() <= 24 { number.trim_end_matches('.').parse().ok()? } else { return None };
    Some(Numeral { doubtful, comma_decimal, ..Numeral::plain(1, value) })
}

/// A number in words, without its last multiplier: `twenty-five`, `a hundred and fifty`, `twelve point five`.
fn spoken(words: &[Word<'_>]) -> Option<Numeral> {
    let mut total = Decimal::ZERO;
    let mut group: Option<Decimal> = None;
    let mut taken = 0;
    let mut scaled = false;
    loop {
        let hyphen = usize::from(taken > 0 && at(words, taken) == "-" && words[taken].glued);
        let joined = taken > 0 && at(words, taken) == "and" && group.is_some();
        let next = taken + if joined { 1 } else { hyphen };
        let word = at(words, next);
        if let Some(unit) = small(word) {
            let fits = match group {
                None => true,
                // twenty + five, hundred + fifty, hundred + and + five
                Some(g) => {
                    (g % dec!(100)).is_zero() && !g.is_zero()
                        || (!joined && unit < dec!(10) && (g % dec!(10)).is_zero() && g > dec!(10))
                }
            };
            if !fits || (joined && unit_follows(words, next + 1)) {
                break;
            }
            group = Some(group.unwrap_or_default() + unit);
            taken = next + 1;
        } else if word == "hundred" && !joined {
            let article = taken == 0;
            group = Some(if article {
                dec!(100)
            } else {
                group.unwrap_or(Decimal::ONE).checked_mul(dec!(100))?
            });
            taken = next + 1;
        } else if taken == 0 && matches!(word, "a" | "an") && big(at(words, 1)) {
            group = Some(Decimal::ONE);
            taken = 1;
            if at(words, 1) == "hundred" {
                group = Some(dec!(100));
                taken = 2;
            }
        } else if matches!(word, "thousand" | "thousands")
            && group.is_some()
            && small(at(words, next + 1)).is_some()
        {
            // "five thousand five hundred": the rest is added.
            total = total.checked_add(group.take()?.checked_mul(dec!(1000))?)?;
            scaled = true;
            taken = next + 1;
        } else {
            break;
        }
        if taken > 24 {
            return None;
        }
    }
    if taken == 0 && matches!(at(words, 0), "a" | "an") && calendar_unit(at(words, 1)) {
        return Some(Numeral::plain(1, Decimal::ONE));
    }
    let mut value = total.checked_add(group?)?;
    if at(words, taken) == "point"
        && let Some(tenths) = small(at(words, taken + 1)).filter(|d| *d < dec!(10))
    {
        value = value.checked_add(tenths * dec!(0.1))?;
        taken += 2;
    }
    Some(Numeral { scaled, ..Numeral::plain(taken, value) })
}

/// Whether a unit that starts another number follows: "ten and five percent".
fn unit_follows(words: &[Word<'_>], i: usize) -> bool {
    matches!(at(words, i), "%" | "percent" | "pct")
}

fn calendar_unit(word: &str) -> bool {
    matches!(word, "year" | "month" | "quarter" | "week" | "day" | "yr" | "percent" | "decade")
}

fn big(word: &str) -> bool {
    matches!(word, "hundred" | "thousand" | "million" | "grand" | "billion") || is_indian(word)
}

/// `and a half`, behind a number or behind its unit of a year.
fn and_a_fraction(words: &[Word<'_>], i: usize) -> Option<(usize, Decimal)> {
    if at(words, i) != "and" {
        return None;
    }
    match (at(words, i + 1), at(words, i + 2)) {
        ("a", "half") => Some((3, dec!(0.5))),
        ("a", "quarter") => Some((3, dec!(0.25))),
        ("three", "quarters") => Some((3, dec!(0.75))),
        ("half", _) => Some((2, dec!(0.5))),
        _ => None,
    }
}

/// `k`, `thousand`, `million` behind a number: how many words, and the factor.
fn multiplier(words: &[Word<'_>], i: usize) -> Option<(usize, Decimal)> {
    let word = words.get(i)?;
    let factor = match word.plain.as_str() {
        "k" => dec!(1000),
        "thousand" | "thousands" | "grand" | "thou" => dec!(1000),
        "m" | "mm" if word.glued => dec!(1_000_000),
        "mio" | "mn" => dec!(1_000_000),
        "lakh" | "lakhs" | "lac" | "lacs" => dec!(100_000),
        "crore" | "crores" => dec!(10_000_000),
        "million" | "mil" | "millions" | "mill" => dec!(1_000_000),
        "billion" | "bn" => dec!(1_000_000_000),
        "hundred" => dec!(100),
        _ => return None,
    };
    Some((1, factor))
}

/// Number words below a hundred.
fn small(word: &str) -> Option<Decimal> {
    const ONES: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let places = |list: &[&str]| list.iter().position(|w| *w == word);
    match word {
        "fourty" => Some(dec!(40)),
        "dozen" => Some(dec!(12)),
        "fiveteen" => Some(dec!(15)),
        _ => places(&ONES[1..])
            .map(|p| Decimal::from(p + 1))
            .or_else(|| places(&TENS).map(|p| Decimal::from((p + 2) * 10))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    fn value(text: &str) -> Option<Decimal> {
        let words = words(text);
        numeral(&words).filter(|n| n.taken == words.len()).map(|n| n.value)
    }

    #[test]
    fn numbers_in_words() {
        for (text, expected) in [
            ("twenty-five", dec!(25)),
            ("a hundred and fifty", dec!(150)),
            ("two hundred fifty", dec!(250)),
            ("five thousand five hundred", dec!(5500)),
            ("fifteen hundred", dec!(1500)),
            ("two and a half thousand", dec!(2500)),
            ("half a million", dec!(500000)),
            ("a quarter million", dec!(250000)),
            ("twelve point five", dec!(12.5)),
            ("ten grand", dec!(10000)),
            ("a thousand", dec!(1000)),
        ] {
            assert_eq!(value(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn numbers_in_digits() {
        for (text, expected) in [
            ("5,000.50", dec!(5000.5)),
            ("5 000", dec!(5000)),
            ("10'000", dec!(10000)),
            ("1.5m", dec!(1500000)),
            ("2½", dec!(2.5)),
            ("2 1/2", dec!(2.5)),
            ("1,234,567", dec!(1234567)),
        ] {
            assert_eq!(value(text), Some(expected), "{text}");
        }
        assert!(numeral(&words("5.000")).unwrap().doubtful);
        assert!(numeral(&words("99999999999999999999999999999999")).is_none());
    }
}
