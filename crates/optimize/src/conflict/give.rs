//! The milder forms of a wish.
//!
//! In: a wish. Out: its [`Give`]: step k is the wish given up by k hundredths (of a USD or a
//! percentage point), k months or k rating letters. Invariant: every step is milder than the one
//! before it and its token parses. Wishes that are on or off have none.

use portfolio::household::Rating;
use portfolio::money::float;
use portfolio::{Decimal, Portfolio, SecurityKind, Token};
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use rust_decimal::{RoundingStrategy, dec};

use super::inquiry::Inquiry;
use crate::problem::Problem;

/// How a wish can give.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Give {
    token: Token,
    /// Number of steps; beyond the last there is nothing left of the wish.
    pub(super) steps_max: u64,
    /// Percent before trading of a cap that was passed before trading.
    pub(super) passed: Option<Decimal>,
}

/// Percentage points, in hundredths, by which a cap on volatility is raised at most. Others end where their tokens do: at all of the household,
/// and at twice of it for what is traded.
const POINTS_MAX: u64 = 100_000;

impl Give {
    /// The milder forms of `token`, if it has any.
    pub(super) fn of(inquiry: &Inquiry<'_>, token: &Token) -> Option<Give> {
        let holdings =
            || inquiry.portfolio.positions.iter().map(|p| inquiry.portfolio.position_value(p)).sum();
        let steps_max = match token {
            Token::MaintainCashBalance(x) => hundredths(*x),
            Token::AvoidTradesBelow(x) => hundredths(x - Decimal::ONE),
            Token::MaxRealizedGains(_) => hundredths(holdings()),
            // A lost deduction can be taxed on top of the gains.
            Token::MaxTax(_) => hundredths(holdings()).saturating_add(1_000_000),
            Token::MaxDailyTradeVolumePct(x) => hundredths(dec!(200) - x),
            Token::ConcentrateUpTo(x, _)
            | Token::MaxConcentrationPct(x)
            | Token::MaxSectorExposurePct(x)
            | Token::MaxSectorExposurePctIn(x, _) => hundredths(dec!(100) - x),
            Token::VolatilityCapPct(_) => POINTS_MAX,
            Token::MinHoldingMonths(n) | Token::MinHoldingMonthsUnlessNecessary(n) => u64::from(*n),
            Token::EsgMinimumScore(r) => u64::from(r.sixths()),
            _ => 0,
        };
        let passed = passed(inquiry, token);
        (steps_max > 0).then(|| Give { token: token.clone(), steps_max, passed })
    }

    /// The wish after `k` steps.
    pub(super) fn at(&self, k: u64) -> Token {
        let by = Decimal::from(k) / dec!(100);
        let up = |x: &Decimal| self.raised(*x, by).normalize();
        let down = |x: &Decimal, least: Decimal| (x - by).max(least).normalize();
        let fewer = |n: &u32| n.saturating_sub(u32::try_from(k).unwrap_or(u32::MAX));
        match &self.token {
            Token::MaintainCashBalance(x) => Token::MaintainCashBalance(down(x, dec!(0))),
            Token::AvoidTradesBelow(x) => Token::AvoidTradesBelow(down(x, dec!(1))),
            Token::MaxRealizedGains(x) => Token::MaxRealizedGains(up(x)),
            Token::MaxTax(x) => Token::MaxTax(up(x)),
            Token::MaxDailyTradeVolumePct(x) => Token::MaxDailyTradeVolumePct(up(x)),
            Token::ConcentrateUpTo(x, t) => Token::ConcentrateUpTo(up(x), t.clone()),
            Token::MaxConcentrationPct(x) => Token::MaxConcentrationPct(up(x)),
            Token::MaxSectorExposurePct(x) => Token::MaxSectorExposurePct(up(x)),
            Token::MaxSectorExposurePctIn(x, s) => Token::MaxSectorExposurePctIn(up(x), s.clone()),
            Token::VolatilityCapPct(x) => Token::VolatilityCapPct(up(x)),
            Token::MinHoldingMonths(n) => Token::MinHoldingMonths(fewer(n)),
            Token::MinHoldingMonthsUnlessNecessary(n) => Token::MinHoldingMonthsUnlessNecessary(fewer(n)),
            Token::EsgMinimumScore(r) => Token::EsgMinimumScore(lower(*r, k)),
            firm => firm.clone(),
        }
    }

    /// A step that would carry a cap past what was held before trading ends there: a cap that was
    /// passed before trading may not rise.
    fn raised(&self, x: Decimal, by: Decimal) -> Decimal {
        let most = match self.token {
            Token::VolatilityCapPct(_) | Token::MaxRealizedGains(_) | Token::MaxTax(_) => Decimal::MAX,
            Token::MaxDailyTradeVolumePct(_) => dec!(200),
            _ => dec!(100),
        };
        let raised = (x + by).min(most);
        match self.passed {
            Some(now) if now < raised && raised - now < dec!(0.01) => now,
            _ => raised,
        }
    }

    /// How far the wish gives in `k` steps, and the unit; letters have no amount.
    pub(super) fn amount(&self, k: u64) -> Option<(Decimal, &'static str)> {
        let difference = |a: &Decimal, b: &Decimal| (a - b).abs().normalize();
        match (&self.token, &self.at(k)) {
            (Token::MaintainCashBalance(a), Token::MaintainCashBalance(b))
            | (Token::AvoidTradesBelow(a), Token::AvoidTradesBelow(b))
            | (Token::MaxRealizedGains(a), Token::MaxRealizedGains(b))
            | (Token::MaxTax(a), Token::MaxTax(b)) => Some((difference(a, b), "USD")),
            (Token::MaxDailyTradeVolumePct(a), Token::MaxDailyTradeVolumePct(b))
            | (Token::ConcentrateUpTo(a, _), Token::ConcentrateUpTo(b, _))
            | (Token::MaxConcentrationPct(a), Token::MaxConcentrationPct(b))
            | (Token::MaxSectorExposurePct(a), Token::MaxSectorExposurePct(b))
            | (Token::MaxSectorExposurePctIn(a, _), Token::MaxSectorExposurePctIn(b, _))
            | (Token::VolatilityCapPct(a), Token::VolatilityCapPct(b)) => {
                Some((difference(a, b), "percentage points"))
            }
            (Token::MinHoldingMonths(_) | Token::MinHoldingMonthsUnlessNecessary(_), _) => {
                Some((Decimal::from(k), "months"))
            }
            _ => None,
        }
    }
}

fn hundredths(x: Decimal) -> u64 {
    x.checked_mul(dec!(100)).and_then(|x| x.ceil().to_u64()).unwrap_or(0)
}

fn lower(rating: Rating, letters: u64) -> Rating {
    let place = u64::from(rating.sixths()).saturating_sub(letters);
    Rating::ALL[usize::try_from(place).unwrap_or(0)].0
}

/// The weight (or volatility) that passes a cap before trading, percent, up to a millionth.
fn passed(inquiry: &Inquiry<'_>, token: &Token) -> Option<Decimal> {
    let p = inquiry.portfolio;
    let kind =
        |i: usize| p.securities[i].kind == SecurityKind::Stock && !p.wishes.security_caps.contains_key(&i);
    let spaced = |s: &str| s.replace('_', " ");
    let sector = |i: usize| p.securities[i].sector.as_deref();
    let all = 0..p.securities.len();
    let (cap, now) = match token {
        Token::ConcentrateUpTo(x, t) => (x, weight(p, |i| p.securities[i].ticker == *t)),
        Token::MaxConcentrationPct(x) => {
            (x, all.filter(|i| kind(*i)).map(|i| weight(p, |j| i == j)).max().unwrap_or_default())
        }
        Token::MaxSectorExposurePctIn(x, s) => {
            (x, weight(p, |i| sector(i).is_some_and(|name| spaced(name) == spaced(s))))
        }
        Token::MaxSectorExposurePct(x) => {
            let own = |name: &str| p.wishes.sector_caps.contains_key(name);
            let names = all.filter_map(sector).filter(|name| !own(name));
            (x, names.map(|name| weight(p, |i| sector(i) == Some(name))).max().unwrap_or_default())
        }
        Token::VolatilityCapPct(x) => {
            let problem = Problem::new(p, inquiry.rates, &inquiry.options.bars);
            let held: Vec<f64> = problem.securities.iter().map(|s| s.held).collect();
            let volatility = problem.risk.as_ref()?.variance(&held).sqrt() * 100.0;
            (x, Decimal::from_f64(volatility)?)
        }
        _ => return None,
    };
    let now = now.round_dp_with_strategy(6, RoundingStrategy::ToPositiveInfinity).normalize();
    (float(now) > float(*cap)).then_some(now)
}

/// Percent of V in the securities that are meant, before trading.
fn weight(p: &Portfolio, meant: impl Fn(usize) -> bool) -> Decimal {
    let held = p.positions.iter().filter(|q| meant(q.security)).map(|q| p.position_value(q));
    let value: Decimal = held.sum();
    value.checked_div(p.value()).and_then(|w| w.checked_mul(dec!(100))).unwrap_or_default()
}
