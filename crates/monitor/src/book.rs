//! The drift of very many households at once: which alarms ring when prices move.
//!
//! In: checked portfolios, and then prices, all at once ([`Book::tick`]) or those that moved
//! ([`Book::moved`]). Out: the households whose alarm began or ceased to ring, by their places in the
//! book; and, whenever they are asked for, what each class weighs and how far that is from its target.
//!
//! # Layout
//! Households lie in blocks (`block`), which know nothing of each other, so that any number of threads
//! makes the same of them. A household has a *row* for each class that it holds or wants, `Cash` last. Its
//! holdings stand one after the other by row, so that judging everybody is one pass through memory. Beside
//! that, each security has a list of its holders, with shares rounded up to eight bits, and each household
//! a *slack*; both are so short that the slacks of a block stay in the processor's cache while the lists
//! of the securities that moved stream past.
//!
//! | per | bytes | what |
//! | --- | --- | --- |
//! | holding | 10 | security (`u16`), shares (`f32`); as holder: household within the block (`u16`), shares rounded up (half an `f32`) |
//! | row | 12 | edges of its band (2 × `f32`), where its holdings end |
//! | household | 17 | cash and flow (`f64`), slack (`f32`), where its rows end, whether its alarm rings |
//! | block and security | 4 | where its list begins |
//!
//! A million households of 20 holdings and six rows in 5,000 securities take some 290 MB.
//!
//! # What is incremental
//! Let `A_c` be the USD in class c, `V = Σ A_c`, and `h_c`, `l_c` the edges of the band, as weights. The
//! alarm rings where some `A_c − h_c·V > 0` or `l_c·V − A_c > 0`. When the price of a security moves by δ,
//! a household with n shares of it has its `A_c` moved by n·δ. Movements of Σ|n·δ| = m move each `A_c` and
//! `V` by m at most, hence each of the expressions above by `(1 + |h_c|)·m` or `(1 + |l_c|)·m` at most. As
//! long as all movements since a household was judged sum to less than its slack, the least of these
//! expressions' sizes divided by the largest of those factors, no expression has changed its sign. So a
//! moved price takes n·|δ| off the slack of each holder, and a household is judged again, from its holdings
//! and the prices, when its slack is used up. Every step of that is rounded towards too little slack: a
//! household may be judged too early and never too late.
//!
//! Weights and drifts are not kept but summed when they are asked for ([`Book::drifts`],
//! [`Book::squared_drifts`]), so no rounding piles up in them, however many prices have moved.
//!
//! # Precision
//! This is a sieve and no judge: sums are binary floats, shares and edges have 24 bits, and bands are
//! narrower by [`EDGE`], a millionth of weight, the tolerance in which model.md compares weights. What the
//! one-household monitor, in decimals, calls a breach rings here too, while holdings are worth no more than
//! five times V; what rings here and no breach is there lies within two [`EDGE`]s of its band. Whoever
//! acts on an alarm runs [`crate::monitor()`].

mod block;
mod building;
pub mod sample;

use rayon::prelude::*;

use self::block::Block;
pub use self::building::BookError;

/// By how much a band is narrower here than in the document, a weight.
pub const EDGE: f64 = 1e-6;

/// Securities of a book, at most: as many as two bytes tell apart.
pub const SECURITIES_MAX: usize = 1 << 16;

/// A price for each place that a security may have.
type Prices = [f64; SECURITIES_MAX];

/// Many households and what they hold.
#[derive(Debug)]
pub struct Book {
    /// Name of each security, by its place.
    tickers: Vec<String>,
    /// USD per share, by the place of the security.
    prices: Box<Prices>,
    blocks: Vec<Block>,
    /// Per block: place of its first household.
    firsts: Vec<u32>,
}

/// What a change of prices did to the alarms; places of households, ascending.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// Those that ring and did not.
    pub rung: Vec<u32>,
    /// Those that rang and do not.
    pub ceased: Vec<u32>,
}

/// Why prices are not taken; the book is as it was.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PriceError {
    /// Not one price for each security.
    #[error("{given} prices are given for {securities} securities")]
    Count {
        /// How many are given.
        given: usize,
        /// How many it takes.
        securities: usize,
    },
    /// No such security.
    #[error("there is no security {place}; there are {securities}")]
    NoSecurity {
        /// What was named.
        place: u32,
        /// How many there are.
        securities: usize,
    },
    /// Zero, negative, or no number.
    #[error("{price} is no price of `{ticker}`")]
    NoPrice {
        /// The security.
        ticker: String,
        /// What was given.
        price: f64,
    },
}

/// One class of a household, as the book has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RowDrift {
    /// Market value, USD.
    pub value_usd: f64,
    /// Weight less target.
    pub drift: f64,
    /// Half-width of the band, a weight.
    pub tau: f64,
}

impl Book {
    /// Number of households.
    #[must_use]
    pub fn households(&self) -> usize {
        self.blocks.iter().map(Block::households).sum()
    }

    /// Tickers by the places of their securities.
    #[must_use]
    pub fn tickers(&self) -> &[String] {
        &self.tickers
    }

    /// USD per share by the places of the securities.
    #[must_use]
    pub fn prices(&self) -> &[f64] {
        &self.prices[..self.tickers.len()]
    }

    /// Takes all prices, USD per share, one for each security, and judges every household.
    ///
    /// # Errors
    /// [`PriceError`].
    ///
    /// # Source
    /// model.md, "Drift trigger".
    pub fn tick(&mut self, prices: &[f64]) -> Result<Changes, PriceError> {
        let securities = self.tickers.len();
        if prices.len() != securities {
            return Err(PriceError::Count { given: prices.len(), securities });
        }
        for (ticker, price) in self.tickers.iter().zip(prices) {
            check_price(ticker, *price)?;
        }
        self.prices[..securities].copy_from_slice(prices);
        Ok(self.judged_anew())
    }

    /// Takes the prices that moved, USD per share, by the places of their securities; of two for one
    /// security the later counts. Judges the households that they can have moved across an edge.
    ///
    /// # Errors
    /// [`PriceError`].
    pub fn moved(&mut self, moved: &[(u32, f64)]) -> Result<Changes, PriceError> {
        let securities = self.tickers.len();
        for (place, price) in moved {
            let ticker = self.tickers.get(*place as usize);
            check_price(ticker.ok_or(PriceError::NoSecurity { place: *place, securities })?, *price)?;
        }
        let mut places: Vec<u32> = moved.iter().map(|(place, _)| *place).collect();
        places.sort_unstable();
        places.dedup();
        let before: Vec<f64> = places.iter().map(|place| self.prices[*place as usize]).collect();
        for (place, price) in moved {
            self.prices[*place as usize] = *price;
        }
        let steps = places.iter().zip(before).map(|(place, before)| {
            let place = *place as usize;
            (place, block::step_size(before, self.prices[place]))
        });
        let steps: Vec<(usize, f32)> = steps.filter(|(_, step)| *step > 0.0).collect();
        let prices = &self.prices;
        let blocks = self.blocks.par_iter_mut().zip(&self.firsts);
        let changes = blocks.map(|(block, first)| block.moved(&steps, prices, *first));
        Ok(Changes::of_all(changes.collect()))
    }

    /// The households whose alarm rings, ascending.
    #[must_use]
    pub fn ringing(&self) -> Vec<u32> {
        let of_blocks = self.blocks.iter().zip(&self.firsts);
        of_blocks.flat_map(|(block, first)| block.ringing().map(move |n| first + n)).collect()
    }

    /// The classes of a household that are held or wanted, in the order of their names, `Cash` last;
    /// nothing where there is no such household.
    #[must_use]
    pub fn drifts(&self, household: u32) -> Vec<RowDrift> {
        let block = self.firsts.partition_point(|first| *first <= household);
        let Some(n) = block.checked_sub(1) else { return Vec::new() };
        self.blocks[n].drifts((household - self.firsts[n]) as usize, &self.prices)
    }

    /// The sum of squared drifts (21) of each household.
    #[must_use]
    pub fn squared_drifts(&self) -> Vec<f32> {
        let mut squared = vec![0.0; self.households()];
        let mut rest = squared.as_mut_slice();
        let mut parts = Vec::with_capacity(self.blocks.len());
        for block in &self.blocks {
            let (part, after) = rest.split_at_mut(block.households());
            parts.push((block, part));
            rest = after;
        }
        parts.into_par_iter().for_each(|(block, part)| block.squared_drifts(&self.prices, part));
        squared
    }

    /// Bytes that the book keeps, those of the tickers left out.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.prices) + self.blocks.iter().map(Block::bytes).sum::<usize>()
    }

    /// A book of these blocks, in which everybody is judged.
    fn assembled(tickers: Vec<String>, prices: &[f64], mut blocks: Vec<Block>) -> (Book, Changes) {
        let mut firsts = Vec::with_capacity(blocks.len());
        let mut first = 0;
        for block in &mut blocks {
            block.index(tickers.len());
            firsts.push(first);
            first += u32::try_from(block.households()).unwrap_or(u32::MAX);
        }
        let mut book = Book { tickers, prices: Box::new([0.0; SECURITIES_MAX]), blocks, firsts };
        book.prices[..prices.len()].copy_from_slice(prices);
        let changes = book.judged_anew();
        (book, changes)
    }

    fn judged_anew(&mut self) -> Changes {
        let prices = &self.prices;
        let blocks = self.blocks.par_iter_mut().zip(&self.firsts);
        Changes::of_all(blocks.map(|(block, first)| block.tick(prices, *first)).collect())
    }
}

impl Changes {
    fn of_all(parts: Vec<Changes>) -> Changes {
        let mut all = Changes::default();
        for part in parts {
            all.rung.extend(part.rung);
            all.ceased.extend(part.ceased);
        }
        all
    }
}

fn check_price(ticker: &str, price: f64) -> Result<(), PriceError> {
    if price > 0.0 && price.is_finite() {
        return Ok(());
    }
    Err(PriceError::NoPrice { ticker: ticker.to_owned(), price })
}

/// Twenty-four bits of a figure.
#[expect(clippy::cast_possible_truncation, reason = "a book keeps so many")]
fn short(figure: f64) -> f32 {
    figure as f32
}
