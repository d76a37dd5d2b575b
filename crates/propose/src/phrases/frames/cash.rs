//! `maintain_cash_balance_of_X_usd`: an amount of dollars that stays in cash, as a least.

use portfolio::Token;
use rust_decimal::dec;

use crate::phrases::items::Kind;
use crate::phrases::segment::{Bound, Segment};
use crate::phrases::tags::Tag::*;

/// Reads it. An amount without a bound is a least (`keep 5k in cash`); a most is no wish that a token has.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        Cash, Buffer, Idle, Keep, Stay, Own, Least, Over, Under, About, Neg, Let, Few, Invest, Single, Low,
        Avoid,
    ];
    if !s.has_any(&[Cash, Idle]) || !s.fits(&usable, &[Kind::Usd, Kind::Plain]) || s.states_a_fact() {
        return None;
    }
    let x = s.dollars(dec!(50))?;
    // "no more cash than", "in cash over": an amount above is a least only where nothing turns it.
    let terse = s.says(&["in cash"]) && !s.says(&["is", "are", "am", "was"]);
    let said = terse
        || s.has_any(&[Keep, Own, Idle, Least, Buffer, Always, Let, Under])
        || s.says(&["need", "want", "like"]);
    (said && matches!(s.bound(), Bound::Unsaid | Bound::Least)).then(|| vec![Token::MaintainCashBalance(x)])
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn cash_that_stays() {
        let five = Some("maintain_cash_balance_of_5000_usd".to_owned());
        for text in
            ["keep $5k in cash", "never let cash drop below 5,000 dollars", "leave five grand uninvested"]
        {
            assert_eq!(under(super::read, text), five, "{text}");
        }
        for text in
            ["keep at most $5k in cash", "don't keep $5k in cash", "I have $5k in cash", "keep 5% in cash"]
        {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }
}
