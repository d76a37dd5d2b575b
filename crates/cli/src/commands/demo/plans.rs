//! `equipoise demo --plans`, `equipoise demo NAME`: plans for the sample portfolios, which are part of the program.
//!
//! In: the name of a sample, or none for all. Out: their pages.

use explain::Depth;
use rebalance::Options;

use crate::commands::plan::planned;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{output, page};

/// The samples: name, what it shows, document.
pub(super) const SAMPLES: [(&str, &str, &str); 4] = [
    (
        "design-prompt",
        "the design document's prompt: stocks at 65 % for 60 %, one lot at a loss",
        include_str!("../../../../../examples/design-prompt.json"),
    ),
    (
        "design-holdings",
        "the design document's holdings: a short-term lot beside a long-term one",
        include_str!("../../../../../examples/design-holdings.json"),
    ),
    (
        "household",
        "three accounts of a family: where each asset belongs, and a wash sale to keep clear of",
        include_str!("../../../../../examples/household.json"),
    ),
    (
        "direct-500",
        "an index of 500 stocks held directly, lot by lot",
        include_str!("../../../../../examples/direct-500.json"),
    ),
];

/// Shows the plan of one sample, or of all.
pub(super) fn shown(wanted: Option<&str>) -> Result<Exit, Failure> {
    let is_wanted = |name: &str| wanted.is_none_or(|n| n == name);
    if !SAMPLES.iter().any(|(name, ..)| is_wanted(name)) {
        let names: Vec<&str> = SAMPLES.iter().map(|(name, ..)| *name).collect();
        let given = wanted.unwrap_or_default();
        return Err(Failure::usage(format!("no sample `{given}`; there are {}", names.join(", "))));
    }
    for (name, shows, document) in SAMPLES.iter().filter(|(name, ..)| is_wanted(name)) {
        let cycle = planned(name, document, &Options { depth: Depth::Full, ..Options::default() })?;
        output::page(&page::title(&format!("{name}: {shows}")))?;
        output::page(&page::plan::page(&cycle, false))?;
        output::page("\n")?;
    }
    Ok(Exit::Done)
}
