//! The tables of a tax year, as data: brackets, breakpoints, thresholds, limits.
//!
//! In: a year and a filing status. Out: a [`YearTable`], read from `data/years/YEAR.json`. The
//! invariant is that a year without a table is an error (its thresholds are not guessed from a
//! neighbour) and that each table names its source and how well it is confirmed.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::LazyLock;

use rust_decimal::Decimal;
use serde::Deserialize;

/// How a household files. A qualifying surviving spouse uses the tables of `Joint`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FilingStatus {
    /// Unmarried.
    Single,
    /// Married filing jointly, or qualifying surviving spouse.
    Joint,
    /// Married filing separately.
    Separate,
    /// Head of household.
    HeadOfHousehold,
}

impl FilingStatus {
    /// Every status, in the order of the tables.
    pub const ALL: [Self; 4] = [Self::Single, Self::Joint, Self::Separate, Self::HeadOfHousehold];

    /// The word that a portfolio document uses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Joint => "joint",
            Self::Separate => "separate",
            Self::HeadOfHousehold => "head_of_household",
        }
    }
}

/// A word that is no filing status.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is no filing status: use single, joint, separate or head_of_household")]
pub struct UnknownFilingStatus {
    /// What was given.
    pub given: String,
}

impl FromStr for FilingStatus {
    type Err = UnknownFilingStatus;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|status| status.name() == word)
            .ok_or_else(|| UnknownFilingStatus { given: word.to_owned() })
    }
}

/// One step of a table: `rate` applies to income up to and including `up_to` USD (None: no end).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bracket {
    /// A fraction.
    pub rate: Decimal,
    /// Upper bound in USD of taxable income, inclusive.
    pub up_to: Option<Decimal>,
}

/// The tables of one year for one filing status. Amounts are USD of taxable income.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearTable {
    /// The tax year.
    pub year: i16,
    /// Rates on ordinary income, which includes net short-term gains.
    pub ordinary: Vec<Bracket>,
    /// Rates on net capital gain and qualified dividends (0, 15 and 20 %).
    pub long_term: Vec<Bracket>,
    /// Standard deduction, USD.
    pub standard_deduction: Decimal,
    /// Rate of the net investment income tax.
    pub niit_rate: Decimal,
    /// Modified adjusted gross income above which it applies, USD; not indexed.
    pub niit_threshold: Decimal,
    /// Capital loss that ordinary income can absorb in a year, USD.
    pub capital_loss_limit: Decimal,
    /// Where the numbers come from.
    pub source: String,
    /// `primary` where the primary text was read, `secondary` where a data set that cites it was.
    pub confirmed: String,
}

/// A tax year for which there is no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no tax tables for {year}: there are tables for {}; give the rates themselves instead", known())]
pub struct MissingYear {
    /// The year that was asked for.
    pub year: i16,
}

/// The tables of `year` for `status`.
///
/// # Errors
/// [`MissingYear`] where there is no table: it fails closed.
///
/// # Source
/// The file of the year names it: revenue procedures for the indexed amounts, IRC s.1(h), 1(j),
/// 1211(b) and 1411 for the rest.
pub fn table(year: i16, status: FilingStatus) -> Result<&'static YearTable, MissingYear> {
    TABLES.get(&(year, status)).ok_or(MissingYear { year })
}

/// The years that have tables, ascending.
pub fn years() -> impl Iterator<Item = i16> {
    let mut years: Vec<i16> = TABLES.keys().map(|(year, _)| *year).collect();
    years.dedup();
    years.into_iter()
}

fn known() -> String {
    years().map(|year| year.to_string()).collect::<Vec<_>>().join(", ")
}

static TABLES: LazyLock<BTreeMap<(i16, FilingStatus), YearTable>> = LazyLock::new(|| {
    [
        include_str!("../data/years/2024.json"),
        include_str!("../data/years/2025.json"),
        include_str!("../data/years/2026.json"),
    ]
    .into_iter()
    .flat_map(|text| {
        let file: YearFile = serde_json::from_str(text).expect("an embedded year file is valid");
        file.into_tables()
    })
    .collect()
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YearFile {
    year: i16,
    source: String,
    confirmed: String,
    #[serde(rename = "note")]
    _note: String,
    niit_rate: String,
    statuses: BTreeMap<String, StatusFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusFile {
    ordinary: Vec<(String, Option<String>)>,
    long_term: Vec<(String, Option<String>)>,
    standard_deduction: String,
    niit_threshold: String,
    capital_loss_limit: String,
}

impl YearFile {
    fn into_tables(self) -> Vec<((i16, FilingStatus), YearTable)> {
        let Self { year, source, confirmed, niit_rate, statuses, .. } = self;
        let read = |(name, file): (String, StatusFile)| {
            let status = name.parse().expect("an embedded year file names known statuses");
            let table = YearTable {
                year,
                ordinary: brackets(&file.ordinary),
                long_term: brackets(&file.long_term),
                standard_deduction: decimal(&file.standard_deduction),
                niit_rate: decimal(&niit_rate),
                niit_threshold: decimal(&file.niit_threshold),
                capital_loss_limit: decimal(&file.capital_loss_limit),
                source: source.clone(),
                confirmed: confirmed.clone(),
            };
            ((year, status), table)
        };
        statuses.into_iter().map(read).collect()
    }
}

fn brackets(rows: &[(String, Option<String>)]) -> Vec<Bracket> {
    rows.iter()
        .map(|(rate, up_to)| Bracket { rate: decimal(rate), up_to: up_to.as_deref().map(decimal) })
        .collect()
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect("an embedded year file holds decimals")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_year_has_every_status_with_rising_bounds() {
        assert_eq!(years().collect::<Vec<_>>(), [2024, 2025, 2026]);
        for year in years() {
            for status in FilingStatus::ALL {
                let table = table(year, status).unwrap();
                assert_eq!((table.ordinary.len(), table.long_term.len()), (7, 3));
                for steps in [&table.ordinary, &table.long_term] {
                    assert!(steps.windows(2).all(|w| w[0].rate < w[1].rate));
                    assert!(steps.windows(3).all(|w| w[0].up_to < w[1].up_to));
                    assert_eq!(steps.iter().filter(|b| b.up_to.is_none()).count(), 1);
                    assert!(steps.last().unwrap().up_to.is_none());
                }
            }
        }
    }

    #[test]
    fn a_missing_year_fails_closed_and_says_what_there_is() {
        let error = table(2027, FilingStatus::Single).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no tax tables for 2027: there are tables for 2024, 2025, 2026; give the rates themselves instead"
        );
    }

    #[test]
    fn a_status_is_read_by_its_document_word_only() {
        assert_eq!("head_of_household".parse(), Ok(FilingStatus::HeadOfHousehold));
        assert!("Single".parse::<FilingStatus>().is_err());
    }
}
