//! A conversation over a websocket.
//!
//! In: an address and a path below it. Out: messages, each as it comes, or that none came in time. Invariants: what leaves this machine is
//! encrypted; no message is larger than [`Limits::bytes_max`]; nothing waits longer than it was told to; no redirect is followed. A
//! proxy is not asked: where one is needed, there is no stream.
//!
//! # Source
//! RFC 6455; `https` stands for `wss` and `http`, on this machine, for `ws`.

use std::time::{Duration, Instant};

use tungstenite::handshake::HandshakeError;
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Error, Message, WebSocket};

use crate::address::Address;
use crate::agent::{Fault, Limits};
use crate::line::{Line, is_no_time, words};

/// A conversation.
pub struct Stream {
    socket: WebSocket<Line>,
    limits: Limits,
    heard_at: Instant,
}

impl Stream {
    /// Begins a conversation. [`Limits::time`] is for its beginning and for each message that is sent.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn open(address: &Address, path: &str, limits: Limits) -> Result<Stream, Fault> {
        let line = Line::open(address, limits)?;
        let url = address.join(path).replacen("http", "ws", 1);
        let size = usize::try_from(limits.bytes_max).ok();
        let config = WebSocketConfig::default().max_message_size(size).max_frame_size(size);
        let opened = tungstenite::client::client_with_config(url, line, Some(config));
        let (socket, _) = opened.map_err(|error| match error {
            HandshakeError::Interrupted(_) => Fault::Silent { secs: limits.time.as_secs() },
            HandshakeError::Failure(error) => fault(&error, limits),
        })?;
        Ok(Stream { socket, limits, heard_at: Instant::now() })
    }

    /// Sends a text.
    ///
    /// # Errors
    /// [`Fault`]; it may have arrived.
    pub fn say(&mut self, text: &str) -> Result<(), Fault> {
        self.send(Message::text(text))
    }

    /// Asks whether anybody is there; the answer shows in [`Stream::quiet`] once something is heard.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn ping(&mut self) -> Result<(), Fault> {
        self.send(Message::Ping(Vec::new().into()))
    }

    /// The next message, of whichever kind; `None` where none comes in time.
    ///
    /// # Errors
    /// [`Fault`]; the conversation is over.
    pub fn hear(&mut self, wait: Duration) -> Result<Option<Vec<u8>>, Fault> {
        self.socket.get_mut().wait_at_most(wait);
        loop {
            let heard = match self.socket.read() {
                Ok(Message::Text(text)) => Some(text.as_bytes().to_vec()),
                Ok(Message::Binary(bytes)) => Some(bytes.to_vec()),
                Ok(_) => None,
                Err(Error::Io(error)) if is_no_time(&error) => return Ok(None),
                Err(error) => return Err(fault(&error, self.limits)),
            };
            self.heard_at = Instant::now();
            if heard.is_some() {
                return Ok(heard);
            }
        }
    }

    /// How long nothing has come, not even an answer to a ping.
    #[must_use]
    pub fn quiet(&self) -> Duration {
        self.heard_at.elapsed()
    }

    fn send(&mut self, message: Message) -> Result<(), Fault> {
        self.socket.send(message).map_err(|error| fault(&error, self.limits))
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // The other side frees its place at once instead of by a time-out; where that fails it does so by the time-out.
        let _ = self.socket.close(None);
        let _ = self.socket.flush();
    }
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream").field("quiet", &self.quiet()).finish_non_exhaustive()
    }
}

fn fault(error: &Error, limits: Limits) -> Fault {
    match error {
        Error::Io(error) if is_no_time(error) => Fault::Silent { secs: limits.time.as_secs() },
        Error::Capacity(_) => Fault::TooLarge { bytes_max: limits.bytes_max },
        Error::Http(answer) => Fault::NoStream { status: answer.status().as_u16() },
        Error::Url(_) | Error::HttpFormat(_) => Fault::Unsendable { detail: words(&error.to_string()) },
        _ => Fault::Cut { detail: words(&error.to_string()) },
    }
}
