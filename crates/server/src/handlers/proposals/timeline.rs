//! `GET /api/v1/proposals/{proposal}/timeline`: the stages of a proposal, how long each took, and how long it may take.

use axum::Json;
use axum::extract::State;
use jiff::{SignedDuration, Timestamp};
use rebalance::books::access::Right;
use rebalance::life::State as Stands;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::opened;
use crate::amount::Moment;
use crate::asked::Named;
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// The stages of a proposal, in order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Timeline {
    /// Stages; the last one has no end where the proposal is in it.
    stages: Vec<StageView>,
}

/// A stage.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StageView {
    /// Its name: `data aggregation`, `search for the best plan`, `model`, `validation`, `explanation`, `review and approval`, `order placement`,
    /// `trade execution`.
    stage: String,
    /// When it began.
    begun_at: Moment,
    /// When it ended.
    ended_at: Option<Moment>,
    /// How long it took, milliseconds, in the time of the households; of what the program computes, by its own clock.
    took_ms: Option<u64>,
    /// How long it may take, milliseconds.
    budget_ms: u64,
}

/// The body of a record of stages.
#[derive(Deserialize)]
struct Told {
    stages: Vec<ToldStage>,
}

#[derive(Deserialize)]
struct ToldStage {
    stage: String,
    took_ms: u64,
    budget_ms: u64,
}

/// The body of a record of a move.
#[derive(Deserialize)]
struct MoveTold {
    from: String,
    to: String,
}

/// States in which a proposal is for long enough to be told of, with the name of the stage and its budget in seconds (design document,
/// "Rebalancing Process Timeline").
const LONG: [(Stands, &str, u64); 3] = [
    (Stands::PendingApproval, "review and approval", 900),
    (Stands::Approved, "order placement", 30),
    (Stands::ExecutionInProgress, "trade execution", 300),
];

/// The stages of a proposal, each with its begin, its end and how long it may take.
#[utoipa::path(get, path = "/api/v1/proposals/{proposal}/timeline", operation_id = "proposals_timeline", tag = "proposals",
    params(("proposal" = String, Path, description = "Id of the proposal")),
    responses((status = 200, description = "Stages", body = Timeline),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn timeline(
    State(server): State<Server>,
    asking: Asking,
    Named(proposal): Named,
) -> Result<Json<Timeline>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let (household, found) = caller.proposal(house, &proposal, Right::Read)?;
            let store = house.store();
            let key = store.key(&household.id.to_string())?;
            let mut stages: Vec<StageView> = Vec::new();
            for row in store.records_about(household.id, &found.id().to_string())? {
                let at = Moment::of_micros(row.time_micros).0;
                let Some(contents) = opened(&row, key.as_ref())? else { continue };
                match row.kind.as_str() {
                    "timeline" => computed(&mut stages, at, &contents.original),
                    "move" | "approval" => moved(&mut stages, at, &contents.original),
                    _ => {}
                }
            }
            Ok(Json(Timeline { stages }))
        })
        .await
}

/// What the program computed, which had ended when it was written down.
fn computed(stages: &mut Vec<StageView>, at: Timestamp, body: &[u8]) {
    let Ok(told) = serde_json::from_slice::<Told>(body) else { return };
    let whole: u64 = told.stages.iter().map(|stage| stage.took_ms).sum();
    let mut begun = earlier(at, whole);
    for stage in told.stages {
        let ended = later(begun, stage.took_ms);
        stages.push(StageView {
            stage: stage.stage,
            begun_at: Moment(begun),
            ended_at: Some(Moment(ended)),
            took_ms: Some(stage.took_ms),
            budget_ms: stage.budget_ms,
        });
        begun = ended;
    }
}

/// A move ends the stage of the state that it left, and begins that of the one that it came to.
fn moved(stages: &mut Vec<StageView>, at: Timestamp, body: &[u8]) {
    let Ok(told) = serde_json::from_slice::<MoveTold>(body) else { return };
    if told.from == told.to {
        return;
    }
    let of = |name: &str| LONG.iter().find(|(state, ..)| state.name() == name);
    if let Some((_, name, _)) = of(&told.from)
        && let Some(open) = stages.iter_mut().rev().find(|stage| stage.stage == *name)
    {
        let took = at.duration_since(open.begun_at.0).as_millis();
        open.ended_at = Some(Moment(at));
        open.took_ms = u64::try_from(took).ok();
    }
    if let Some((_, name, secs)) = of(&told.to) {
        stages.push(StageView {
            stage: (*name).to_owned(),
            begun_at: Moment(at),
            ended_at: None,
            took_ms: None,
            budget_ms: secs * 1000,
        });
    }
}

fn earlier(at: Timestamp, ms: u64) -> Timestamp {
    at.saturating_sub(SignedDuration::from_millis(i64::try_from(ms).unwrap_or(i64::MAX))).unwrap_or(at)
}

fn later(at: Timestamp, ms: u64) -> Timestamp {
    at.saturating_add(SignedDuration::from_millis(i64::try_from(ms).unwrap_or(i64::MAX))).unwrap_or(at)
}
