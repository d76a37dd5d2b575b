//! As many households as two bytes tell apart; their slacks fit the processor's cache.
//!
//! In: prices, or sizes of their steps. Out: alarms that began or ceased to ring. The layout and the
//! derivation of what is incremental are told in [`super`]. Invariants: an alarm rings exactly where a row
//! was beyond an edge of its band, or nothing was left (V ≤ 0), when the household was judged; a slack is
//! never above what is left of it, whatever rounding did, and never negative after a call.

use std::ops::Range;

use super::{Changes, EDGE, Prices, RowDrift};

/// Households of a block: their slacks take 256 kB. Fewer would make the lists of holders so short that
/// the processor waits for the beginning of each.
pub(super) const HOUSEHOLDS: usize = 1 << 16;

/// One and what the last bit of an `f32` can lose, twice: with it a product or a step is no smaller
/// than the exact one.
const UP: f32 = 1.0 + 2.0 * f32::EPSILON;

/// The same towards less.
const DOWN: f32 = 1.0 - 2.0 * f32::EPSILON;

/// A block.
#[derive(Debug)]
pub(super) struct Block {
    /// Per holding, by household and row: its security.
    securities: Vec<u16>,
    /// Per holding: shares.
    shares: Vec<f32>,
    /// Per row: where its holdings end.
    row_ends: Vec<u32>,
    /// Per row: lower and upper edge of its band, weights.
    edges: Vec<(f32, f32)>,
    /// Per household: where its rows end; the last one is `Cash`.
    ends: Vec<u32>,
    /// Per household: cash with what flows in or out, USD.
    cash: Vec<f64>,
    /// Per household: USD of movement that can't change its alarm.
    slack: Box<[f32; HOUSEHOLDS]>,
    /// Per household: whether its alarm rings.
    rings: Vec<bool>,
    /// Per security, and one more: where its holders begin.
    starts: Vec<u32>,
    /// Per holding, by security: the household, and the upper half of an `f32` that is no less than
    /// the shares.
    holders: Vec<(u16, u16)>,
}

impl Default for Block {
    fn default() -> Self {
        Block {
            securities: Vec::new(),
            shares: Vec::new(),
            row_ends: Vec::new(),
            edges: Vec::new(),
            ends: Vec::new(),
            cash: Vec::new(),
            slack: Box::new([0.0; HOUSEHOLDS]),
            rings: Vec::new(),
            starts: Vec::new(),
            holders: Vec::new(),
        }
    }
}

impl Block {
    /// Whether there is no room for another household.
    pub(super) fn is_full(&self) -> bool {
        self.ends.len() == HOUSEHOLDS
    }

    pub(super) fn households(&self) -> usize {
        self.ends.len()
    }

    /// Adds a row to the household that [`Block::close`] will end: the edges of its band, and its
    /// holdings, each a security and shares.
    pub(super) fn row(&mut self, edges: (f32, f32), holdings: impl IntoIterator<Item = (u16, f32)>) {
        for (security, shares) in holdings {
            self.securities.push(security);
            self.shares.push(shares);
        }
        self.edges.push(edges);
        self.row_ends.push(place(self.shares.len()));
    }

    /// Ends a household, the last row of which was `Cash`.
    pub(super) fn close(&mut self, cash: f64) {
        self.ends.push(place(self.edges.len()));
        self.cash.push(cash);
        self.rings.push(false);
    }

    /// Lists the holders of each of so many securities. Nothing rings before the first tick.
    pub(super) fn index(&mut self, securities: usize) {
        self.starts = vec![0; securities + 1];
        for security in &self.securities {
            self.starts[usize::from(*security) + 1] += 1;
        }
        for n in 1..self.starts.len() {
            self.starts[n] += self.starts[n - 1];
        }
        let mut next = self.starts.clone();
        self.holders = vec![(0, 0); self.shares.len()];
        for household in 0..self.ends.len() {
            let rows = self.rows_of(household);
            for holding in self.holdings_of(rows.start).start..self.holdings_of(rows.end - 1).end {
                let next = &mut next[usize::from(self.securities[holding])];
                let half = (self.shares[holding].to_bits() + 0xffff) >> 16;
                self.holders[*next as usize] = (short(household), short(half as usize));
                *next += 1;
            }
        }
    }

    pub(super) fn bytes(&self) -> usize {
        let of_holdings = self.shares.len() * (2 + 4 + 4);
        of_holdings + self.edges.len() * (8 + 4) + self.ends.len() * (4 + 8 + 4 + 1) + self.starts.len() * 4
    }

    /// Judges every household; `first` is the place of the first one.
    pub(super) fn tick(&mut self, prices: &Prices, first: u32) -> Changes {
        let mut changes = Changes::default();
        let mut sums = Vec::new();
        for household in 0..self.ends.len() {
            self.judge(household, prices, first, &mut sums, &mut changes);
        }
        changes
    }

    /// Judges whom the steps of some prices, each of so many USD up or down, can have moved across an
    /// edge; `prices` are those after the steps.
    pub(super) fn moved(&mut self, steps: &[(usize, f32)], prices: &Prices, first: u32) -> Changes {
        let mut doubtful: Vec<u16> = Vec::new();
        for (security, step) in steps {
            let holders = self.starts[*security] as usize..self.starts[*security + 1] as usize;
            for (household, half) in &self.holders[holders] {
                let usd = f32::from_bits(u32::from(*half) << 16) * step;
                let slack = &mut self.slack[usize::from(*household)];
                // Used up now, and not before: each household is noted once.
                let left = *slack * DOWN - usd;
                if left < 0.0 && *slack >= 0.0 {
                    doubtful.push(*household);
                }
                *slack = left;
            }
        }
        doubtful.sort_unstable();
        let (mut changes, mut sums) = (Changes::default(), Vec::new());
        for household in doubtful {
            self.judge(usize::from(household), prices, first, &mut sums, &mut changes);
        }
        changes
    }

    /// Places, within the block, of the households whose alarm rings.
    pub(super) fn ringing(&self) -> impl Iterator<Item = u32> {
        (0_u32..).zip(&self.rings).filter(|(_, rings)| **rings).map(|(n, _)| n)
    }

    pub(super) fn drifts(&self, household: usize, prices: &Prices) -> Vec<RowDrift> {
        if household >= self.ends.len() {
            return Vec::new();
        }
        let mut sums = Vec::new();
        let value = self.sum(household, prices, &mut sums);
        let drift = |(usd, (low, high)): (&f64, &(f32, f32))| {
            let (low, high) = (f64::from(*low), f64::from(*high));
            RowDrift {
                value_usd: *usd,
                drift: usd / value - f64::midpoint(low, high),
                tau: f64::midpoint(high, -low) + EDGE,
            }
        };
        sums.iter().zip(&self.edges[self.rows_of(household)]).map(drift).collect()
    }

    /// Σ (w − t)² of each household.
    pub(super) fn squared_drifts(&self, prices: &Prices, out: &mut [f32]) {
        let mut sums = Vec::new();
        for (household, out) in out.iter_mut().enumerate() {
            let value = self.sum(household, prices, &mut sums);
            let mut squared = 0.0;
            for (usd, (low, high)) in sums.iter().zip(&self.edges[self.rows_of(household)]) {
                let off = usd - f64::from(low + high) * 0.5 * value;
                squared += off * off;
            }
            *out = super::short(squared / (value * value));
        }
    }

    fn rows_of(&self, household: usize) -> Range<usize> {
        let from = household.checked_sub(1).map_or(0, |before| self.ends[before]);
        from as usize..self.ends[household] as usize
    }

    fn holdings_of(&self, row: usize) -> Range<usize> {
        let from = row.checked_sub(1).map_or(0, |before| self.row_ends[before]);
        from as usize..self.row_ends[row] as usize
    }

    /// USD in each row of a household, into `sums`; V, USD.
    fn sum(&self, household: usize, prices: &Prices, sums: &mut Vec<f64>) -> f64 {
        sums.clear();
        let rows = self.rows_of(household);
        let mut from = self.holdings_of(rows.start).start;
        let (mut value, last) = (0.0, rows.end - 1);
        for row in rows {
            let to = self.row_ends[row] as usize;
            let mut usd = if row == last { self.cash[household] } else { 0.0 };
            for (security, shares) in self.securities[from..to].iter().zip(&self.shares[from..to]) {
                usd += prices[usize::from(*security)] * f64::from(*shares);
            }
            from = to;
            value += usd;
            sums.push(usd);
        }
        value
    }

    /// Judges a household and gives it its slack.
    fn judge(
        &mut self,
        household: usize,
        prices: &Prices,
        first: u32,
        sums: &mut Vec<f64>,
        changes: &mut Changes,
    ) {
        let value = self.sum(household, prices, sums);
        let (mut beyond, mut nearest, mut largest) = (f64::NEG_INFINITY, value.abs(), 0.0_f32);
        for (usd, (low, high)) in sums.iter().zip(&self.edges[self.rows_of(household)]) {
            let over = usd - f64::from(*high) * value;
            let under = f64::from(*low) * value - usd;
            let outside = greater(over, under);
            beyond = greater(beyond, outside);
            nearest = -greater(-nearest, greater(-over.abs(), -under.abs()));
            largest = greater(largest, greater(low.abs(), high.abs()));
        }
        self.slack[household] = super::short(nearest / f64::from((1.0 + largest) * UP * UP));
        let rings = beyond > 0.0 || value <= 0.0;
        if rings != self.rings[household] {
            self.rings[household] = rings;
            let changed = if rings { &mut changes.rung } else { &mut changes.ceased };
            changed.push(first + place(household));
        }
    }
}

/// The greater of two figures; of two that don't compare the second. One instruction, which `max` is not.
fn greater<T: PartialOrd>(a: T, b: T) -> T {
    if a > b { a } else { b }
}

/// The size of a step of a price, no smaller than it is.
pub(super) fn step_size(before: f64, after: f64) -> f32 {
    super::short((after - before).abs()) * UP
}

/// A place within a block, which has far fewer than four billion of anything.
fn place(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A number that is known to take two bytes.
fn short(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}
