//! A million households in memory: how fast a tick is beside a plain copy of the same memory.
//!
//! `cargo bench -p monitor` prints, next to criterion's figures, the ratios of one run. `BOOK_HOUSEHOLDS`
//! in the environment makes the book smaller. 20 holdings each, of 5,000 securities in 10 classes.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use monitor::book::sample;

const SECURITIES: u16 = 5_000;
const HOLDINGS: u32 = 20;
const MOVED: u32 = 500;

/// Prices that went up or down by a per mille or so, differently each time.
fn stirred(prices: &[f64], time: u32) -> Vec<f64> {
    let step = |n: usize| {
        f64::from(u32::try_from(n).unwrap_or(0).wrapping_mul(2_654_435_761).wrapping_add(time) % 41)
    };
    prices.iter().enumerate().map(|(n, price)| price * (1.0 + (step(n) - 20.0) / 20_000.0)).collect()
}

/// The quickest of some runs: what is left when nobody disturbs.
fn quickest(runs: u32, mut work: impl FnMut(u32)) -> Duration {
    let timed = (0..runs).map(|run| {
        let started = Instant::now();
        work(run);
        started.elapsed()
    });
    timed.min().unwrap_or_default()
}

fn book(criterion: &mut Criterion) {
    let households = std::env::var("BOOK_HOUSEHOLDS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let started = Instant::now();
    let mut book = sample::book(households, SECURITIES, HOLDINGS, 1);
    let prices = book.prices().to_vec();
    println!(
        "book: {households} households, {} MB, built in {:.1} s, {} alarms ring, {} threads",
        book.bytes() / 1_000_000,
        started.elapsed().as_secs_f64(),
        book.ringing().len(),
        rayon::current_num_threads(),
    );
    let memory = vec![1_u64; book.bytes() / 8];
    let mut copied = vec![0_u64; memory.len()];
    let few = |time: u32| -> Vec<(u32, f64)> {
        let moved = stirred(&prices, time);
        (0..MOVED)
            .map(|n| n * (u32::from(SECURITIES) / MOVED) + time % 10)
            .map(|n| (n, moved[n as usize]))
            .collect()
    };
    let copy = quickest(15, |_| black_box(&mut copied).copy_from_slice(black_box(&memory)));
    let tick = quickest(15, |time| drop(black_box(book.tick(&stirred(&prices, time)))));
    let drifts = quickest(15, |_| drop(black_box(book.squared_drifts())));
    let moved = quickest(40, |time| drop(black_box(book.moved(&few(time)))));
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "book: copy {:.1} ms (one thread), tick {:.1} ms = {:.2} of the copy's speed, all squared drifts {:.1} ms, {MOVED} \
         moved prices {:.2} ms",
        ms(copy),
        ms(tick),
        ms(copy) / ms(tick),
        ms(drifts),
        ms(moved),
    );
    let mut group = criterion.benchmark_group("book");
    group.sample_size(10);
    let mut time = 0;
    group.bench_function("copy", |b| b.iter(|| black_box(&mut copied).copy_from_slice(black_box(&memory))));
    group.bench_function("tick", |b| {
        b.iter(|| {
            time += 1;
            book.tick(&stirred(&prices, time))
        });
    });
    group.bench_function("moved", |b| {
        b.iter(|| {
            time += 1;
            book.moved(&few(time))
        });
    });
    group.finish();
}

criterion_group!(benches, book);
criterion_main!(benches);
