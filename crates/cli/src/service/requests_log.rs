//! The log of requests: one line of JSON for each answer, for programs that gather logs.
//!
//! In: what the server tells of an answer. Out: a line on stderr. Invariants: what is told has no secret and no account in it ([`Answered`]); no request
//! waits for whoever reads stderr: what they do not take in time is left out, and told as a number.

use serde_json::json;
use server::Answered;

use super::queue::Queue;
use crate::failure::{Failure, tell_line};

/// The log.
pub(super) struct RequestsLog(Queue<Answered>);

impl RequestsLog {
    /// One on stderr.
    pub(super) fn new() -> Result<RequestsLog, Failure> {
        let queue = Queue::to("requests log", |received, left_out| {
            for answered in received {
                tell_line(&line(&answered));
                match left_out.take() {
                    0 => {}
                    count => tell_line(&left(count, &answered)),
                }
            }
        });
        queue.map(RequestsLog).map_err(|error| Failure::outside(format!("http.log: {error}")))
    }

    /// An answer was given.
    pub(super) fn answered(&self, answered: &Answered) {
        self.0.put(answered.clone());
    }
}

/// The line of answers that have none.
fn left(count: u64, last: &Answered) -> String {
    let time = last.at.to_string();
    json!({"time": time, "level": "warning", "event": "requests_left_out", "count": count}).to_string()
}

/// The line of an answer.
fn line(answered: &Answered) -> String {
    let trace: String = answered.trace.id.iter().map(|byte| format!("{byte:02x}")).collect();
    let ms = u64::try_from(answered.took.as_micros()).unwrap_or(u64::MAX);
    json!({
        "time": answered.at.to_string(),
        "level": if answered.status >= 500 { "error" } else { "info" },
        "event": "request",
        "request_id": answered.request_id,
        "trace_id": trace,
        "method": answered.method,
        "route": answered.route,
        "status": answered.status,
        "ms": portfolio::Decimal::new(i64::try_from(ms).unwrap_or(i64::MAX), 3),
        "caller": answered.caller,
    })
    .to_string()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use server::Trace;
    use std::time::Duration;

    /// An answer.
    pub(in crate::service) fn answered() -> Answered {
        Answered {
            at: "2026-11-27T15:04:05Z".parse().unwrap(),
            request_id: "0a1b".to_owned(),
            method: "GET".to_owned(),
            route: "/api/v1/households/{household}".to_owned(),
            status: 200,
            took: Duration::from_micros(1_250),
            caller: "person",
            trace: Trace { id: [1; 16], span: [2; 8], parent: None },
        }
    }

    #[test]
    fn a_line_says_what_was_asked_and_of_nobody_what() {
        let told: serde_json::Value = serde_json::from_str(&line(&answered())).unwrap();
        assert_eq!(told["route"], "/api/v1/households/{household}");
        assert_eq!((told["ms"].to_string(), told["level"].as_str()), ("\"1.250\"".to_owned(), Some("info")));
        assert_eq!(told["trace_id"], "01".repeat(16));
    }
}
