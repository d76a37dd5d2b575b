//! What went wrong, as `application/problem+json`.
//!
//! In: a status, a stable code, words. Out: a response; the request's id is put in where the response leaves. Invariants: every error of
//! this server has this one shape; what somebody may not know of is told exactly like what is not there.
//!
//! Source: RFC 9457.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use portfolio::plan::Finding;
use rebalance::books::BooksError;
use rebalance::keeping::KeepingError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::handlers::documents::FindingView;

/// An error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// Status of HTTP.
    #[schema(value_type = u16, example = 404)]
    #[serde(serialize_with = "number")]
    pub status: StatusCode,
    /// What kind of error it is: never changes its meaning.
    #[schema(example = "not_found")]
    pub code: &'static str,
    /// The kind in words.
    pub title: &'static str,
    /// What is wrong, where, and what to do.
    #[schema(value_type = String)]
    pub detail: Box<str>,
    /// Where in what was sent, such as `accounts[0].cash`.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Box<str>>,
    /// What is wrong, where it is more than one thing: every finding of the validator.
    #[schema(value_type = Option<Vec<FindingView>>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub findings: Option<Box<[FindingView]>>,
    /// Seconds after which it may be tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_secs: Option<u64>,
    /// Names this request in the log of the server.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<Box<str>>,
}

fn number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

impl Problem {
    fn new(
        status: StatusCode,
        code: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Problem {
        let detail = detail.into().into_boxed_str();
        Problem {
            status,
            code,
            title,
            detail,
            path: None,
            findings: None,
            retry_after_secs: None,
            request_id: None,
        }
    }

    /// Nobody is signed in.
    #[must_use]
    pub fn nobody() -> Problem {
        let detail = "sign in (POST /api/v1/session), or send a key as `Authorization: Bearer`";
        Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", "Nobody is signed in", detail)
    }

    /// What was shown does not let anybody in.
    pub(crate) fn not_let_in() -> Problem {
        let detail = "the name or the password is wrong";
        Problem::new(StatusCode::UNAUTHORIZED, "sign_in_refused", "Not let in", detail)
    }

    /// A provider does not vouch for anybody.
    pub(crate) fn sign_on_refused(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::UNAUTHORIZED, "sign_on_refused", "Not let in", detail)
    }

    /// Somebody asks too often.
    pub(crate) fn too_often(seconds: u64) -> Problem {
        let detail = format!("you ask too often; wait {seconds} s, and ask for less at once");
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_often", "Too many requests", detail);
        Problem { retry_after_secs: Some(seconds), ..problem }
    }

    /// Too many tries under this name.
    pub(crate) fn locked(seconds: u64) -> Problem {
        let detail = format!("too many failed tries under this name; wait {seconds} s and try again");
        let title = "Too many tries";
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "sign_in_locked", title, detail);
        Problem { retry_after_secs: Some(seconds), ..problem }
    }

    /// There is no such thing, or not for whoever asks.
    #[must_use]
    pub fn not_found() -> Problem {
        let detail = "there is no such thing here, or you may not see it";
        Problem::new(StatusCode::NOT_FOUND, "not_found", "Not found", detail)
    }

    /// It may be seen and not done.
    pub(crate) fn forbidden(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::FORBIDDEN, "forbidden", "Not allowed", detail)
    }

    /// It may be done by who has just shown a password.
    pub(crate) fn proof_needed() -> Problem {
        let detail = "show your password once more (POST /api/v1/session/proof), then do it again";
        Problem::new(StatusCode::FORBIDDEN, "proof_needed", "Your password is needed", detail)
    }

    /// What was sent can't be.
    pub(crate) fn invalid(path: impl Into<String>, detail: impl Into<String>) -> Problem {
        let problem =
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "What was sent can't be used", detail);
        Problem { path: Some(path.into().into_boxed_str()).filter(|path| !path.is_empty()), ..problem }
    }

    /// A plan breaks rules.
    pub(crate) fn of_plan(findings: &[Finding]) -> Problem {
        let first = findings.first().map_or("", |finding| finding.detail.as_str());
        let detail = format!("the plan breaks a rule: {first}");
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let problem = Problem::new(status, "plan.invalid", "This plan can't be used", detail);
        Problem { findings: Some(findings.iter().map(FindingView::of).collect()), ..problem }
    }

    /// Lines of what was sent are wrong, each in its place.
    pub(crate) fn of_lines(findings: &[Finding]) -> Problem {
        let (path, first) =
            findings.first().map_or(("", ""), |first| (first.place.as_str(), first.detail.as_str()));
        let others = match findings.len() {
            0 | 1 => String::new(),
            all => format!(" (and {} more)", all - 1),
        };
        let problem = Problem::invalid(path, format!("{first}{others}; nothing was taken"));
        Problem { findings: Some(findings.iter().map(FindingView::of).collect()), ..problem }
    }

    /// What was sent can't even be read.
    pub(crate) fn unreadable(status: StatusCode, detail: impl Into<String>) -> Problem {
        Problem::new(status, "unreadable", "What was sent can't be read", detail)
    }

    /// Something stands against it now.
    pub(crate) fn conflict(code: &'static str, detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::CONFLICT, code, "Not possible as things stand", detail)
    }

    /// This address knows other methods.
    pub(crate) fn method() -> Problem {
        let detail = "this address takes other methods; /openapi.json lists them";
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Not with this method", detail)
    }

    /// Too much at once.
    pub(crate) fn busy() -> Problem {
        let detail = "too much is asked at once; try again in a second";
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "Busy", detail);
        Problem { retry_after_secs: Some(1), ..problem }
    }

    /// It took too long.
    pub(crate) fn too_long() -> Problem {
        let detail =
            "this took too long and was given up; what was written is on record, look before trying again";
        Problem::new(StatusCode::GATEWAY_TIMEOUT, "timeout", "Took too long", detail)
    }

    /// Something outside can't be reached.
    pub(crate) fn outside(detail: impl Into<String>) -> Problem {
        let title = "Something can't be reached";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", title, detail)
    }

    /// A defect of the program.
    pub(crate) fn defect() -> Problem {
        let detail = "this is a defect of equipoise, please report it with the request's id";
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "defect", "A defect", detail)
    }
}

impl From<BooksError> for Problem {
    fn from(error: BooksError) -> Problem {
        let told = error.to_string();
        match error {
            BooksError::Conflict { .. } | BooksError::CycleOpen { .. } | BooksError::Fenced { .. } => {
                Problem::conflict("conflict", told)
            }
            BooksError::Exists { .. } | BooksError::Alike { .. } => Problem::conflict("exists", told),
            BooksError::Full { .. } | BooksError::Locked { .. } | BooksError::Unreachable { .. } => {
                Problem::outside(told)
            }
            BooksError::Unrecorded { .. } => Problem::invalid("", told),
            _ => Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "books", "The books are not sound", told),
        }
    }
}

impl From<KeepingError> for Problem {
    fn from(error: KeepingError) -> Problem {
        match error {
            KeepingError::Books(error) => error.into(),
            KeepingError::Broker(_) => Problem::outside(error.to_string()),
            KeepingError::Unknown { .. } => Problem::not_found(),
            KeepingError::Refused(refusal) => {
                Problem::conflict(refusal.reason.code(), refusal.reason.to_string())
            }
            KeepingError::Overtaken { detail } => Problem::conflict("changed", detail),
            KeepingError::SamePerson { detail } => Problem::conflict("same_person", detail),
            KeepingError::IsFollowed { .. } => {
                Problem::conflict("model_portfolio_followed", error.to_string())
            }
            KeepingError::Follows { .. } => Problem::conflict("follows_model_portfolio", error.to_string()),
            KeepingError::Rulebook(faults) => {
                let first = faults.into_iter().next();
                first.map_or_else(Problem::defect, |fault| Problem::invalid(fault.path, fault.detail))
            }
            KeepingError::Older { .. } => Problem::invalid("as_of", error.to_string()),
            error => Problem::invalid("", error.to_string()),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_string(&self).unwrap_or_default();
        let mut response =
            (self.status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        if let Some(seconds) = self.retry_after_secs {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}
