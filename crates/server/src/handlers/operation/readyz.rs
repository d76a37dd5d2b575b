//! `GET /readyz`: it can do its work.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use rebalance::books::Books;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::kept;
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
    /// Age of the newest price in the time of the households, seconds; absent where there is no price.
    newest_price_age_secs: Option<i64>,
    /// Age of the oldest price that counts, seconds.
    oldest_price_age_secs: Option<i64>,
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
            let ages = kept(house, |keeper| Ok(keeper.price_ages()?))?;
            let now = house.lived().map_err(Problem::outside)?.now;
            let age = |at: Timestamp| now.duration_since(at).as_secs();
            let (oldest_price_age_secs, newest_price_age_secs) =
                ages.map(|(oldest, newest)| (age(oldest), age(newest))).unzip();
            let database = "ok";
            Ok(Json(Ready { database, events_waiting, newest_price_age_secs, oldest_price_age_secs }))
        })
        .await
}
