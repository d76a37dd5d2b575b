//! `GET /api/v1/proposals/{proposal}/alternatives`: what else could be done, for the portfolio that the proposal was made for.

use axum::Json;
use axum::extract::State;
use portfolio::plan::Trade;
use rebalance::Options;
use rebalance::alternatives::{Alternative, Kind, alternatives as found_for};
use rebalance::books::access::Right;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::documents::{WhatIf, moment_of};
use super::{TradeView, made_for};
use crate::asked::Named;
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// Other plans for the same portfolio at the same prices.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AlternativesView {
    /// Hash of the plan at hand: what a change has to name.
    plan_hash: String,
    /// The plan at hand first, doing nothing among them.
    items: Vec<AlternativeView>,
}

/// A plan to choose.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AlternativeView {
    /// Unique here: its kind, with a number where there are several of one.
    id: String,
    /// `recommended`, `least_tax`, `closest`, `greenest`, `fewest_trades`, `buys_only`, `do_nothing`, `other`.
    kind: &'static str,
    /// Everything that it is foremost in, as kinds.
    kinds: Vec<&'static str>,
    /// Its name in words.
    name: &'static str,
    /// What differs from the recommended plan, in a sentence.
    differs: String,
    /// Hash of its rows in this portfolio.
    plan_hash: String,
    /// Its rows, sells first.
    trades: Vec<TradeView>,
    /// Orders (account, security, side).
    orders: u32,
    /// Sold and bought, USD.
    turnover_usd: crate::amount::Amount,
    /// What it comes to, with what is wrong with it or worth knowing.
    figures: WhatIf,
}

/// What else could be done: the least tax, the closest to the targets, the fewest trades, buys only, nothing at all, as far as there is such a plan
/// that keeps every rule. All are for the portfolio and the prices that the proposal was made for, and each can be chosen (`…/plan`).
#[utoipa::path(get, path = "/api/v1/proposals/{proposal}/alternatives", operation_id = "proposals_alternatives", tag = "proposals",
    params(("proposal" = String, Path, description = "Id of the proposal")),
    responses((status = 200, description = "Plans to choose among", body = AlternativesView),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn alternatives(
    State(server): State<Server>,
    asking: Asking,
    Named(proposal): Named,
) -> Result<Json<AlternativesView>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let (household, found) = caller.proposal(house, &proposal, Right::Read)?;
            let (attempt, kept) = made_for(house, &found)?;
            let moment = Some(moment_of(house, &household, &kept)?);
            let options = Options { moment, ..Options::default() };
            let all = found_for(&kept.text, &attempt.trades, &options)
                .map_err(|error| Problem::invalid("", error.to_string()))?;
            let mut items: Vec<AlternativeView> = Vec::with_capacity(all.len());
            for one in all {
                let alike = items.iter().filter(|known| known.kind == one.kind.word()).count();
                items.push(AlternativeView::of(one, alike));
            }
            Ok(Json(AlternativesView { plan_hash: attempt.plan_hash, items }))
        })
        .await
}

impl AlternativeView {
    /// `alike` = how many of its kind came before.
    fn of(one: Alternative, alike: usize) -> AlternativeView {
        let word = one.kind.word();
        let shown = one.report.shown();
        AlternativeView {
            id: if alike == 0 { word.to_owned() } else { format!("{word}_{}", alike + 1) },
            kind: word,
            kinds: one.kinds.iter().map(|kind: &Kind| kind.word()).collect(),
            name: one.kind.name(),
            differs: one.differs,
            plan_hash: one.plan_hash,
            orders: u32::try_from(one.report.orders.len()).unwrap_or(u32::MAX),
            turnover_usd: crate::amount::Amount(shown.sold.saturating_add(shown.bought)),
            figures: WhatIf::of(&one.report),
            trades: one.trades.iter().map(|trade: &Trade| TradeView::of(trade)).collect(),
        }
    }
}
