//! A year's sales as they are booked, held against a broker's Form 1099-B.
//!
//! In: the rows of [`crate::form_8949`], the lines of a statement. Out: what agrees, and every [`Difference`] with what explains it. Invariants: every
//! row and every line is told once, as agreeing, differing or being on one side alone; an explanation that can't be known is said to be a guess.
//!
//! Source: s.6045(g)(2)(B)(ii): a broker adjusts for wash sales in identical securities of one account alone; s.1091 asks for all accounts of the
//! household. 26 CFR 1.6045-1(d)(5): proceeds are told less commissions.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::form_8949::{Part, Row};

/// Days between trade and settlement at most, over a weekend with a holiday.
const SETTLEMENT_DAYS: i32 = 5;

/// A line of the statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which line of the file, for people.
    pub place: String,
    /// The account, where the file says it.
    pub account_id: Option<String>,
    /// What.
    pub ticker: String,
    /// Shares.
    pub quantity: Decimal,
    /// Box 1b; none for "various" or nothing.
    pub acquired: Option<Date>,
    /// Box 1c.
    pub sold: Date,
    /// Box 1d, USD.
    pub proceeds: Decimal,
    /// Box 1e, USD; none where the basis is not told.
    pub basis: Option<Decimal>,
    /// Box 1g, USD.
    pub disallowed: Decimal,
    /// Box 2: whether it is long-term; none where it is not told.
    pub long_term: Option<bool>,
}

/// A difference, with its explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// `proceeds`, `basis`, `wash_sale`, `term`, `acquired`, `sold`, `only_booked`, `only_at_broker`.
    pub code: &'static str,
    /// What it is about: shares, ticker, days, account.
    pub about: String,
    /// The line of the statement, where there is one.
    pub place: Option<String>,
    /// As it is booked.
    pub booked: Option<String>,
    /// As the broker tells it.
    pub told: Option<String>,
    /// What explains it, and what to do.
    pub explanation: String,
}

/// What the comparison has found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// Lines of the statement and rows that belong together.
    pub matched: usize,
    /// Of which agree to the cent.
    pub agreeing: usize,
    /// Everything else.
    pub differences: Vec<Difference>,
}

/// Rows of one security that were sold on one day, or lines of it, taken together.
#[derive(Debug, Clone)]
struct Sold {
    about: String,
    place: Option<String>,
    ticker: String,
    quantity: Decimal,
    acquired: Option<Date>,
    sold: Date,
    proceeds: Decimal,
    basis: Option<Decimal>,
    disallowed: Decimal,
    long_term: Option<bool>,
    /// How many lots they are.
    lots: usize,
}

/// Holds the rows of a year against the lines of a statement of it.
#[must_use]
pub fn compared(rows: &[Row], lines: &[Line]) -> Comparison {
    let mut ours: Vec<Option<Sold>> = rows.iter().map(|row| Some(Sold::booked(row))).collect();
    let mut theirs: Vec<Option<Sold>> = lines.iter().map(|line| Some(Sold::told(line))).collect();
    let accounts: Vec<&str> = rows.iter().map(|row| row.account_id.as_str()).collect();
    let wanted: Vec<Option<&str>> = lines.iter().map(|line| line.account_id.as_deref()).collect();
    let at_one = |mine: usize, theirs: usize| wanted[theirs].is_none_or(|account| account == accounts[mine]);
    let mut of_ticker: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, line) in lines.iter().enumerate() {
        of_ticker.entry(&line.ticker).or_default().push(place);
    }
    let mut found = Comparison::default();
    // The surest first: the same lot; the same shares on the same day; the same shares a few days later.
    let ways: [fn(&Sold, &Sold) -> bool; 3] = [
        |a, b| a.sold == b.sold && a.quantity == b.quantity && a.acquired == b.acquired,
        |a, b| a.sold == b.sold && a.quantity == b.quantity,
        |a, b| a.quantity == b.quantity && days_between(a.sold, b.sold) <= SETTLEMENT_DAYS,
    ];
    for (number, fits) in ways.iter().enumerate() {
        if number == 2 {
            taken_together(&mut ours, &mut theirs, &accounts, &wanted, &mut found);
        }
        for (mine, place_of_ours) in ours.iter_mut().enumerate() {
            let Some(booked) = place_of_ours else { continue };
            let places = of_ticker.get(booked.ticker.as_str()).map(Vec::as_slice).unwrap_or_default();
            let fitting = places.iter().filter_map(|place| Some((*place, theirs[*place].as_ref()?)));
            let mut fitting = fitting.filter(|(place, line)| at_one(mine, *place) && fits(booked, line));
            // Among equals the nearest proceeds: two lots of one day may have the same number of shares.
            let first = fitting.next();
            let nearest = fitting.fold(first, |best, other| match best {
                Some(best) if off(booked, best.1) <= off(booked, other.1) => Some(best),
                _ => Some(other),
            });
            let Some((place, line)) = nearest else { continue };
            found.pair(booked, line);
            (*place_of_ours, theirs[place]) = (None, None);
        }
    }
    for booked in ours.into_iter().flatten() {
        found.differences.push(only_booked(&booked));
    }
    for line in theirs.into_iter().flatten() {
        found.differences.push(only_at_broker(&line));
    }
    found
}

/// How far two sales lie apart, USD.
fn off(booked: &Sold, told: &Sold) -> Decimal {
    let basis = told.basis.zip(booked.basis).map_or(Decimal::ZERO, |(a, b)| a.saturating_sub(b).abs());
    booked.proceeds.saturating_sub(told.proceeds).abs().saturating_add(basis)
}

fn days_between(a: Date, b: Date) -> i32 {
    a.until(b).map_or(i32::MAX, |span| span.get_days().abs())
}

/// What is left of a security on a day, where both sides have as many shares: a broker adds lots up, or parts them.
fn taken_together(
    ours: &mut [Option<Sold>],
    theirs: &mut [Option<Sold>],
    accounts: &[&str],
    wanted: &[Option<&str>],
    found: &mut Comparison,
) {
    type Day<'a> = (String, Date, Option<&'a str>);
    let (mut mine, mut their) = (BTreeMap::<Day, Vec<usize>>::new(), BTreeMap::<Day, Vec<usize>>::new());
    for (place, one) in ours.iter().enumerate() {
        let Some(one) = one else { continue };
        // A line that names no account may be of any.
        for account in [None, Some(accounts[place])] {
            mine.entry((one.ticker.clone(), one.sold, account)).or_default().push(place);
        }
    }
    for (place, one) in theirs.iter().enumerate() {
        let Some(one) = one else { continue };
        their.entry((one.ticker.clone(), one.sold, wanted[place])).or_default().push(place);
    }
    let sum = |places: &[usize], all: &[Option<Sold>]| {
        Sold::sum(&places.iter().filter_map(|place| all[*place].as_ref()).collect::<Vec<_>>())
    };
    for (day, their) in their {
        let mine = mine.get(&day).map(Vec::as_slice).unwrap_or_default();
        let (Some(booked), Some(told)) = (sum(mine, ours), sum(&their, theirs)) else { continue };
        if booked.quantity != told.quantity {
            continue;
        }
        found.pair(&booked, &told);
        mine.iter().for_each(|place| ours[*place] = None);
        their.iter().for_each(|place| theirs[*place] = None);
    }
}

impl Sold {
    fn booked(row: &Row) -> Sold {
        Sold {
            about: format!(
                "{} of lot {} in {}, sold {}",
                row.description, row.lot_id, row.account_id, row.sold
            ),
            place: None,
            ticker: row.ticker.clone(),
            quantity: row.quantity.normalize(),
            acquired: row.acquired,
            sold: row.sold,
            proceeds: row.proceeds,
            basis: Some(row.basis),
            disallowed: row.adjustment,
            long_term: Some(row.part == Part::II),
            lots: 1,
        }
    }

    fn told(line: &Line) -> Sold {
        Sold {
            about: format!("{} sh. {}, sold {}", line.quantity.normalize(), line.ticker, line.sold),
            place: Some(line.place.clone()),
            ticker: line.ticker.clone(),
            quantity: line.quantity.normalize(),
            acquired: line.acquired,
            sold: line.sold,
            proceeds: line.proceeds,
            basis: line.basis,
            disallowed: line.disallowed,
            long_term: line.long_term,
            lots: 1,
        }
    }

    /// Several as one; none where there is none, or a sum can't be held.
    fn sum(all: &[&Sold]) -> Option<Sold> {
        let (first, rest) = all.split_first()?;
        let mut sum = (*first).clone();
        for one in rest {
            sum.quantity = sum.quantity.checked_add(one.quantity)?;
            sum.proceeds = sum.proceeds.checked_add(one.proceeds)?;
            sum.basis = match (sum.basis, one.basis) {
                (Some(a), Some(b)) => Some(a.checked_add(b)?),
                _ => None,
            };
            sum.disallowed = sum.disallowed.checked_add(one.disallowed)?;
            sum.acquired = sum.acquired.filter(|day| Some(*day) == one.acquired);
            sum.long_term = sum.long_term.filter(|term| Some(*term) == one.long_term);
            sum.lots += 1;
            let more = one.place.iter().map(|place| format!(", {place}")).collect::<String>();
            sum.place = sum.place.map(|place| place + &more);
        }
        if sum.lots > 1 {
            sum.quantity = sum.quantity.normalize();
            sum.about =
                format!("{} sh. {} in {} lots, sold {}", sum.quantity, sum.ticker, sum.lots, sum.sold);
        }
        Some(sum)
    }
}

impl Comparison {
    /// Two that belong together.
    fn pair(&mut self, booked: &Sold, told: &Sold) {
        self.matched += 1;
        let before = self.differences.len();
        self.differences.extend(sold(booked, told));
        self.differences.extend(proceeds(booked, told));
        self.differences.extend(basis(booked, told));
        self.differences.extend(wash_sale(booked, told));
        self.differences.extend(days(booked, told));
        if self.differences.len() == before {
            self.agreeing += 1;
        }
    }
}

fn differ(
    code: &'static str,
    booked: &Sold,
    told: &Sold,
    ours: &dyn ToString,
    theirs: &dyn ToString,
    explanation: String,
) -> Difference {
    Difference {
        code,
        about: booked.about.clone(),
        place: told.place.clone(),
        booked: Some(ours.to_string()),
        told: Some(theirs.to_string()),
        explanation,
    }
}

fn usd(amount: Decimal) -> String {
    format!("{amount:.2} USD")
}

fn sold(booked: &Sold, told: &Sold) -> Option<Difference> {
    if booked.sold == told.sold {
        return None;
    }
    let year = if booked.sold.year() == told.sold.year() { "" } else { ", and another year" };
    let explanation = format!(
        "the days lie {} apart{year}: one of them is perhaps the day of settlement, and the trade date counts; look at the confirmation",
        days_between(booked.sold, told.sold)
    );
    Some(differ("sold", booked, told, &booked.sold, &told.sold, explanation))
}

fn proceeds(booked: &Sold, told: &Sold) -> Option<Difference> {
    let more = told.proceeds.saturating_sub(booked.proceeds);
    if more.is_zero() {
        return None;
    }
    let cents = Decimal::new(i64::try_from(booked.lots.max(told.lots)).unwrap_or(i64::MAX), 2);
    let explanation = if more.abs() <= cents {
        format!("{} of rounding, lot by lot; nothing is to be done", usd(more.abs()))
    } else if more > Decimal::ZERO {
        format!(
            "the broker tells {} more: the proceeds before commissions and fees of the sale, perhaps; where the 1099-B says \"gross\", the cost of \
             selling is an adjustment with code E",
            usd(more)
        )
    } else {
        format!(
            "the broker tells {} less: a fee that is not booked, perhaps; look at the confirmation, and book it where it is right",
            usd(more.abs())
        )
    };
    Some(differ("proceeds", booked, told, &usd(booked.proceeds), &usd(told.proceeds), explanation))
}

fn basis(booked: &Sold, told: &Sold) -> Option<Difference> {
    let ours = booked.basis?;
    let Some(theirs) = told.basis else {
        let explanation = "the broker does not report the basis of these shares: check box B or E, and keep what shows the basis that is booked".to_owned();
        return Some(differ("basis", booked, told, &usd(ours), &"not reported", explanation));
    };
    let more = theirs.saturating_sub(ours);
    if more.is_zero() {
        return None;
    }
    let cents = Decimal::new(i64::try_from(booked.lots.max(told.lots)).unwrap_or(i64::MAX), 2);
    let explanation = if more.abs() <= cents {
        format!("{} of rounding, lot by lot; nothing is to be done", usd(more.abs()))
    } else if more > Decimal::ZERO {
        format!(
            "the broker's basis is {} more: the loss of an earlier wash sale that moved into this lot, or a reinvested distribution that is not \
             booked, perhaps; compare the lot's history",
            usd(more)
        )
    } else {
        format!(
            "the broker's basis is {} less: it does not add the loss of a wash sale in another account of the household, or a return of capital was \
             taken off, perhaps; where the booked basis is right, write the broker's in (e) and correct it with code B",
            usd(more.abs())
        )
    };
    Some(differ("basis", booked, told, &usd(ours), &usd(theirs), explanation))
}

fn wash_sale(booked: &Sold, told: &Sold) -> Option<Difference> {
    if booked.disallowed == told.disallowed {
        return None;
    }
    let explanation = if booked.disallowed > told.disallowed {
        "a broker looks at identical shares in one account alone, and the law at every account of the household, IRAs and a spouse's among them: \
         the booked amount belongs in column (g), with code W"
            .to_owned()
    } else {
        "the broker disallows a loss that the books let stand: it knows of a purchase within 30 days that is not booked, such as a reinvested \
         dividend; book it, or ask the broker which purchase it means"
            .to_owned()
    };
    Some(differ("wash_sale", booked, told, &usd(booked.disallowed), &usd(told.disallowed), explanation))
}

fn days(booked: &Sold, told: &Sold) -> Vec<Difference> {
    let mut found = Vec::new();
    if let (Some(ours), Some(theirs)) = (booked.long_term, told.long_term)
        && ours != theirs
    {
        let word = |long: bool| if long { "long-term" } else { "short-term" };
        let explanation = "a wash sale adds the holding period of the shares that were sold, inherited shares are long-term, and a broker may not \
                           know either; the longer period has to be shown by records"
            .to_owned();
        found.push(differ("term", booked, told, &word(ours), &word(theirs), explanation));
    }
    if let (Some(ours), Some(theirs)) = (booked.acquired, told.acquired)
        && ours != theirs
    {
        let explanation = if days_between(ours, theirs) <= SETTLEMENT_DAYS {
            "one of them is perhaps the day of settlement; the trade date counts".to_owned()
        } else {
            "another lot was sold at the broker than is booked, or the day was carried over wrongly: see that the broker was told the lot".to_owned()
        };
        found.push(differ("acquired", booked, told, &ours, &theirs, explanation));
    }
    found
}

fn only_booked(booked: &Sold) -> Difference {
    Difference {
        code: "only_booked",
        about: booked.about.clone(),
        place: None,
        booked: Some(usd(booked.proceeds)),
        told: None,
        explanation: "the statement has no such sale: it is of another broker or account, or a corrected statement follows; a sale without a 1099-B \
                      goes under box C or F"
            .to_owned(),
    }
}

fn only_at_broker(told: &Sold) -> Difference {
    Difference {
        code: "only_at_broker",
        about: told.about.clone(),
        place: told.place.clone(),
        booked: None,
        told: Some(usd(told.proceeds)),
        explanation: "it is not booked: sold before the household was kept here, by hand, or of an account that is not kept here; it belongs on the \
                      form as the statement tells it"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form_8949::{Sale, form};
    use jiff::civil::date;
    use rust_decimal::dec;

    fn row(lot_id: &str, quantity: Decimal, basis: Decimal) -> Row {
        let sale = Sale {
            account_id: "joint".to_owned(),
            ticker: "SPY".to_owned(),
            lot_id: lot_id.to_owned(),
            covered_from: crate::form_8949::FUNDS_COVERED_FROM,
            quantity,
            acquired: Some(date(2024, 1, 2)),
            sold: date(2026, 11, 25),
            proceeds: quantity * dec!(450),
            basis,
            disallowed: dec!(0),
            long_term: true,
        };
        form(2026, &[sale]).unwrap().rows.remove(0)
    }

    fn line(row: &Row) -> Line {
        Line {
            place: "row 2".to_owned(),
            account_id: None,
            ticker: row.ticker.clone(),
            quantity: row.quantity,
            acquired: row.acquired,
            sold: row.sold,
            proceeds: row.proceeds,
            basis: Some(row.basis),
            disallowed: row.adjustment,
            long_term: Some(true),
        }
    }

    fn codes(found: &Comparison) -> Vec<&'static str> {
        found.differences.iter().map(|one| one.code).collect()
    }

    #[test]
    fn what_agrees_is_counted_and_what_does_not_is_explained() {
        let booked = row("L1", dec!(10), dec!(4000));
        let same = compared(std::slice::from_ref(&booked), &[line(&booked)]);
        assert_eq!((same.matched, same.agreeing, same.differences.len()), (1, 1, 0));
        let cases = [
            (Line { proceeds: dec!(4501.25), ..line(&booked) }, vec!["proceeds"], "code E"),
            (Line { proceeds: dec!(4499.99), ..line(&booked) }, vec!["proceeds"], "rounding"),
            (Line { basis: None, ..line(&booked) }, vec!["basis"], "box B or E"),
            (Line { basis: Some(dec!(4100)), ..line(&booked) }, vec!["basis"], "earlier wash sale"),
            (Line { disallowed: dec!(12), ..line(&booked) }, vec!["wash_sale"], "reinvested"),
            (Line { long_term: Some(false), ..line(&booked) }, vec!["term"], "holding period"),
            (Line { acquired: Some(date(2023, 1, 2)), ..line(&booked) }, vec!["acquired"], "another lot"),
            (Line { acquired: None, ..line(&booked) }, vec![], ""),
            (Line { sold: date(2026, 11, 27), ..line(&booked) }, vec!["sold"], "settlement"),
            (
                Line { ticker: "AGG".to_owned(), ..line(&booked) },
                vec!["only_booked", "only_at_broker"],
                "no such sale",
            ),
            (
                Line { account_id: Some("ira".to_owned()), ..line(&booked) },
                vec!["only_booked", "only_at_broker"],
                "no such sale",
            ),
        ];
        for (line, expected, words) in cases {
            let found = compared(std::slice::from_ref(&booked), std::slice::from_ref(&line));
            assert_eq!(codes(&found), expected, "{line:?}");
            assert!(found.differences.first().is_none_or(|one| one.explanation.contains(words)), "{found:?}");
        }
    }

    #[test]
    fn a_wash_sale_over_two_accounts_is_not_on_the_statement() {
        let booked = Row { adjustment: dec!(500), code: Some('W'), ..row("L1", dec!(10), dec!(5000)) };
        let found = compared(std::slice::from_ref(&booked), &[Line { disallowed: dec!(0), ..line(&booked) }]);
        assert_eq!(codes(&found), ["wash_sale"]);
        assert!(found.differences[0].explanation.contains("every account of the household"));
    }

    #[test]
    fn lots_that_a_broker_adds_up_are_held_against_their_sum() {
        let lots = [row("L1", dec!(10), dec!(4000)), row("L2", dec!(5), dec!(2100))];
        let sum = Line {
            quantity: dec!(15),
            acquired: None,
            proceeds: dec!(6750),
            basis: Some(dec!(6100)),
            ..line(&lots[0])
        };
        let found = compared(&lots, std::slice::from_ref(&sum));
        assert_eq!((found.matched, found.agreeing), (1, 1), "{found:?}");
        let off = compared(&lots, &[Line { basis: Some(dec!(6000)), ..sum.clone() }]);
        assert_eq!(codes(&off), ["basis"]);
        assert!(off.differences[0].about.contains("15 sh. SPY in 2 lots"), "{off:?}");
        let fewer = compared(&lots, &[Line { quantity: dec!(14), ..sum }]);
        assert_eq!(codes(&fewer), ["only_booked", "only_booked", "only_at_broker"]);
    }

    #[test]
    fn lots_are_added_up_day_by_day_and_account_by_account() {
        let other = |account: &str, sold: Date, one: Row| Row { account_id: account.to_owned(), sold, ..one };
        let (early, late) = (date(2026, 11, 12), date(2026, 11, 25));
        let lots = [
            other("joint", early, row("L1", dec!(10), dec!(4000))),
            other("joint", early, row("L2", dec!(5), dec!(2100))),
            other("joint", late, row("L3", dec!(7), dec!(2900))),
            other("joint", late, row("L4", dec!(8), dec!(3300))),
            other("trust", late, row("L5", dec!(6), dec!(2500))),
            other("trust", late, row("L6", dec!(9), dec!(3700))),
        ];
        let sum = |account: Option<&str>, sold: Date, basis: Decimal| Line {
            account_id: account.map(str::to_owned),
            quantity: dec!(15),
            acquired: None,
            sold,
            proceeds: dec!(6750),
            basis: Some(basis),
            ..line(&lots[0])
        };
        let lines = [
            sum(Some("trust"), late, dec!(6200)),
            sum(None, early, dec!(6100)),
            sum(Some("joint"), late, dec!(6200)),
        ];
        let found = compared(&lots, &lines);
        assert_eq!((found.matched, found.agreeing), (3, 3), "{found:?}");
    }

    #[test]
    fn of_two_lots_with_as_many_shares_each_finds_its_own() {
        let lots = [row("L1", dec!(10), dec!(4000)), row("L2", dec!(10), dec!(5000))];
        let lines = [line(&lots[1]), line(&lots[0])];
        let found = compared(&lots, &lines);
        assert_eq!((found.matched, found.agreeing), (2, 2), "{found:?}");
    }
}
