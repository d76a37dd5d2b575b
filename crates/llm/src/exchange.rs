//! One exchange with a provider, in either format.
//!
//! In: a way to the provider, the body of a request, and how replies are read. Out: an [`Answer`] or a [`Fault`]. Invariants:
//! the same call gives the same answer, streamed or not; a stream without its end is no answer.

use crate::fault::Fault;
use crate::providers::{Answer, Call, Listener};
use crate::status::{self, Said};
use crate::transport::{Event, Events, Opened, Transport};

/// What one event of a stream means.
#[derive(Debug)]
pub enum Step {
    /// More text; may be empty.
    Text(String),
    /// The provider reports an error in the middle of the stream.
    Error(Said),
    /// The event is not in the format.
    Unreadable(String),
}

/// A reply that comes in events.
pub trait Streamed: Default {
    /// Takes the next event.
    fn take(&mut self, event: &Event) -> Step;
    /// Whether an answer can be made of it if nothing more comes.
    fn is_whole(&self) -> bool;
    /// Whether its end has come: nothing more is waited for, however long the provider keeps the line open.
    fn has_ended(&self) -> bool;
    /// What was said in all.
    fn answer(self, asked_model: &str) -> Answer;
}

/// What is sent.
pub(crate) struct Sent<'a> {
    /// Below the address of the provider.
    pub(crate) path: &'a str,
    /// Beside those that every request has.
    pub(crate) headers: &'a [(&'a str, &'a str)],
    /// JSON.
    pub(crate) body: &'a serde_json::Value,
}

/// Reads a reply that is not streamed, given the model that was asked; `Err` says what does not fit the format.
pub(crate) type ReadWhole = fn(&[u8], &str) -> Result<Answer, String>;

/// Makes the call: streamed as `S` where somebody listens.
pub(crate) fn ask<S: Streamed>(
    transport: &Transport,
    sent: &Sent<'_>,
    call: &Call<'_>,
    read_whole: ReadWhole,
    listener: Option<&mut Listener<'_>>,
) -> Result<Answer, Fault> {
    let opened = transport.post(sent.path, sent.headers, sent.body, call, listener.is_some())?;
    let id = opened.id.clone();
    let answer = match listener {
        _ if opened.status != 200 => return Err(refused(transport, opened)),
        Some(listener) if opened.is_stream => streamed::<S>(transport, opened, call.model, listener)?,
        _ => whole(transport, opened, call.model, read_whole)?,
    };
    Ok(Answer { id: id.or(answer.id), ..answer })
}

fn whole(transport: &Transport, opened: Opened, model: &str, read: ReadWhole) -> Result<Answer, Fault> {
    let body = transport.body(opened)?;
    read(&body, model).map_err(|reason| {
        let said = Said::read(&body);
        // Some servers report an error with status 200.
        let is_error = said.kind.contains("error") || !said.code.is_empty();
        if is_error {
            failed(transport, said)
        } else {
            Fault::Unreadable { reason: transport.masked(&reason) }
        }
    })
}

fn streamed<S: Streamed>(
    transport: &Transport,
    mut opened: Opened,
    model: &str,
    listener: &mut Listener<'_>,
) -> Result<Answer, Fault> {
    let (mut events, mut out, mut stream) = (Events::default(), Vec::new(), S::default());
    let mut part = [0; 16 * 1024];
    while !stream.has_ended() {
        let count = transport.read(&mut opened, &mut part)?;
        if count == 0 {
            break;
        }
        events.take(&part[..count], &mut out);
        for event in out.drain(..) {
            match stream.take(&event) {
                Step::Text(text) if text.is_empty() => {}
                Step::Text(text) => listener(&text),
                Step::Error(said) => return Err(failed(transport, said)),
                Step::Unreadable(reason) => {
                    return Err(Fault::Unreadable { reason: transport.masked(&reason) });
                }
            }
        }
    }
    if !stream.is_whole() {
        return Err(Fault::Cut { received_bytes: opened.received_bytes() });
    }
    Ok(stream.answer(model))
}

/// A status that is not 200, with what the body says of it.
fn refused(transport: &Transport, opened: Opened) -> Fault {
    let (status, retry_after) = (opened.status, opened.retry_after);
    // The status says enough where the body can't be read.
    let said = transport.body(opened).map(|body| Said::read(&body)).unwrap_or_default();
    status::fault(status, retry_after, &masked(transport, said))
}

/// An error that came with status 200.
fn failed(transport: &Transport, said: Said) -> Fault {
    let is_rate = [said.kind.as_str(), said.code.as_str()].iter().any(|word| word.starts_with("rate_limit"));
    // The status that came says that the provider has begun to work, which it may charge for.
    match status::fault(if is_rate { 429 } else { 500 }, None, &masked(transport, said)) {
        Fault::RateLimited { retry_after, message } | Fault::Overloaded { retry_after, message, .. } => {
            Fault::Overloaded { status: 200, retry_after, message }
        }
        Fault::Failed { retry_after, message, .. } => Fault::Failed { status: 200, retry_after, message },
        other => other,
    }
}

fn masked(transport: &Transport, said: Said) -> Said {
    Said { message: transport.masked(&said.message), ..said }
}
