//! Every public case reads as a portfolio (cases: see `cases/README.md`).

use std::path::Path;

#[test]
fn all_public_cases_are_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases");
    let mut read = 0;
    for entry in std::fs::read_dir(&root).unwrap() {
        let path = entry.unwrap().path().join("portfolio.json");
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let portfolio = portfolio::read(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert!(!portfolio.lots.is_empty() && !portfolio.securities.is_empty());
        read += 1;
    }
    assert_eq!(read, 36);
}
