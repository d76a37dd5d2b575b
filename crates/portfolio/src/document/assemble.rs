//! From the fields of a document to a checked [`Portfolio`].
//!
//! Every check adds to one list of faults, so that a person mends a document in one go. The order:
//! securities, accounts and lots, targets, settings, and last the preference tokens, which name
//! all of them.

mod holdings;
mod securities;
mod settings;
mod stated;
mod targets;
mod wanted;

use std::fmt::Display;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::Fault;
use super::exact::{Exact, Text};
use super::shape::Document;
use crate::household::{Portfolio, Warning};
use crate::money::MONEY_MAX;
use crate::nearest::hint;

/// What is collected while a document is checked.
#[derive(Default)]
struct Findings {
    faults: Vec<Fault>,
    warnings: Vec<Warning>,
}

impl Findings {
    fn fault(&mut self, path: impl Display, message: impl Into<String>) {
        self.faults.push(Fault { line: None, path: path.to_string(), message: message.into(), hint: None });
    }

    fn fault_hint(&mut self, path: impl Display, message: impl Into<String>, hint: impl Into<String>) {
        self.faults.push(Fault {
            line: None,
            path: path.to_string(),
            message: message.into(),
            hint: Some(hint.into()),
        });
    }

    fn warn(&mut self, code: &'static str, place: impl Display, detail: impl Into<String>) {
        self.warnings.push(Warning { code, place: place.to_string(), detail: detail.into() });
    }

    /// A date `YYYY-MM-DD`.
    fn date(&mut self, path: impl Display, text: &str) -> Option<Date> {
        let date = plain_date(text).filter(|date| date.year() >= 1900);
        if date.is_none() {
            self.fault_hint(path, format!("`{text}` is no date"), "write YYYY-MM-DD, such as 2026-11-20");
        }
        date
    }

    /// A figure within limits; outside them a fault is noted and zero returned.
    fn within(&mut self, path: impl Display, value: Exact, min: Decimal, max: Decimal) -> Decimal {
        if value.0 < min || value.0 > max {
            let (min, max) = (min.normalize(), max.normalize());
            let message = format!("{} is not between {min} and {max}", value.0);
            // Where one is the whole, what lies between it and a hundred was meant in percent.
            if max == Decimal::ONE && value.0 > max && value.0 <= Decimal::ONE_HUNDRED {
                let part = (value.0 / Decimal::ONE_HUNDRED).normalize();
                self.fault_hint(path, message, format!("write {part} for {} %", value.0.normalize()));
            } else {
                self.fault(path, message);
            }
            return Decimal::ZERO;
        }
        value.0
    }

    /// An optional figure within limits.
    fn maybe(
        &mut self,
        path: impl Display,
        value: Option<Exact>,
        min: Decimal,
        max: Decimal,
    ) -> Option<Decimal> {
        value.map(|v| self.within(path, v, min, max))
    }

    /// A word out of a list.
    fn word<T: Copy>(&mut self, path: impl Display, text: &str, known: &[(&str, T)]) -> Option<T> {
        if let Some((_, value)) = known.iter().find(|(w, _)| *w == text) {
            return Some(*value);
        }
        let words: Vec<&str> = known.iter().map(|(w, _)| *w).collect();
        self.fault_hint(path, format!("`{text}` is not known here"), format!("one of {}", words.join(", ")));
        None
    }

    /// Index of a name.
    fn index(&mut self, path: impl Display, what: &str, name: &str, known: &[&str]) -> Option<usize> {
        let found = known.iter().position(|k| *k == name);
        if found.is_none() {
            self.fault_hint(
                path,
                format!("{what} `{name}` is not in this document"),
                hint(name, known.iter().copied()),
            );
        }
        found
    }
}

/// A date `YYYY-MM-DD`, and nothing else.
fn plain_date(text: &str) -> Option<Date> {
    let &[y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = text.as_bytes() else { return None };
    let digits = |digits: &[u8]| {
        digits.iter().try_fold(0_i16, |n, b| b.is_ascii_digit().then(|| n * 10 + i16::from(b - b'0')))
    };
    let small = |digit_pair| digits(digit_pair).and_then(|n| i8::try_from(n).ok());
    Date::new(digits(&[y0, y1, y2, y3])?, small(&[m0, m1])?, small(&[d0, d1])?).ok()
}

/// Checks a document in the full form and builds the portfolio.
///
/// # Errors
/// Every fault that was found, at least one.
pub(crate) fn assemble(document: &Document<'_>) -> Result<Portfolio, Vec<Fault>> {
    let mut found = Findings::default();
    if let Some(currency) = document.currency.as_deref().filter(|c| *c != "USD") {
        found.fault_hint("currency", format!("`{currency}` is not supported"), "convert all figures to USD");
    }
    let as_of = found.date("as_of", &document.as_of);
    let securities = securities::read(document, &mut found);
    let held = holdings::read(document, &securities, as_of, &mut found);
    let targets = targets::read(document, &securities, &mut found);
    let settings = settings::read(document, &securities, &held, as_of, &mut found);
    let mut wanted = wanted::read(document, &securities, &held, &mut found);
    // What the house restricts is neither bought nor sold.
    for (security, listed) in securities.iter().enumerate() {
        if settings.policy.house.restricts(&listed.ticker) {
            wanted.wishes.do_not_buy.insert(security);
            wanted.wishes.do_not_sell.insert(security);
        }
    }
    let (Some(as_of), true) = (as_of, found.faults.is_empty()) else {
        return Err(found.faults);
    };
    let portfolio = Portfolio {
        as_of,
        household_id: document.household_id.as_ref().map(Text::kept),
        accounts: held.accounts,
        positions: held.positions,
        lots: held.lots,
        target_allocation: targets.allocation,
        security_targets: targets.securities,
        drift_metric: targets.metric,
        risk_model: targets.risk_model,
        weights: settings.weights,
        preferences: wanted.tokens,
        wishes: wanted.wishes,
        instructions: document.instructions.as_ref().map(Text::kept),
        tax: settings.tax,
        transactions: settings.transactions,
        tax_drag: settings.tax_drag,
        liquidity_fraction_of_adv: settings.liquidity_fraction,
        wash_sale_tolerance_usd: settings.wash_tolerance,
        monitoring: settings.monitoring,
        policy: settings.policy,
        securities,
        warnings: found.warnings,
    };
    whole(portfolio, document)
}

/// What only the whole portfolio shows: its worth, and what the document states of it.
fn whole(mut portfolio: Portfolio, document: &Document<'_>) -> Result<Portfolio, Vec<Fault>> {
    let mut found = Findings::default();
    let value = portfolio.value();
    if value <= Decimal::ZERO {
        found.fault_hint(
            "accounts",
            format!("cash and holdings are worth {value} USD in all"),
            "there has to be something to plan with: check cash, cash_flow, quantities and prices",
        );
    } else if value > MONEY_MAX {
        found.fault("accounts", format!("cash and holdings are worth {value} USD, more than {MONEY_MAX}"));
    } else {
        stated::check(&portfolio, document, &mut found);
    }
    portfolio.warnings.append(&mut found.warnings);
    if found.faults.is_empty() { Ok(portfolio) } else { Err(found.faults) }
}
