//! What was sent, read strictly.
//!
//! In: a body or the query of an address. Out: the value, or a [`Problem`] that says where it is wrong. Invariant: an unknown field is an
//! error, not ignored.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;

/// Entries of a page where nobody says.
const LIMIT: u32 = 100;
/// Most entries of a page.
const LIMIT_MAX: u32 = 1000;

/// A body of JSON.
pub(crate) struct Sent<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Sent<T>, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if !kind.unwrap_or_default().trim_start().starts_with("application/json") {
            let detail = "send the body as `Content-Type: application/json`";
            return Err(Problem::unreadable(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
        }
        let body = Bytes::from_request(request, state).await.map_err(|error| unread(&error))?;
        read(&body).map(Sent)
    }
}

/// A body as it is: a document that a reader of its own reads.
pub(crate) struct Text(pub(crate) String);

impl<S: Send + Sync> FromRequest<S> for Text {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Text, Problem> {
        let body = Bytes::from_request(request, state).await.map_err(|error| unread(&error))?;
        let text = String::from_utf8(body.to_vec());
        text.map(Text).map_err(|_| Problem::unreadable(StatusCode::BAD_REQUEST, "the body is no UTF-8 text"))
    }
}

fn unread(error: &BytesRejection) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::unreadable(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large for this address")
        }
        _ => Problem::unreadable(StatusCode::BAD_REQUEST, "the body was cut off"),
    }
}

/// Reads JSON, or says where it is wrong.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    // Whoever reads a struct would take a list of its fields for it.
    if body.trim_ascii_start().first().is_some_and(|first| *first != b'{') {
        let whole = serde_json::from_slice::<serde::de::IgnoredAny>(body);
        return Err(match whole {
            Ok(_) => Problem::invalid("", "the body has to be an object, `{…}`"),
            Err(error) => {
                Problem::unreadable(StatusCode::BAD_REQUEST, format!("the body is no JSON: {error}"))
            }
        });
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let cause = error.into_inner();
        if cause.is_syntax() || cause.is_eof() {
            return Problem::unreadable(StatusCode::BAD_REQUEST, format!("the body is no JSON: {cause}"));
        }
        Problem::invalid(if path == "." { "" } else { &path }, cause.to_string())
    })?;
    reader.end().map_err(|error| {
        Problem::unreadable(
            StatusCode::BAD_REQUEST,
            format!("something follows the JSON of the body: {error}"),
        )
    })?;
    Ok(value)
}

/// The query of an address.
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Asked<T>, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Asked(value)),
            Err(error) => {
                let (path, detail) = fault_of_query(&error.body_text());
                Err(Problem::invalid(path, detail))
            }
        }
    }
}

/// Which parameter is wrong, and what about it, in the words of who reads queries; the whole query where it does not say.
fn fault_of_query(words: &str) -> (String, String) {
    let words = words.strip_prefix("Failed to deserialize query string: ").unwrap_or(words);
    let is_name =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let told = words.split_once(": ").filter(|(name, _)| is_name(name));
    match told {
        Some((name, detail)) => (name.to_owned(), detail.to_owned()),
        None => ("query".to_owned(), words.to_owned()),
    }
}

/// The one name in an address; what can't be a name names nothing.
pub(crate) struct Named(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Named, Problem> {
        let named = Path::<String>::from_request_parts(parts, state).await;
        named.map(|Path(name)| Named(name)).map_err(|_| Problem::not_found())
    }
}

/// Which end of a list comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    /// What happened last.
    #[default]
    Newest,
    /// What happened first.
    Oldest,
}

/// Which part of a list.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Part {
    /// Entries behind this one: `next` of the page before.
    #[param(nullable = false)]
    pub(crate) after: Option<String>,
    /// Entries at most, 100 where nothing is said.
    #[param(nullable = false, minimum = 1, maximum = 1000)]
    pub(crate) limit: Option<u32>,
}

impl Part {
    /// How many.
    pub(crate) fn limit(&self) -> Result<usize, Problem> {
        let limit = self.limit.unwrap_or(LIMIT);
        if limit == 0 || limit > LIMIT_MAX {
            return Err(Problem::invalid("limit", format!("has to be from 1 to {LIMIT_MAX}")));
        }
        usize::try_from(limit).map_err(|_| Problem::defect())
    }

    /// This part of a whole list whose entries have names, and the name behind which the next begins.
    pub(crate) fn of<T>(
        &self,
        all: Vec<T>,
        name: impl Fn(&T) -> String,
    ) -> Result<(Vec<T>, Option<String>), Problem> {
        let limit = self.limit()?;
        let from = match &self.after {
            None => 0,
            Some(after) => match all.iter().position(|entry| name(entry) == *after) {
                Some(place) => place + 1,
                None => return Err(Problem::invalid("after", "names no entry of this list")),
            },
        };
        let more = all.len() > from.saturating_add(limit);
        let part: Vec<T> = all.into_iter().skip(from).take(limit).collect();
        let next = part.last().filter(|_| more).map(name);
        Ok((part, next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Shape {
        #[expect(dead_code, reason = "only whether it can be read matters")]
        rows: Vec<u32>,
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let told = |body: &str| read::<Shape>(body.as_bytes()).unwrap_err();
        assert_eq!(told(r#"{"rows": [1, "x"]}"#).path.as_deref(), Some("rows[1]"));
        assert!(told(r#"{"row": []}"#).detail.contains("unknown field `row`"));
        assert_eq!(told("{\"rows\": [").status, StatusCode::BAD_REQUEST);
        assert!(told("{\"rows\": []} x").detail.contains("follows"));
    }

    #[test]
    fn a_parameter_that_is_wrong_is_named() {
        let told = |query: &str| {
            let uri = format!("http://x/?{query}").parse().unwrap();
            let error = Query::<Part>::try_from_uri(&uri).unwrap_err();
            fault_of_query(&error.body_text())
        };
        assert_eq!(told("limit=many").0, "limit");
        assert_eq!(told("colour=red").0, "colour");
        assert!(told("colour=red").1.starts_with("unknown field `colour`"));
        assert_eq!(fault_of_query("no idea"), ("query".to_owned(), "no idea".to_owned()));
    }

    #[test]
    fn parts_follow_one_another_and_none_is_skipped() {
        let all: Vec<u32> = (0..5).collect();
        let mut after = None;
        let mut seen = Vec::new();
        loop {
            let part = Part { after, limit: Some(2) };
            let (rows, next) = part.of(all.clone(), ToString::to_string).unwrap();
            seen.extend(rows);
            match next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, all);
        let limit = |limit| Part { after: None, limit: Some(limit) }.limit().is_ok();
        assert!(limit(1000) && !limit(0) && !limit(1001));
        assert!(Part { after: Some("9".to_owned()), limit: None }.of(all, ToString::to_string).is_err());
    }
}
