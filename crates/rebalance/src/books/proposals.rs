//! Proposals: the plan of each attempt, with its trades.

use jiff::Timestamp;
use portfolio::Trade;

use crate::id::{PortfolioId, RecommendationId};

/// What was proposed at one attempt of a recommendation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Of what.
    pub recommendation: RecommendationId,
    /// From 1, as in the recommendation.
    pub attempt: u32,
    /// The version of the portfolio that it was made for.
    pub portfolio: PortfolioId,
    /// Who proposed: `solver`, `model:NAME`, `hybrid:NAME`.
    pub planner: String,
    /// Binds portfolio and trades.
    pub plan_hash: String,
    /// The plan document, byte for byte.
    pub document: String,
    /// Its rows.
    pub trades: Vec<Trade>,
    /// When.
    pub at: Timestamp,
}
