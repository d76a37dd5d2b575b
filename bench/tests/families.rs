//! Every family's documents are read without fault, and a seed gives the same bytes again.
//!
//! In: thirty seeds of each family at its default size, a few at others. Out: the fault with family and seed.

use bench::Size;
use bench::families::{ALL, family};

#[test]
fn documents_are_read_without_fault_and_repeat_themselves() {
    for family in ALL {
        for seed in 0..30 {
            let text = (family.document)(seed, Size::default()).to_string();
            if let Err(error) = portfolio::read(&text) {
                panic!("{} {seed}: {error}", family.name);
            }
            assert_eq!(text, (family.document)(seed, Size::default()).to_string(), "{} {seed}", family.name);
        }
    }
}

#[test]
fn other_sizes_are_read_too() {
    let small = Size { stocks: Some(2), lots: Some(1), accounts: Some(1), factors: Some(1) };
    let large = Size { stocks: Some(90), lots: Some(3), accounts: Some(6), factors: Some(12) };
    for (family, size) in ALL.into_iter().flat_map(|f| [(f, small), (f, large)]) {
        for seed in 0..5 {
            let text = (family.document)(seed, size).to_string();
            if let Err(error) = portfolio::read(&text) {
                panic!("{} {seed} {size:?}: {error}", family.name);
            }
        }
    }
}

#[test]
fn a_size_is_what_was_asked_for() {
    let size = Size { stocks: Some(25), lots: Some(7), accounts: Some(4), factors: None };
    let document = (family("accounts").expect("there is one").document)(1, size);
    assert_eq!(document["securities"].as_array().unwrap().len(), 25);
    assert_eq!(document["accounts"].as_array().unwrap().len(), 4);
    assert_eq!(document["accounts"][3]["holdings"][0]["lots"].as_array().unwrap().len(), 7);
}

#[test]
fn seeds_and_families_differ() {
    let text =
        |name: &str, seed| (family(name).expect("there is one").document)(seed, Size::default()).to_string();
    assert_ne!(text("etf", 1), text("etf", 2));
    assert_ne!(text("etf", 1), text("whole", 1));
}
