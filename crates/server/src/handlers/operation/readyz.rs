//! `GET /readyz`: it can do its work.

use axum::Json;
use axum::extract::State;
use rebalance::books::Books;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::serving::Server;

/// Events that may wait before something is wrong with who takes them.
const WAITING_MAX: u64 = 10_000;

/// What was looked at.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Ready {
    /// The database answers, and its tables are those of this program.
    database: &'static str,
    /// Events that nobody has dealt with.
    events_waiting: u64,
}

/// It can do its work: the database answers, and events are dealt with.
#[utoipa::path(get, path = "/readyz", operation_id = "readyz", tag = "operation", security(()),
    responses((status = 200, description = "It can", body = Ready),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn readyz(State(server): State<Server>) -> Result<Json<Ready>, Problem> {
    server
        .work(|house| {
            let events_waiting = house.store().reading().pending_events()?;
            if events_waiting > WAITING_MAX {
                return Err(Problem::outside(format!("{events_waiting} events wait to be dealt with")));
            }
            Ok(Json(Ready { database: "ok", events_waiting }))
        })
        .await
}
