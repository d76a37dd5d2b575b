//! A million households in memory: how fast a tick is beside a plain copy of the same memory.
//!
//! `cargo bench -p monitor` prints, next to criterion's figures, the ratios of one run. `BOOK_HOUSEHOLDS`
//! in the environment makes the book smaller. 20 holdings each, of 5,000 securities in 10 classes.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use monitor::book::sample;
use rustix::time::{ClockId, clock_gettime};

const SECURITIES: u16 = 5_000;
const HOLDINGS: u32 = 20;
const MOVED: u32 = 500;

/// Prices that went up or down by parts of `most` at most, differently each time.
fn stirred(prices: &[f64], time: u32, most: f64) -> Vec<f64> {
    let step = |n: usize| {
        f64::from(u32::try_from(n).unwrap_or(0).wrapping_mul(2_654_435_761).wrapping_add(time) % 41)
    };
    prices.iter().enumerate().map(|(n, price)| price * (1.0 + (step(n) - 20.0) / 20.0 * most)).collect()
}

/// CPU time of all threads, which a busy machine stretches far less than the time on the wall.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.cast_unsigned(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// The least of some runs, in ms: on the wall, and of CPU time.
struct Least {
    wall: f64,
    cpu: f64,
}

fn least(runs: u32, mut work: impl FnMut(u32)) -> Least {
    let mut least = Least { wall: f64::INFINITY, cpu: f64::INFINITY };
    for run in 0..runs {
        let (wall, cpu) = (Instant::now(), cpu_time());
        work(run);
        least.wall = least.wall.min(wall.elapsed().as_secs_f64() * 1e3);
        least.cpu = least.cpu.min((cpu_time() - cpu).as_secs_f64() * 1e3);
    }
    least
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
    let few = |time: u32, most: f64| -> Vec<(u32, f64)> {
        let moved = stirred(&prices, time, most);
        (0..MOVED)
            .map(|n| n * (u32::from(SECURITIES) / MOVED) + time % 10)
            .map(|n| (n, moved[n as usize]))
            .collect()
    };
    let copy = least(15, |_| black_box(&mut copied).copy_from_slice(black_box(&memory)));
    let tell = |name: &str, it: &Least| {
        println!(
            "book: {name}: {:.1} ms, CPU {:.1} ms; of the speed of the copy {:.2}, by CPU time {:.2}",
            it.wall,
            it.cpu,
            copy.wall / it.wall,
            copy.cpu / it.cpu
        );
    };
    tell("plain copy on one thread", &copy);
    tell("tick", &least(15, |time| drop(black_box(book.tick(&stirred(&prices, time, 0.001))))));
    tell("all squared drifts", &least(15, |_| drop(black_box(book.squared_drifts()))));
    for most in [0.000_1, 0.001] {
        book.tick(&prices).unwrap_or_default();
        let name = format!("{MOVED} prices moved by {} % at most", most * 100.0);
        tell(&name, &least(40, |time| drop(black_box(book.moved(&few(time, most))))));
    }
    let one = |time: u32| {
        [(time * 37 % u32::from(SECURITIES), prices[(time * 37 % u32::from(SECURITIES)) as usize] * 1.001)]
    };
    tell("one moved price", &least(40, |time| drop(black_box(book.moved(&one(time))))));
    let mut group = criterion.benchmark_group("book");
    group.sample_size(10);
    let mut time = 0;
    group.bench_function("copy", |b| b.iter(|| black_box(&mut copied).copy_from_slice(black_box(&memory))));
    group.bench_function("tick", |b| {
        b.iter(|| {
            time += 1;
            book.tick(&stirred(&prices, time, 0.001))
        });
    });
    group.bench_function("moved", |b| {
        b.iter(|| {
            time += 1;
            book.moved(&few(time, 0.000_1))
        });
    });
    group.finish();
}

criterion_group!(benches, book);
criterion_main!(benches);
