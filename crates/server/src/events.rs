//! What has happened, told to whoever listens (server-sent events).
//!
//! In: the records of the log, as they are written by anybody. Out: for each a small event, to those who may see its household. Invariants: an
//! event has the number of its record, so that whoever comes back misses none (`Last-Event-ID`); it tells that something changed and not
//! what, which is asked for; nobody looks at the log while nobody listens.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use audit::leaf::KeyId;
use audit::{HouseholdKey, Reading as Opening};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event as Sse, KeepAlive};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use rebalance::books::access::Right;
use rebalance::books::{Books, BooksError};
use serde::Serialize;
use tokio::sync::broadcast;
use utoipa::ToSchema;

use crate::amount::Moment;
use crate::caller::Caller;
use crate::house::House;
use crate::problem::Problem;
use crate::serving::Server;

/// How often the log is looked at while somebody listens.
const EVERY: Duration = Duration::from_millis(500);
/// Events that a listener may be behind.
const BEHIND_MAX: usize = 256;
/// Records that are told again to who comes back.
const AGAIN_MAX: u64 = 1000;
/// Rows that are read together.
const PAGE: u32 = 500;
/// How often it is asked again what a listener may see.
const RIGHTS_EVERY: Duration = Duration::from_secs(30);
/// An event that keeps the connection alive, and tells the page that it is.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Something that has happened.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Event {
    /// Number of the record in the log.
    rev: u64,
    /// Kind of the record, such as `approval`, `fill`, `drift`.
    r#type: String,
    /// Whose.
    household: Option<String>,
    /// Of what, such as the id of a proposal.
    subject: Option<String>,
    /// When.
    at: Moment,
}

/// Where events go through.
pub(crate) struct Events {
    sender: broadcast::Sender<Arc<Event>>,
    /// The record that is told next; none while nobody listens.
    next: Mutex<Option<u64>>,
    keys: Mutex<BTreeMap<KeyId, HouseholdKey>>,
}

impl Default for Events {
    fn default() -> Events {
        Events { sender: broadcast::channel(BEHIND_MAX).0, next: Mutex::default(), keys: Mutex::default() }
    }
}

impl Events {
    /// A new listener: what is written from now on is told.
    fn listen(&self, house: &dyn House) -> Result<broadcast::Receiver<Arc<Event>>, BooksError> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let receiver = self.sender.subscribe();
        if next.is_none() {
            *next = Some(house.store().reading().record_count()?);
        }
        Ok(receiver)
    }

    /// Tells what is new, where somebody listens.
    fn tell_new(&self, house: &dyn House) -> Result<(), BooksError> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        if self.sender.receiver_count() == 0 {
            *next = None;
        }
        let Some(from) = *next else { return Ok(()) };
        if house.store().reading().record_count()? <= from {
            return Ok(());
        }
        for event in self.read(house, from)? {
            *next = Some(event.rev + 1);
            let _ = self.sender.send(event);
        }
        Ok(())
    }

    /// Records from a number on, as events.
    fn read(&self, house: &dyn House, from: u64) -> Result<Vec<Arc<Event>>, BooksError> {
        let rows = house.store().records(from, PAGE)?;
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let mut looked = false;
        let mut events = Vec::with_capacity(rows.len());
        for row in rows {
            if !keys.contains_key(&row.key_id) && !looked {
                *keys = all_keys(house)?;
                looked = true;
            }
            let opened = match row.read(keys.get(&row.key_id)) {
                Ok(Opening::Open(contents)) => Some((contents.household, contents.subject)),
                _ => None,
            };
            let text = |text: String| Some(text).filter(|text| !text.is_empty());
            let (household, subject) =
                opened.map_or((None, None), |(household, subject)| (text(household), text(subject)));
            events.push(Arc::new(Event {
                rev: row.sequence,
                r#type: row.kind.as_str().to_owned(),
                household: household.filter(|owner| owner != audit::HOUSE),
                subject,
                at: Moment::of_micros(row.time_micros),
            }));
        }
        Ok(events)
    }
}

fn all_keys(house: &dyn House) -> Result<BTreeMap<KeyId, HouseholdKey>, BooksError> {
    let store = house.store();
    let households = store.reading().households()?.into_iter().map(|household| household.id.to_string());
    let mut keys = BTreeMap::new();
    for owner in households.chain([audit::HOUSE.to_owned()]) {
        if let Some(key) = store.key(&owner)? {
            keys.insert(key.id(), key);
        }
    }
    Ok(keys)
}

/// Looks at the log while somebody listens, and tells what is new in it.
pub(crate) async fn tell(server: Server) {
    loop {
        tokio::time::sleep(EVERY).await;
        let told = server.clone();
        // What can't be read now is read the next time.
        let _ = server.work(move |house| Ok(told.events().tell_new(house)?)).await;
    }
}

/// Somebody who listens.
struct Listener {
    server: Server,
    headers: HeaderMap,
    receiver: broadcast::Receiver<Arc<Event>>,
    waiting: VecDeque<Sse>,
    caller: Caller,
    asked_at: tokio::time::Instant,
    /// Households whose events this listener sees or does not.
    known: BTreeMap<String, bool>,
    over: bool,
}

/// What has happened since, as it happens.
///
/// Each event has the number of its record as `id`; send the last one as `Last-Event-ID` to miss none. An event `reset` says that too much
/// was missed: read everything anew. Something comes at least every 15 seconds: an event `alive` where nothing happens.
#[utoipa::path(get, path = "/api/v1/events", operation_id = "events", tag = "events",
    params(("Last-Event-ID" = Option<u64>, Header, description = "Number of the last event that was seen")),
    responses((status = 200, description = "Events, one after the other", body = Event, content_type = "text/event-stream"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn events(
    State(server): State<Server>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let listened = server.clone();
    let receiver = server.work(move |house| Ok(listened.events().listen(house)?)).await?;
    let last = headers
        .get("last-event-id")
        .and_then(|last| last.to_str().ok())
        .and_then(|last| last.parse::<u64>().ok());
    let mut waiting = VecDeque::new();
    let mut missed = Vec::new();
    if let Some(last) = last {
        let told = server.clone();
        let read = move |house: &dyn House| {
            let count = house.store().reading().record_count()?;
            if count.saturating_sub(last) > AGAIN_MAX || last >= count {
                return Ok(None);
            }
            let mut events: Vec<Arc<Event>> = Vec::new();
            while events.last().map_or(last, |event| event.rev) + 1 < count {
                let from = events.last().map_or(last, |event| event.rev) + 1;
                let more = told.events().read(house, from)?;
                if more.is_empty() {
                    break;
                }
                events.extend(more);
            }
            Ok(Some(events))
        };
        match server.work(read).await? {
            Some(events) => missed = events,
            None => waiting.push_back(Sse::default().event("reset").data("{}")),
        }
    }
    server.metrics().listeners.inc();
    let mut listener = Listener {
        headers,
        receiver,
        waiting,
        caller,
        asked_at: tokio::time::Instant::now(),
        known: BTreeMap::new(),
        over: false,
        server: server.clone(),
    };
    for event in missed {
        listener.take(&event).await;
    }
    let events = stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok::<_, Infallible>(event), listener))
    });
    let alive = KeepAlive::new().interval(HEARTBEAT).event(Sse::default().event("alive").data("{}"));
    Ok(axum::response::sse::Sse::new(events).keep_alive(alive).into_response())
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.server.metrics().listeners.dec();
    }
}

impl Listener {
    /// The next event that this listener may see; `None` where it is over.
    async fn next(&mut self) -> Option<Sse> {
        let mut stopping = self.server.stopping();
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            if self.over || *stopping.borrow() {
                return None;
            }
            let told = tokio::select! {
                told = tokio::time::timeout(RIGHTS_EVERY, self.receiver.recv()) => told,
                _ = stopping.changed() => return None,
            };
            match told {
                Ok(Ok(event)) => self.take(&event).await,
                Ok(Err(broadcast::error::RecvError::Lagged(_))) => {
                    return Some(Sse::default().event("reset").data("{}"));
                }
                Ok(Err(broadcast::error::RecvError::Closed)) => return None,
                Err(_) => {}
            }
            self.ask_again().await;
        }
    }

    /// Somebody whose session or grant has ended hears no more.
    async fn ask_again(&mut self) {
        if self.asked_at.elapsed() < RIGHTS_EVERY {
            return;
        }
        self.asked_at = tokio::time::Instant::now();
        let headers = self.headers.clone();
        match self.server.work(move |house| Caller::of(house, &headers)).await {
            Ok(caller) => {
                self.caller = caller;
                self.known.clear();
            }
            Err(_) => self.over = true,
        }
    }

    async fn take(&mut self, event: &Event) {
        let sees = match &event.household {
            None => self.caller.may_everywhere(Right::Audit) || self.caller.may_everywhere(Right::Administer),
            Some(id) => match self.known.get(id) {
                Some(sees) => *sees,
                None => {
                    let (caller, name) = (self.caller.clone(), id.clone());
                    let may = self
                        .server
                        .work(move |house| caller.household(house, &name, Right::Read))
                        .await
                        .is_ok();
                    self.known.insert(id.clone(), may);
                    may
                }
            },
        };
        if sees && let Ok(data) = serde_json::to_string(event) {
            self.waiting.push_back(Sse::default().id(event.rev.to_string()).event("changed").data(data));
        }
    }
}
