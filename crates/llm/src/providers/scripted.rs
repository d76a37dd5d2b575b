//! Replies from a file, for tests and for trying things out without a model.
//!
//! In: JSON: `{"replies": [...], "repeat": false}`, each reply an object with one of `text`, `json`, `refusal`, `truncated`, `fault`.
//! Out: the replies in order, one per call; after the last a fault, or the first again with `"repeat": true`.
//! Invariant: the same script gives the same answers.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::fault::{Fault, Phase, words};
use crate::providers::{Answer, Call, Ending, Listener, Provider};
use crate::usage::Usage;

/// The provider.
#[derive(Debug)]
pub struct Scripted {
    script: Script,
    next: Mutex<usize>,
}

/// What a script holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    replies: Vec<Reply>,
    #[serde(default)]
    repeat: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    /// What the model writes.
    #[serde(default)]
    text: Option<String>,
    /// The same, as JSON in its own right.
    #[serde(default)]
    json: Option<Box<RawValue>>,
    /// The model refuses in these words.
    #[serde(default)]
    refusal: Option<String>,
    /// What the model wrote before it reached its limit.
    #[serde(default)]
    truncated: Option<String>,
    /// There is no answer.
    #[serde(default)]
    fault: Option<ScriptedFault>,
    /// With `fault`: when to come back.
    #[serde(default)]
    retry_after_secs: Option<f64>,
    /// Tokens that the reply is said to have used.
    #[serde(default)]
    usage: Option<Usage>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ScriptedFault {
    RateLimited,
    Overloaded,
    QuotaSpent,
    KeyRefused,
    ModelUnknown,
    TimedOut,
    Unreachable,
    Cut,
    TooLarge,
    Unreadable,
}

impl Scripted {
    /// Reads a script.
    ///
    /// # Errors
    /// [`Fault::Script`] for a text that is none, or that has no reply.
    pub fn read(text: &str) -> Result<Scripted, Fault> {
        let script: Script = serde_json::from_str(text)
            .map_err(|error| Fault::Script { reason: words(&error.to_string()) })?;
        if script.replies.is_empty() {
            return Err(Fault::Script { reason: "it has no replies".to_owned() });
        }
        Ok(Scripted { script, next: Mutex::new(0) })
    }
}

impl Provider for Scripted {
    fn answer(&self, call: &Call<'_>, listener: Option<&mut Listener<'_>>) -> Result<Answer, Fault> {
        let place = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let place = *next;
            *next = next.saturating_add(1);
            place
        };
        let replies = &self.script.replies;
        let place = if self.script.repeat { place % replies.len() } else { place };
        let Some(reply) = replies.get(place) else {
            let reason = format!("it has {} replies, and this is call {}", replies.len(), place + 1);
            return Err(Fault::Script { reason });
        };
        let answer = reply.answer(call)?;
        if let Some(listener) = listener.filter(|_| !answer.text.is_empty()) {
            listener(&answer.text);
        }
        Ok(answer)
    }
}

impl Reply {
    fn answer(&self, call: &Call<'_>) -> Result<Answer, Fault> {
        if let Some(fault) = self.fault {
            return Err(self.fault(fault, call));
        }
        let text = self.text.as_deref().or(self.json.as_ref().map(|json| json.get()));
        let text = text.or(self.truncated.as_deref()).unwrap_or_default();
        if text.len() > call.limits.bytes_max {
            return Err(Fault::TooLarge { bytes_max: call.limits.bytes_max });
        }
        let ending = match (&self.refusal, &self.truncated) {
            (Some(reason), _) => Ending::Refused { reason: reason.clone() },
            (None, Some(_)) => Ending::TokensMax,
            (None, None) => Ending::Finished,
        };
        Ok(Answer { ending, usage: self.usage, ..Answer::of_text(call.model, text) })
    }

    fn fault(&self, fault: ScriptedFault, call: &Call<'_>) -> Fault {
        let message = "as scripted".to_owned();
        let retry_after = self.retry_after_secs.and_then(|secs| Duration::try_from_secs_f64(secs).ok());
        match fault {
            ScriptedFault::RateLimited => Fault::RateLimited { retry_after, message },
            ScriptedFault::Overloaded => Fault::Overloaded { status: 529, retry_after, message },
            ScriptedFault::QuotaSpent => Fault::QuotaSpent { message },
            ScriptedFault::KeyRefused => Fault::KeyRefused { status: 401, message },
            ScriptedFault::ModelUnknown => Fault::ModelUnknown { message },
            ScriptedFault::TimedOut => Fault::TimedOut { phase: Phase::Reading, limit: call.limits.time },
            ScriptedFault::Unreachable => Fault::Unreachable { reason: message },
            ScriptedFault::Cut => Fault::Cut { received_bytes: 0 },
            ScriptedFault::TooLarge => Fault::TooLarge { bytes_max: call.limits.bytes_max },
            ScriptedFault::Unreadable => Fault::Unreadable { reason: message },
        }
    }
}
