//! The securities of a document, with their defaults.

use std::collections::HashSet;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use rust_decimal::{Decimal, dec};

use super::super::exact::Text;
use super::{Document, Findings};
use crate::household::{Rating, Security, SecurityKind};
use crate::money::{MONEY_MAX, PRICE_MAX, QUANTITY_MAX};
use crate::nearest::nearest;
use crate::preference::Industry;

/// Smallest price, USD per share: below it a weight has no share count that a decimal can hold.
const PRICE_MIN: Decimal = dec!(0.000001);

const KINDS: [(&str, SecurityKind); 5] = [
    ("etf", SecurityKind::Etf),
    ("mutual_fund", SecurityKind::MutualFund),
    ("stock", SecurityKind::Stock),
    ("bond", SecurityKind::Bond),
    ("cash_equivalent", SecurityKind::CashEquivalent),
];

/// Reads `securities`, in order.
pub(super) fn read(document: &Document<'_>, found: &mut Findings) -> Vec<Security> {
    let mut seen = HashSet::new();
    let mut securities = Vec::with_capacity(document.securities.len());
    for (i, written) in document.securities.iter().enumerate() {
        let path = format_args!("securities[{i}]");
        if written.ticker.trim().is_empty() {
            found.fault(format_args!("{path}.ticker"), "empty");
        }
        if !seen.insert(&*written.ticker) {
            found.fault(format_args!("{path}.ticker"), format!("`{}` stands twice", written.ticker));
        }
        let Some(asset_class) = written.asset_class.as_ref().filter(|c| !c.trim().is_empty()) else {
            found.fault(format_args!("{path}.asset_class"), format!("missing for `{}`", written.ticker));
            continue;
        };
        let price = match written.current_price {
            Some(p) if p.0 >= PRICE_MIN => {
                found.within(format_args!("{path}.current_price"), p, Decimal::ZERO, PRICE_MAX)
            }
            Some(p) => {
                found.fault_hint(
                    format_args!("{path}.current_price"),
                    format!("{} is not a price", p.0),
                    "a price is at least 0.000001 USD",
                );
                Decimal::ONE
            }
            None => {
                found
                    .fault(format_args!("{path}.current_price"), format!("missing for `{}`", written.ticker));
                Decimal::ONE
            }
        };
        let kind = match &written.kind {
            Some(kind) => {
                found.word(format_args!("{path}.kind"), kind, &KINDS).unwrap_or(SecurityKind::Stock)
            }
            None => {
                found.warn(
                    "document.kind_assumed",
                    written.ticker.clone(),
                    "no kind is given; it counts as a stock",
                );
                SecurityKind::Stock
            }
        };
        let mut figure = |field: &str, value, max, default| {
            found.maybe(format_args!("{path}.{field}"), value, Decimal::ZERO, max).unwrap_or(default)
        };
        let increment_default = dec!(0.0001);
        let spread_bps = figure("spread_bps", written.spread_bps, dec!(10000), Decimal::ZERO);
        let commission = figure("commission", written.commission, dec!(1000000), Decimal::ZERO);
        let impact_coefficient =
            figure("impact_coefficient", written.impact_coefficient, dec!(1000), Decimal::ZERO);
        let quantity_increment =
            figure("quantity_increment", written.quantity_increment, QUANTITY_MAX, increment_default);
        let expense_ratio = figure("expense_ratio", written.expense_ratio, Decimal::ONE, Decimal::ZERO);
        let average_daily_volume_usd = found.maybe(
            format_args!("{path}.average_daily_volume_usd"),
            written.average_daily_volume_usd,
            Decimal::ZERO,
            MONEY_MAX * dec!(1000),
        );
        if written.quantity_increment.is_some() && quantity_increment < dec!(0.000000000001) {
            found.fault_hint(
                format_args!("{path}.quantity_increment"),
                "has to be above 0",
                "1 = whole shares, 0.0001 is the default",
            );
        }
        if let Some(taken) = written.price_as_of.as_deref().filter(|taken| !is_moment(taken)) {
            found.fault_hint(
                format_args!("{path}.price_as_of"),
                format!("`{taken}` tells no time of the price"),
                "write a date such as 2026-11-20 or a time such as 2026-11-20T15:45:00-05:00",
            );
        }
        for word in written.industries.iter().flatten() {
            if let Some(meant) = misspelt_industry(word) {
                let detail = format!(
                    "the industry `{}` is none that can be excluded; if it is `{meant}`, write that, or no wish reaches it",
                    &**word
                );
                found.warn("document.industry_unknown", written.ticker.clone(), detail);
            }
        }
        securities.push(Security {
            ticker: written.ticker.kept(),
            asset_class: asset_class.kept(),
            price,
            price_as_of: written.price_as_of.as_ref().map(Text::kept),
            kind,
            sector: written.sector.as_ref().map(|s| s.replace('_', " ")),
            industries: written.industries.iter().flatten().map(Text::kept).collect(),
            esg: rating(written.esg_score.as_deref(), format_args!("{path}.esg_score"), found),
            spread_bps,
            commission,
            impact_coefficient,
            quantity_increment,
            expense_ratio,
            average_daily_volume_usd,
            identical_group: written.identical_group.as_ref().unwrap_or(&written.ticker).kept(),
            pays_dividends: written.pays_dividends.unwrap_or(false),
            buyable: written.buyable.unwrap_or(true),
        });
    }
    securities
}

/// The industry of the tokens that a word which is none was probably meant to be; other words, such as `software`, are free.
fn misspelt_industry(word: &str) -> Option<&'static str> {
    let known = || Industry::ALL.iter().map(|(_, known)| *known);
    if known().any(|known| known == word) {
        return None;
    }
    let written: String = word
        .trim()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
        .collect();
    nearest(&written, known()).or_else(|| known().find(|known| known.split('_').any(|part| part == written)))
}

/// A date, or a time of RFC 3339; without a zone it is New York's.
fn is_moment(written: &str) -> bool {
    let is_date = written.len() == 10 && written.parse::<Date>().is_ok();
    let is_time = || written.parse::<Timestamp>().is_ok() || written.parse::<DateTime>().is_ok();
    is_date || (written.len() > 10 && is_time())
}

/// A letter of the scale; anything else is unrated, and said.
fn rating(text: Option<&str>, path: fmt::Arguments<'_>, found: &mut Findings) -> Option<Rating> {
    let text = text?;
    let rating = Rating::from_letter(text);
    if rating.is_none() {
        found.warn(
            "document.unrated",
            path,
            format!("`{text}` is no rating from CCC to AAA; it counts as unrated"),
        );
    }
    rating
}

#[cfg(test)]
mod tests {
    fn read(price_as_of: &str) -> Result<crate::Portfolio, crate::DocumentError> {
        crate::read(&format!(
            r#"{{"as_of": "2026-11-20", "cash": 5, "target_allocation": {{"S": 1}},
              "securities": [{{"ticker": "A", "asset_class": "S", "current_price": 1,
                "price_as_of": "{price_as_of}"}}]}}"#
        ))
    }

    #[test]
    fn an_industry_that_no_wish_reaches_is_told() {
        let told = |industry: &str| {
            let portfolio = crate::read(&format!(
                r#"{{"as_of": "2026-11-20", "cash": 5, "target_allocation": {{"S": 1}}, "securities": [{{"ticker": "A",
                  "asset_class": "S", "current_price": 1, "kind": "stock", "industries": ["{industry}"]}}]}}"#
            ));
            portfolio
                .unwrap()
                .warnings
                .into_iter()
                .map(|warning| format!("{} {}", warning.code, warning.detail))
                .collect::<Vec<_>>()
        };
        for (written, meant) in [
            ("Tobacco", "tobacco"),
            ("fossil fuels", "fossil_fuels"),
            ("coal", "thermal_coal"),
            ("wepons", "weapons"),
        ] {
            let expected = format!(
                "document.industry_unknown the industry `{written}` is none that can be excluded; if it is `{meant}`, write that, or no wish reaches it"
            );
            assert_eq!(told(written), [expected]);
        }
        for free in ["tobacco", "software", "banks", "biotechnology", "semiconductors", "oil_and_gas"] {
            assert_eq!(told(free), [] as [&str; 0]);
        }
    }

    #[test]
    fn the_time_of_a_price_is_a_date_or_a_time() {
        for good in ["2026-11-20", "2026-11-20T15:45:00-05:00", "2026-11-20T20:45:00Z", "2026-11-20T15:45:00"]
        {
            assert!(read(good).is_ok(), "{good}");
        }
        for bad in ["yesterday", "", "2026-13-01", "20261120", "20 November 2026", "15:45"] {
            let told = read(bad).unwrap_err().to_string();
            let expected = format!(
                "line 3: securities[0].price_as_of: `{bad}` tells no time of the price; write a date such as 2026-11-20"
            );
            assert!(told.starts_with(&expected), "{told}");
        }
    }
}
