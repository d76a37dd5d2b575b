//! Proof files: what they show, and that none that was touched is taken.

use audit::proof::{ProofError, to_tlog_proof};
use audit::{Algorithm, Field, Openings, Randomness, Reading, SignerKey, Trust, check, prove};
use proptest::prelude::*;

use crate::sample::{ORIGIN, Sample, Signed};

/// A proof of one record, with these fields open.
pub(crate) fn proof_of(sample: &Sample, sequence: usize, fields: &[Field]) -> String {
    let row = &sample.rows[sequence];
    let Ok(Reading::Open(contents)) = row.read(sample.keys.get(&row.key_id)) else { panic!("it opens") };
    let checkpoint = sample.own.last().unwrap();
    prove(&row.leaf(), contents.openings(fields), checkpoint, &sample.nodes, &sample.trust()).unwrap()
}

#[test]
fn a_proof_shows_what_was_opened_and_nothing_else() {
    let rng = &mut fastrand::Rng::with_seed(20);
    for _ in 0..200 {
        let records = rng.u64(1..60);
        let sample = Sample::new(rng, records, Signed::EveryBatch);
        let sequence = rng.usize(..sample.rows.len());
        let fields: Vec<_> = Field::ALL.into_iter().filter(|_| rng.bool()).collect();
        let text = proof_of(&sample, sequence, &fields);
        let checked = check(&text, &sample.trust()).unwrap();
        assert_eq!(checked.record, sample.rows[sequence].leaf());
        assert_eq!(checked.checkpoint.size, records);
        let row = &sample.rows[sequence];
        let Ok(Reading::Open(contents)) = row.read(sample.keys.get(&row.key_id)) else { panic!("it opens") };
        let value = |field| match field {
            Field::Household => contents.household.clone().into_bytes(),
            Field::Subject => contents.subject.clone().into_bytes(),
            Field::Actor => contents.actor.clone().into_bytes(),
            Field::Original => contents.original.clone(),
        };
        let should: Vec<_> = fields.iter().map(|field| (*field, value(*field))).collect();
        assert_eq!(checked.opened, should);
        for field in Field::ALL.into_iter().filter(|field| !fields.contains(field)) {
            let value = String::from_utf8(value(field)).unwrap();
            assert!(value.len() < 3 || !text.contains(&value), "{field} is closed");
        }
        assert!(to_tlog_proof(&text).unwrap().starts_with("c2sp.org/tlog-proof@v1\nextra "));
    }
}

#[test]
fn a_proof_with_any_bit_flipped_is_refused() {
    let rng = &mut fastrand::Rng::with_seed(21);
    let sample = Sample::new(rng, 37, Signed::EveryBatch);
    for round in 0..40 {
        let genuine = proof_of(&sample, rng.usize(..37), if round % 2 == 0 { &Field::ALL } else { &[] });
        assert!(check(&genuine, &sample.trust()).is_ok());
        for _ in 0..500 {
            let mut bytes = genuine.clone().into_bytes();
            let at = rng.usize(..bytes.len());
            bytes[at] ^= 1 << rng.u32(..8);
            let Ok(text) = String::from_utf8(bytes) else { continue };
            assert!(check(&text, &sample.trust()).is_err(), "byte {at} of\n{text}");
        }
    }
}

#[test]
fn parts_of_two_proofs_make_none() {
    let rng = &mut fastrand::Rng::with_seed(22);
    let sample = Sample::new(rng, 30, Signed::EveryBatch);
    let other = Sample::new(rng, 30, Signed::EveryBatch);
    for _ in 0..3_000 {
        let places = (rng.usize(..30), rng.usize(..30));
        let from = if rng.bool() { &sample } else { &other };
        let genuine: serde_json::Value =
            serde_json::from_str(&proof_of(&sample, places.0, &Field::ALL)).unwrap();
        let stranger: serde_json::Value =
            serde_json::from_str(&proof_of(from, places.1, &Field::ALL)).unwrap();
        let mut mixed = genuine.clone();
        for name in ["time", "record", "leaf", "opened", "inclusion", "checkpoint"] {
            if rng.bool() {
                mixed[name] = stranger[name].clone();
            }
        }
        let taken = check(&mixed.to_string(), &sample.trust()).is_ok();
        assert_eq!(taken, mixed == genuine || (mixed == stranger && std::ptr::eq(from, &raw const sample)));
    }
}

#[test]
fn another_key_is_not_trusted() {
    let rng = &mut fastrand::Rng::with_seed(23);
    let sample = Sample::new(rng, 9, Signed::EveryBatch);
    let text = proof_of(&sample, 4, &Field::ALL);
    for seed in 0..100 {
        let name = if seed % 2 == 0 { ORIGIN } else { "equipoise.example/other" };
        let key =
            SignerKey::generate(name, Algorithm::Ed25519, &mut Randomness::from_seed([seed; 32])).unwrap();
        let refused = check(&text, &Trust::in_log(key.verifier())).unwrap_err();
        assert!(matches!(refused, ProofError::Checkpoint(_)), "{refused}");
    }
}

#[test]
fn a_proof_that_would_not_hold_is_not_made() {
    let rng = &mut fastrand::Rng::with_seed(24);
    let sample = Sample::new(rng, 20, Signed::EveryBatch);
    let checkpoint = sample.own.last().unwrap();
    let mut leaf = sample.rows[7].leaf();
    leaf.time_micros += 1;
    let refused = prove(&leaf, Openings::default(), checkpoint, &sample.nodes, &sample.trust()).unwrap_err();
    assert!(refused.to_string().contains("run `audit verify`"), "{refused}");
    leaf.sequence = 20;
    let refused = prove(&leaf, Openings::default(), checkpoint, &sample.nodes, &sample.trust()).unwrap_err();
    assert_eq!(refused.to_string(), "there is no record 20 in a tree of 20 records");
}

proptest! {
    #[test]
    fn any_text_is_checked_or_refused(text in r#"[{}\[\]":,a-z0-9 ]{0,60}"#) {
        let sample = Sample::new(&mut fastrand::Rng::with_seed(25), 1, Signed::EveryBatch);
        prop_assert!(check(&text, &sample.trust()).is_err());
        prop_assert!(to_tlog_proof(&text).is_err());
    }
}
