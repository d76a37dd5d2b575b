//! Exports: they say what the database would say, and a change of any line is found.

use audit::commitment::Field;
use audit::export::{ExportError, ExportVerifier, Line, Sealed};
use audit::{Checkpoint, Fault, NodeId, Openings, Reading, Report};
use proptest::prelude::*;

use crate::sample::{Sample, Signed};

fn exported(sample: &Sample, sealed: Sealed, fields: &[Field]) -> Vec<String> {
    let mut lines = vec![Line::header(&sample.trust())];
    lines.extend(sample.own.iter().map(Line::checkpoint));
    for row in &sample.rows {
        let opened = match row.read(sample.keys.get(&row.key_id)) {
            Ok(Reading::Open(contents)) => contents.openings(fields),
            _ => Openings::default(),
        };
        let node = sample.nodes[&NodeId { level: 0, index: row.sequence }];
        lines.push(Line::record(row, node, sealed, opened));
    }
    lines.push(Line::End { records: sample.size() });
    lines.iter().map(Line::to_text).collect()
}

fn verified(sample: &Sample, lines: &[String], outside: &[Checkpoint]) -> Result<Report, ExportError> {
    let mut verifier = ExportVerifier::new(sample.trust(), outside.to_vec());
    for line in lines {
        verifier.line(line)?;
    }
    verifier.finish()
}

#[test]
fn an_export_says_what_the_database_says() {
    let rng = &mut fastrand::Rng::with_seed(30);
    for records in 0..30 {
        let sample = Sample::new(rng, records, Signed::EveryBatch);
        for (sealed, fields) in [(Sealed::Included, &[][..]), (Sealed::LeftOut, &Field::ALL)] {
            let report = verified(&sample, &exported(&sample, sealed, fields), &sample.outside()).unwrap();
            assert!(report.is_sound(), "{report}");
            assert_eq!(report.root, sample.verified(&[], true).root);
            assert_eq!(report.end_is_vouched_for(), records > 0);
        }
    }
}

#[test]
fn any_bit_flipped_in_an_export_is_found() {
    let rng = &mut fastrand::Rng::with_seed(31);
    for round in 0..10 {
        let sample = Sample::new(rng, 8, Signed::EveryBatch);
        let (sealed, fields) =
            if round % 2 == 0 { (Sealed::Included, &Field::ALL[..]) } else { (Sealed::LeftOut, &[][..]) };
        let genuine = exported(&sample, sealed, fields);
        for _ in 0..400 {
            let mut lines = genuine.clone();
            let line = rng.usize(..lines.len());
            let mut bytes = lines[line].trim_end().as_bytes().to_vec();
            let at = rng.usize(..bytes.len());
            bytes[at] ^= 1 << rng.u32(..8);
            let Ok(text) = String::from_utf8(bytes) else { continue };
            lines[line] = text;
            let sound = verified(&sample, &lines, &[]).is_ok_and(|report| report.is_sound());
            assert!(!sound, "byte {at} of {}", lines[line]);
        }
    }
}

#[test]
fn lines_that_are_left_out_doubled_or_swapped_are_found_at_the_first_record() {
    let rng = &mut fastrand::Rng::with_seed(32);
    for _ in 0..2_000 {
        let records = rng.u64(2..20);
        let sample = Sample::new(rng, records, Signed::EveryBatch);
        let mut lines = exported(&sample, Sealed::LeftOut, &[]);
        let before = 1 + sample.own.len();
        let count = sample.rows.len();
        let (one, other) = (rng.usize(..count), rng.usize(..count));
        let first = match rng.u8(..3) {
            0 => {
                lines.remove(before + one);
                *lines.last_mut().unwrap() = Line::End { records: records - 1 }.to_text();
                one
            }
            1 => {
                lines.insert(before + one, lines[before + one].clone());
                *lines.last_mut().unwrap() = Line::End { records: records + 1 }.to_text();
                one + 1
            }
            _ if one == other => continue,
            _ => {
                lines.swap(before + one, before + other);
                one.min(other)
            }
        };
        let fault = verified(&sample, &lines, &[]).unwrap().fault.unwrap();
        let first = u64::try_from(first).unwrap();
        if let Fault::Truncated { records: left, .. } = fault {
            assert_eq!((left, first), (records - 1, records - 1), "{fault}");
        } else {
            assert_eq!(fault.first_bad(), Some(first..first + 1), "{fault}");
        }
    }
}

#[test]
fn an_export_that_was_cut_off_is_told_from_a_log_that_was_cut_off() {
    let rng = &mut fastrand::Rng::with_seed(33);
    let sample = Sample::new(rng, 10, Signed::EveryBatch);
    let lines = exported(&sample, Sealed::LeftOut, &[]);
    for length in 0..lines.len() {
        assert_eq!(verified(&sample, &lines[..length], &[]), Err(ExportError::CutOff), "{length}");
    }
    let mut short = lines.clone();
    short.remove(lines.len() - 2);
    assert_eq!(verified(&sample, &short, &[]), Err(ExportError::Count { said: 10, found: 9 }));
    let mut after = lines.clone();
    after.push(lines[1].clone());
    assert!(matches!(verified(&sample, &after, &[]), Err(ExportError::Order { .. })));
    let mut late = lines.clone();
    late.swap(1, lines.len() - 2);
    assert!(verified(&sample, &late, &[]).is_err());
    let other = Sample::new(rng, 1, Signed::EveryBatch);
    let report = verified(&other, &lines, &[]).unwrap();
    assert_eq!(report.checkpoint_faults.len(), sample.own.len(), "another key of the same name");
}

proptest! {
    #[test]
    fn any_line_is_read_or_refused(text in r#"(\{"(header|checkpoint|record|end)":)?[{}":,a-z0-9 ]{0,40}\}?"#) {
        if let Ok(line) = Line::parse(&text) {
            prop_assert_eq!(Line::parse(&line.to_text()), Ok(line));
        }
    }
}
