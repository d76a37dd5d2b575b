//! Maximises the dual over the prices: a proximal bundle in the Newton metric.
//!
//! In: a [`Space`], a [`Book`] and the part of all plans that is looked at. Out: prices with a high dual value, which is
//! a valid bound by itself, and weights θ of the answers whose mixture satisfies the coupling rules.
//!
//! # Derivation
//!
//! Each answer of the book to prices π_c costs f_c and has links G_c, so the dual is never above
//! f_c + G_c·π (plus its own quadratic): a cut. Between ties the dual is smooth, with curvature H = Σ a aᵀ/2Q over the
//! securities whose marginal lot is open. The step maximises the cuts plus the exact quadratic of
//! the free prices less (κ/2) D'(H + ridge) D ([`super::master`]). It is kept where the dual rises
//! by a tenth of what the model promised; κ halves after good steps, grows after idle ones. Near the optimum H
//! is right, and convergence is that of Newton's method; at ties the cuts take over.

use std::rc::Rc;

use super::block::{Book, Done, Reply};
use super::master::{Factor, Program};
use super::part::Part;
use super::prices::{Margin, Quote, Space, Totals};
use crate::search::UNIT;

/// What the book answered to a quote; it says as much about any other case of the tax.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) quote: Quote,
    /// Own cost, with no tax on gains.
    cost: f64,
    pub(super) modes: Vec<usize>,
    pub(super) totals: Totals,
    /// The orders by unit, in a book with units that several accounts may trade.
    pub(super) orders: Vec<Done>,
}

/// A linear bound on the dual, and the answer behind it.
#[derive(Debug, Clone)]
pub(super) struct Cut {
    pub(super) answer: Rc<Answer>,
    /// The prices that were answered; none where the answer is one of another case.
    prices: Option<Vec<f64>>,
    /// f: own cost of the answer.
    cost: f64,
    links: Vec<f64>,
    /// θ: share in the mixture.
    pub(super) share: f64,
}

/// Most answers that are taken up from another case at a time.
const TAKEN_UP_MAX: usize = 12;

/// Operations that it takes to look at an order or a lot for whole increments, roughly.
const LOOK: u64 = 20;

/// By how much the metric is flattened where it promises no more, and the least that it is flattened to.
const FLATTER: f64 = 1.0 / 32.0;
const KAPPA_LEAST: f64 = 1e-4;

/// When the maximisation ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Until {
    /// The model promises less than this.
    pub(super) promise: f64,
    /// The dual is at least this high: nothing below is of interest.
    pub(super) above: f64,
    /// Most answers of the book.
    pub(super) calls: u64,
    /// Most work units, those already spent included.
    pub(super) units: u64,
    /// The mixture of answers breaks no hard row by more than this.
    pub(super) excess: f64,
    /// L of the mixture is above the dual by no more than this: near the optimum that is of the order of the
    /// square root of the promise.
    pub(super) slackness: f64,
}

/// The state of one maximisation.
#[derive(Debug, Clone)]
pub(super) struct Bundle {
    pub(super) cuts: Vec<Cut>,
    /// The best prices so far and their dual value.
    pub(super) centre: Vec<f64>,
    pub(super) value: f64,
    /// Answers asked for.
    pub(super) calls: u64,
    /// Work units that the answers and the steps took.
    pub(super) units: u64,
    /// What the model still promises.
    pub(super) promise: f64,
    hessian: Vec<f64>,
    /// Index of the cut of the centre.
    reference: usize,
    kappa: f64,
    idle: u32,
}

/// A step of the master problem.
struct Step {
    prices: Vec<f64>,
    promise: f64,
}

impl Bundle {
    /// Starts at the first of `prices`; the others give cuts as well.
    pub(super) fn new(space: &Space<'_>, book: &Book<'_>, part: &Part, prices: &[Vec<f64>]) -> Bundle {
        let mut bundle = Bundle {
            cuts: Vec::new(),
            centre: Vec::new(),
            value: f64::NEG_INFINITY,
            calls: 0,
            units: 0,
            promise: f64::INFINITY,
            hessian: Vec::new(),
            reference: 0,
            kappa: 1.0,
            idle: 0,
        };
        for p in prices {
            // A cut of the volatility cap that is younger than these prices is free to begin with.
            let mut p = p.clone();
            p.resize(space.dimension(), 0.0);
            let (value, margins) = bundle.ask(space, book, part, p);
            if value > bundle.value {
                bundle.recentre(space, book, value, &margins);
            }
        }
        bundle
    }

    /// Takes up the cuts of the volatility cap that `space` got since, at a price of 0.
    pub(super) fn extend(&mut self, space: &Space<'_>, book: &Book<'_>, part: &Part) {
        let known = self.centre.len();
        if known == space.dimension() {
            return;
        }
        for cut in &mut self.cuts {
            let net = &cut.answer.totals.net;
            cut.links.extend((known..space.dimension()).map(|k| space.cut_link(k, net)));
            if let Some(prices) = &mut cut.prices {
                prices.resize(space.dimension(), 0.0);
            }
        }
        let mut centre = self.centre.clone();
        centre.resize(space.dimension(), 0.0);
        let (value, margins) = self.ask(space, book, part, centre);
        self.recentre(space, book, value, &margins);
    }

    /// Takes up answers to quotes of another case, those that say most about the dual near the centre.
    pub(super) fn take_up(&mut self, space: &Space<'_>, answers: &[Rc<Answer>]) {
        let mut cuts: Vec<(f64, Cut)> = answers
            .iter()
            .map(|answer| {
                let cost = answer.cost + space.first_piece_of(&answer.totals);
                // Rows that are younger than the centre come with the next extension.
                let mut links = space.links(&answer.totals);
                links.truncate(self.centre.len());
                let cut = Cut { answer: Rc::clone(answer), prices: None, cost, links, share: 0.0 };
                (self.level(&cut), cut)
            })
            .collect();
        cuts.sort_by(|a, b| a.0.total_cmp(&b.0));
        cuts.truncate(TAKEN_UP_MAX);
        self.cuts.extend(cuts.into_iter().map(|(_, cut)| cut));
    }

    /// The answers got since the first so many calls.
    pub(super) fn answers_since(&self, calls: u64) -> Vec<Rc<Answer>> {
        let new = (self.calls - calls) as usize;
        let own = self.cuts.iter().filter(|c| c.prices.is_some());
        let skip = own.clone().count().saturating_sub(new);
        own.skip(skip).map(|c| Rc::clone(&c.answer)).collect()
    }

    /// Value of a cut at the centre, without the quadratic that all have.
    fn level(&self, cut: &Cut) -> f64 {
        cut.cost + cut.links.iter().zip(&self.centre).map(|(g, x)| g * x).sum::<f64>()
    }

    /// Net weight traded per security in the mixture of answers.
    pub(super) fn mixture(&self) -> Vec<f64> {
        let total: f64 = self.cuts.iter().map(|c| c.share).sum();
        let mut net = vec![0.0; self.cuts[self.reference].answer.totals.net.len()];
        for cut in self.cuts.iter().filter(|c| c.share > 0.0) {
            net.iter_mut().zip(&cut.answer.totals.net).for_each(|(n, x)| *n += cut.share / total * x);
        }
        net
    }

    /// Maximises; afterwards the shares of the cuts are those of the last step.
    pub(super) fn maximise(&mut self, space: &Space<'_>, book: &Book<'_>, part: &Part, until: Until) {
        while self.value < until.above && self.calls < until.calls && self.units < until.units {
            let step = self.step(space, if until.excess.is_finite() { 1e-15 } else { until.promise });
            self.promise = step.promise;
            let rounding = 1e-17 * (1.0 + 10.0 * self.value.abs());
            let enough = step.promise <= until.promise
                && self.excess(space) <= until.excess
                && self.slackness(space, &step.prices) <= until.slackness;
            if step.promise.is_nan() || enough || step.promise <= rounding {
                if book.steps && self.kappa > KAPPA_LEAST && !step.promise.is_nan() {
                    // Between the increments the dual bends less than it seems to: only the cuts say how far it goes.
                    self.kappa = (self.kappa * FLATTER).max(KAPPA_LEAST);
                    continue;
                }
                return;
            }
            let (value, margins) = self.ask(space, book, part, step.prices);
            let gain = value - self.value;
            if gain > 0.1 * step.promise {
                self.recentre(space, book, value, &margins);
                if gain > 0.5 * step.promise {
                    self.kappa = (self.kappa * 0.5).max(1e-6);
                }
                self.idle = 0;
            } else {
                self.idle += 1;
                if self.idle.is_multiple_of(4) {
                    self.kappa = (self.kappa * 1.5).min(1e4);
                }
            }
            self.forget(space.dimension());
        }
    }

    /// The most that the mixture of answers breaks a hard row by.
    fn excess(&self, space: &Space<'_>) -> f64 {
        let total: f64 = self.cuts.iter().map(|c| c.share).sum();
        let row = |k: usize| self.cuts.iter().map(|c| c.share * c.links[k]).sum::<f64>() / total;
        space.hard().map(row).fold(0.0, f64::max)
    }

    /// The links of the mixture of answers.
    pub(super) fn links(&self) -> Vec<f64> {
        let total: f64 = self.cuts.iter().map(|c| c.share).sum();
        let link = |k: usize| self.cuts.iter().map(|c| c.share * c.links[k]).sum::<f64>() / total;
        (0..self.centre.len()).map(link).collect()
    }

    /// What the mixture of answers pays for links that its prices call for and that it does not have.
    fn slackness(&self, space: &Space<'_>, prices: &[f64]) -> f64 {
        space.slackness(prices, &self.links())
    }

    /// Asks the book at some prices and adds the cut; returns the dual value and the marginal trades.
    fn ask(
        &mut self,
        space: &Space<'_>,
        book: &Book<'_>,
        part: &Part,
        prices: Vec<f64>,
    ) -> (f64, Vec<Margin>) {
        let quote = space.quote(&prices);
        let Reply { value, modes, totals, margins, orders, looked } = book.reply(&quote, part);
        let links = space.links(&totals);
        // The quote carries the price of the change only; the offset's part is added here.
        let change: f64 = links.iter().zip(space.offset()).zip(&prices).map(|((l, o), x)| (l - o) * x).sum();
        let offset: f64 = space.offset().iter().zip(&prices).map(|(o, x)| o * x).sum();
        self.calls += 1;
        self.units += book.units_per_answer() + LOOK * looked / UNIT;
        let dual = space.own_value(&prices) + offset + value;
        let cost = value - change;
        let own = cost - space.first_piece_of(&totals);
        let answer = Rc::new(Answer { quote, cost: own, modes, totals, orders });
        self.cuts.push(Cut { answer, prices: Some(prices), cost, links, share: 0.0 });
        (dual, margins)
    }

    /// Makes the last cut the centre.
    fn recentre(&mut self, space: &Space<'_>, book: &Book<'_>, value: f64, margins: &[Margin]) {
        self.reference = self.cuts.len() - 1;
        self.centre = self.cuts[self.reference].prices.clone().unwrap_or_default();
        self.value = value;
        self.hessian = space.hessian(margins);
        let n = space.dimension();
        let trace: f64 = (0..n).map(|i| self.hessian[i * n + i]).sum();
        let even = 1e-4 * (trace / n as f64).max(0.01 * book.softness());
        for i in 0..n {
            self.hessian[i * n + i] = self.hessian[i * n + i] * (1.0 + 1e-3) + even;
        }
    }

    /// P = κ(H + ridge) + the curvature of the free prices.
    fn metric(&self, space: &Space<'_>) -> Factor {
        let n = space.dimension();
        let mut matrix: Vec<f64> = self.hessian.iter().map(|h| h * self.kappa).collect();
        for i in 0..space.free {
            matrix[i * n + i] += space.free_curvature();
        }
        Factor::new(matrix, n)
    }

    /// Solves the master problem around the centre and sets the shares of the cuts.
    fn step(&mut self, space: &Space<'_>, tolerance: f64) -> Step {
        let n = space.dimension();
        let factor = self.metric(space);
        let reference = &self.cuts[self.reference];
        let base = self.level(reference);
        let mut gradient = reference.links.clone();
        for (g, x) in gradient[..space.free].iter_mut().zip(&self.centre) {
            *g -= space.free_curvature() * x;
        }
        let others: Vec<usize> = (0..self.cuts.len()).filter(|c| *c != self.reference).collect();
        let (mut columns, mut heights, mut start) = (Vec::new(), Vec::new(), Vec::new());
        for c in &others {
            let cut = &self.cuts[*c];
            columns.push(cut.links.iter().zip(&reference.links).map(|(a, b)| a - b).collect::<Vec<f64>>());
            heights.push((self.level(cut) - base).max(0.0));
            start.push(cut.share);
        }
        space.cone(&self.centre, |row, slack| {
            columns.push(row);
            heights.push(slack);
            start.push(0.0);
        });
        let mut whitened = columns.clone();
        whitened.iter_mut().for_each(|c| factor.forward(c));
        let mut white_gradient = gradient.clone();
        factor.forward(&mut white_gradient);
        let program = Program::new(&whitened, &white_gradient, &heights, others.len());
        let total: f64 = start[..others.len()].iter().sum();
        if total > 1.0 {
            start.iter_mut().for_each(|s| *s /= total);
        }
        let columns_all = columns.len() as u64;
        let (u, operations) = program.minimise(start, 0.01 * tolerance);
        self.units += (operations + columns_all * (columns_all + n as u64) * n as u64) / UNIT;
        let mut step = white_gradient;
        for (w, x) in whitened.iter().zip(&u).filter(|(_, x)| **x > 0.0) {
            step.iter_mut().zip(w).for_each(|(s, v)| *s += x * v);
        }
        factor.backward(&mut step);
        let dot = |a: &[f64]| -> f64 { a.iter().zip(&step).map(|(x, y)| x * y).sum() };
        let lowest =
            columns[..others.len()].iter().zip(&heights).map(|(c, h)| h + dot(c)).fold(0.0, f64::min);
        let squares: f64 = step[..space.free].iter().map(|x| x * x).sum();
        let promise = lowest + dot(&gradient) - 0.5 * space.free_curvature() * squares;
        let mut prices: Vec<f64> = self.centre.iter().zip(&step).map(|(a, b)| a + b).collect();
        space.make_lawful(&mut prices);
        self.cuts[self.reference].share = (1.0 - u[..others.len()].iter().sum::<f64>()).max(0.0);
        for (c, x) in others.iter().zip(&u) {
            self.cuts[*c].share = *x;
        }
        debug_assert_eq!(prices.len(), n);
        Step { prices, promise }
    }

    /// Drops the oldest cuts without a share where there are too many.
    fn forget(&mut self, dimension: usize) {
        let most = dimension + 24;
        let mut at = 0;
        while self.cuts.len() > most && at + 8 < self.cuts.len() {
            if self.cuts[at].share <= 0.0 && at != self.reference {
                self.cuts.remove(at);
                self.reference -= usize::from(at < self.reference);
            } else {
                at += 1;
            }
        }
    }

    /// The prices of the centre and of the cuts with a share, most important first.
    pub(super) fn support(&self, most: usize) -> Vec<Vec<f64>> {
        let mut cuts: Vec<&Cut> = self.cuts.iter().filter(|c| c.share > 1e-9).collect();
        cuts.sort_by(|a, b| b.share.total_cmp(&a.share));
        let rest =
            cuts.into_iter().filter_map(|c| c.prices.as_ref()).filter(|p| **p != self.centre).take(most);
        std::iter::once(&self.centre).chain(rest).cloned().collect()
    }

    /// P of [`super::choice`]: what bends the dual at the centre.
    pub(super) fn curvature(&self, space: &Space<'_>) -> Vec<f64> {
        let n = self.centre.len();
        let mut matrix = self.hessian.clone();
        for i in 0..space.free {
            matrix[i * n + i] += space.free_curvature();
        }
        matrix
    }

    /// The quote at the centre.
    pub(super) fn quote(&self, space: &Space<'_>) -> Quote {
        space.quote(&self.centre)
    }
}
