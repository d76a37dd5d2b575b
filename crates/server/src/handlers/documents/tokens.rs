//! `GET /api/v1/preferences`: every preference token there is, for whoever chooses one.

use axum::Json;
use portfolio::preference::explained::{EXPLAINED, Explained};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::Page;
use crate::caller::Caller;

/// A preference token.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenView {
    /// How it is written, with each parameter in braces.
    pattern: &'static str,
    /// What it is about: `tax`, `risk`, `esg`, `assets`, `transactions`, `goals`.
    kind: &'static str,
    /// Its parameters, in their order.
    parameters: Vec<ParameterView>,
    /// What it asks for.
    words: &'static str,
    /// It with examples put in.
    example: String,
}

/// A part of a token that its owner chooses.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ParameterView {
    /// Its name in the pattern.
    name: &'static str,
    /// Its unit or what it names: `usd`, `percent`, `months`, `count`, `ticker`, `lot`, `asset_class`, `sector`, `rating`, `industries`, `period`, `time`, `goal`.
    unit: &'static str,
    /// An example.
    example: &'static str,
}

impl TokenView {
    fn of(one: &Explained) -> TokenView {
        let parameters = one.parameters.iter().map(|parameter| ParameterView {
            name: parameter.name,
            unit: parameter.unit,
            example: parameter.example,
        });
        TokenView {
            pattern: one.pattern,
            kind: one.kind.word(),
            parameters: parameters.collect(),
            words: one.words,
            example: one.example(),
        }
    }
}

/// Every preference token there is, with what it asks for, its parameters and their units.
#[utoipa::path(get, path = "/api/v1/preferences", operation_id = "documents_tokens", tag = "documents",
    responses((status = 200, description = "Tokens", body = Page<TokenView>),
        (status = "default", description = "Why not", body = crate::problem::Problem, content_type = "application/problem+json")))]
pub(crate) async fn tokens(_caller: Caller) -> Json<Page<TokenView>> {
    Json(Page { items: EXPLAINED.iter().map(TokenView::of).collect(), next: None })
}
