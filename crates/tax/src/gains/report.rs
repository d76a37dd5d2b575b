//! The report of the command `gains`, as it is written to JSON.
//!
//! In: filled books. Out: a [`GainsReport`]. The invariant is that numbers are JSON numbers whose
//! text is the exact decimal, money with two places, and that rows are in the order of the sales.

mod assembly;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

pub(super) use assembly::report;

use super::row::AccountKind;
use super::warning::Warning;
use crate::holding::Term;
use crate::relief::Method;
use crate::wash_sale::Treatment;

/// Everything the command answers. Money is USD.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GainsReport {
    /// Sales in taxable accounts, lot by lot, in the order of time.
    pub realised: Vec<RealisedRow>,
    /// What is still held, of all accounts, by account, ticker and age.
    pub open_lots: Vec<OpenRow>,
    /// Losses disallowed in all, >= 0.
    #[serde(serialize_with = "number")]
    pub disallowed_total: Decimal,
    /// The part of it that is lost for good: bought by a retirement account or a spouse.
    #[serde(serialize_with = "number")]
    pub permanently_disallowed: Decimal,
    /// The part of it that is in the basis of open lots of taxable accounts.
    #[serde(serialize_with = "number")]
    pub deferred_in_open_lots: Decimal,
    /// Gains less losses that count: Σ gain + disallowed.
    #[serde(serialize_with = "number")]
    pub recognised_total: Decimal,
    /// What was really made on what was sold: recognised − deferred − permanently disallowed.
    #[serde(serialize_with = "number")]
    pub economic_total: Decimal,
    /// Net recognised results by calendar year of the sale.
    pub by_year: Vec<YearRow>,
    /// Which loss went where.
    pub wash_sales: Vec<WashRow>,
    /// Sales in retirement accounts, which have no tax result.
    pub untaxed_sales: Vec<UntaxedRow>,
    /// The relief method.
    pub method: Method,
    /// The day of the report; None for a file without rows.
    #[serde(serialize_with = "date_text")]
    pub as_of: Option<Date>,
    /// What was counted as identical.
    pub identical: IdenticalUsed,
    /// What a person should know.
    pub warnings: Vec<Warning>,
}

/// Which policy decided what is identical, and where it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IdenticalUsed {
    /// `ticker`, `class` or `index`.
    pub counted: &'static str,
    /// The same in words.
    pub policy: &'static str,
    /// The tickers of the file that the policy joins.
    pub joined: Vec<JoinedRow>,
}

/// Tickers of the file that the policy, and no group of the file, makes one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JoinedRow {
    /// The main class, or the index.
    pub group: &'static str,
    /// The tickers.
    pub tickers: Vec<String>,
    /// Why.
    pub ground: &'static str,
    /// `secondary` or `unconfirmed`.
    pub certainty: &'static str,
}

/// Shares of one lot in one sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RealisedRow {
    /// The account.
    pub account_id: String,
    /// The security.
    pub ticker: String,
    /// Shares, in units of the day of the sale.
    #[serde(serialize_with = "number")]
    pub quantity: Decimal,
    /// When they were bought.
    #[serde(serialize_with = "date_text")]
    pub acquired: Date,
    /// When they were sold.
    #[serde(serialize_with = "date_text")]
    pub sold: Date,
    /// Net of fees.
    #[serde(serialize_with = "number")]
    pub proceeds: Decimal,
    /// With fees, and with losses carried into it.
    #[serde(serialize_with = "number")]
    pub basis: Decimal,
    /// Proceeds less basis, before the wash-sale rule.
    #[serde(serialize_with = "number")]
    pub gain: Decimal,
    /// By the tacked holding period: `short-term` or `long-term`.
    pub term: Term,
    /// What of the loss is disallowed, >= 0.
    #[serde(serialize_with = "number")]
    pub disallowed: Decimal,
    /// Since when they counted as held.
    #[serde(serialize_with = "date_text")]
    pub holding_start: Date,
    /// Whose account.
    pub owner: String,
    /// The lot's name, where its purchase has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lot_id: Option<String>,
    /// The line of the sale.
    pub line: u64,
}

/// Open shares of one lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenRow {
    /// The account.
    pub account_id: String,
    /// The security.
    pub ticker: String,
    /// Shares, in units after every split.
    #[serde(serialize_with = "number")]
    pub quantity: Decimal,
    /// When they were bought: the clock of qualified dividends.
    #[serde(serialize_with = "date_text")]
    pub acquired: Date,
    /// Since when they count as held: the clock of the term.
    #[serde(serialize_with = "date_text")]
    pub holding_start: Date,
    /// `basis` over `quantity`, to ten places.
    #[serde(serialize_with = "number")]
    pub basis_per_share: Decimal,
    /// Exact to the cent, with losses carried into it.
    #[serde(serialize_with = "number")]
    pub basis: Decimal,
    /// The part of `basis` that is carried losses.
    #[serde(serialize_with = "number")]
    pub carried_loss: Decimal,
    /// What kind of account: a retirement account's basis has no meaning for tax.
    pub account_kind: AccountKind,
    /// The lot's name, where its purchase has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lot_id: Option<String>,
    /// The line of the purchase.
    pub line: u64,
}

/// A loss and what replaced the shares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WashRow {
    /// The line of the sale.
    pub line: u64,
    /// The line of the purchase that washes it.
    pub replacement_line: u64,
    /// Shares, in units of the day of the sale.
    #[serde(serialize_with = "number")]
    pub quantity: Decimal,
    /// What is disallowed.
    #[serde(serialize_with = "number")]
    pub disallowed: Decimal,
    /// `added_to_basis`, `lost_to_retirement` or `lost_to_other_owner`.
    pub treatment: Treatment,
}

/// A year's net recognised results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct YearRow {
    /// The calendar year of the sales.
    pub year: i16,
    /// Net short-term.
    #[serde(serialize_with = "number")]
    pub short_term: Decimal,
    /// Net long-term.
    #[serde(serialize_with = "number")]
    pub long_term: Decimal,
    /// Losses of these sales that are disallowed.
    #[serde(serialize_with = "number")]
    pub disallowed: Decimal,
}

/// A sale in a retirement account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UntaxedRow {
    /// The account.
    pub account_id: String,
    /// The security.
    pub ticker: String,
    /// Shares, in units of the day of the sale.
    #[serde(serialize_with = "number")]
    pub quantity: Decimal,
    /// When they were sold.
    #[serde(serialize_with = "date_text")]
    pub sold: Date,
    /// Net of fees.
    #[serde(serialize_with = "number")]
    pub proceeds: Decimal,
    /// The line of the sale.
    pub line: u64,
}

fn number<S: Serializer>(value: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    let text = value.to_string();
    RawValue::from_string(text).map_err(serde::ser::Error::custom)?.serialize(serializer)
}

fn date_text<S: Serializer>(date: &impl DateText, serializer: S) -> Result<S::Ok, S::Error> {
    match date.text() {
        Some(text) => serializer.serialize_str(&text),
        None => serializer.serialize_none(),
    }
}

/// A date, or none, as text.
trait DateText {
    fn text(&self) -> Option<String>;
}

impl DateText for Date {
    fn text(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl DateText for Option<Date> {
    fn text(&self) -> Option<String> {
        self.map(|date| date.to_string())
    }
}
