//! The tax T(S, L) of model.md as a union of convex pieces.
//!
//! T is not convex: its slope falls where S+L or L turns positive. Inside each [`Case`], a region
//! of the (S, L) plane cut out by half-planes, it is the maximum of affine functions, so an exact
//! method solves each case and takes the best. With r_ST >= r_ord >= r_LT three cases are enough:
//!
//! | case | T |
//! | --- | --- |
//! | L <= 0 | max(loss pieces, r_ST·(S+L)) |
//! | L >= 0, S+L >= 0 | max(r_LT·(S+L), r_ST·S + r_LT·L) |
//! | L >= 0, S+L <= 0 | max(loss pieces) |
//!
//! where the loss pieces in x = S+L <= 0 are r_ord·x, r_cf·x − (r_ord − r_cf)·limit and the value
//! of the largest loss that counts. For other orders of the rates the four regions of the table
//! stand alone. All amounts are parts of V.

use portfolio::household::Portfolio;
use portfolio::money::float;
use tax::plan_tax::{Netting, Rates};

/// `s·S + l·L + constant`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Affine {
    pub(crate) s: f64,
    pub(crate) l: f64,
    pub(crate) constant: f64,
}

impl Affine {
    pub(crate) fn at(&self, s: f64, l: f64) -> f64 {
        self.s * s + self.l * l + self.constant
    }
}

/// A region in which T is convex.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Case {
    /// The region: all of these are >= 0.
    pub(crate) region: Vec<Affine>,
    /// T is the largest of these.
    pub(crate) pieces: Vec<Affine>,
}

/// The tax function of one document; parts of V.
#[derive(Debug, Clone)]
pub(crate) struct TaxTerms {
    /// Net short-term gain of the year before the plan, less losses carried in.
    pub(crate) s0: f64,
    /// The same, long-term.
    pub(crate) l0: f64,
    /// T(S₀, L₀).
    pub(crate) before: f64,
    separate: bool,
    short: f64,
    long: f64,
    ordinary: f64,
    carry: f64,
    limit: f64,
    /// The largest net loss that counts.
    counted: f64,
}

impl TaxTerms {
    pub(crate) fn new(portfolio: &Portfolio, rates: &Rates, value: f64) -> TaxTerms {
        let t = &portfolio.tax;
        let s0 = float(t.realised_short - t.carried_short) / value;
        let l0 = float(t.realised_long - t.carried_long) / value;
        let mut terms = TaxTerms {
            s0,
            l0,
            before: 0.0,
            separate: rates.netting == Netting::Separate,
            short: float(rates.short_term),
            long: float(rates.long_term),
            ordinary: float(rates.ordinary),
            carry: float(rates.carryforward),
            limit: float(rates.ordinary_loss_limit) / value,
            counted: (float(rates.harvest_usd) / value).max(-(s0 + l0)).max(0.0),
        };
        terms.before = terms.at(s0, l0);
        terms
    }

    /// tax(S, L).
    pub(crate) fn at(&self, s: f64, l: f64) -> f64 {
        let net = s + l;
        if self.separate || (net > 0.0 && s > 0.0 && l > 0.0) {
            self.short * s.max(0.0) + self.long * l.max(0.0)
        } else if net <= 0.0 {
            let loss = (-net).min(self.counted);
            let now = loss.min(self.limit);
            -self.ordinary * now - self.carry * (loss - now)
        } else if l <= 0.0 {
            self.short * net
        } else {
            self.long * net
        }
    }

    /// The least that tax(S, L) can be: the worth of all the loss that counts.
    pub(crate) fn least(&self) -> f64 {
        if self.separate { 0.0 } else { self.loss_floor() }
    }

    /// (r_ST, r_LT).
    pub(crate) fn rates(&self) -> (f64, f64) {
        (self.short, self.long)
    }

    /// The convex cases that together are T.
    pub(crate) fn cases(&self) -> Vec<Case> {
        let affine = |s, l, constant| Affine { s, l, constant };
        let (rs, rl) = (self.short, self.long);
        if self.separate {
            let pieces =
                vec![affine(0.0, 0.0, 0.0), affine(rs, 0.0, 0.0), affine(0.0, rl, 0.0), affine(rs, rl, 0.0)];
            return vec![Case { region: Vec::new(), pieces }];
        }
        let (net_up, net_down) = (affine(1.0, 1.0, 0.0), affine(-1.0, -1.0, 0.0));
        let (long_up, long_down) = (affine(0.0, 1.0, 0.0), affine(0.0, -1.0, 0.0));
        let losses = self.loss_pieces();
        if rs >= self.ordinary && self.ordinary >= rl {
            let mut with_short = losses.clone();
            with_short.push(affine(rs, rs, 0.0));
            let both = vec![affine(rl, rl, 0.0), affine(rs, rl, 0.0)];
            return vec![
                Case { region: vec![long_down], pieces: with_short },
                Case { region: vec![long_up, net_up], pieces: both },
                Case { region: vec![long_up, net_down], pieces: losses },
            ];
        }
        let (short_up, short_down) = (affine(1.0, 0.0, 0.0), affine(-1.0, 0.0, 0.0));
        vec![
            Case { region: vec![net_down], pieces: losses },
            Case { region: vec![net_up, long_down], pieces: vec![affine(rs, rs, 0.0)] },
            Case { region: vec![net_up, short_down], pieces: vec![affine(rl, rl, 0.0)] },
            Case { region: vec![short_up, long_up], pieces: vec![affine(rs, rl, 0.0)] },
        ]
    }

    /// T where S+L <= 0, a convex function of S+L since r_ord >= r_cf >= 0.
    fn loss_pieces(&self) -> Vec<Affine> {
        let mut pieces = vec![Affine { s: self.ordinary, l: self.ordinary, constant: 0.0 }];
        if self.counted > self.limit {
            let constant = -(self.ordinary - self.carry) * self.limit;
            pieces.push(Affine { s: self.carry, l: self.carry, constant });
        }
        pieces.push(Affine { s: 0.0, l: 0.0, constant: self.loss_floor() });
        pieces
    }

    fn loss_floor(&self) -> f64 {
        let now = self.counted.min(self.limit);
        -self.ordinary * now - self.carry * (self.counted - now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(short: f64, long: f64, ordinary: f64, counted: f64) -> TaxTerms {
        TaxTerms {
            s0: 0.0,
            l0: 0.0,
            before: 0.0,
            separate: false,
            short,
            long,
            ordinary,
            carry: long / 2.0,
            limit: 0.03,
            counted,
        }
    }

    /// In every region the largest piece is the tax itself, and the regions cover the plane.
    #[test]
    fn the_cases_are_the_tax() {
        for t in [
            terms(0.37, 0.2, 0.37, 0.0),
            terms(0.408, 0.238, 0.37, 0.05),
            terms(0.1, 0.2, 0.3, 0.01),
            terms(0.3, 0.3, 0.16, 0.2),
        ] {
            for i in -20..=20 {
                for j in -20..=20 {
                    let (s, l) = (f64::from(i) * 0.01, f64::from(j) * 0.01);
                    let inside: Vec<Case> = t
                        .cases()
                        .into_iter()
                        .filter(|c| c.region.iter().all(|r| r.at(s, l) >= 0.0))
                        .collect();
                    assert!(!inside.is_empty(), "({s}, {l}) is in no case");
                    for case in inside {
                        let largest = case.pieces.iter().map(|p| p.at(s, l)).fold(f64::MIN, f64::max);
                        assert!(
                            (largest - t.at(s, l)).abs() < 1e-12,
                            "({s}, {l}): {largest} and {}",
                            t.at(s, l)
                        );
                    }
                }
            }
        }
    }
}
