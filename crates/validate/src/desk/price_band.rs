//! A row priced outside the limit-up limit-down band, in which no trade can be printed.
//!
//! Source: tax.md 8.10, OMS-4 (Amendment 18). The tier is not in a document, so the wider second
//! tier is assumed, and doubled where the clock says so.

use jiff::civil::Time;
use portfolio::Decimal;
use portfolio::plan::Finding;
use rust_decimal::dec;

use crate::desk::priced_rows;
use crate::rules::Case;
use crate::wording::{finding, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "desk.price_band";

/// Every finding.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let p = case.plan.facts.portfolio;
    let time = case.moment.map(|moment| moment.eastern().time());
    let mut found = Vec::new();
    for row in priced_rows(case) {
        let (low, high) = band(Tier::Two, p.securities[row.security].price, time);
        if row.estimated < low || row.estimated > high {
            let detail = format!(
                "{} is outside the limit-up limit-down band from {} to {}",
                usd(row.estimated),
                usd(low),
                usd(high)
            );
            found.push(finding(CODE, row.place(case), detail));
        }
    }
    found
}

/// Tier of a security under the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tier {
    /// S&P 500, Russell 1000 and some funds.
    One,
    /// All others.
    Two,
}

/// The band around `reference`, USD per share: 5 % or 10 % above 3 USD, 20 % from 0.75, below that
/// the lesser of 0.15 USD and 75 %; doubled from 15:35 to 16:00 for tier 1 and for prices to 3 USD.
fn band(tier: Tier, reference: Decimal, time: Option<Time>) -> (Decimal, Decimal) {
    let part = match tier {
        _ if reference < dec!(0.75) => dec!(0.75),
        _ if reference <= dec!(3) => dec!(0.20),
        Tier::One => dec!(0.05),
        Tier::Two => dec!(0.10),
    };
    let mut width = reference.saturating_mul(part);
    if reference < dec!(0.75) {
        width = width.min(dec!(0.15));
    }
    let late = time.is_some_and(|t| t >= Time::constant(15, 35, 0, 0) && t < Time::constant(16, 0, 0, 0));
    if late && (tier == Tier::One || reference <= dec!(3)) {
        width = width.saturating_mul(dec!(2));
    }
    (reference.saturating_sub(width), reference.saturating_add(width))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn oms_4_the_bands() {
        let (morning, late) = (Some(Time::constant(9, 35, 0, 0)), Some(Time::constant(15, 40, 0, 0)));
        assert_eq!(band(Tier::One, dec!(50), morning), (dec!(47.50), dec!(52.50)));
        assert_eq!(band(Tier::One, dec!(50), late), (dec!(45), dec!(55)));
        assert_eq!(band(Tier::Two, dec!(50), late), (dec!(45), dec!(55)));
        assert_eq!(band(Tier::Two, dec!(2), morning), (dec!(1.60), dec!(2.40)));
        assert_eq!(band(Tier::Two, dec!(2), late), (dec!(1.20), dec!(2.80)));
        assert_eq!(band(Tier::Two, dec!(0.10), None), (dec!(0.025), dec!(0.175)));
        assert_eq!(band(Tier::Two, dec!(0.50), None), (dec!(0.35), dec!(0.65)));
    }

    #[test]
    fn a_price_outside_the_band() {
        let f = Fixture::new();
        assert_eq!(f.run(check, &["BUY tax AAA 5 @ 110"]), NONE);
        assert_eq!(
            f.run(check, &["BUY tax AAA 5 @ 111"]),
            [
                "desk.price_band tax/AAA: 111.00 USD is outside the limit-up limit-down band from 90.00 USD to 110.00 USD"
            ]
        );
    }
}
