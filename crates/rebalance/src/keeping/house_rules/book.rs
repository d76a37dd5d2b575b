//! A rulebook: what is restricted, which limits there are, who is excepted; and what of it counts for one household on one day.
//!
//! In: JSON, with every rule's days and reason. Out: its faults, each with its place; [`InForce`]. Invariant: the last day of a rule or an exception is
//! one on which it counts.

use std::collections::BTreeSet;

use jiff::civil::Date;
use portfolio::Decimal;
use portfolio::document::exact::Exact;
use portfolio::household::HouseLimits;
use portfolio::plan::Number;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::counts;

/// Longest reason, characters.
const REASON_CHARS_MAX: usize = 500;
/// Most rules of one kind.
const RULES_MAX: usize = 10_000;

/// All rules of the house.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rulebook {
    /// Securities that are not traded.
    #[serde(default)]
    pub restricted: Vec<Restriction>,
    /// Limits on orders.
    #[serde(default)]
    pub limits: Vec<Limit>,
    /// Households that a restriction does not bind.
    #[serde(default)]
    pub exemptions: Vec<Exemption>,
}

/// A security that is not traded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restriction {
    /// The security.
    pub ticker: String,
    /// The first day; from the beginning where none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day; until it is taken out where none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Why.
    pub reason: String,
}

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitKind {
    /// USD of one order.
    OrderNotionalMax,
    /// Orders of one plan.
    OrdersMax,
    /// Distance of an order's limit from the price, percent.
    PriceCollarPct,
}

/// A limit on orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Of what.
    pub limit: LimitKind,
    /// The most that may be.
    #[serde(serialize_with = "as_text", deserialize_with = "exactly")]
    pub most: Decimal,
    /// The first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Why.
    pub reason: String,
}

/// A household that a restriction does not bind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exemption {
    /// Id of the household.
    pub household: String,
    /// The security.
    pub ticker: String,
    /// Who answers for it, by name.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// The last day.
    pub until: Date,
}

/// What is wrong with a rulebook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulebookFault {
    /// Where, such as `restricted[2].until`.
    pub path: String,
    /// What, and what to do.
    pub detail: String,
}

/// What counts for a household on a day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct InForce {
    /// The version of the rules.
    pub version: u64,
    /// Securities of its document that are not traded, by ticker.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub restricted: Vec<String>,
    /// USD of one order at most.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_number")]
    pub order_notional_max: Option<Decimal>,
    /// Orders of one plan at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orders_max: Option<u32>,
    /// Distance of an order's limit from the price at most, percent.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_number")]
    pub price_collar_pct: Option<Decimal>,
}

impl Rulebook {
    /// What is wrong with it, where these households and people are known.
    #[must_use]
    pub fn faults(&self, households: &BTreeSet<String>, people: &BTreeSet<&str>) -> Vec<RulebookFault> {
        let mut faults = Vec::new();
        let mut fault = |path: String, detail: String| faults.push(RulebookFault { path, detail });
        let lists = [self.restricted.len(), self.limits.len(), self.exemptions.len()];
        if lists.into_iter().any(|rules| rules > RULES_MAX) {
            fault(String::new(), format!("{RULES_MAX} rules of a kind are the most"));
        }
        for (n, rule) in self.restricted.iter().enumerate() {
            let at = |field: &str| format!("restricted[{n}].{field}");
            if !is_ticker(&rule.ticker) {
                fault(at("ticker"), "has to be a ticker, such as \"XYZ\"".to_owned());
            }
            days_and_reason(&at, (rule.from, rule.until), &rule.reason, &mut fault);
        }
        for (n, rule) in self.limits.iter().enumerate() {
            let at = |field: &str| format!("limits[{n}].{field}");
            if rule.most <= Decimal::ZERO || rule.most > portfolio::money::MONEY_MAX {
                let most = portfolio::money::MONEY_MAX;
                fault(
                    at("most"),
                    format!("has to be above 0, and {most} at most; to trade nothing, halt trading"),
                );
            } else if rule.limit == LimitKind::OrdersMax && whole(rule.most).is_none() {
                fault(at("most"), "has to be a whole number of orders".to_owned());
            }
            days_and_reason(&at, (rule.from, rule.until), &rule.reason, &mut fault);
        }
        for (n, rule) in self.exemptions.iter().enumerate() {
            let at = |field: &str| format!("exemptions[{n}].{field}");
            if !households.contains(&rule.household) {
                fault(at("household"), format!("there is no household of the id `{}`", rule.household));
            }
            if !self.restricted.iter().any(|restricted| is_same(&restricted.ticker, &rule.ticker)) {
                fault(
                    at("ticker"),
                    format!("`{}` is not restricted, so that nothing is to be excepted", rule.ticker),
                );
            }
            if !people.contains(rule.owner.as_str()) {
                fault(
                    at("owner"),
                    format!("nobody here is called `{}`; name who answers for the exception", rule.owner),
                );
            }
            days_and_reason(&at, (None, Some(rule.until)), &rule.reason, &mut fault);
        }
        faults
    }

    /// What counts for a household, by id, that lists these tickers, on a day.
    #[must_use]
    pub fn in_force(&self, version: u64, household: &str, listed: &BTreeSet<&str>, day: Date) -> InForce {
        let is_exempt = |ticker: &str| {
            self.exemptions
                .iter()
                .any(|one| one.household == household && is_same(&one.ticker, ticker) && day <= one.until)
        };
        let of_today: BTreeSet<String> = self
            .restricted
            .iter()
            .filter(|rule| counts(day, rule.from, rule.until))
            .map(|rule| rule.ticker.to_ascii_uppercase())
            .collect();
        let is_restricted = |ticker: &str| of_today.contains(&ticker.to_ascii_uppercase());
        let restricted = listed.iter().filter(|ticker| is_restricted(ticker) && !is_exempt(ticker));
        let least = |limit: LimitKind| {
            let of_it =
                self.limits.iter().filter(|rule| rule.limit == limit && counts(day, rule.from, rule.until));
            of_it.map(|rule| rule.most).min()
        };
        InForce {
            version,
            restricted: restricted.map(|ticker| (*ticker).to_owned()).collect(),
            order_notional_max: least(LimitKind::OrderNotionalMax),
            orders_max: least(LimitKind::OrdersMax).and_then(whole),
            price_collar_pct: least(LimitKind::PriceCollarPct),
        }
    }
}

impl InForce {
    /// What a document says that counted when a plan was made for it.
    #[must_use]
    pub fn of(house: &HouseLimits) -> InForce {
        InForce {
            version: house.version.unwrap_or_default(),
            restricted: house.restricted.clone(),
            order_notional_max: house.order_notional_max,
            orders_max: house.orders_max,
            price_collar_pct: house.price_collar_pct,
        }
    }

    /// Whether both say the same, whatever their versions.
    #[must_use]
    pub fn says_what(&self, other: &InForce) -> bool {
        InForce { version: other.version, ..self.clone() } == *other
    }
}

/// A security is restricted however its ticker is typed.
fn is_same(ticker: &str, other: &str) -> bool {
    ticker.eq_ignore_ascii_case(other)
}

fn is_ticker(ticker: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_graphic();
    !ticker.is_empty() && ticker.len() <= 32 && ticker.chars().all(is_letter)
}

fn whole(most: Decimal) -> Option<u32> {
    u32::try_from(most).ok().filter(|whole| Decimal::from(*whole) == most)
}

fn days_and_reason(
    at: &dyn Fn(&str) -> String,
    (from, until): (Option<Date>, Option<Date>),
    reason: &str,
    fault: &mut dyn FnMut(String, String),
) {
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        fault(at("until"), format!("{until} is before {from}, so that it never counts"));
    }
    if reason.trim().is_empty() || reason.chars().count() > REASON_CHARS_MAX {
        fault(at("reason"), format!("needs a reason of {REASON_CHARS_MAX} characters at most"));
    }
}

fn as_text<S: Serializer>(decimal: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&decimal.normalize())
}

fn exactly<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    Exact::deserialize(deserializer).map(|exact| exact.0)
}

fn as_number<S: Serializer>(decimal: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
    decimal.map(Number).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use rust_decimal::dec;

    fn book(text: &str) -> Rulebook {
        serde_json::from_str(text).unwrap()
    }

    const FULL: &str = r#"{"restricted": [
        {"ticker": "AAA", "from": "2026-12-01", "until": "2026-12-10", "reason": "results"},
        {"ticker": "BBB", "reason": "we advise them"}],
      "limits": [{"limit": "order_notional_max", "most": 50000.50, "reason": "small desk"},
        {"limit": "order_notional_max", "most": "20000", "from": "2026-12-24", "reason": "holidays"},
        {"limit": "orders_max", "most": 30, "reason": "small desk"}],
      "exemptions": [{"household": "h", "ticker": "BBB", "owner": "ann", "reason": "inherited", "until": "2026-12-05"}]}"#;

    #[test]
    fn each_rule_counts_from_its_first_day_to_its_last() {
        let book = book(FULL);
        let listed = BTreeSet::from(["AAA", "BBB", "CCC"]);
        let restricted = |household: &str, day: Date| book.in_force(3, household, &listed, day).restricted;
        assert_eq!(restricted("other", date(2026, 11, 30)), ["BBB"]);
        assert_eq!(restricted("other", date(2026, 12, 1)), ["AAA", "BBB"]);
        assert_eq!(restricted("other", date(2026, 12, 10)), ["AAA", "BBB"]);
        assert_eq!(restricted("other", date(2026, 12, 11)), ["BBB"]);
        assert_eq!(restricted("h", date(2026, 12, 5)), ["AAA"]);
        assert_eq!(restricted("h", date(2026, 12, 6)), ["AAA", "BBB"]);
        // However it was typed; what is named is spelt as the document does.
        let typed = Rulebook {
            restricted: vec![Restriction { ticker: "bbb".to_owned(), ..book.restricted[1].clone() }],
            ..book.clone()
        };
        let of = |household: &str| typed.in_force(3, household, &listed, date(2026, 12, 5)).restricted;
        assert_eq!((of("other"), of("h")), (vec!["BBB".to_owned()], Vec::new()));
        let few = BTreeSet::from(["CCC"]);
        assert!(book.in_force(3, "other", &few, date(2026, 12, 1)).restricted.is_empty());
        let most = |day: Date| book.in_force(3, "h", &few, day).order_notional_max;
        assert_eq!(
            (most(date(2026, 12, 23)), most(date(2026, 12, 24))),
            (Some(dec!(50000.50)), Some(dec!(20000)))
        );
    }

    #[test]
    fn every_fault_is_told_with_its_place() {
        let (households, people) = (BTreeSet::from(["h".to_owned()]), BTreeSet::from(["ann"]));
        assert_eq!(book(FULL).faults(&households, &people), []);
        let bad = book(
            r#"{"restricted": [{"ticker": "", "reason": "x"}, {"ticker": "A", "from": "2026-12-02", "until": "2026-12-01", "reason": " "}],
              "limits": [{"limit": "orders_max", "most": 1.5, "reason": "x"}, {"limit": "price_collar_pct", "most": 0, "reason": "x"}],
              "exemptions": [{"household": "g", "ticker": "Z", "owner": "eve", "reason": "x", "until": "2026-12-01"}]}"#,
        );
        let places: Vec<String> =
            bad.faults(&households, &people).into_iter().map(|fault| fault.path).collect();
        let expected = [
            "restricted[0].ticker",
            "restricted[1].until",
            "restricted[1].reason",
            "limits[0].most",
            "limits[1].most",
            "exemptions[0].household",
            "exemptions[0].ticker",
            "exemptions[0].owner",
        ];
        assert_eq!(places, expected);
        assert!(
            serde_json::from_str::<Rulebook>(r#"{"restricted": [{"ticker": "A"}]}"#).is_err(),
            "without a reason"
        );
        assert!(
            serde_json::from_str::<Rulebook>(
                r#"{"exemptions": [{"household": "h", "ticker": "A", "owner": "ann", "reason": "x"}]}"#
            )
            .is_err(),
            "without an end"
        );
    }

    #[test]
    fn it_reads_back_as_it_was_written() {
        let book = book(FULL);
        assert_eq!(serde_json::from_str::<Rulebook>(&serde_json::to_string(&book).unwrap()).unwrap(), book);
    }
}
