//! May a household's records be erased today?
//!
//! In: when its last record was written, the rules that bind the installation, holds, today. Out: leave, or every reason against
//! it. Invariant: one hold or one rule that has not run out is enough to refuse; a date that can't be computed refuses too.
//!
//! # Source
//! The Advisers Act, rule 204-2(e)(1), 17 CFR 275.204-2: five years from the end of the fiscal year of the last entry. Rule 17a-4(a),
//! 17 CFR 240.17a-4, for broker-dealers: six years. That the six years run from the last entry is a house decision of 2026-11-26;
//! for an account's own documents the rule counts from when it was closed, so whoever keeps those gives that day as the last
//! entry. This is no legal advice.

use std::fmt;

use jiff::civil::Date;

/// When the years of a rule begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountedFrom {
    /// The day of the last entry.
    LastEntry,
    /// The last day of the fiscal year in which the last entry was made.
    FiscalYearEnd {
        /// Of that day, 1 to 12.
        month: i8,
        /// Of that day; the last of a shorter month where it has no such day.
        day: i8,
    },
}

/// A rule that binds whoever runs the installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionRule {
    /// As messages name it.
    pub name: String,
    /// How long.
    pub years: i16,
    /// From when.
    pub counted_from: CountedFrom,
}

impl RetentionRule {
    /// Investment advisers: five years from the end of the fiscal year.
    #[must_use]
    pub fn adviser(fiscal_year_month: i8, fiscal_year_day: i8) -> RetentionRule {
        RetentionRule {
            name: "17 CFR 275.204-2".to_owned(),
            years: 5,
            counted_from: CountedFrom::FiscalYearEnd { month: fiscal_year_month, day: fiscal_year_day },
        }
    }

    /// Broker-dealers: six years.
    #[must_use]
    pub fn broker_dealer() -> RetentionRule {
        RetentionRule { name: "17 CFR 240.17a-4".to_owned(), years: 6, counted_from: CountedFrom::LastEntry }
    }

    /// The first day on which the rule no longer binds; none beyond what a calendar holds.
    fn first_free_day(&self, last_entry: Date) -> Option<Date> {
        let from = match self.counted_from {
            CountedFrom::LastEntry => last_entry,
            CountedFrom::FiscalYearEnd { month, day } => fiscal_year_end(last_entry, month, day)?,
        };
        let years = jiff::Span::new().try_years(i64::from(self.years)).ok()?;
        from.checked_add(years).ok()?.tomorrow().ok()
    }
}

/// The first end of a fiscal year that is not before `date`.
fn fiscal_year_end(date: Date, month: i8, day: i8) -> Option<Date> {
    let end_in = |year: i16| {
        let first = Date::new(year, month, 1).ok()?;
        Date::new(year, month, day.clamp(1, first.days_in_month())).ok()
    };
    let this_year = end_in(date.year())?;
    if this_year >= date { Some(this_year) } else { end_in(date.year().checked_add(1)?) }
}

/// A legal hold: an order or a foreseeable dispute for which nothing may be destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// As messages name it, such as a file number.
    pub reason: String,
}

/// What it takes to decide on an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErasureRequest<'a> {
    /// The day of the household's last record; none where it has no records.
    pub last_entry: Option<Date>,
    /// Rules that bind.
    pub rules: &'a [RetentionRule],
    /// Holds on the household, or on everything.
    pub holds: &'a [Hold],
    /// Today, where the rules bind.
    pub today: Date,
}

/// A reason against an erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// Somebody holds the records.
    Hold {
        /// Why.
        reason: String,
    },
    /// A rule has not run out.
    Retained {
        /// Which rule.
        rule: String,
        /// The first day on which it no longer binds.
        until: Date,
    },
    /// The years of a rule can't be counted.
    Uncountable {
        /// Which rule.
        rule: String,
    },
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Obstacle::Hold { reason } => write!(f, "they are held: `{reason}`"),
            Obstacle::Retained { rule, until } => write!(f, "{rule} keeps them; not before {until}"),
            Obstacle::Uncountable { rule } => {
                write!(f, "the years of {rule} can't be counted; check its dates")
            }
        }
    }
}

/// Why a household's records may not be erased, with every reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the records may not be erased: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct ErasureRefused(pub Vec<Obstacle>);

/// Whether a household's key may be destroyed today.
///
/// # Errors
/// Every hold, and every rule that has not run out.
pub fn may_erase(request: ErasureRequest<'_>) -> Result<(), ErasureRefused> {
    let held = request.holds.iter().map(|hold| Obstacle::Hold { reason: hold.reason.clone() });
    let retained = request.rules.iter().filter_map(|rule| {
        let name = || rule.name.clone();
        match rule.first_free_day(request.last_entry?) {
            None => Some(Obstacle::Uncountable { rule: name() }),
            Some(until) if request.today < until => Some(Obstacle::Retained { rule: name(), until }),
            Some(_) => None,
        }
    });
    let obstacles: Vec<_> = held.chain(retained).collect();
    if obstacles.is_empty() { Ok(()) } else { Err(ErasureRefused(obstacles)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn asked(rule: RetentionRule, last_entry: Date, today: Date) -> Result<(), ErasureRefused> {
        may_erase(ErasureRequest { last_entry: Some(last_entry), rules: &[rule], holds: &[], today })
    }

    #[test]
    fn an_adviser_keeps_records_for_five_years_from_the_end_of_the_fiscal_year() {
        // The facts' case REC-1.
        let rule = || RetentionRule::adviser(12, 31);
        let refused = asked(rule(), date(2026, 3, 15), date(2031, 12, 31)).unwrap_err();
        let until = date(2032, 1, 1);
        assert_eq!(refused.0, [Obstacle::Retained { rule: "17 CFR 275.204-2".to_owned(), until }]);
        assert_eq!(asked(rule(), date(2026, 3, 15), until), Ok(()));
        // An entry on the last day belongs to that year, one a day later to the next.
        assert_eq!(asked(rule(), date(2026, 12, 31), until), Ok(()));
        assert!(asked(rule(), date(2027, 1, 1), until).is_err());
        // A fiscal year that ends with February, in leap years too.
        let february = || RetentionRule::adviser(2, 31);
        assert!(asked(february(), date(2028, 2, 29), date(2033, 2, 28)).is_err());
        assert_eq!(asked(february(), date(2028, 2, 29), date(2033, 3, 1)), Ok(()));
    }

    #[test]
    fn a_broker_dealer_keeps_records_for_six_years() {
        let refused =
            asked(RetentionRule::broker_dealer(), date(2026, 3, 15), date(2032, 3, 15)).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the records may not be erased: 17 CFR 240.17a-4 keeps them; not before 2032-03-16"
        );
        assert_eq!(asked(RetentionRule::broker_dealer(), date(2026, 3, 15), date(2032, 3, 16)), Ok(()));
    }

    #[test]
    fn a_hold_refuses_whatever_the_rules_say_and_every_reason_is_told() {
        let holds = [Hold { reason: "case 7".to_owned() }];
        let rules = [RetentionRule::broker_dealer()];
        let today = date(2026, 11, 26);
        let refused =
            |last_entry| may_erase(ErasureRequest { last_entry, rules: &rules, holds: &holds, today });
        assert_eq!(refused(None).unwrap_err().0.len(), 1);
        assert_eq!(refused(Some(today)).unwrap_err().0.len(), 2);
        let nothing = ErasureRequest { last_entry: None, rules: &rules, holds: &[], today };
        assert_eq!(may_erase(nothing), Ok(()));
    }

    #[test]
    fn a_date_out_of_the_calendar_refuses() {
        let refused =
            asked(RetentionRule::broker_dealer(), date(9999, 1, 1), date(9999, 12, 31)).unwrap_err();
        assert!(matches!(refused.0[..], [Obstacle::Uncountable { .. }]));
        assert!(asked(RetentionRule::adviser(13, 1), date(2026, 1, 1), date(2099, 1, 1)).is_err());
    }
}
