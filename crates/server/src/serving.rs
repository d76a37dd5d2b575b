//! A server, from its start to its end.
//!
//! In: the program around it, a socket that listens, limits. Out: a [`Running`] server. Invariants: what blocks runs on threads of its own,
//! so many at once; every answer carries a request's id, and the headers that keep a browser from being turned against its user; stopping
//! lets what was begun be finished.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use futures_util::FutureExt;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use jiff::{SignedDuration, Timestamp};
use rebalance::books::Access;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower_http::add_extension::AddExtension;

use crate::caller::{Asking, Caller};
use crate::events::Events;
use crate::house::House;
use crate::limits::{Measures, Peer, Rate};
use crate::metrics::Metrics;
use crate::once::Doing;
use crate::page::Page;
use crate::problem::Problem;
use crate::sign_on::Used;
use crate::table::Table;

/// How long answers to requests that may be sent again are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// Passwords that are hashed at once.
const HASHING_MAX: usize = 2;
/// Sign-ins that wait for a provider at once: it may take its time, and nobody else is to wait for it.
const AWAY_MAX: usize = 4;
/// Threads that the runtime blocks for itself: to look up names, to read files.
const OWN_THREADS: usize = 4;

/// Limits, and who may be asked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Names of this server beside those of this machine; a request for another is refused.
    pub hosts: Vec<String>,
    /// Somebody in front of it encrypts the line.
    pub is_behind_tls: bool,
    /// Bytes of a body.
    pub body_bytes_max: usize,
    /// Requests that are worked on at once; who comes after waits.
    pub work_max: usize,
    /// How long a request may take.
    pub patience: Duration,
    /// How long what was begun may take once the server is told to stop.
    pub ending: Duration,
    /// How long a caller may take to send the head of a request.
    pub head_patience: Duration,
    /// Connections at once.
    pub connections_max: usize,
    /// Failed tries under a name until it is locked.
    pub tries_max: u32,
    /// How long it is locked.
    pub locked: SignedDuration,
    /// How often each caller may ask; without a rate nobody counts.
    pub rate: Option<Rate>,
    /// The web page; without one only the API is answered.
    pub page: Option<Page>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            hosts: Vec::new(),
            is_behind_tls: false,
            body_bytes_max: 64 << 20,
            work_max: 32,
            patience: Duration::from_secs(60),
            ending: Duration::from_secs(10),
            head_patience: Duration::from_secs(10),
            connections_max: 20_000,
            tries_max: 5,
            locked: SignedDuration::from_mins(15),
            rate: Some(Rate { per_minute: 6_000, burst: 3_000 }),
            page: None,
        }
    }
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Others could reach it over a line that anybody can read.
    #[error(
        "{address} can be reached from elsewhere, and passwords would go over a line that anybody can read: let something that \
         encrypts stand in front of it and say `behind_tls = true`, or listen on 127.0.0.1"
    )]
    OpenToOthers {
        /// Where it would listen.
        address: SocketAddr,
    },
    /// The machine does not let it.
    #[error("can't serve ({0})")]
    Machine(#[from] std::io::Error),
}

/// What every request needs.
#[derive(Clone)]
pub(crate) struct Server(Arc<Inner>);

struct Inner {
    house: Arc<dyn House>,
    settings: Settings,
    places: Arc<Semaphore>,
    hashing: Arc<Semaphore>,
    away: Arc<Semaphore>,
    doing: Doing,
    events: Events,
    metrics: Metrics,
    table: Table,
    measures: Measures,
    used_states: Used,
    docs: Bytes,
    /// How often the books had been written when what is in them was signed last.
    signed: AtomicU64,
    stopping: watch::Receiver<bool>,
}

impl Server {
    /// A place to hash a password in: each takes 19 MiB and a processor.
    pub(crate) async fn hash(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0.hashing).acquire_owned().await.ok()
    }

    /// Does something that blocks, where it does not hold up others.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        act: impl FnOnce(&dyn House) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let place = Arc::clone(&self.0.places).acquire_owned().await.map_err(|_| Problem::busy())?;
        self.work_at(place, act).await
    }

    /// The same for somebody who asks: who they are is found out at the same place.
    pub(crate) async fn work_for<T: Send + 'static>(
        &self,
        asking: Asking,
        act: impl FnOnce(&dyn House, Caller) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.work(move |house| act(house, asking.caller(house)?)).await
    }

    /// The same for what waits for somebody outside, at places of its own; where all are taken nobody waits for one.
    pub(crate) async fn work_outside<T: Send + 'static>(
        &self,
        act: impl FnOnce(&dyn House) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let place = Arc::clone(&self.0.away).try_acquire_owned().map_err(|_| Problem::busy())?;
        self.work_at(place, act).await
    }

    async fn work_at<T: Send + 'static>(
        &self,
        place: OwnedSemaphorePermit,
        act: impl FnOnce(&dyn House) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let house = Arc::clone(&self.0.house);
        let done = tokio::task::spawn_blocking(move || {
            let _place = place;
            act(house.as_ref())
        });
        done.await.unwrap_or_else(|_| Err(Problem::defect()))
    }

    /// Signs what was written; who has written nothing since waits for nobody. Where it can't be signed now, it is with what is written next, or by the
    /// service that leads.
    pub(crate) async fn sign(&self) {
        let written = self.0.house.store().written();
        if self.0.signed.load(Ordering::SeqCst) >= written {
            return;
        }
        if self.work(|house| house.sign().map_err(Problem::outside)).await.is_ok() {
            self.0.signed.fetch_max(written, Ordering::SeqCst);
        }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn doing(&self) -> &Doing {
        &self.0.doing
    }

    pub(crate) fn events(&self) -> &Events {
        &self.0.events
    }

    pub(crate) fn measures(&self) -> &Measures {
        &self.0.measures
    }

    pub(crate) fn used_states(&self) -> &Used {
        &self.0.used_states
    }

    /// The description of the API as a page.
    pub(crate) fn docs(&self) -> Bytes {
        self.0.docs.clone()
    }

    /// The program around the server, for what does not block.
    pub(crate) fn house(&self) -> &dyn House {
        self.0.house.as_ref()
    }

    pub(crate) fn table(&self) -> &Table {
        &self.0.table
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// Becomes true when the server is told to stop.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.0.stopping.clone()
    }
}

/// A server that runs.
pub struct Running {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops it: what was begun is finished first.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// Starts a server.
///
/// # Errors
/// [`ServeError`] where passwords would go over an open line, or the machine has no threads or sockets left.
pub fn start(
    house: Arc<dyn House>,
    listener: TcpListener,
    settings: Settings,
) -> Result<Running, ServeError> {
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() && !settings.is_behind_tls {
        return Err(ServeError::OpenToOthers { address });
    }
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        // Whoever blocks has a place, which is given back a moment before its thread is: without a bound there would be many more threads than places.
        .max_blocking_threads(settings.work_max + AWAY_MAX + OWN_THREADS)
        .enable_all()
        .thread_name("server")
        .build()?;
    let (stop, stopping) = watch::channel(false);
    let server = Server(Arc::new(Inner {
        places: Arc::new(Semaphore::new(settings.work_max)),
        hashing: Arc::new(Semaphore::new(HASHING_MAX)),
        away: Arc::new(Semaphore::new(AWAY_MAX)),
        doing: Doing::default(),
        events: Events::default(),
        metrics: Metrics::default(),
        table: Table::default(),
        measures: Measures::default(),
        used_states: Used::default(),
        docs: Bytes::from(crate::docs::page(
            &serde_json::to_value(crate::routes::openapi()).unwrap_or_default(),
        )),
        signed: AtomicU64::new(0),
        stopping: stopping.clone(),
        house,
        settings,
    }));
    let thread = std::thread::Builder::new().name("server".to_owned()).spawn(move || {
        runtime.block_on(async {
            if let Ok(listener) = tokio::net::TcpListener::from_std(listener) {
                let telling = tokio::spawn(crate::events::tell(server.clone()));
                let forgetting = tokio::spawn(forget(server.clone()));
                accept(&listener, &server, crate::routes::router(server.clone()), stopping).await;
                telling.abort();
                forgetting.abort();
            }
        });
        // What still blocks after its time is left behind.
        runtime.shutdown_timeout(Duration::from_secs(1));
    })?;
    Ok(Running { address, stop, thread: Some(thread) })
}

/// Forgets every hour what is older than a day: answers to requests that may be sent again, failed tries, ended sessions.
async fn forget(server: Server) {
    loop {
        let forgotten = server.work(|house| {
            let before = house.now().saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
            Ok(house.store().forget_before(before)?)
        });
        // What can't be done now is done an hour later.
        let _ = forgotten.await;
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
}

/// Takes connections until it is told to stop.
async fn accept(
    listener: &tokio::net::TcpListener,
    server: &Server,
    router: Router,
    mut stopping: watch::Receiver<bool>,
) {
    let settings = server.settings();
    let open = Arc::new(Semaphore::new(settings.connections_max));
    let ending = GracefulShutdown::new();
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(settings.head_patience).max_headers(100);
    loop {
        let place = tokio::select! {
            place = Arc::clone(&open).acquire_owned() => place,
            _ = stopping.changed() => break,
        };
        let Ok(place) = place else { break };
        let (stream, peer) = tokio::select! {
            taken = listener.accept() => match taken {
                Ok(taken) => taken,
                // No more sockets for now: others will end.
                Err(_) => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            _ = stopping.changed() => break,
        };
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(AddExtension::new(router.clone(), Peer(peer.ip())));
        let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
        let connection = ending.watch(connection);
        tokio::spawn(async move {
            let _place = place;
            let _ = connection.await;
        });
    }
    let _ = tokio::time::timeout(settings.ending, ending.shutdown().map(drop)).await;
}
