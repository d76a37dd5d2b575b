//! What the HTTP face says when it does not answer: an `ErrorResponse` of OpenAI's format.

use std::time::Duration;

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::fault::words;
use crate::gateway::AskError;

/// An error with its status.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    kind: &'static str,
    code: Option<&'static str>,
    parameter: Option<String>,
    message: String,
}

impl Refusal {
    fn new(status: StatusCode, kind: &'static str, message: impl Into<String>) -> Refusal {
        Refusal { status, kind, code: None, parameter: None, message: message.into() }
    }

    fn code(self, code: &'static str) -> Refusal {
        Refusal { code: Some(code), ..self }
    }

    /// A field of the request is wrong.
    pub(super) fn wrong(parameter: &str, what: &str) -> Refusal {
        let message = format!("{parameter}: {}", words(what));
        let parameter = Some(words(parameter));
        Refusal { parameter, ..Refusal::new(StatusCode::BAD_REQUEST, "invalid_request_error", message) }
    }

    pub(super) fn too_large(bytes_max: usize) -> Refusal {
        let message = format!("the request has more than {bytes_max} bytes, or ended too early");
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "invalid_request_error", message)
    }

    pub(super) fn too_slow(most: Duration) -> Refusal {
        let message = format!("the request did not come within {} s", most.as_secs());
        Refusal::new(StatusCode::REQUEST_TIMEOUT, "invalid_request_error", message)
    }

    pub(super) fn wrong_key() -> Refusal {
        let message = "the key is wrong or missing; send `Authorization: Bearer KEY`";
        Refusal::new(StatusCode::UNAUTHORIZED, "invalid_request_error", message).code("invalid_api_key")
    }

    pub(super) fn wrong_host() -> Refusal {
        let message = "without a key only callers on this machine are heard, by the name localhost or a loopback address";
        Refusal::new(StatusCode::FORBIDDEN, "invalid_request_error", message)
    }

    pub(super) fn unknown_model() -> Refusal {
        let message = "there is no such route or model; GET /v1/models lists them";
        let refusal =
            Refusal::new(StatusCode::NOT_FOUND, "invalid_request_error", message).code("model_not_found");
        Refusal { parameter: Some("model".to_owned()), ..refusal }
    }

    pub(super) fn no_such_address() -> Refusal {
        let message = "there is POST /v1/chat/completions and GET /v1/models";
        Refusal::new(StatusCode::NOT_FOUND, "invalid_request_error", message)
    }

    pub(super) fn busy() -> Refusal {
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "server_error", "too many calls at once; come back")
            .code("overloaded")
    }

    pub(super) fn unusable(message: &str) -> Refusal {
        Refusal::new(StatusCode::BAD_GATEWAY, "server_error", message).code("unusable_reply")
    }

    pub(super) fn defect() -> Refusal {
        Refusal::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "server_error",
            "an internal check failed; this is a defect of equipoise",
        )
    }

    /// Nobody answered.
    pub(super) fn of(error: &AskError) -> Refusal {
        let (status, kind, code) = match error {
            AskError::NoRoute { .. } => (StatusCode::NOT_FOUND, "invalid_request_error", "model_not_found"),
            AskError::NoMessage => (StatusCode::BAD_REQUEST, "invalid_request_error", "no_message"),
            AskError::PromptTooLong { .. } => {
                (StatusCode::BAD_REQUEST, "invalid_request_error", "context_length_exceeded")
            }
            AskError::Spent { .. } => {
                (StatusCode::TOO_MANY_REQUESTS, "insufficient_quota", "insufficient_quota")
            }
            AskError::OutOfTime { .. } => (StatusCode::GATEWAY_TIMEOUT, "server_error", "out_of_time"),
            AskError::NobodyAnswered { .. } => (StatusCode::BAD_GATEWAY, "server_error", "nobody_answered"),
        };
        Refusal::new(status, kind, error.to_string()).code(code)
    }

    fn json(&self) -> Value {
        json!({"error": {"message": self.message, "type": self.kind, "param": self.parameter, "code": self.code}})
    }

    /// As the event of a stream that has begun.
    pub(super) fn event(&self) -> String {
        format!("data: {}\n\n", self.json())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = Json(self.json());
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            return (self.status, [(header::RETRY_AFTER, "1")], body).into_response();
        }
        (self.status, body).into_response()
    }
}
