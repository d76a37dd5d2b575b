//! The program in `tools/`, which was written from the page and shares no code with the crate, says the same of every proof.

use std::path::Path;
use std::process::Command;

use audit::{Field, check};

use crate::forgeries::proof_of;
use crate::sample::{Sample, Signed};

#[test]
fn an_independent_program_takes_and_refuses_the_same_proofs() {
    let rng = &mut fastrand::Rng::with_seed(40);
    let sample = Sample::new(rng, 29, Signed::EveryBatch);
    let folder = tempfile::tempdir().unwrap();
    let mut expected = Vec::new();
    let mut files = Vec::new();
    for n in 0..120 {
        let fields: Vec<_> = Field::ALL.into_iter().filter(|_| rng.bool()).collect();
        let mut bytes = proof_of(&sample, rng.usize(..29), &fields).into_bytes();
        if n % 3 != 0 {
            let at = rng.usize(..bytes.len());
            bytes[at] ^= 1 << rng.u32(..7);
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        expected.push(check(&text, &sample.trust()).is_ok());
        let path = folder.path().join(format!("{n}.json"));
        std::fs::write(&path, text).unwrap();
        files.push(path);
    }
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/check_audit_proof.py");
    let run = Command::new("python3")
        .arg(program)
        .args(["--key", &sample.signer.verifier().to_text()])
        .args(&files)
        .output()
        .expect("python3 runs the program in tools/");
    let output = String::from_utf8(run.stdout).unwrap();
    let verdicts: Vec<_> = output
        .lines()
        .filter(|line| line.starts_with("ok: ") || line.starts_with("refused: "))
        .map(|line| line.starts_with("ok: "))
        .collect();
    assert_eq!(verdicts, expected, "{output}{}", String::from_utf8_lossy(&run.stderr));
    assert_eq!(expected.iter().filter(|holds| **holds).count(), 40);
    assert_eq!(run.status.code(), Some(1));
}
