//! Rows, nodes and checkpoints changed by somebody who can write the database: with no key, with the log's key.

use audit::{Fault, Row};

use crate::sample::{Sample, Signed, flip, other_kind};

const TIMES: usize = 4_000;

/// Changes one field of a row.
fn edit(rng: &mut fastrand::Rng, row: &mut Row) {
    match rng.u8(..9) {
        0 => row.time_micros ^= 1 << rng.u32(..40),
        1 => row.kind = other_kind(&row.kind),
        2 => flip(rng, &mut row.key_id.0),
        3 => flip(rng, &mut row.subject_tag.0),
        4 => flip(rng, &mut row.commitments.household.0),
        5 => flip(rng, &mut row.commitments.subject.0),
        6 => flip(rng, &mut row.commitments.actor.0),
        7 => flip(rng, &mut row.commitments.original.0),
        _ => match rng.u8(..3) {
            0 => flip(rng, &mut row.sealed),
            1 => row.sealed.push(rng.u8(..)),
            _ => row.sealed.truncate(rng.usize(..row.sealed.len())),
        },
    }
}

/// One attack on the rows.
fn tamper(rng: &mut fastrand::Rng, rows: &mut Vec<Row>) {
    let (one, other) = (rng.usize(..rows.len()), rng.usize(..rows.len()));
    match rng.u8(..7) {
        0 | 1 => edit(rng, &mut rows[one]),
        2 => drop(rows.remove(one)),
        3 => rows.insert(other, rows[one].clone()),
        4 => rows.swap(one, other),
        5 => {
            let mut new = rows[one].clone();
            edit(rng, &mut new);
            rows.insert(other, new);
        }
        // The number alone, and the rows sorted by it as a database would.
        _ => {
            rows[one].sequence = rng.u64(..2 * rows.len() as u64);
            rows.sort_by_key(|row| row.sequence);
        }
    }
}

/// Where two logs part.
fn first_difference(whole: &[Row], other: &[Row]) -> Option<u64> {
    let same = whole.iter().zip(other).take_while(|(one, other)| one == other).count();
    (same < whole.len().max(other.len())).then(|| u64::try_from(same).unwrap())
}

/// Numbers without gaps, as an attacker would write them.
fn renumber(rows: &mut [Row]) {
    for (sequence, row) in (0..).zip(rows) {
        row.sequence = sequence;
    }
}

#[test]
fn a_whole_log_is_sound_and_says_what_vouches_for_its_end() {
    let rng = &mut fastrand::Rng::with_seed(1);
    for records in 0..40 {
        let sample = Sample::new(rng, records, Signed::EveryBatch);
        let outside = sample.outside();
        for with_keys in [false, true] {
            let report = sample.verified(&outside, with_keys);
            assert!(report.is_sound(), "{report}");
            assert_eq!(report.end_is_vouched_for(), records > 0, "{report}");
            assert_eq!((report.records, report.uncovered()), (records, 0));
            assert_eq!(report.closed, if with_keys { 0 } else { records });
        }
        let report = sample.verified(&[], true);
        assert!(report.is_sound() && !report.end_is_vouched_for());
        assert!(report.to_string().contains("truncation can't be excluded"), "{report}");
    }
}

#[test]
fn every_change_of_the_rows_is_found_at_the_first_record_that_differs() {
    let rng = &mut fastrand::Rng::with_seed(2);
    let mut found = 0;
    for _ in 0..TIMES {
        let records = rng.u64(1..30);
        let sample = Sample::new(rng, records, Signed::EveryBatch);
        let mut rows = sample.rows.clone();
        for _ in 0..rng.u8(1..4) {
            if !rows.is_empty() {
                tamper(rng, &mut rows);
            }
        }
        let with_keys = rng.bool();
        let report = sample.verified_rows(&rows, &[], with_keys);
        let Some(first) = first_difference(&sample.rows, &rows) else {
            assert!(report.is_sound(), "nothing was changed: {report}");
            continue;
        };
        found += 1;
        let fault = report.fault.as_ref().unwrap_or_else(|| panic!("record {first} was changed: {report}"));
        assert_eq!(fault.first_bad(), Some(first..first + 1), "{report}");
    }
    assert!(found > TIMES * 9 / 10, "{found}");
}

#[test]
fn a_change_with_all_nodes_above_it_is_named_by_the_key_of_its_household() {
    let rng = &mut fastrand::Rng::with_seed(3);
    for _ in 0..TIMES / 2 {
        let records = rng.u64(2..30);
        let mut sample = Sample::new(rng, records, Signed::EveryBatch);
        let whole = sample.rows.clone();
        tamper(rng, &mut sample.rows);
        renumber(&mut sample.rows);
        sample.rebuild_nodes();
        let Some(first) = first_difference(&whole, &sample.rows) else { continue };
        // A key id that no key has can't be read, as after an erasure; what is cut off has no row to be read.
        let readable = sample.rows.get(usize::try_from(first).unwrap());
        let readable = readable.is_some_and(|row| sample.keys.contains_key(&row.key_id));
        let report = sample.verified(&[], true);
        let named = report.fault.as_ref().and_then(Fault::first_bad);
        // Where all keys are there, the record is named, and not only those among which it is.
        if readable && sample.rows.iter().all(|row| sample.keys.contains_key(&row.key_id)) {
            assert_eq!(named, Some(first..first + 1), "{report}");
        } else {
            assert!(named.map_or(first == records, |named| named.contains(&first)), "{first}: {report}");
        }
        let report = sample.verified(&[], false);
        let Some(among) = report.fault.as_ref().and_then(Fault::first_bad) else {
            assert_eq!(
                (first, report.uncovered()),
                (records, 1),
                "added at the end, and no checkpoint covers it"
            );
            continue;
        };
        assert!(among.contains(&first), "{first}: {report}");
        let ends = |size: &u64| *size == among.start || *size == among.end;
        let sizes: Vec<_> = sample.outside().iter().map(|checkpoint| checkpoint.size).filter(ends).collect();
        assert!(
            !sizes.is_empty() || among.end - among.start == 1,
            "between neighbouring checkpoints: {report}"
        );
    }
}

#[test]
fn with_a_checkpoint_for_every_record_even_that_is_named_without_keys() {
    let rng = &mut fastrand::Rng::with_seed(4);
    for _ in 0..TIMES / 4 {
        let records = rng.u64(2..30);
        let mut sample = Sample::new(rng, records, Signed::EveryRecord);
        let whole = sample.rows.clone();
        tamper(rng, &mut sample.rows);
        renumber(&mut sample.rows);
        sample.rebuild_nodes();
        let Some(first) = first_difference(&whole, &sample.rows) else { continue };
        // A record behind the last checkpoint is not covered by any, and the report says so.
        let report = sample.verified(&[], false);
        if first == records {
            assert_eq!((report.is_sound(), report.uncovered()), (true, 1), "{report}");
        } else {
            assert_eq!(report.fault.as_ref().and_then(Fault::first_bad), Some(first..first + 1), "{report}");
        }
    }
}

#[test]
fn a_history_that_was_written_and_signed_anew_is_found_against_an_outside_checkpoint_only() {
    let rng = &mut fastrand::Rng::with_seed(5);
    for _ in 0..TIMES / 4 {
        let records = rng.u64(2..30);
        let mut sample = Sample::new(rng, records, Signed::EveryBatch);
        let (whole, outside) = (sample.rows.clone(), sample.outside());
        tamper(rng, &mut sample.rows);
        renumber(&mut sample.rows);
        sample.rebuild_nodes();
        sample.sign_again();
        let Some(first) = first_difference(&whole, &sample.rows) else { continue };
        let alone = sample.verified(&[], false);
        assert!(alone.is_sound() && !alone.end_is_vouched_for(), "{alone}");
        assert!(alone.to_string().contains("truncation can't be excluded"), "{alone}");
        let kept = rng.usize(..outside.len());
        let report = sample.verified(&outside[kept..=kept], false);
        let size = outside[kept].size;
        match &report.fault {
            Some(Fault::Truncated { records, .. }) => {
                assert!(first <= *records && first < size, "{first}: {report}");
            }
            Some(fault) => {
                assert!(fault.first_bad().unwrap().contains(&first) && first < size, "{first}: {report}");
            }
            None => assert!(size <= first, "{first}: {report}"),
        }
    }
}

#[test]
fn truncation_is_found_against_an_outside_checkpoint_and_without_one_is_not_excluded() {
    let rng = &mut fastrand::Rng::with_seed(6);
    for _ in 0..TIMES / 2 {
        let records = rng.u64(2..40);
        let mut sample = Sample::new(rng, records, Signed::EveryBatch);
        let outside = sample.outside();
        let left = rng.u64(..records);
        sample.rows.truncate(usize::try_from(left).unwrap());
        // The rows alone: nodes and own checkpoints tell.
        let report = sample.verified(&[], rng.bool());
        assert_eq!(report.fault.unwrap().first_bad(), Some(left..left + 1));
        // Everything: only a checkpoint from outside tells.
        sample.rebuild_nodes();
        sample.own.retain(|signed| signed.unverified().size <= left);
        let alone = sample.verified(&[], true);
        assert!(alone.is_sound() && !alone.end_is_vouched_for(), "{alone}");
        assert!(alone.to_string().contains("truncation can't be excluded"), "{alone}");
        let report = sample.verified(&outside[outside.len() - 1..], true);
        let from = sample.own.last().map_or(0, |signed| signed.unverified().size);
        assert_eq!(report.fault, Some(Fault::Truncated { from, records: left, were: records }));
        // An older one vouches for what it covers.
        let older: Vec<_> = outside.iter().filter(|checkpoint| checkpoint.size <= left).cloned().collect();
        let report = sample.verified(&older, true);
        assert!(report.is_sound(), "{report}");
        assert_eq!(report.end_is_vouched_for(), older.last().is_some_and(|last| last.size == left));
    }
}

#[test]
fn a_changed_or_missing_node_is_named_and_no_record_is_blamed() {
    let rng = &mut fastrand::Rng::with_seed(7);
    for _ in 0..TIMES / 2 {
        let records = rng.u64(1..40);
        let mut sample = Sample::new(rng, records, Signed::EveryBatch);
        let mut ids: Vec<_> = sample.nodes.keys().copied().collect();
        ids.sort_unstable();
        let id = ids[rng.usize(..ids.len())];
        if rng.bool() {
            sample.nodes.remove(&id);
        } else {
            flip(rng, &mut sample.nodes.get_mut(&id).unwrap().0);
        }
        let report = sample.verified(&[], rng.bool());
        assert_eq!(report.fault, Some(Fault::Node { node: id }));
        assert_eq!(report.fault.unwrap().first_bad(), None);
    }
}

#[test]
fn a_checkpoint_beside_the_records_that_was_replaced_is_found() {
    let rng = &mut fastrand::Rng::with_seed(8);
    for _ in 0..TIMES / 4 {
        let records = rng.u64(2..30);
        let mut sample = Sample::new(rng, records, Signed::EveryBatch);
        let other = Sample::new(rng, records, Signed::EveryBatch);
        let at = rng.usize(..sample.own.len());
        // Another log's, with another key of the same name.
        let genuine = std::mem::replace(&mut sample.own[at], other.own[0].clone());
        let report = sample.verified(&[], true);
        assert!(!report.is_sound());
        assert_eq!(report.checkpoint_faults[0].0, at);
        // One of another history, signed with the log's own key.
        let mut state = audit::Frontier::new();
        (0..genuine.unverified().size)
            .for_each(|n| state.push(other.rows[usize::try_from(n).unwrap()].leaf().hash(), |_, _| ()));
        sample.own[at] = audit::SignedCheckpoint::sign(&state, &sample.signer).unwrap();
        let report = sample.verified(&[], true);
        assert!(!report.is_sound(), "{report}");
    }
}

#[test]
fn records_behind_the_last_checkpoint_are_told() {
    let rng = &mut fastrand::Rng::with_seed(9);
    let mut sample = Sample::new(rng, 20, Signed::EveryRecord);
    sample.own.truncate(15);
    let report = sample.verified(&[], true);
    assert!(report.is_sound());
    assert_eq!(report.uncovered(), 5);
    assert!(
        report.to_string().contains("the last 5 records are covered by no signed checkpoint"),
        "{report}"
    );
}

#[test]
fn an_erased_household_leaves_the_tree_whole() {
    let rng = &mut fastrand::Rng::with_seed(10);
    let mut sample = Sample::new(rng, 60, Signed::EveryBatch);
    let erased = sample.rows[0].key_id;
    sample.keys.remove(&erased);
    let report = sample.verified(&sample.outside(), true);
    assert!(report.end_is_vouched_for(), "{report}");
    let of_erased = sample.rows.iter().filter(|row| row.key_id == erased).count();
    assert_eq!(report.closed, of_erased as u64);
    assert_eq!(sample.rows[0].read(None), Ok(audit::Reading::Erased));
}
