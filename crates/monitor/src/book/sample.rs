//! A book of made-up households, for benchmarks: a million of them as documents would not fit.
//!
//! In: how many households, securities and holdings, and a seed. Out: a [`Book`], the same for the same
//! arguments. Ten classes of securities; each household holds `holdings` different ones, wants what it
//! holds give or take, and keeps a little cash.

use super::block::Block;
use super::{Book, EDGE, short};

/// Classes beside `Cash`.
const CLASSES: u64 = 10;
/// Of those, how many a household holds.
const HELD: u64 = 5;

/// A book of `households`, each with `holdings` of the `securities`, which are 65,536 at most.
#[must_use]
pub fn book(households: u32, securities: u16, holdings: u32, seed: u64) -> Book {
    let mut dice = Dice(seed);
    let tickers: Vec<String> = (0..securities).map(|n| format!("S{n}")).collect();
    let prices: Vec<f64> = (0..securities).map(|_| 5.0 + dice.part() * 500.0).collect();
    let (mut blocks, mut open) = (Vec::new(), Block::default());
    for _ in 0..households {
        if open.is_full() {
            blocks.push(std::mem::take(&mut open));
        }
        add(&mut open, &prices, u64::from(holdings), &mut dice);
    }
    blocks.push(open);
    Book::assembled(tickers, &prices, blocks).0
}

/// Securities of class c are those whose place leaves c when divided by the number of classes.
fn add(open: &mut Block, prices: &[f64], holdings: u64, dice: &mut Dice) {
    let of_class = prices.len() as u64 / CLASSES;
    let first = dice.below(CLASSES);
    let mut rows: Vec<(f64, Vec<(u16, f32)>)> = Vec::new();
    for row in 0..HELD {
        let start = dice.below(of_class);
        let mut usd = 0.0;
        let mut held = Vec::new();
        for n in (row..holdings).step_by(5) {
            let security = (start + n * 7919) % of_class * CLASSES + (first + row) % CLASSES;
            let Ok(place) = u16::try_from(security) else { continue };
            let shares = short(1.0 + dice.part() * 200.0);
            usd += f64::from(shares) * prices[usize::from(place)];
            held.push((place, shares));
        }
        rows.push((usd, held));
    }
    let cash = 500.0 + dice.part() * 5_000.0;
    rows.push((cash, Vec::new()));
    let value: f64 = rows.iter().map(|(usd, _)| usd).sum();
    let off = (dice.part() - 0.5) * 0.09;
    for (n, (usd, held)) in rows.into_iter().enumerate() {
        let target = usd / value + [off, -off].get(n).copied().unwrap_or_default();
        let tau = 0.035 - EDGE;
        open.row((short(target - tau), short(target + tau)), held);
    }
    open.close(cash);
}

/// Numbers that look random and are the same everywhere (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, count: u64) -> u64 {
        self.next() % count.max(1)
    }

    #[expect(clippy::cast_precision_loss, reason = "it is a part")]
    fn part(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
