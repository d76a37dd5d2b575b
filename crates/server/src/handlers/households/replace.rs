//! `PUT /api/v1/households/{household}/document`: its next portfolio document.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use portfolio::Portfolio;
use rebalance::books::access::Right;
use rebalance::keeping::document::to_come;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::kept;
use super::document::tag;
use crate::amount::Moment;
use crate::asked::{Named, Text};
use crate::caller::Caller;
use crate::house::House;
use crate::problem::Problem;
use crate::serving::Server;

/// A version of a document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Version {
    /// From 1.
    version: u64,
    /// Since when.
    at: Moment,
}

/// The next portfolio document of a household. A proposal that waits is superseded by it.
///
/// `If-Match` names the version that you looked at, so that nobody's change is lost; `"0"` where there is none yet.
#[utoipa::path(put, path = "/api/v1/households/{household}/document", operation_id = "households_replace", tag = "households",
    params(("household" = String, Path, description = "Id of the household"),
        ("If-Match" = String, Header, description = "Version that you looked at", example = "\"3\"")),
    request_body(content = Object, content_type = "application/json", description = "A portfolio document"),
    responses((status = 200, description = "The version that it is", body = Version,
            headers(("ETag" = String, description = "The version"))),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn replace(
    State(server): State<Server>,
    caller: Caller,
    Named(household): Named,
    headers: HeaderMap,
    Text(text): Text,
) -> Result<Response, Problem> {
    let looked_at = headers.get(header::IF_MATCH).and_then(|known| known.to_str().ok()).map(str::to_owned);
    let done = server
        .work(move |house| {
            let household = caller.household(house, &household, Right::Write)?;
            let looked_at = looked_at.ok_or_else(|| {
                Problem::unreadable(
                    StatusCode::PRECONDITION_REQUIRED,
                    "say in `If-Match` which version you looked at",
                )
            })?;
            let present = looked_at.trim().trim_matches('"').parse::<u64>().map_err(|_| {
                Problem::invalid("If-Match", "has to be the version that you looked at, such as \"3\"")
            })?;
            if present != household.portfolio_version {
                let detail =
                    format!("it is version {} by now; look at that one first", household.portfolio_version);
                return Err(Problem::unreadable(StatusCode::PRECONDITION_FAILED, detail));
            }
            handed_in(house, &text)?;
            let done = kept(house, |keeper| {
                Ok(keeper.import_over(&household, present, &caller.person.name, &text)?)
            })?;
            Ok(done)
        })
        .await?;
    let view = Version { version: done.version, at: Moment(done.at) };
    Ok(([(header::ETAG, tag(done.version))], Json(view)).into_response())
}

/// A document that a household is to hold, read.
pub(super) fn handed_in(house: &dyn House, text: &str) -> Result<Portfolio, Problem> {
    let document = portfolio::read(text).map_err(|error| of_document(&error))?;
    let lived = house.lived().map_err(Problem::outside)?;
    match to_come(document.as_of, [house.now(), lived.now]) {
        Some(why) => Err(Problem::invalid("as_of", why)),
        None => Ok(document),
    }
}

/// Every fault of a document, the first one's place.
pub(crate) fn of_document(error: &portfolio::DocumentError) -> Problem {
    let told = error.to_string();
    let path = told.lines().next().and_then(|line| {
        let line = line
            .strip_prefix("line ")
            .map_or(line, |rest| rest.split_once(": ").map_or(rest, |(_, rest)| rest));
        line.split_once(": ").map(|(path, _)| path.to_owned())
    });
    Problem::invalid(path.unwrap_or_default(), told)
}
