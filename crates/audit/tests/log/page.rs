//! The worked example of `docs/audit.md` is what the program makes and what its own steps lead to.

use std::path::Path;

use audit::proof::to_tlog_proof;
use audit::{
    Algorithm, Field, Frontier, Guard, HouseholdKey, Kind, MasterKey, NewRecord, NodeMap, OnSecret,
    Randomness, Reading, SignedCheckpoint, SignerKey, Trust, append, check, prove,
};

/// The blocks of the page, by what stands behind the three backticks.
fn block<'a>(page: &'a str, name: &str) -> &'a str {
    let begin = format!("```{name}\n");
    let from = page.find(&begin).unwrap_or_else(|| panic!("the page has no block `{name}`")) + begin.len();
    let length = page[from..].find("```").expect("a block ends");
    &page[from..from + length]
}

/// What the page shows: a log of five records of one household, and the proof of the one numbered 3.
fn example() -> Vec<(&'static str, String)> {
    let mut randomness = Randomness::from_seed([42; 32]);
    let signer = SignerKey::generate("equipoise.example/log", Algorithm::Ed25519, &mut randomness).unwrap();
    let key = HouseholdKey::generate("household-7", &mut randomness).unwrap();
    let _wrapped = key.wrapped(&MasterKey::from_bytes([1; 32]), &mut randomness);
    let stages = [
        ("drift", "monitor", r#"{"drift_bps":612}"#),
        ("prompt", "propose", r#"{"prompt":"…"}"#),
        ("reply", "model", r#"{"trades":[]}"#),
        ("approval", "ann", r#"{"proposal":"p-1","decision":"approved"}"#),
        ("order", "execute", r#"{"order":"p-1-1"}"#),
    ];
    let kinds = stages.map(|(kind, _, _)| Kind::new(kind).unwrap());
    let records: Vec<_> = (stages.iter().zip(&kinds).zip(0..))
        .map(|(((_, actor, original), kind), n)| NewRecord {
            time_micros: 1_795_687_200_000_000 + 1_500_000 * n,
            kind,
            key: &key,
            subject: "p-1",
            actor,
            original: original.as_bytes(),
        })
        .collect();
    let guard = Guard::new(OnSecret::Refuse, []).unwrap();
    let appended = append(&Frontier::new(), &records, &guard, &mut randomness).unwrap();
    let nodes: NodeMap = appended.nodes.into_iter().collect();
    let checkpoint = SignedCheckpoint::sign(&appended.state, &signer).unwrap();
    let row = &appended.rows[3];
    let Ok(Reading::Open(contents)) = row.read(Some(&key)) else { panic!("it opens") };
    let trust = Trust::in_log(signer.verifier());
    let opened = contents.openings(&[Field::Actor, Field::Original]);
    let proof = prove(&row.leaf(), opened, &checkpoint, &nodes, &trust).unwrap();
    assert!(check(&proof, &trust).is_ok());
    vec![
        ("text key", signer.verifier().to_text() + "\n"),
        ("text checkpoint", checkpoint.to_text()),
        ("json proof", proof.clone()),
        ("text leaf-hash", format!("{}\n", row.leaf().hash())),
        ("text root", format!("{}\n", appended.state.root())),
        ("text tlog-proof", to_tlog_proof(&proof).unwrap()),
    ]
}

#[test]
fn the_worked_example_is_what_the_program_makes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/audit.md");
    let mut page = std::fs::read_to_string(&path).unwrap();
    let written = page.clone();
    for (name, should) in example() {
        let is = block(&page, name).to_owned();
        page = page.replacen(&format!("```{name}\n{is}```"), &format!("```{name}\n{should}```"), 1);
    }
    if std::env::var_os("WRITE_EXAMPLE").is_some() {
        std::fs::write(&path, &page).unwrap();
        return;
    }
    assert!(
        written == page,
        "docs/audit.md shows another example: WRITE_EXAMPLE=1 cargo test --release -p audit"
    );
}
