//! `POST /api/v1/households/{household}/tax-forms/1099-b`: a broker's Form 1099-B, held against what is booked.

use axum::Json;
use axum::extract::State;
use ingest::{Source, statement_1099b};
use portfolio::plan::Finding;
use rebalance::books::access::Right;
use serde::{Deserialize, Serialize};
use tax::broker_statement::{Difference, compared};
use utoipa::ToSchema;

use super::of_household;
use crate::asked::{Named, Sent};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// A statement.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatementSent {
    /// The tax year; the one of now where nothing is said.
    #[schema(nullable = false, minimum = 1900, maximum = 9999)]
    year: Option<i16>,
    /// Its sales as a CSV file: `account_id,ticker,quantity,date_acquired,date_sold,proceeds,basis,wash_sale_disallowed,term`, of which
    /// `ticker`, `quantity`, `date_sold` and `proceeds` have to be there.
    csv: String,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ComparisonView {
    /// The year.
    year: i16,
    /// Sales that are on both sides.
    matched: usize,
    /// Of which agree to the cent.
    agreeing: usize,
    /// Everything else, with what explains it.
    differences: Vec<StatementDifference>,
}

/// A difference.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StatementDifference {
    /// `proceeds`, `basis`, `wash_sale`, `term`, `acquired`, `sold`, `only_booked`, `only_at_broker`.
    code: &'static str,
    /// What it is about.
    about: String,
    /// The row of the statement, where there is one.
    place: Option<String>,
    /// As it is booked.
    booked: Option<String>,
    /// As the broker tells it.
    told: Option<String>,
    /// What explains it, and what to do.
    explanation: String,
}

/// Holds a broker's Form 1099-B against what is booked, and explains each difference. Nothing of it is kept.
#[utoipa::path(post, path = "/api/v1/households/{household}/tax-forms/1099-b", operation_id = "tax_forms_1099_b", tag = "tax forms",
    request_body = StatementSent,
    params(("household" = String, Path, description = "Id of the household")),
    responses((status = 200, description = "What was found", body = ComparisonView),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn statement(
    State(server): State<Server>,
    caller: Caller,
    Named(household): Named,
    Sent(sent): Sent<StatementSent>,
) -> Result<Json<ComparisonView>, Problem> {
    server
        .work(move |house| {
            let household = caller.household(house, &household, Right::Read)?;
            let lines = statement_1099b::read(Source { name: "csv", text: &sent.csv }).map_err(|faults| {
                let finding = |fault: &ingest::Fault| Finding {
                    code: "statement.unreadable".to_owned(),
                    place: "csv".to_owned(),
                    detail: fault.to_string(),
                };
                Problem::of_lines(&faults.iter().map(finding).collect::<Vec<_>>())
            })?;
            let (_, form) = of_household(house, &household, sent.year)?;
            let found = compared(&form.rows, &lines);
            Ok(Json(ComparisonView {
                year: form.year,
                matched: found.matched,
                agreeing: found.agreeing,
                differences: found.differences.into_iter().map(StatementDifference::of).collect(),
            }))
        })
        .await
}

impl StatementDifference {
    fn of(one: Difference) -> StatementDifference {
        StatementDifference {
            code: one.code,
            about: one.about,
            place: one.place,
            booked: one.booked,
            told: one.told,
            explanation: one.explanation,
        }
    }
}
