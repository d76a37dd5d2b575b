//! A model inside the program: offline, without key and server, and small.
//!
//! In: a [`Call`]. Out: an [`Answer`] whose text keeps the grammar of the schema, written by a [`Writer`], which is the model of a file
//! outside tests. Invariants: time, silence and bytes are looked at after every step of the model; a model is loaded once per process,
//! and only when it is asked for the first time; tokens are counted as they are read and written.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use embedded_model::{Asked, Ended, Model, Speaker, Step, Turn, WriteError, Written};

use crate::clock::Clock;
use crate::fault::{Fault, Phase, words};
use crate::providers::{Answer, Call, Ending, Listener, Provider};
use crate::request;
use crate::usage::Usage;
use crate::weights::WeightsFrom;

pub use embedded_model as model;

/// The provider.
pub struct Embedded {
    writer: Box<dyn Writer>,
    clock: Arc<dyn Clock>,
}

/// Hears of each step, and says whether to go on.
pub type Watch<'a> = &'a mut dyn FnMut(Step<'_>) -> ControlFlow<()>;

/// What writes.
pub trait Writer: Send + Sync {
    /// Writes one answer. It waits for its turn no longer than `wait`; then there is none.
    ///
    /// # Errors
    /// [`Fault`] where there is no model, or it can't be asked this.
    fn write(&self, asked: &Asked<'_>, wait: Duration, watch: Watch<'_>) -> Result<Option<Written>, Fault>;

    /// What the answer is on record under, beside the name of the model.
    fn version(&self) -> &str;
}

impl Embedded {
    /// The model of a file.
    #[must_use]
    pub fn of_file(weights: WeightsFrom, clock: Arc<dyn Clock>) -> Embedded {
        Embedded::of_writer(Box::new(OfFile { weights }), clock)
    }

    /// Somebody else who writes, for tests.
    #[must_use]
    pub fn of_writer(writer: Box<dyn Writer>, clock: Arc<dyn Clock>) -> Embedded {
        Embedded { writer, clock }
    }
}

/// An answer being written, with the limits that it runs under.
struct Running<'a, 'l> {
    call: &'a Call<'a>,
    clock: &'a dyn Clock,
    listener: Option<&'a mut Listener<'l>>,
    began: Duration,
    /// When the last text came.
    heard: Duration,
    bytes: usize,
    fault: Option<Fault>,
}

impl Running<'_, '_> {
    fn step(&mut self, step: Step<'_>) -> ControlFlow<()> {
        let now = self.clock.elapsed();
        if let Step::Text(text) = step
            && !text.is_empty()
        {
            (self.heard, self.bytes) = (now, self.bytes + text.len());
            if self.bytes <= self.call.limits.bytes_max
                && let Some(listener) = self.listener.as_deref_mut()
            {
                listener(text);
            }
        }
        self.fault = self.passed(now);
        if self.fault.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// The limit that is passed, if any.
    fn passed(&self, now: Duration) -> Option<Fault> {
        let limits = &self.call.limits;
        if self.bytes > limits.bytes_max {
            return Some(Fault::TooLarge { bytes_max: limits.bytes_max });
        }
        let timed_out = |phase, limit| Some(Fault::TimedOut { phase, limit });
        if now.saturating_sub(self.began) >= limits.time {
            let phase = if self.bytes == 0 { Phase::Waiting } else { Phase::Reading };
            return timed_out(phase, limits.time);
        }
        // As with a server: whoever does not listen hears no silence.
        if self.listener.is_some() && now.saturating_sub(self.heard) > limits.silence {
            let phase = if self.bytes == 0 { Phase::Waiting } else { Phase::Silence };
            return timed_out(phase, limits.silence);
        }
        None
    }
}

impl Provider for Embedded {
    fn answer(&self, call: &Call<'_>, listener: Option<&mut Listener<'_>>) -> Result<Answer, Fault> {
        let request = call.request;
        let turns: Vec<Turn<'_>> = request.messages.iter().map(turn).collect();
        let asked = Asked {
            turns: &turns,
            schema: request.schema.as_ref().map(crate::ReplySchema::full),
            tokens_max: usize::try_from(call.tokens_max).unwrap_or(usize::MAX),
            temperature: request.sampling.temperature.unwrap_or(0.0),
            seed: request.sampling.seed.unwrap_or(0).cast_unsigned(),
        };
        let began = self.clock.elapsed();
        let mut running =
            Running { call, clock: &*self.clock, listener, began, heard: began, bytes: 0, fault: None };
        let written = self.writer.write(&asked, call.limits.time, &mut |step| running.step(step))?;
        if let Some(fault) = running.fault {
            return Err(fault);
        }
        let waited = Fault::TimedOut { phase: Phase::Waiting, limit: call.limits.time };
        let written = written.ok_or(waited)?;
        let ending = match written.ended {
            Ended::Finished => Ending::Finished,
            Ended::TokensMax => Ending::TokensMax,
            Ended::Stopped => Ending::Other { reason: "stopped".to_owned() },
        };
        let name = match self.writer.version() {
            "" => call.model.to_owned(),
            version => format!("{}@{version}", call.model),
        };
        Ok(Answer { ending, usage: Some(usage(&written)), ..Answer::of_text(&name, &written.text) })
    }
}

fn turn(message: &request::Message) -> Turn<'_> {
    let speaker = match message.speaker {
        request::Speaker::System => Speaker::System,
        request::Speaker::User => Speaker::User,
        request::Speaker::Assistant => Speaker::Assistant,
    };
    Turn { speaker, text: &message.text }
}

fn usage(written: &Written) -> Usage {
    let count = |tokens: usize| u64::try_from(tokens).unwrap_or(u64::MAX);
    Usage {
        prompt_tokens: count(written.prompt_tokens),
        cached_tokens: count(written.kept_tokens),
        reply_tokens: count(written.reply_tokens),
        thinking_tokens: 0,
    }
}

/// The model of a file.
struct OfFile {
    weights: WeightsFrom,
}

/// Models that were loaded, by their files and hashes: each once per process, whoever asks.
static LOADED: Mutex<BTreeMap<(PathBuf, String), Arc<Model>>> = Mutex::new(BTreeMap::new());

/// Hexadecimal digits of the weights' hash that an answer is on record with.
const VERSION_DIGITS: usize = 12;

impl OfFile {
    fn model(&self) -> Result<Arc<Model>, Fault> {
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (self.weights.file.clone(), self.weights.sha256.clone());
        if let Some(model) = loaded.get(&key) {
            return Ok(model.clone());
        }
        let no_weights = |reason: String| Fault::NoWeights { reason };
        let bytes = self.weights.read().map_err(|error| no_weights(error.to_string()))?;
        let file = self.weights.file.display();
        let model = Model::load(&bytes).map_err(|error| no_weights(format!("`{file}`: {error}")))?;
        Ok(loaded.entry(key).or_insert(Arc::new(model)).clone())
    }
}

impl Writer for OfFile {
    fn write(&self, asked: &Asked<'_>, wait: Duration, watch: Watch<'_>) -> Result<Option<Written>, Fault> {
        let model = self.model()?;
        let Some(mut seat) = model.seat(wait) else { return Ok(None) };
        seat.write(asked, watch).map(Some).map_err(|error| match error {
            WriteError::TooLong { .. } => Fault::PromptTooLong { message: error.to_string() },
            WriteError::Schema { .. } => {
                Fault::RequestRefused { status: 400, message: words(&error.to_string()) }
            }
        })
    }

    fn version(&self) -> &str {
        self.weights.sha256.get(..VERSION_DIGITS).unwrap_or_default()
    }
}
