//! The tools there are: one file each, one line each here.
//!
//! In: nothing. Out: all of them, in the order in which they are told. Invariant: none of them answers a proposal.

mod drift;
mod explain;
mod holdings;
mod list_households;
mod plan;
mod preferences;
mod proposal;
mod proposals;
mod propose;
mod prove;
mod validate;

use super::tool::Tool;

/// All of them.
pub(super) const TOOLS: [Tool; 11] = [
    list_households::TOOL,
    holdings::TOOL,
    drift::TOOL,
    plan::TOOL,
    explain::TOOL,
    validate::TOOL,
    preferences::TOOL,
    proposals::TOOL,
    proposal::TOOL,
    prove::TOOL,
    propose::TOOL,
];
