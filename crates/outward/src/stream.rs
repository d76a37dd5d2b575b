//! A conversation over a websocket.
//!
//! In: an address and a path below it. Out: messages, each as it comes, or that none came in time. Invariants: what leaves this machine is
//! encrypted; no message is larger than [`Limits::bytes_max`]; nothing waits longer than it was told to; no redirect is followed. A
//! proxy is not asked: where one is needed, there is no stream.
//!
//! # Source
//! RFC 6455; `https` stands for `wss` and `http`, on this machine, for `ws`.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};
use tungstenite::handshake::HandshakeError;
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Error, Message, WebSocket};

use crate::address::Address;
use crate::agent::{Fault, Limits};
use crate::trust;

/// The least time that a socket can be told to wait.
const WAIT_MIN: Duration = Duration::from_millis(1);
/// The longest text of a network that is told.
const WORDS_CHARS_MAX: usize = 200;

/// A conversation.
pub struct Stream {
    socket: WebSocket<Line>,
    limits: Limits,
    heard_at: Instant,
}

/// What it goes over, and until when it is read: whoever sends a byte now and then keeps nobody waiting longer.
struct Line {
    way: Way,
    until: Instant,
}

enum Way {
    Open(TcpStream),
    Encrypted(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Read for Line {
    fn read(&mut self, part: &mut [u8]) -> io::Result<usize> {
        match &mut self.way {
            Way::Open(tcp) => {
                wait_until(tcp, self.until)?;
                tcp.read(part)
            }
            Way::Encrypted(stream) => {
                wait_until(&stream.sock, self.until)?;
                stream.read(part)
            }
        }
    }
}

impl Write for Line {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        match &mut self.way {
            Way::Open(tcp) => tcp.write(part),
            Way::Encrypted(stream) => stream.write(part),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.way {
            Way::Open(tcp) => tcp.flush(),
            Way::Encrypted(stream) => stream.flush(),
        }
    }
}

/// Lets the next read wait until then, and no longer.
fn wait_until(tcp: &TcpStream, until: Instant) -> io::Result<()> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(io::ErrorKind::TimedOut.into());
    }
    tcp.set_read_timeout(Some(left.max(WAIT_MIN)))
}

impl Stream {
    /// Begins a conversation. [`Limits::time`] is for its beginning and for each message that is sent.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn open(address: &Address, path: &str, limits: Limits) -> Result<Stream, Fault> {
        let line = line(address, limits, Instant::now() + limits.time)?;
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
        self.socket.get_mut().until = Instant::now() + wait;
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

fn line(address: &Address, limits: Limits, until: Instant) -> Result<Line, Fault> {
    let unreached = |detail: String| Fault::Unreached { detail: words(&detail) };
    let host = address.host().trim_matches(['[', ']']);
    let places = (host, address.port()).to_socket_addrs().map_err(|error| unreached(error.to_string()))?;
    let connecting = limits.connecting.min(limits.time).max(WAIT_MIN);
    let mut failed = "its name leads to no address".to_owned();
    for place in places {
        match TcpStream::connect_timeout(&place, connecting) {
            Ok(tcp) => {
                return encrypted(address, host, tcp, limits, until).map(|way| Line { way, until });
            }
            Err(error) => failed = error.to_string(),
        }
    }
    Err(unreached(failed))
}

fn encrypted(
    address: &Address,
    host: &str,
    tcp: TcpStream,
    limits: Limits,
    until: Instant,
) -> Result<Way, Fault> {
    let time = Some(limits.time.max(WAIT_MIN));
    let set = tcp.set_nodelay(true).and_then(|()| tcp.set_write_timeout(time));
    set.map_err(|error| cut(&error))?;
    if !address.is_encrypted() {
        return Ok(Way::Open(tcp));
    }
    let unreached = |detail: String| Fault::Unreached { detail: words(&detail) };
    let config = trust::of_streams().map_err(|error| unreached(error.to_string()))?;
    let name = ServerName::try_from(host.to_owned()).map_err(|error| unreached(error.to_string()))?;
    let connection = ClientConnection::new(config, name).map_err(|error| unreached(error.to_string()))?;
    let mut stream = StreamOwned::new(connection, tcp);
    // Here, so that whoever is not believed is told apart from whoever speaks no websocket.
    while stream.conn.is_handshaking() {
        let met = wait_until(&stream.sock, until).and_then(|()| stream.conn.complete_io(&mut stream.sock));
        met.map_err(|error| match is_no_time(&error) {
            true => Fault::Silent { secs: limits.time.as_secs() },
            false => unreached(error.to_string()),
        })?;
    }
    Ok(Way::Encrypted(Box::new(stream)))
}

/// Whether a socket has waited as long as it was told to.
fn is_no_time(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

fn cut(error: &io::Error) -> Fault {
    Fault::Cut { detail: words(&error.to_string()) }
}

fn words(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(WORDS_CHARS_MAX).collect()
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
