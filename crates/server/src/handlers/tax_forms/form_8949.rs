//! `GET /api/v1/households/{household}/tax-forms/8949`: a year's realised gains in the columns of Form 8949.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use rebalance::books::access::Right;
use tax::form_8949::written;

use super::super::orders::Form as Written;
use super::{FormView, YearAsked, of_household};
use crate::asked::{Asked, Named};
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// A year's realised gains of taxable accounts in the columns of Form 8949, lot by lot, with code W where a wash sale disallows a loss.
#[utoipa::path(get, path = "/api/v1/households/{household}/tax-forms/8949", operation_id = "tax_forms_8949", tag = "tax forms",
    params(("household" = String, Path, description = "Id of the household"), YearAsked),
    responses((status = 200, description = "The form", content((FormView = "application/json"), (String = "text/csv"))),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn form(
    State(server): State<Server>,
    asking: Asking,
    Named(household): Named,
    Asked(asked): Asked<YearAsked>,
) -> Result<Response, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let household = caller.household(house, &household, Right::Read)?;
            let (found, form) = of_household(house, &household, asked.year)?;
            if asked.format == Some(Written::Csv) {
                let kind = [(header::CONTENT_TYPE, "text/csv; charset=utf-8")];
                return Ok((kind, written(&form)).into_response());
            }
            Ok(Json(FormView::of(&form, found.notes)).into_response())
        })
        .await
}
