//! `GET /api/v1/households/{household}/examination`, `…/proposals/{proposal}/examination`: what an examiner reads, with proofs.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use rebalance::books::access::Right;
use rebalance::books::{Books, Listed, Listing};

use crate::asked::Named;
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// Proposals on one page at most; a page of more is made on the command line.
const PROPOSALS_MAX: usize = 200;

/// Who recommended, approved and placed each order of a household, from prompt to fill, with a proof of every record: one page of HTML that
/// needs nothing else. It is sent as a file to be kept.
#[utoipa::path(get, path = "/api/v1/households/{household}/examination", operation_id = "audit_examination", tag = "audit",
    params(("household" = String, Path, description = "Id of the household")),
    responses((status = 200, description = "The page", body = String, content_type = "text/html"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn of_household(
    State(server): State<Server>,
    asking: Asking,
    Named(household): Named,
) -> Result<Response, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let household = caller.household(house, &household, Right::Audit)?;
            let reading = house.store().reading();
            let all = reading.listed(&Listing::of(household.id))?;
            if all.len() > PROPOSALS_MAX {
                let detail = format!(
                    "{} proposals are too many for one page: ask for them one by one (`/api/v1/proposals/{{proposal}}/examination`), or have \
                     `equipoise audit export --examination` write them",
                    all.len()
                );
                return Err(Problem::conflict("too_many", detail));
            }
            let whole = |listed: &Listed| reading.recommendation(listed.id)?.ok_or_else(Problem::defect);
            let all = all.iter().map(whole).collect::<Result<Vec<_>, Problem>>()?;
            house.examination(&all).map(as_file).map_err(Problem::outside)
        })
        .await
}

/// Who recommended, approved and placed each order of a proposal, from prompt to fill, with a proof of every record: one page of HTML.
#[utoipa::path(get, path = "/api/v1/proposals/{proposal}/examination", operation_id = "proposals_examination", tag = "audit",
    params(("proposal" = String, Path, description = "Id of the proposal")),
    responses((status = 200, description = "The page", body = String, content_type = "text/html"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn of_proposal(
    State(server): State<Server>,
    asking: Asking,
    Named(proposal): Named,
) -> Result<Response, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let (_, found) = caller.proposal(house, &proposal, Right::Audit)?;
            house.examination(&[found]).map(as_file).map_err(Problem::outside)
        })
        .await
}

/// A file that a browser keeps and does not open on this server's name, where its words could act.
fn as_file(page: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"examination.html\""),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'",
        ),
    ];
    (headers, page).into_response()
}
