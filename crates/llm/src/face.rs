//! The gateway for other programs: OpenAI's Chat Completions over HTTP.
//!
//! In: a gateway, a socket that listens, and who may ask. Out: `POST /v1/chat/completions`, where `model` is a route or a model of
//! the configuration, and `GET /v1/models`. Invariants: what is answered was judged: with a schema nothing is sent that
//! breaks it, streamed or not; nobody from elsewhere can ask without the key; a page in a browser can't ask at all.

mod answered;
mod asked;
mod refusal;

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::configuration::DEFAULT_ROUTE;
use crate::gateway::{Gateway, Progress};
use outward::Key;

use asked::Asked;
use refusal::Refusal;

/// Who may ask, and how many at once.
#[derive(Debug, Clone)]
pub struct FaceSettings {
    /// The key that callers have to show; without one only callers on this machine are heard.
    pub key: Option<Key>,
    /// Calls at once; who comes after is asked to come back.
    pub calls_max: usize,
    /// Bytes of a request.
    pub bytes_max: usize,
    /// What the waits between attempts are drawn from.
    pub seed: u64,
}

impl Default for FaceSettings {
    fn default() -> FaceSettings {
        FaceSettings { key: None, calls_max: 16, bytes_max: 8 << 20, seed: 0 }
    }
}

/// How long a caller may take to send a request.
const BODY_TIME_MAX: Duration = Duration::from_secs(30);

/// Why there is no face.
#[derive(Debug, thiserror::Error)]
pub enum FaceError {
    /// Others could reach it, and there is no key to tell them apart.
    #[error(
        "{address} can be reached from elsewhere; set `face.key_env` in the configuration and the variable that it names"
    )]
    OpenToOthers {
        /// Where it would listen.
        address: std::net::SocketAddr,
    },
    /// The machine does not let it.
    #[error("can't serve ({0})")]
    Machine(#[from] std::io::Error),
}

/// What every call needs.
struct Face {
    gateway: Arc<Gateway>,
    settings: FaceSettings,
    places: Arc<Semaphore>,
    calls: AtomicU64,
}

/// Serves until the program ends.
///
/// # Errors
/// [`FaceError`] where others could ask without a key, or the machine has no threads or sockets left.
pub fn serve(gateway: Arc<Gateway>, listener: TcpListener, settings: FaceSettings) -> Result<(), FaceError> {
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() && settings.key.is_none() {
        return Err(FaceError::OpenToOthers { address });
    }
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        axum::serve(listener, router(gateway, settings)).await?;
        Ok(())
    })
}

/// The same as routes, for a server that has others too.
pub fn router(gateway: Arc<Gateway>, settings: FaceSettings) -> Router {
    let calls_max = settings.calls_max;
    let face =
        Face { gateway, settings, places: Arc::new(Semaphore::new(calls_max)), calls: AtomicU64::new(0) };
    Router::new()
        .route("/v1/chat/completions", post(complete))
        .route("/v1/models", get(models))
        .fallback(async || Refusal::no_such_address().into_response())
        .with_state(Arc::new(face))
}

async fn models(State(face): State<Arc<Face>>, headers: HeaderMap) -> Response {
    match face.may_ask(&headers) {
        Ok(()) => answered::models(face.gateway.configuration()).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

/// A question whose caller may ask it, and the place that it has among the calls.
async fn admitted(face: &Face, request: Request) -> Result<(Asked, OwnedSemaphorePermit), Refusal> {
    let headers = request.headers();
    face.may_ask(headers)?;
    // A form of a web page can be sent anywhere without asking; JSON can't.
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/json") {
        return Err(Refusal::wrong("content-type", "has to be application/json"));
    }
    // Nothing is read before: neither of somebody without the key nor of more callers than there are places.
    let place = face.places.clone().try_acquire_owned().map_err(|_| Refusal::busy())?;
    let body = tokio::time::timeout(BODY_TIME_MAX, to_bytes(request.into_body(), face.settings.bytes_max));
    let body: Bytes = match body.await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return Err(Refusal::too_large(face.settings.bytes_max)),
        Err(_) => return Err(Refusal::too_slow(BODY_TIME_MAX)),
    };
    let asked = Asked::read(&body)?;
    if !face.is_known(&asked.request.job) {
        return Err(Refusal::unknown_model());
    }
    Ok((asked, place))
}

async fn complete(State(face): State<Arc<Face>>, request: Request) -> Response {
    let (asked, place) = match admitted(&face, request).await {
        Ok(admitted) => admitted,
        Err(refusal) => return refusal.into_response(),
    };
    let call = face.calls.fetch_add(1, Ordering::Relaxed);
    let dice = face.settings.seed.wrapping_add(call);
    let gateway = face.gateway.clone();
    if !asked.streamed {
        let work = move || {
            let _place = place; // held until the answer is there
            gateway
                .ask(&asked.request, dice, &mut |_| {})
                .map_err(|error| Refusal::of(&error))
                .and_then(|reply| answered::whole(&reply, call))
        };
        return match tokio::task::spawn_blocking(work).await {
            Ok(Ok(completion)) => completion.into_response(),
            Ok(Err(refusal)) => refusal.into_response(),
            Err(_) => Refusal::defect().into_response(),
        };
    }
    let (send, mut receive) = mpsc::channel::<String>(64);
    let at_last = send.clone();
    let work = tokio::task::spawn_blocking(move || {
        let _place = place;
        let answer = gateway.ask(&asked.request, dice, &mut |progress| {
            // What was not judged is not sent; that something happens is. A caller who left hears nothing.
            if let Some(comment) = comment(&progress) {
                let _ = send.try_send(comment);
            }
        });
        let events = match answer {
            Ok(reply) => answered::events(&reply, call, asked.with_usage),
            Err(error) => Err(Refusal::of(&error)),
        };
        let text = events.unwrap_or_else(|refusal| refusal.event());
        let _ = send.blocking_send(text);
    });
    // A stream that just stops would look like a broken line.
    tokio::task::spawn(async move {
        if work.await.is_err() {
            let _ = at_last.send(Refusal::defect().event()).await;
        }
    });
    let stream = futures_util::stream::poll_fn(move |context| {
        receive.poll_recv(context).map(|text| text.map(Ok::<_, std::convert::Infallible>))
    });
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-cache")];
    (StatusCode::OK, headers, Body::from_stream(stream)).into_response()
}

/// A line that readers of streams pass over, and that keeps the connection alive.
fn comment(progress: &Progress<'_>) -> Option<String> {
    match progress {
        Progress::Asking { model, attempt } => Some(format!(": asking {model}, attempt {attempt}\n\n")),
        Progress::Waiting { model, wait } => {
            Some(format!(": waiting {:.1} s for {model}\n\n", wait.as_secs_f64()))
        }
        Progress::Text(_) => Some(": writing\n\n".to_owned()),
    }
}

impl Face {
    /// Whether the caller may ask.
    fn may_ask(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if let Some(key) = &self.settings.key {
            let shown = text(header::AUTHORIZATION).strip_prefix("Bearer ").unwrap_or_default();
            return if key.is(shown) { Ok(()) } else { Err(Refusal::wrong_key()) };
        }
        // A page whose name was made to lead here (DNS rebinding) has its own name as host.
        let host = text(header::HOST);
        let name =
            host.rsplit_once(':').map_or(host, |(name, port)| if port.ends_with(']') { host } else { name });
        let ip: Option<std::net::IpAddr> = name.trim_matches(['[', ']']).parse().ok();
        if name == "localhost" || ip.is_some_and(|ip| ip.is_loopback()) {
            Ok(())
        } else {
            Err(Refusal::wrong_host())
        }
    }

    /// Whether there is such a route or model.
    fn is_known(&self, name: &str) -> bool {
        let configuration = self.gateway.configuration();
        name == DEFAULT_ROUTE && configuration.route(name).is_some()
            || configuration.routes.contains_key(name)
            || configuration.models.contains_key(name)
    }
}
