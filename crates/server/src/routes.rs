//! Which address is answered by whom, and what is put around every answer.
//!
//! In: a server. Out: its addresses, and the document that describes them, which is made from the same list. Invariant: an address that is not
//! in the list is not answered, and one that is stands in the document.

use std::time::Instant;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, SecurityRequirement};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answered::{Answered, Trace};
use crate::caller::{COOKIE, LetIn};
use crate::handlers as at;
use crate::limits::in_measure;
use crate::problem::Problem;
use crate::serving::Server;
use crate::{docs, events, metrics, once, page};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const ABOUT: &str = "Keeps investment portfolios at their target. Money, shares and weights are decimals in text; times are UTC. Every \
     error is a problem (RFC 9457) with a stable `code`. Every request that changes something may carry an `Idempotency-Key`: it is \
     done once, however often it is sent within a day. This is no investment, tax or legal advice.";

/// All addresses. A new one is a file of `handlers/` and a line here.
fn all() -> OpenApiRouter<Server> {
    OpenApiRouter::with_openapi(head())
        .routes(routes!(
            at::session::sign_in::sign_in,
            at::session::who::who,
            at::session::sign_out::sign_out
        ))
        .routes(routes!(at::session::guest::guest))
        .routes(routes!(at::session::provider::away::away))
        .routes(routes!(at::session::provider::back::back))
        .routes(routes!(at::session::proof::proof))
        .routes(routes!(at::welcome::welcome))
        .routes(routes!(at::people::list::list, at::people::add::add))
        .routes(routes!(at::people::password::password))
        .routes(routes!(at::grants::list::list, at::grants::give::give))
        .routes(routes!(at::grants::withdraw::withdraw))
        .routes(routes!(at::keys::list::list, at::keys::make::make))
        .routes(routes!(at::keys::revoke::revoke))
        .routes(routes!(at::keys::approval::approval))
        .routes(routes!(at::households::list::list, at::households::open::open))
        .routes(routes!(at::households::table::table))
        .routes(routes!(at::households::show::show))
        .routes(routes!(at::households::drift::drift))
        .routes(routes!(at::households::drift_history::drift_history))
        .routes(routes!(at::households::accounts::accounts))
        .routes(routes!(at::households::lots::lots))
        .routes(routes!(at::households::transactions::transactions))
        .routes(routes!(at::households::gains::gains))
        .routes(routes!(at::households::tax::tax))
        .routes(routes!(at::tax_forms::form_8949::form))
        .routes(routes!(at::tax_forms::statement::statement))
        .routes(routes!(at::households::notices::notices))
        .routes(routes!(at::households::document::document, at::households::replace::replace))
        .routes(routes!(at::households::pause::pause))
        .routes(routes!(at::households::resume::resume))
        .routes(routes!(at::households::snooze::snooze))
        .routes(routes!(at::households::cash_flows::cash_flow))
        .routes(routes!(
            at::households::reconciliation::reconciliation,
            at::households::reconciliation::reconcile
        ))
        .routes(routes!(at::households::propose::propose))
        .routes(routes!(at::households::follow::follow, at::households::follow::unfollow))
        .routes(routes!(at::model_portfolios::list::list))
        .routes(routes!(
            at::model_portfolios::show::show,
            at::model_portfolios::publish::publish,
            at::model_portfolios::remove::remove
        ))
        .routes(routes!(at::model_portfolios::effect::effect))
        .routes(routes!(at::proposals::list::list))
        .routes(routes!(at::proposals::show::show))
        .routes(routes!(at::proposals::attempts::attempts))
        .routes(routes!(at::proposals::orders::orders))
        .routes(routes!(at::proposals::records::records))
        .routes(routes!(at::proposals::approve::approve))
        .routes(routes!(at::proposals::reject::reject))
        .routes(routes!(at::proposals::what_if::what_if))
        .routes(routes!(at::proposals::alternatives::alternatives))
        .routes(routes!(at::proposals::plan::plan))
        .routes(routes!(at::proposals::retry::retry))
        .routes(routes!(at::proposals::timeline::timeline))
        .routes(routes!(at::proposals::replay::replay))
        .routes(routes!(at::orders::list::list))
        .routes(routes!(at::orders::tickets::tickets))
        .routes(routes!(at::orders::filled::filled, at::orders::fills::fills))
        .routes(routes!(at::orders::costs::costs))
        .routes(routes!(at::audit::checkpoint::checkpoint))
        .routes(routes!(at::audit::proof::proof))
        .routes(routes!(at::audit::verify::verify))
        .routes(routes!(at::audit::records::records))
        .routes(routes!(at::audit::examination::of_household))
        .routes(routes!(at::audit::examination::of_proposal))
        .routes(routes!(at::documents::drift::drift))
        .routes(routes!(at::documents::plan::plan))
        .routes(routes!(at::documents::validate::validate))
        .routes(routes!(at::documents::preferences::preferences, at::documents::tokens::tokens))
        .routes(routes!(at::imports::imports))
        .routes(routes!(at::prices::list::list))
        .routes(routes!(at::prices::held::held))
        .routes(routes!(at::prices::believe::believe))
        .routes(routes!(at::house_rules::show::show))
        .routes(routes!(at::house_rules::propose::propose, at::house_rules::withdraw::withdraw))
        .routes(routes!(at::house_rules::confirm::confirm))
        .routes(routes!(at::trading::show::show))
        .routes(routes!(at::trading::halt::halt))
        .routes(routes!(at::trading::resume::resume))
        .routes(routes!(at::settings::settings))
        .routes(routes!(events::events))
        .routes(routes!(at::operation::livez::livez))
        .routes(routes!(at::operation::readyz::readyz))
        .routes(routes!(metrics::metrics))
}

fn head() -> OpenApi {
    let key =
        HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("The key of a program")).build();
    let cookie = ApiKey::Cookie(ApiKeyValue::with_description(COOKIE, "A person who is signed in"));
    let components = ComponentsBuilder::new()
        .security_scheme("session", SecurityScheme::ApiKey(cookie))
        .security_scheme("key", SecurityScheme::Http(key));
    let info =
        InfoBuilder::new().title("Equipoise").version(env!("CARGO_PKG_VERSION")).description(Some(ABOUT));
    let either = [
        SecurityRequirement::new::<_, [&str; 0], _>("session", []),
        SecurityRequirement::new::<_, [&str; 0], _>("key", []),
    ];
    OpenApiBuilder::new().info(info).components(Some(components.build())).security(Some(either)).build()
}

/// The document of all addresses.
#[must_use]
pub fn openapi() -> OpenApi {
    all().into_openapi()
}

/// All addresses of a server, with everything around them.
pub(crate) fn router(server: Server) -> Router {
    let (router, document) = all().split_for_parts();
    let text = Bytes::from(serde_json::to_vec_pretty(&document).unwrap_or_default());
    let document = move || {
        let text = text.clone();
        async move { ([(header::CONTENT_TYPE, "application/json")], text) }
    };
    router
        .route("/openapi.json", axum::routing::get(document))
        .route("/docs", axum::routing::get(docs::docs))
        .route("/docs/style.css", axum::routing::get(docs::style))
        .fallback(page::page)
        .method_not_allowed_fallback(async || Problem::method())
        .layer(from_fn_with_state(server.clone(), signed))
        .layer(from_fn_with_state(server.clone(), once::once))
        .layer(from_fn_with_state(server.clone(), in_time))
        .layer(DefaultBodyLimit::max(server.settings().body_bytes_max))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| Problem::defect().into_response()))
        .layer(CsrfLayer::new().with_rejection_response(|_| {
            Problem::forbidden("this request comes from the page of somebody else").into_response()
        }))
        .layer(from_fn_with_state(server.clone(), in_measure))
        .layer(from_fn_with_state(server.clone(), is_for_us))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(server.clone(), around))
        .with_state(server)
}

/// A request that takes too long is given up; what it began to write is written whole or not at all.
async fn in_time(State(server): State<Server>, request: Request, next: Next) -> Response {
    let answered = tokio::time::timeout(server.settings().patience, next.run(request)).await;
    answered.unwrap_or_else(|_| Problem::too_long().into_response())
}

/// What was written is signed before it is answered.
async fn signed(State(server): State<Server>, request: Request, next: Next) -> Response {
    let changes = changes(request.method());
    let response = next.run(request).await;
    if changes && response.status().is_success() {
        server.sign().await;
    }
    response
}

/// Whether a method may change something.
pub(crate) fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// A page whose name was made to lead to this machine (DNS rebinding) has its own name as host.
async fn is_for_us(State(server): State<Server>, request: Request, next: Next) -> Response {
    let host = request.uri().authority().map(|authority| authority.as_str().to_owned());
    let host = host
        .or_else(|| Some(request.headers().get(header::HOST)?.to_str().ok()?.to_owned()))
        .unwrap_or_default();
    let bracketed = host.rsplit_once(':').filter(|(_, port)| !port.ends_with(']'));
    let name = bracketed.map_or(host.as_str(), |(name, _)| name);
    let ip: Option<std::net::IpAddr> = name.trim_matches(['[', ']']).parse().ok();
    let is_here = name.eq_ignore_ascii_case("localhost") || ip.is_some_and(|ip| ip.is_loopback());
    if is_here || server.settings().hosts.iter().any(|ours| ours.eq_ignore_ascii_case(name)) {
        return next.run(request).await;
    }
    let detail = "this server has another name; add this one to `hosts` in its configuration if it is right";
    Problem::unreadable(StatusCode::MISDIRECTED_REQUEST, detail).into_response()
}

/// The id of the request, the headers of every answer, and its figures.
async fn around(State(server): State<Server>, mut request: Request, next: Next) -> Response {
    let (begun, at) = (Instant::now(), server.house().now());
    let traceparent = request.headers().get("traceparent").and_then(|value| value.to_str().ok());
    let trace = Trace::of(traceparent, random());
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let (id, let_in) = (request_id(), LetIn::default());
    request.extensions_mut().insert(let_in.clone());
    let mut response = next.run(request).await;
    if let Some(mut problem) = response.extensions_mut().remove::<Problem>() {
        problem.request_id = Some(id.as_str().into());
        let headers = response.headers().clone();
        response = (problem.status, Json(&problem)).into_response();
        for (name, value) in headers.iter().filter(|(name, _)| {
            !matches!(**name, header::CONTENT_LENGTH | header::CONTENT_ENCODING | header::TRANSFER_ENCODING)
        }) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if server.settings().is_behind_tls {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    // What somebody sent as a method is not a label of ours.
    let known = matches!(method.as_str(), "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS");
    let method = if known { method.as_str() } else { "other" };
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    server.metrics().answered(&route, method, status, took);
    let caller = let_in.word().unwrap_or("nobody");
    let method = method.to_owned();
    server.house().answered(&Answered { at, request_id: id, method, route, status, took, caller, trace });
    response
}

fn request_id() -> String {
    random::<12>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Random bytes for names of requests. Without any a request has a name that others have too; nothing depends on it.
fn random<const N: usize>() -> [u8; N] {
    let mut random = [0; N];
    let _ = getrandom::fill(&mut random);
    random
}
