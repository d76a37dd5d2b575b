//! A million records: how many are appended in a second, how large a proof is, how long it takes to make and to check.
//!
//! `cargo bench -p audit`. Everything is in memory, so this is what the log costs beside a database and its fsync. `LOG_RECORDS`
//! in the environment makes the log smaller. Originals are of 1,000 bytes.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::hint::black_box;
use std::time::Instant;

use audit::{
    Algorithm, Field, Frontier, Guard, HouseholdKey, Kind, NewRecord, NodeMap, OnSecret, Randomness, Reading,
    Row, SignedCheckpoint, SignerKey, Stored, Trust, Verifier, append, check, prove,
};
use criterion::{Criterion, criterion_group, criterion_main};

const ORIGINAL_BYTES: usize = 1_000;
const BATCH: u32 = 100;

/// The log of the benchmark, with every record for the verification and its last row for the proof.
struct Log {
    state: Frontier,
    nodes: NodeMap,
    rows: Vec<Row>,
    key: HouseholdKey,
    signer: SignerKey,
}

impl Log {
    fn append(&mut self, guard: &Guard, kind: &Kind, original: &[u8], randomness: &mut Randomness) {
        let record =
            NewRecord { time_micros: 1, kind, key: &self.key, subject: "p-1", actor: "solver", original };
        let records = vec![record; BATCH as usize];
        let appended = append(&self.state, &records, guard, randomness).expect("fine records");
        self.nodes.extend(appended.nodes);
        self.state = appended.state;
        // Ten of a batch are enough for the proof and the verification of a part.
        if self.rows.len() < 10_000 {
            self.rows.extend(appended.rows);
        }
    }
}

fn log(criterion: &mut Criterion) {
    let count = std::env::var("LOG_RECORDS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000_u32);
    let mut randomness = Randomness::from_seed([1; 32]);
    let kind = Kind::new("prompt").expect("a word");
    let guard = Guard::new(OnSecret::Mask, ["a secret of this installation"]).expect("long enough");
    let original: Vec<u8> = (0..ORIGINAL_BYTES).map(|n| b"abcdefgh {}\":,"[n % 14]).collect();
    let mut log = Log {
        state: Frontier::new(),
        nodes: NodeMap::new(),
        rows: Vec::new(),
        key: HouseholdKey::generate("household-7", &mut randomness).expect("a fine name"),
        signer: SignerKey::generate("equipoise.example/log", Algorithm::Ed25519, &mut randomness)
            .expect("a fine name"),
    };
    let started = Instant::now();
    for _ in 0..count / BATCH {
        log.append(&guard, &kind, &original, &mut randomness);
    }
    let seconds = started.elapsed().as_secs_f64();
    let rate = f64::from(count) / seconds;
    println!("log: {count} records of {ORIGINAL_BYTES} bytes in {seconds:.1} s: {rate:.0} appends a second");

    let trust = Trust::in_log(log.signer.verifier());
    let checkpoint = SignedCheckpoint::sign(&log.state, &log.signer).expect("the log's key");
    let row = &log.rows[log.rows.len() / 2];
    let Ok(Reading::Open(contents)) = row.read(Some(&log.key)) else { panic!("the key is there") };
    let leaf = row.leaf();
    let proof = |fields: &[Field]| {
        prove(&leaf, contents.openings(fields), &checkpoint, &log.nodes, &trust).expect("a whole log")
    };
    println!(
        "log: a proof has {} bytes closed, {} bytes with everything open",
        proof(&[]).len(),
        proof(&Field::ALL).len()
    );
    criterion.bench_function("proof of a closed record, made", |bench| bench.iter(|| black_box(proof(&[]))));
    let text = proof(&Field::ALL);
    criterion.bench_function("proof of an open record, checked", |bench| {
        bench.iter(|| check(black_box(&text), &trust).expect("a fine proof"));
    });
    criterion.bench_function("checkpoint signed", |bench| {
        bench.iter(|| SignedCheckpoint::sign(black_box(&log.state), &log.signer).expect("the log's key"));
    });
    criterion.bench_function("10,000 records verified with their key", |bench| {
        bench.iter(|| {
            let mut verifier = Verifier::new(&trust, &[], &[]);
            for row in &log.rows {
                verifier.row(row, Stored::Nodes(&log.nodes), Some(&log.key));
            }
            assert!(verifier.finish([]).is_sound());
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = log
}
criterion_main!(benches);
