//! A request with an `Idempotency-Key` is done once, however often it is sent.
//!
//! In: a request that changes something. Out: its answer; that of the first time where it was sent before. Invariants: a key that comes back
//! with another request is refused; while the first is being done the second is told to wait; answers are kept for a day.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use rebalance::books::access::{Access, Answered, Digest};
use rebalance::id::PersonId;

use crate::caller::{Caller, LetIn};
use crate::problem::Problem;
use crate::routes::changes;
use crate::serving::Server;
use crate::tokens;

/// The header.
const HEADER: &str = "idempotency-key";
/// Longest key.
const KEY_MAX: usize = 255;
/// Longest answer that is kept.
const ANSWER_MAX: usize = 1 << 20;

/// Marks an answer that holds a secret, which is kept nowhere.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ShownOnce;

/// Keys whose requests are being done in this process.
#[derive(Debug, Clone, Default)]
pub(crate) struct Doing(Arc<Mutex<HashSet<(PersonId, String)>>>);

/// One of them, until it is dropped.
struct Held(Doing, (PersonId, String));

impl Doing {
    fn hold(&self, person: PersonId, key: &str) -> Option<Held> {
        let name = (person, key.to_owned());
        let is_new = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone());
        is_new.then(|| Held(self.clone(), name))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

/// Around every address.
pub(crate) async fn once(State(server): State<Server>, request: Request, next: Next) -> Response {
    let changes = changes(request.method());
    let Some(key) = request.headers().get(HEADER).filter(|_| changes).cloned() else {
        return next.run(request).await;
    };
    // Whoever signs in has nobody's name yet, and a token is never kept.
    if request.uri().path().starts_with("/api/v1/session") {
        return next.run(request).await;
    }
    match kept(&server, &key, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn kept(server: &Server, key: &HeaderValue, request: Request, next: Next) -> Result<Response, Problem> {
    let key = key.to_str().ok().filter(|key| !key.is_empty() && key.len() <= KEY_MAX);
    let key =
        key.ok_or_else(|| Problem::invalid(HEADER, format!("has to be 1 to {KEY_MAX} visible characters")))?;
    let key = key.to_owned();
    let (parts, body) = request.into_parts();
    let headers = parts.headers.clone();
    let caller = server.work(move |house| Caller::of(house, &headers)).await?;
    if let Some(let_in) = parts.extensions.get::<LetIn>() {
        let_in.tell(&caller);
    }
    let person = caller.person.id;
    let body = to_bytes(body, server.settings().body_bytes_max).await;
    let body = body.map_err(|_| {
        Problem::unreadable(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the body is too large for this address, or was cut off",
        )
    })?;
    let asked = asked(&parts, &body);
    let Some(held) = server.doing().hold(person, &key) else {
        return Err(Problem::conflict(
            "idempotency_busy",
            "this request is being done; ask again in a second",
        ));
    };
    let known = {
        let key = key.clone();
        server.work(move |house| Ok(house.store().answered(person, &key)?)).await?
    };
    if let Some(known) = known {
        if !tokens::same(&known.asked, &asked) {
            let detail = "this key was sent with another request; draw a new one for each";
            return Err(Problem::conflict("idempotency_key_reused", detail));
        }
        return Ok(again(&known));
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let (mut head, body) = response.into_parts();
    let body = to_bytes(body, ANSWER_MAX).await.map_err(|_| Problem::defect())?;
    // A secret is shown once: who asks again is told that it was.
    let (status, text) = match head.extensions.get::<ShownOnce>() {
        Some(_) => {
            let told = Problem::conflict(
                "shown_once",
                "this was done, and the secret that it gave was shown then; revoke it and make another",
            );
            (told.status, serde_json::to_string(&told).ok())
        }
        None => (head.status, String::from_utf8(body.to_vec()).ok()),
    };
    // What may go better the next time is not kept.
    let lasts = !head.status.is_server_error()
        && head.status != StatusCode::TOO_MANY_REQUESTS
        && head.status != StatusCode::UNAUTHORIZED;
    if let Some(text) = text.filter(|_| lasts) {
        let answered = Answered { asked, status: status.as_u16(), body: text };
        server
            .work(move |house| {
                let _held = held;
                Ok(house.store().keep_answer(person, &key, &answered, house.now())?)
            })
            .await?;
    }
    head.headers.remove(header::CONTENT_LENGTH);
    Ok(Response::from_parts(head, Body::from(body)))
}

/// Everything that a request says: where, over which version, with what.
fn asked(parts: &Parts, body: &[u8]) -> Digest {
    let over = parts.headers.get(header::IF_MATCH).map(HeaderValue::as_bytes).unwrap_or_default();
    let head = format!("{} {}\n", parts.method, parts.uri);
    tokens::digest(&[head.as_bytes(), over, b"\n", body].concat())
}

/// The answer of the first time.
fn again(known: &Answered) -> Response {
    let status = StatusCode::from_u16(known.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if status.is_client_error() { "application/problem+json" } else { "application/json" };
    let headers =
        [(header::CONTENT_TYPE, kind), (header::HeaderName::from_static("idempotency-replayed"), "true")];
    (status, headers, known.body.clone()).into_response()
}
