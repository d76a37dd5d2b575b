//! `POST /api/v1/preferences`: what words mean.

use axum::Json;
use axum::extract::State;
use propose::phrases::{Known, meaning};
use rebalance::books::Books;
use rebalance::books::access::Right;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::asked::Sent;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// Words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    /// What is wished, in plain words.
    #[schema(max_length = 10_000)]
    text: String,
    /// The household whose securities the words may name, by id.
    #[schema(nullable = false)]
    household: Option<String>,
}

/// What words mean.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeaningView {
    /// The preference tokens.
    tokens: Vec<String>,
    /// From which words each comes.
    understood: Vec<UnderstoodView>,
    /// What was not understood.
    not_understood: Vec<String>,
}

/// A token with its words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnderstoodView {
    /// The token.
    token: String,
    /// The words.
    words: String,
}

/// What is meant by plain words, as preference tokens; nothing is saved. What is not understood is told as such.
#[utoipa::path(post, path = "/api/v1/preferences", operation_id = "documents_preferences", tag = "documents", request_body = Words,
    responses((status = 200, description = "What they mean", body = MeaningView),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn preferences(
    State(server): State<Server>,
    caller: Caller,
    Sent(words): Sent<Words>,
) -> Result<Json<MeaningView>, Problem> {
    server
        .work(move |house| {
            let mut known = Known::default();
            if let Some(id) = &words.household {
                let household = caller.household(house, id, Right::Read)?;
                if let Some(kept) = house.store().reading().portfolio(household.id)? {
                    let document = portfolio::read(&kept.text).map_err(|_| Problem::defect())?;
                    known = Known::of(&document);
                }
            }
            let meaning =
                meaning(&words.text, &known).map_err(|error| Problem::invalid("text", error.to_string()))?;
            let understood = meaning
                .understood
                .iter()
                .map(|one| UnderstoodView { token: one.token.to_string(), words: one.words.clone() });
            Ok(Json(MeaningView {
                tokens: meaning.tokens.iter().map(ToString::to_string).collect(),
                understood: understood.collect(),
                not_understood: meaning.not_understood.clone(),
            }))
        })
        .await
}
