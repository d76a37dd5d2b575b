//! What was realised in a year, as the tax forms take it.

pub(crate) mod form_8949;
pub(crate) mod statement;

use jiff::civil::Date;
use portfolio::exchange::eastern;
use rebalance::books::{Books, Household};
use rebalance::tax_year::{TaxYear, tax_year};
use serde::{Deserialize, Serialize};
use tax::form_8949::{Form, Row, Total, form};
use utoipa::{IntoParams, ToSchema};

use super::orders::Form as Written;
use crate::amount::Amount;
use crate::house::House;
use crate::problem::Problem;

/// Of which year, and in what form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct YearAsked {
    /// The tax year; the one of now where nothing is said.
    #[param(nullable = false, minimum = 1900, maximum = 9999)]
    year: Option<i16>,
    /// `json` (where nothing is said), or `csv`: the rows as a file.
    #[param(nullable = false, inline)]
    format: Option<Written>,
}

/// Form 8949 of a year: what was realised in accounts that are taxed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FormView {
    /// The year.
    year: i16,
    /// By part, box, day of sale, account and lot.
    rows: Vec<FormRow>,
    /// Sums by part and box, as Schedule D takes them.
    totals: Vec<FormTotal>,
    /// What somebody should know.
    notes: Vec<String>,
}

/// A row of the form; every amount in whole cents.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FormRow {
    /// `I`, short-term, or `II`, long-term.
    part: &'static str,
    /// The box to check: `A` or `D` where the broker reports the basis, `B` or `E` where it does not. The 1099-B has the last word.
    r#box: char,
    /// (a) Description of property.
    description: String,
    /// (b) Date acquired, where known.
    #[schema(value_type = Option<String>, format = Date)]
    acquired: Option<Date>,
    /// (c) Date sold.
    #[schema(value_type = String, format = Date)]
    sold: Date,
    /// (d) Proceeds, USD.
    proceeds: Amount,
    /// (e) Cost or other basis, USD.
    basis: Amount,
    /// (f) Code: `W` for a wash sale.
    code: Option<char>,
    /// (g) Adjustment, USD.
    adjustment: Amount,
    /// (h) Gain or loss: (d) − (e) + (g), USD.
    gain: Amount,
    /// The account.
    account_id: String,
    /// The security.
    ticker: String,
    /// The lot.
    lot_id: String,
    /// Shares.
    quantity: Amount,
}

/// Sums of a part and box.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FormTotal {
    /// `I` or `II`.
    part: &'static str,
    /// The box.
    r#box: char,
    /// Column (d), USD.
    proceeds: Amount,
    /// Column (e), USD.
    basis: Amount,
    /// Column (g), USD.
    adjustment: Amount,
    /// Column (h), USD.
    gain: Amount,
}

impl FormView {
    fn of(form: &Form, notes: Vec<String>) -> FormView {
        FormView {
            year: form.year,
            rows: form.rows.iter().map(FormRow::of).collect(),
            totals: form.totals.iter().map(FormTotal::of).collect(),
            notes,
        }
    }
}

impl FormRow {
    fn of(row: &Row) -> FormRow {
        FormRow {
            part: row.part.word(),
            r#box: row.check_box,
            description: row.description.clone(),
            acquired: row.acquired,
            sold: row.sold,
            proceeds: Amount(row.proceeds),
            basis: Amount(row.basis),
            code: row.code,
            adjustment: Amount(row.adjustment),
            gain: Amount(row.gain),
            account_id: row.account_id.clone(),
            ticker: row.ticker.clone(),
            lot_id: row.lot_id.clone(),
            quantity: Amount(row.quantity),
        }
    }
}

impl FormTotal {
    fn of(total: &Total) -> FormTotal {
        FormTotal {
            part: total.part.word(),
            r#box: total.check_box,
            proceeds: Amount(total.proceeds),
            basis: Amount(total.basis),
            adjustment: Amount(total.adjustment),
            gain: Amount(total.gain),
        }
    }
}

/// The form of a household in a year, of now where none is named.
fn of_household(
    house: &dyn House,
    household: &Household,
    year: Option<i16>,
) -> Result<(TaxYear, Form), Problem> {
    let year = match year {
        Some(year) if (1900..=9999).contains(&year) => year,
        Some(_) => return Err(Problem::invalid("year", "has to be from 1900 to 9999")),
        None => eastern(house.lived().map_err(Problem::outside)?.now).year(),
    };
    let found = tax_year(house.store().reading(), household.id, year)?;
    let made = form(year, &found.sales).map_err(|error| Problem::conflict("too_large", error.to_string()))?;
    Ok((found, made))
}
