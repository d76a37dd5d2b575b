//! Figures about this server for Prometheus.
//!
//! In: every answer. Out: a text in the OpenMetrics form. Invariant: no figure is of one household, account, order or person.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use crate::problem::Problem;
use crate::serving::Server;

type Labels = Vec<(&'static str, String)>;

/// Figures.
pub(crate) struct Metrics {
    registry: Mutex<Registry>,
    requests: Family<Labels, Counter>,
    took: Family<Labels, Histogram>,
    /// Who listens to events now.
    pub(crate) listeners: Gauge,
}

impl Default for Metrics {
    fn default() -> Metrics {
        let mut registry = Registry::with_prefix("equipoise");
        let requests = Family::<Labels, Counter>::default();
        let took = Family::<Labels, Histogram>::new_with_constructor(|| {
            Histogram::new(exponential_buckets(0.001, 2.0, 16))
        });
        let listeners = Gauge::default();
        registry.register("http_requests", "Answers, by address, method and status", requests.clone());
        registry.register_with_unit("http_request", "How long they took", Unit::Seconds, took.clone());
        registry.register("event_listeners", "Who listens to events now", listeners.clone());
        Metrics { registry: Mutex::new(registry), requests, took, listeners }
    }
}

impl Metrics {
    /// An answer was given.
    pub(crate) fn answered(&self, route: &str, method: &str, status: u16, took: Duration) {
        let address = vec![("route", route.to_owned()), ("method", method.to_owned())];
        self.took.get_or_create(&address).observe(took.as_secs_f64());
        let mut labels = address;
        labels.push(("status", status.to_string()));
        self.requests.get_or_create(&labels).inc();
    }

    fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry.lock().unwrap_or_else(PoisonError::into_inner))?;
        Ok(text)
    }
}

/// Figures about this server for Prometheus.
#[utoipa::path(get, path = "/metrics", operation_id = "metrics", tag = "operation", security(()),
    responses((status = 200, description = "Figures in the OpenMetrics form", body = String, content_type = "application/openmetrics-text")))]
pub(crate) async fn metrics(State(server): State<Server>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    match server.metrics().text() {
        Ok(text) => ([(header::CONTENT_TYPE, kind)], text).into_response(),
        Err(_) => Problem::defect().into_response(),
    }
}
