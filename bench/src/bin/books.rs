//! `books cycles|appends|proof COUNT`: how fast households are kept, and what it costs that nobody can change the record.
//!
//! In: how many. Out: one line of JSON. All on a SQLite file in a temporary folder, written as the program writes it: every entry has
//! reached the disk. Invariant: what is measured is what `equipoise serve` does, with prices and people that answer at once.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use audit::{
    Algorithm, Field, Guard, MasterKey, OnSecret, Randomness, SignedCheckpoint, SignerKey, Trust, proof,
};
use bench::families::family;
use bench::{Size, cpu_time};
use clap::{Parser, Subcommand};
use jiff::{SignedDuration, Timestamp};
use portfolio::Decimal;
use rebalance::Options;
use rebalance::books::{Books, Entry, Record};
use rebalance::keeping::paper::{Paper, Settings};
use rebalance::keeping::{Answer, Keeper, Quote, Recorded, World};
use rebalance::life::{Policy, State};
use serde_json::json;
use store::{Address, Opening, Sealing, Store};

/// The allocator of the program that is measured.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Failed = Box<dyn std::error::Error>;

/// Measures the books.
#[derive(Parser)]
#[command(name = "books", version)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Households that drift, are planned for, approved and traded for, one after the other.
    Cycles { count: u64 },
    /// Entries of one record each, and the same bytes appended to a file and flushed to the disk.
    Appends { count: u64 },
    /// A log of so many records: the time and size of a proof of one of them, and of its check.
    Proof { count: u64 },
}

/// A clock that stands until it is moved.
struct Standing(Mutex<Timestamp>);

impl World for Standing {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn draw(&self) -> [u8; 10] {
        let drawn: [u8; 32] = drawn();
        std::array::from_fn(|at| drawn[at])
    }

    fn stopwatch(&self) -> Duration {
        cpu_time()
    }
}

/// Bytes that come once.
fn drawn() -> [u8; 32] {
    static DRAWN: AtomicU64 = AtomicU64::new(0);
    let mut bytes = [5; 32];
    bytes[..8].copy_from_slice(&DRAWN.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    bytes
}

fn start() -> Timestamp {
    // An ordinary Monday in New York, an hour after the opening; every such number is a time.
    Timestamp::from_second(1_795_447_800).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn opened(folder: &Path) -> Result<Store, Failed> {
    let guard = Guard::new(OnSecret::Mask, [])?;
    let sealing = Sealing { master: MasterKey::from_bytes([7; 32]), guard, seed: Box::new(drawn) };
    let address = Address::Sqlite(folder.join("books.db"));
    Ok(Store::open(Opening::new(address, sealing), start())?)
}

fn quotes(prices: &BTreeMap<String, Decimal>, at: Timestamp) -> Vec<Quote> {
    let quote = |(ticker, price): (&String, &Decimal)| Quote {
        ticker: ticker.clone(),
        bid: *price,
        ask: *price,
        last: *price,
        as_of: at,
        received_at: at,
        source: "bench".to_owned(),
        volume: None,
    };
    prices.iter().map(quote).collect()
}

/// Every household goes from its second tick to its last fill; enrolment is not counted.
fn cycles(count: u64) -> Result<serde_json::Value, Failed> {
    let folder = tempfile::tempdir()?;
    let books = opened(folder.path())?;
    let world = Standing(Mutex::new(start()));
    let recorded = Recorded(&books);
    let broker = Paper::new(Settings::default(), &recorded);
    let mut keeper = Keeper::new(&books, &world, &broker, Options::default());
    // So many households send more orders than a day may have where nothing is configured.
    keeper.desk.orders_a_day_max = u64::MAX;
    let etf = family("etf").ok_or("there is no family `etf`")?;
    let size = Size::default();
    // One market for all: the first document that lists a security says its price.
    let mut prices = BTreeMap::new();
    for seed in 1..=count {
        let text = (etf.document)(seed, size).to_string();
        for security in portfolio::read(&text)?.securities {
            prices.entry(security.ticker).or_insert(security.price);
        }
        keeper.enrol(&format!("household-{seed}"), "ann", Policy::default(), &text)?;
    }
    let records = books.reading().record_count()?;
    let (clock, cpu) = (Instant::now(), cpu_time());
    for minute in 0..3 {
        let at = start() + SignedDuration::from_mins(minute);
        *world.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = at;
        let tick = keeper.tick(&quotes(&prices, at))?;
        if let Some((household, fault)) = tick.faults.into_iter().next() {
            return Err(format!("household {household}: {fault}").into());
        }
        for waiting in books.reading().recommendations(State::PendingApproval)? {
            if !matches!(keeper.approve(waiting.id(), "ann", None)?, Answer::Approved) {
                return Err("an approval was refused".into());
            }
        }
    }
    let (clock, cpu) = (clock.elapsed().as_secs_f64(), (cpu_time() - cpu).as_secs_f64());
    let executed = books.reading().recommendations(State::ExecutedSuccessfully)?.len();
    let written = books.reading().record_count()? - records;
    Ok(
        json!({"households": count, "executed": executed, "seconds": clock, "cpu_seconds": cpu, "records": written}),
    )
}

fn record(number: u64) -> Record {
    let body =
        format!("{{\"look\": {number}, \"why\": \"No need to act: every class is inside its band.\"}}");
    Record {
        kind: "drift".to_owned(),
        at: start(),
        household: None,
        subject: String::new(),
        actor: "monitor".to_owned(),
        body,
    }
}

/// One entry after the other, each flushed; then the same number of lines, each flushed.
fn appends(count: u64) -> Result<serde_json::Value, Failed> {
    let folder = tempfile::tempdir()?;
    let books = opened(folder.path())?;
    books.record(&Entry::new(record(0)))?;
    let clock = Instant::now();
    for number in 0..count {
        books.record(&Entry::new(record(number)))?;
    }
    let ours = clock.elapsed().as_secs_f64();
    let mut file = File::create(folder.path().join("raw"))?;
    let clock = Instant::now();
    for number in 0..count {
        writeln!(file, "{}", record(number).body)?;
        file.sync_data()?;
    }
    let raw = clock.elapsed().as_secs_f64();
    Ok(json!({"appends": count, "seconds": ours, "raw_seconds": raw}))
}

/// A log of so many records, a thousand in each entry.
fn proof(count: u64) -> Result<serde_json::Value, Failed> {
    let folder = tempfile::tempdir()?;
    let books = opened(folder.path())?;
    let clock = Instant::now();
    let mut written = 0;
    while written < count {
        let more = (count - written).min(1_000);
        let entry =
            (1..more).fold(Entry::new(record(written)), |entry, n| entry.recording(record(written + n)));
        books.record(&entry)?;
        written += more;
    }
    let filled = clock.elapsed().as_secs_f64();
    let signer =
        SignerKey::generate("bench.example/log", Algorithm::Ed25519, &mut Randomness::from_seed([3; 32]))?;
    let trust = Trust::in_log(signer.verifier());
    let signed = SignedCheckpoint::sign(&books.frontier()?, &signer)?;
    let key = books.key(audit::HOUSE)?.ok_or("the house has no key")?;
    let (mut proving, mut checking, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
    for place in 0..100 {
        let number = place * count / 100;
        let clock = Instant::now();
        let row = books.records(number, 1)?.pop().ok_or("the record is not there")?;
        let needs = proof::proof_needs(number, &signed)?;
        let nodes = books.nodes(&needs)?;
        let audit::Reading::Open(contents) = row.read(Some(&key))? else {
            return Err("the record does not open".into());
        };
        let text = audit::prove(&row.leaf(), contents.openings(&Field::ALL), &signed, &nodes, &trust)?;
        proving.push(clock.elapsed().as_secs_f64());
        let clock = Instant::now();
        audit::check(&text, &trust)?;
        checking.push(clock.elapsed().as_secs_f64());
        bytes.push(text.len());
    }
    let clock = Instant::now();
    let report = books.verify(&trust, &[])?;
    let verifying = clock.elapsed().as_secs_f64();
    let median = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    Ok(json!({"records": count, "fill_seconds": filled, "prove_seconds": median(&mut proving),
              "check_seconds": median(&mut checking), "proof_bytes_max": bytes.iter().max(),
              "verify_seconds": verifying, "sound": report.is_sound()}))
}

fn main() -> Result<(), Failed> {
    let found = match Arguments::parse().what {
        What::Cycles { count } => cycles(count),
        What::Appends { count } => appends(count),
        What::Proof { count } => proof(count),
    }?;
    writeln!(io::stdout(), "{found}")?;
    Ok(())
}
