//! The plan's gains leave the bracket that its flat rates were looked up in, or bring the net investment
//! income tax with them: what the brackets say, beside T.
//!
//! Source: model.md, "T, tax, USD" (T is at flat marginal rates); IRC s.1(h), 1(j), 1411. Only where every
//! rate was looked up: a rate that the document gives is its author's own. Both amounts are sums of exact
//! products, equal to the last digit inside a bracket, so a cent, to which money is compared, is tolerance
//! enough.

use portfolio::household::FilingStatus as Stated;
use portfolio::plan::Finding;
use portfolio::{Decimal, Portfolio};
use tax::bracketed::{Bracketed, Crossing, Income, added_tax};
use tax::brackets::{FilingStatus, YearTable, table};

use crate::rules::{CENT, Case, HOUSEHOLD};
use crate::wording::{finding, pct, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "tax.flat_rates_differ";

/// Every finding.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let (p, rates) = (case.plan.facts.portfolio, case.plan.facts.rates);
    let Some((table, income)) = looked_up(p) else { return Vec::new() };
    let before = case.plan.facts.year_so_far();
    let after = (case.terms.short_term_net, case.terms.long_term_net);
    let exact = added_tax(table, income, rates, before, after);
    let (flat, by_brackets) = (case.terms.tax_usd, exact.total());
    let more = by_brackets.saturating_sub(flat);
    if more.abs() <= CENT {
        return Vec::new();
    }
    let status = p.tax.filing_status.map(status).map_or("", FilingStatus::name);
    let detail = format!(
        "the plan's tax of {} is at the rates of the next dollar, {} short-term and {} long-term; by the brackets of \
         {} ({status}) its gains make it {}, {} {}{}; {}",
        usd(flat),
        pct(rates.short_term),
        pct(rates.long_term),
        table.year,
        usd(by_brackets),
        usd(more.abs()),
        if more.is_sign_negative() { "less" } else { "more" },
        causes(&exact),
        remedy(&|after| added_tax(table, income, rates, before, after).total(), before, after),
    );
    vec![finding(CODE, HOUSEHOLD, detail)]
}

/// The table and the income, where every rate comes from them.
fn looked_up(p: &Portfolio) -> Option<(&'static YearTable, Income)> {
    let tax = &p.tax;
    let given = [tax.short_term_rate, tax.long_term_rate, tax.ordinary_rate];
    let (ordinary, stated) = (tax.ordinary_income?, tax.filing_status?);
    let table = table(tax.year?, status(stated)).ok()?;
    let income = Income {
        ordinary,
        magi: tax.magi.unwrap_or(ordinary),
        state_rate: tax.state_rate.unwrap_or_default(),
    };
    given.iter().all(Option::is_none).then_some((table, income))
}

fn status(stated: Stated) -> FilingStatus {
    match stated {
        Stated::Single => FilingStatus::Single,
        Stated::Joint => FilingStatus::Joint,
        Stated::Separate => FilingStatus::Separate,
        Stated::HeadOfHousehold => FilingStatus::HeadOfHousehold,
    }
}

fn causes(exact: &Bracketed) -> String {
    let told = exact.crossed.iter().map(|crossing| match crossing {
        Crossing::Ordinary { bound, above } => {
            format!("taxable income crosses {}, above which ordinary income and short-term gains pay {}", usd(*bound), pct(*above))
        }
        Crossing::LongTerm { bound, above } => {
            format!("taxable income crosses {}, above which long-term gains pay {}", usd(*bound), pct(*above))
        }
        Crossing::Niit { bound, above } => format!(
            "modified adjusted gross income crosses {}, above which gains pay {} of net investment income tax",
            usd(*bound),
            pct(*above)
        ),
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() { String::new() } else { format!(": with the year's gains {}", told.join(", and ")) }
}

/// Average rates over the plan's gains, short-term ones first, as the brackets stack them.
fn remedy(
    added: &dyn Fn((Decimal, Decimal)) -> Decimal,
    before: (Decimal, Decimal),
    after: (Decimal, Decimal),
) -> String {
    let short_alone = added((after.0, before.1));
    let average = |usd: Decimal, gain: Decimal| {
        let rate = usd.checked_div(gain).filter(|_| gain > Decimal::ZERO)?.round_dp(4).normalize();
        (Decimal::ZERO..Decimal::ONE).contains(&rate).then_some(rate)
    };
    let (short_gain, long_gain) = (after.0.saturating_sub(before.0), after.1.saturating_sub(before.1));
    let rates = [
        ("tax.short_term_rate", average(short_alone, short_gain)),
        ("tax.long_term_rate", average(added(after).saturating_sub(short_alone), long_gain)),
    ];
    let told: Vec<String> =
        rates.into_iter().filter_map(|(field, rate)| Some(format!("{field} {}", rate?))).collect();
    if told.is_empty() {
        return "the plan weighs its trades at the flat rates; give tax.short_term_rate and tax.long_term_rate to weigh \
                them otherwise"
            .to_owned();
    }
    format!(
        "the plan weighs its trades at the flat rates; to weigh them at the average of these gains, give {}, or cap \
         the gains with max_realized_gains_X_usd",
        told.join(" and ")
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::fixture::{Fixture, NONE, line, plan};

    /// With the rates of the document, as a cycle would look them up.
    fn told(tax: Value, rows: &[&str]) -> Vec<String> {
        let p = Fixture::new().set("/tax", tax).portfolio();
        let t = &p.tax;
        let (year, income) = (t.year.unwrap(), t.ordinary_income.unwrap());
        let magi = t.magi.unwrap_or(income);
        let rates = tax::rates::look_up(year, status(t.filing_status.unwrap()), income, magi, Decimal::ZERO);
        let report = crate::validate(&p, &rates.unwrap().plan_rates(), &plan(rows), None);
        report.verdict.warnings.iter().filter(|w| w.code == CODE).map(line).collect()
    }

    fn single(income: u32) -> Value {
        json!({"year": 2026, "filing_status": "single", "ordinary_income": income})
    }

    /// Ten shares of A1 have a long-term gain of 500 USD, ten of A2 a short-term gain of 200 USD.
    #[test]
    fn inside_the_bracket_nothing_is_said() {
        assert_eq!(told(single(48_900), &["SELL tax AAA A1 10"]), NONE);
        assert_eq!(told(single(48_950), &["SELL tax AAA A1 10"]), NONE); // the bound is inclusive
        assert_eq!(told(single(150_000), &["SELL tax AAA A1 100", "SELL tax AAA A2 50"]), NONE);
    }

    #[test]
    fn a_gain_that_leaves_its_bracket_is_told_with_both_amounts() {
        assert_eq!(
            told(single(49_000), &["SELL tax AAA A1 10"]),
            [
                "tax.flat_rates_differ household: the plan's tax of 0.00 USD is at the rates of the next dollar, 12 % \
                 short-term and 0 % long-term; by the brackets of 2026 (single) its gains make it 7.50 USD, 7.50 USD \
                 more: with the year's gains taxable income crosses 49,450.00 USD, above which long-term gains pay 15 %; \
                 the plan weighs its trades at the flat rates; to weigh them at the average of these gains, give \
                 tax.long_term_rate 0.015, or cap the gains with max_realized_gains_X_usd"
            ]
        );
        let short = told(single(50_300), &["SELL tax AAA A2 10"]);
        assert!(
            short[0].contains("crosses 50,400.00 USD, above which ordinary income and short-term"),
            "{short:?}"
        );
    }

    #[test]
    fn a_threshold_of_niit_that_the_gain_crosses_is_told() {
        let crossing = told(single(199_900), &["SELL tax AAA A1 10"]);
        assert!(crossing[0].contains("75.00 USD is at the rates"), "{crossing:?}");
        assert!(crossing[0].contains("make it 90.20 USD, 15.20 USD more"), "{crossing:?}");
        assert!(crossing[0].contains("crosses 200,000.00 USD, above which gains pay 3.8 %"), "{crossing:?}");
        let magi =
            json!({"year": 2026, "filing_status": "single", "ordinary_income": 150_000, "magi": 199_900});
        assert_eq!(told(magi, &["SELL tax AAA A1 10"]).len(), 1);
    }

    #[test]
    fn a_rate_that_is_given_is_not_questioned() {
        let mut tax = single(49_000);
        tax["long_term_rate"] = json!(0.1);
        assert_eq!(told(tax, &["SELL tax AAA A1 10"]), NONE);
        assert_eq!(Fixture::new().run(check, &["SELL tax AAA A1 10"]), NONE);
    }
}
