//! Traces of requests, sent to a collector of OpenTelemetry over HTTP.
//!
//! In: what the server tells of each answer. Out: spans, several at once, as OTLP in JSON (`POST …/v1/traces`). Invariants: nothing waits for the
//! collector: what does not fit the queue is left out and counted; nothing is sent twice; what leaves this machine is encrypted
//! ([`outward`]).
//!
//! Source: OpenTelemetry Protocol 1.x, JSON encoding: ids in hexadecimal, times in nanoseconds as text.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use outward::{Address, Agent, Key, Limits, Request};
use serde::Deserialize;
use serde_json::{Value, json};
use server::Answered;

use super::queue::{LeftOut, Queue};
use crate::failure::{Failure, tell};

/// Spans of one request to the collector.
const BATCH_MAX: usize = 512;
/// How long a span waits for others.
const PAUSE: Duration = Duration::from_secs(2);

/// `[telemetry]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TelemetryShape {
    /// Where the collector takes OTLP over HTTP, such as `http://127.0.0.1:4318`.
    pub(crate) otlp: String,
    /// The variable with the token that the collector asks for (`Authorization: Bearer`).
    pub(crate) token_env: Option<String>,
}

/// Where spans go.
pub(super) struct Traces(Queue<Answered>);

impl Traces {
    /// To the collector of a configuration.
    pub(super) fn of(shape: &TelemetryShape) -> Result<Traces, Failure> {
        let address =
            Address::read(&shape.otlp).map_err(|error| Failure::usage(format!("telemetry.otlp: {error}")))?;
        let limits =
            Limits { time: Duration::from_secs(10), connecting: Duration::from_secs(5), bytes_max: 1 << 16 };
        let agent = Agent::new(address, limits)
            .map_err(|error| Failure::outside(format!("telemetry.otlp: {error}")))?;
        let token = shape.token_env.as_ref().map(|name| {
            std::env::var(name).ok().and_then(|value| Key::new(&value)).ok_or_else(|| {
                Failure::usage(format!("telemetry.token_env: the environment variable `{name}` is not set"))
            })
        });
        let token = token.transpose()?;
        let queue = Queue::to("traces", move |received, left_out| {
            send_all(&agent, token.as_ref(), received, left_out);
        });
        queue.map(Traces).map_err(|error| Failure::outside(format!("telemetry: {error}")))
    }

    /// An answer was given.
    pub(super) fn answered(&self, answered: &Answered) {
        self.0.put(answered.clone());
    }
}

/// Sends what comes until nobody sends any more.
fn send_all(agent: &Agent, token: Option<&Key>, received: &Receiver<Answered>, left_out: &LeftOut) {
    let bearer = token.map(|token| format!("Bearer {}", token.sent()));
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(bearer.as_ref().map(|bearer| ("authorization", bearer.as_str())));
    let mut told = false;
    while let Ok(first) = received.recv() {
        let mut batch = vec![first];
        let until = Instant::now() + PAUSE;
        while batch.len() < BATCH_MAX {
            match received.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(next) => batch.push(next),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
        let body = spans(&batch).to_string();
        let request = Request { path: "v1/traces", headers: &headers, ..Request::default() };
        let failed = match agent.post(&request, &body) {
            Ok(answer) if (200..300).contains(&answer.status) => None,
            Ok(answer) => Some(format!("it answers {}", answer.status)),
            Err(fault) => Some(fault.to_string()),
        };
        // Whoever looks at the service hears of it once, until it goes again.
        match &failed {
            Some(why) if !told => tell(&[format!(
                "telemetry.otlp: {} traces could not be sent: {why}; the service goes on without",
                batch.len()
            )]),
            None if told => tell(&[format!(
                "telemetry.otlp: traces are sent again; {} were left out meanwhile",
                left_out.take()
            )]),
            _ => {}
        }
        if failed.is_some() {
            left_out.add(batch.len());
        }
        told = failed.is_some();
    }
}

/// Spans as OTLP has them.
fn spans(batch: &[Answered]) -> Value {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
    let spans = batch.iter().map(|one| {
        let from = one.at.as_nanosecond();
        let until = from + i128::try_from(one.took.as_nanos()).unwrap_or_default();
        json!({
            "traceId": hex(&one.trace.id),
            "spanId": hex(&one.trace.span),
            "parentSpanId": one.trace.parent.map_or_else(String::new, |parent| hex(&parent)),
            "name": format!("{} {}", one.method, one.route),
            "kind": 2,
            "startTimeUnixNano": from.to_string(),
            "endTimeUnixNano": until.to_string(),
            "attributes": [
                text("http.request.method", &one.method),
                text("http.route", &one.route),
                {"key": "http.response.status_code", "value": {"intValue": one.status.to_string()}},
                text("equipoise.caller", one.caller),
                text("equipoise.request_id", &one.request_id),
            ],
            "status": if one.status >= 500 { json!({"code": 2}) } else { json!({}) },
        })
    });
    json!({"resourceSpans": [{
        "resource": {"attributes": [text("service.name", "equipoise"), text("service.version", env!("CARGO_PKG_VERSION"))]},
        "scopeSpans": [{"scope": {"name": "equipoise.http"}, "spans": spans.collect::<Vec<_>>()}],
    }]})
}

#[cfg(test)]
mod tests {
    use std::thread::JoinHandle;

    use super::*;
    use crate::service::requests_log::tests::answered;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// A collector that takes one request: its head and body.
    fn collector() -> (String, JoinHandle<(String, Value)>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let taken = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut all = Vec::new();
            let mut part = [0; 4096];
            loop {
                let read = stream.read(&mut part).unwrap();
                all.extend_from_slice(&part[..read]);
                let text = String::from_utf8_lossy(&all).into_owned();
                if let Some((head, body)) = text.split_once("\r\n\r\n")
                    && let Ok(body) = serde_json::from_str(body)
                {
                    stream
                        .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")
                        .unwrap();
                    return (head.to_owned(), body);
                }
                assert!(read > 0, "{text}");
            }
        });
        (address, taken)
    }

    #[test]
    fn spans_reach_a_collector_and_what_waits_is_sent_at_the_end() {
        let (address, taken) = collector();
        let traces = Traces::of(&TelemetryShape { otlp: address, token_env: None }).unwrap();
        traces.answered(&answered());
        let failed = Answered { status: 503, ..answered() };
        traces.answered(&failed);
        drop(traces);
        let (head, body) = taken.join().unwrap();
        assert!(head.starts_with("POST /v1/traces HTTP/1.1"), "{head}");
        let spans = &body["resourceSpans"][0]["scopeSpans"][0]["spans"];
        assert_eq!(spans.as_array().unwrap().len(), 2);
        assert_eq!(
            (spans[0]["name"].as_str(), spans[0]["kind"].as_i64()),
            (Some("GET /api/v1/households/{household}"), Some(2))
        );
        assert_eq!(spans[0]["traceId"], "01".repeat(16));
        assert_eq!(spans[0]["startTimeUnixNano"], "1795791845000000000");
        assert_eq!(spans[0]["endTimeUnixNano"], "1795791845001250000");
        assert_eq!(spans[1]["status"]["code"], 2);
    }

    #[test]
    fn a_collector_off_this_machine_has_to_be_encrypted() {
        let shape = TelemetryShape { otlp: "http://collector.example.org:4318".to_owned(), token_env: None };
        let Err(failure) = Traces::of(&shape) else { panic!("it was taken") };
        assert!(failure.lines[0].starts_with("telemetry.otlp: "), "{failure:?}");
    }
}
