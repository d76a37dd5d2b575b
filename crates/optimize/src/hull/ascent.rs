//! Maximising the dual exactly: an active set in price space.
//!
//! In: the [`Dual`] of a node, prices and ties to start from. Out: prices at which d is largest, and for each
//! block the shares of its vertices that make up the relaxed solution. Invariant: each step raises d, or
//! exchanges a tie where it stands; what comes out is a bound whether or not the maximum was reached.
//!
//! # Derivation
//!
//! d is concave and piecewise linear-quadratic. A block is *held* where several of its vertices cost the same
//! and are kept doing so. While the ties hold and no other vertex becomes cheaper, d is the quadratic of the
//! current vertices, with gradient G = the sum of their links, and Hessian −H, H = diag(1/(2 λ_D)) on
//! the drift rows and 0 on the others. The next step is the Newton step inside the ties,
//!
//! ```text
//! max G·p − ½ p·(H + εI) p   with   N'p = 0,   N = differences of links of tied vertices
//! ```
//!
//! where ε makes directions without curvature long steps instead of infinite ones. Along p, d is concave:
//! its breakpoints are where a block's cheapest vertex changes. They are found block by block (two lines
//! that enclose the least meet at a breakpoint or show a vertex below it) and passed, each lowering the
//! slope, until the next would turn it negative: the vertex of that breakpoint is tied. Where the quadratic
//! itself turns first, the step is full. With p = 0 the shares α of the tied vertices solve
//! G + N α = 0; if one is negative its vertex is let go (that is an ascent direction), else α is the primal
//! solution: d's maximum.

use super::cell::Price;
use super::dual::{Choice, Dual};
use super::model::Quotes;

/// Curvature of the rows that have none.
const RIDGE: f64 = 1e-6;
/// Predicted gain of a Newton step at which the ties are optimal.
const GAIN_TINY: f64 = 1e-20;
/// Costs that differ by less are the same.
const COST_TINY: f64 = 1e-16;
/// Most steps at one node.
const STEPS_MAX: u64 = 600;

/// A block with several vertices of equal cost; the first is the one that G counts.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) block: usize,
    pub(super) choices: Vec<Choice>,
    /// Of each choice; right once the ascent has ended.
    pub(super) shares: Vec<f64>,
}

/// Where an ascent stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Position {
    pub(super) y: Vec<f64>,
    pub(super) held: Vec<Held>,
}

/// Why an ascent ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The maximum is reached.
    Maximal,
    /// d is above what was asked for.
    Above,
    /// No more steps.
    Stuck,
}

/// An ascent and its scratch memory.
pub(super) struct Ascent<'a> {
    dual: Dual<'a>,
    pub(super) at: Position,
    /// The choice of each block that G counts.
    pub(super) current: Vec<Choice>,
    holder: Vec<Option<usize>>,
    quotes: Quotes,
    along: Quotes,
    pub(super) steps: u64,
    /// Largest change of a price in the last step.
    reach: f64,
}

/// Where a block's cheapest vertex changes.
struct Break {
    t: f64,
    block: usize,
    choice: Choice,
    /// By how much the slope falls.
    fall: f64,
}

/// A vertex as a line along the direction.
#[derive(Clone, Copy)]
struct Line {
    choice: Choice,
    start: f64,
    slope: f64,
}

impl Line {
    fn at(&self, t: f64) -> f64 {
        self.start + t * self.slope
    }
}

impl<'a> Ascent<'a> {
    pub(super) fn new(dual: Dual<'a>, mut at: Position) -> Ascent<'a> {
        let model = dual.model;
        at.y.resize(model.dimension(), 0.0);
        let mut quotes = Quotes::default();
        model.quotes(&at.y, true, &mut quotes);
        let current = (0..dual.blocks())
            .map(|b| {
                let price = quotes.0.get(b).copied().unwrap_or_default();
                dual.cheapest(b, &price, |row| at.y[row]).0
            })
            .collect();
        let mut ascent = Ascent {
            dual,
            at,
            current,
            holder: vec![None; dual.blocks()],
            quotes,
            along: Quotes::default(),
            steps: 0,
            reach: 1.0,
        };
        for held in &ascent.at.held {
            ascent.current[held.block] = held.choices[0];
        }
        ascent.index();
        ascent
    }

    fn index(&mut self) {
        self.holder.fill(None);
        for (i, held) in self.at.held.iter().enumerate() {
            self.holder[held.block] = Some(i);
        }
    }

    /// Climbs until d is maximal or above `enough`.
    pub(super) fn climb(&mut self, enough: f64) -> End {
        for _ in 0..STEPS_MAX {
            self.steps += 1;
            self.dual.model.quotes(&self.at.y, true, &mut self.quotes);
            let value = self.value();
            if value >= enough {
                return End::Above;
            }
            let gradient = self.gradient();
            let Some(newton) = self.newton(&gradient) else {
                // A tie that follows from others says nothing.
                continue;
            };
            if newton.gain <= GAIN_TINY {
                if self.let_go(&newton.multipliers) {
                    continue;
                }
                return End::Maximal;
            }
            if !self.step(&gradient, &newton.direction, enough - value) {
                return End::Stuck;
            }
        }
        End::Stuck
    }

    /// d by the current choices.
    fn value(&self) -> f64 {
        let y = &self.at.y;
        let blocks = self.current.iter().enumerate().map(|(b, choice)| {
            let price = self.quotes.0.get(b).copied().unwrap_or_default();
            self.dual.cost(b, choice, &price, |row| y[row], true)
        });
        self.dual.own_value(y) + blocks.sum::<f64>()
    }

    fn gradient(&self) -> Vec<f64> {
        let model = self.dual.model;
        let rows = self.at.y.iter().zip(model.offset.iter().zip(&model.curvature));
        let mut g: Vec<f64> = rows.map(|(y, (offset, h))| offset - h * y).collect();
        for (b, choice) in self.current.iter().enumerate() {
            self.dual.add_links(b, choice, 1.0, &mut g);
        }
        g
    }

    /// The Newton step inside the ties and the shares that the ties would have; `None` where a tie had to
    /// be dropped since it follows from the others.
    fn newton(&mut self, gradient: &[f64]) -> Option<Newton> {
        let model = self.dual.model;
        let n = model.dimension();
        let scale: Vec<f64> = model.curvature.iter().map(|h| (h + RIDGE).sqrt().recip()).collect();
        let mut basis: Vec<Vec<f64>> = Vec::new();
        let mut triangle: Vec<Vec<f64>> = Vec::new();
        for i in 0..self.at.held.len() {
            let held = &self.at.held[i];
            for k in 1..held.choices.len() {
                let mut column = vec![0.0; n];
                self.dual.add_links(held.block, &held.choices[k], 1.0, &mut column);
                self.dual.add_links(held.block, &held.choices[0], -1.0, &mut column);
                column.iter_mut().zip(&scale).for_each(|(x, s)| *x *= s);
                let before = dot(&column, &column).sqrt();
                let mut upper = vec![0.0; basis.len() + 1];
                for _ in 0..2 {
                    for (q, u) in basis.iter().zip(&mut upper) {
                        let by = dot(q, &column);
                        *u += by;
                        column.iter_mut().zip(q).for_each(|(x, q)| *x -= by * q);
                    }
                }
                let left = dot(&column, &column).sqrt();
                if left <= 1e-11 * before || before == 0.0 {
                    self.drop_choice(i, k);
                    return None;
                }
                column.iter_mut().for_each(|x| *x /= left);
                upper[basis.len()] = left;
                basis.push(column);
                triangle.push(upper);
            }
        }
        let mut direction: Vec<f64> = gradient.iter().zip(&scale).map(|(g, s)| g * s).collect();
        let mut projected = vec![0.0; basis.len()];
        for _ in 0..2 {
            for (q, sum) in basis.iter().zip(&mut projected) {
                let by = dot(q, &direction);
                *sum += by;
                direction.iter_mut().zip(q).for_each(|(x, q)| *x -= by * q);
            }
        }
        let gain = dot(&direction, &direction);
        direction.iter_mut().zip(&scale).for_each(|(x, s)| *x *= s);
        let mut multipliers = projected;
        for j in (0..multipliers.len()).rev() {
            multipliers[j] /= triangle[j][j];
            let by = multipliers[j];
            (0..j).for_each(|i| multipliers[i] -= by * triangle[j][i]);
        }
        multipliers.iter_mut().for_each(|x| *x = -*x);
        Some(Newton { direction, gain, multipliers })
    }

    /// Sets the shares; lets the vertex with the most negative one go, and says whether there was one.
    fn let_go(&mut self, multipliers: &[f64]) -> bool {
        const SHARE_TINY: f64 = 1e-9;
        let mut next = multipliers.iter();
        let mut least = (-SHARE_TINY, None);
        for (i, held) in self.at.held.iter_mut().enumerate() {
            for (share, x) in held.shares[1..].iter_mut().zip(&mut next) {
                *share = *x;
            }
            held.shares[0] = 1.0 - held.shares[1..].iter().sum::<f64>();
            for (k, share) in held.shares.iter().enumerate() {
                if *share < least.0 {
                    least = (*share, Some((i, k)));
                }
            }
        }
        if let (_, Some((i, k))) = least {
            self.drop_choice(i, k);
            return true;
        }
        false
    }

    fn drop_choice(&mut self, held: usize, k: usize) {
        let one = &mut self.at.held[held];
        one.choices.remove(k);
        one.shares.remove(k);
        self.current[one.block] = one.choices[0];
        if one.choices.len() == 1 {
            self.at.held.remove(held);
            self.index();
        }
    }

    /// Moves along a direction to where d is largest, or is known to have risen by `enough`; false where
    /// d does not end.
    fn step(&mut self, gradient: &[f64], direction: &[f64], enough: f64) -> bool {
        const REACH_MAX: f64 = 1e13;
        /// Change of prices within which the end of a step is looked for first, and how that follows steps.
        const REACH: (f64, f64) = (1e-5, 0.02);
        const LONGER: f64 = 8.0;
        let model = self.dual.model;
        model.quotes(direction, false, &mut self.along);
        let slope = dot(gradient, direction);
        let bend: f64 = direction.iter().zip(&model.curvature).map(|(p, h)| h * p * p).sum();
        let largest = direction.iter().fold(0.0_f64, |m, p| m.max(p.abs()));
        let mut end = ((LONGER * self.reach).clamp(REACH.0, REACH.1) / largest).min(1.0);
        let mut lines: Vec<(usize, Line)> =
            (0..self.current.len()).map(|b| (b, self.line(b, self.current[b], direction))).collect();
        let mut changed;
        loop {
            changed = self.changed(&lines, direction, end);
            let after =
                slope - bend * end + changed.iter().map(|(_, from, to)| to.slope - from.slope).sum::<f64>();
            if after <= 0.0 {
                break;
            }
            if after * end >= enough {
                // d is concave: it has risen by at least that.
                self.jump(direction, end, &changed);
                return true;
            }
            end *= LONGER;
            if end * largest > REACH_MAX {
                return false;
            }
        }
        const FEW: usize = 24;
        for _ in 0..12 {
            if changed.len() <= FEW {
                break;
            }
            lines.clear();
            lines.extend(changed.iter().map(|(b, from, _)| (*b, *from)));
            let nearer = self.changed(&lines, direction, end / 3.0);
            let after = slope - bend * end / 3.0
                + nearer.iter().map(|(_, from, to)| to.slope - from.slope).sum::<f64>();
            if after > 0.0 {
                break;
            }
            (end, changed) = (end / 3.0, nearer);
        }
        let mut breaks = Vec::new();
        for (b, from, to) in &changed {
            self.breaks(*b, direction, (0.0, *from), (end, *to), &mut breaks, 0);
        }
        breaks.sort_by(|a, b| a.t.total_cmp(&b.t).then(a.block.cmp(&b.block)));
        self.reach = largest * self.pass(slope, bend, &breaks, direction, end);
        true
    }

    /// Goes to t, past all that changes on the way.
    fn jump(&mut self, direction: &[f64], t: f64, changed: &[(usize, Line, Line)]) {
        for (block, _, to) in changed {
            self.go_over(&Break { t, block: *block, choice: to.choice, fall: 0.0 });
        }
        self.at.y.iter_mut().zip(direction).for_each(|(y, p)| *y += t * p);
    }

    /// Goes through the breakpoints until the slope would turn; how far that was.
    fn pass(&mut self, mut slope: f64, bend: f64, breaks: &[Break], direction: &[f64], end: f64) -> f64 {
        let mut at = None;
        for next in breaks {
            if slope - bend * next.t <= 0.0 {
                break;
            }
            if slope - next.fall - bend * next.t <= 0.0 {
                at = Some(next.t);
                self.tie(next);
                break;
            }
            slope -= next.fall;
            self.go_over(next);
        }
        // Past the last breakpoint d bends by itself.
        let t = at.unwrap_or_else(|| if bend > 0.0 { (slope / bend).clamp(0.0, end) } else { 0.0 });
        self.at.y.iter_mut().zip(direction).for_each(|(y, p)| *y += t * p);
        t
    }

    fn tie(&mut self, next: &Break) {
        match self.holder[next.block] {
            Some(i) => {
                self.at.held[i].choices.push(next.choice);
                self.at.held[i].shares.push(0.0);
            }
            None => {
                self.holder[next.block] = Some(self.at.held.len());
                let choices = vec![self.current[next.block], next.choice];
                self.at.held.push(Held { block: next.block, choices, shares: vec![0.0; 2] });
            }
        }
    }

    fn go_over(&mut self, next: &Break) {
        self.current[next.block] = next.choice;
        if let Some(i) = self.holder[next.block] {
            self.at.held.remove(i);
            self.index();
        }
    }

    /// The blocks of which another vertex is cheaper at t than the line that they are on, with both lines.
    fn changed(&self, lines: &[(usize, Line)], direction: &[f64], t: f64) -> Vec<(usize, Line, Line)> {
        let y = |row: usize| self.at.y[row] + t * direction[row];
        let changed = lines.iter().filter_map(|(b, from)| {
            let (choice, cost) = self.dual.cheapest(*b, &self.price(*b, t), y);
            if cost >= from.at(t) - COST_TINY {
                return None;
            }
            let to = self.line(*b, choice, direction);
            (to.slope < from.slope).then_some((*b, *from, to))
        });
        changed.collect()
    }

    fn price(&self, block: usize, t: f64) -> Price {
        match (self.quotes.0.get(block), self.along.0.get(block)) {
            (Some(price), Some(by)) => price.along(by, t),
            _ => Price::default(),
        }
    }

    fn cheapest(&self, block: usize, direction: &[f64], t: f64) -> Line {
        let y = &self.at.y;
        let (choice, _) = self.dual.cheapest(block, &self.price(block, t), |row| y[row] + t * direction[row]);
        self.line(block, choice, direction)
    }

    fn line(&self, block: usize, choice: Choice, direction: &[f64]) -> Line {
        let (price, by) = (self.price(block, 0.0), self.along.0.get(block).copied().unwrap_or_default());
        let y = &self.at.y;
        Line {
            choice,
            start: self.dual.cost(block, &choice, &price, |row| y[row], true),
            slope: self.dual.cost(block, &choice, &by, |row| direction[row], false),
        }
    }

    /// The breakpoints of a block between two lines of its least cost.
    fn breaks(
        &self,
        block: usize,
        direction: &[f64],
        from: (f64, Line),
        to: (f64, Line),
        out: &mut Vec<Break>,
        depth: usize,
    ) {
        const DEPTH_MAX: usize = 40;
        let fall = from.1.slope - to.1.slope;
        if fall <= 0.0 {
            return;
        }
        let t = ((to.1.start - from.1.start) / fall).clamp(from.0, to.0);
        let between = self.cheapest(block, direction, t);
        if depth < DEPTH_MAX
            && between.at(t) < from.1.at(t) - COST_TINY
            && between.at(t) < to.1.at(t) - COST_TINY
            && between.slope < from.1.slope
            && between.slope > to.1.slope
        {
            self.breaks(block, direction, from, (t, between), out, depth + 1);
            self.breaks(block, direction, (t, between), to, out, depth + 1);
        } else {
            out.push(Break { t, block, choice: to.1.choice, fall });
        }
    }
}

struct Newton {
    direction: Vec<f64>,
    /// Twice what the step promises.
    gain: f64,
    /// Of the ties, in their order.
    multipliers: Vec<f64>,
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
