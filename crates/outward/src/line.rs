//! A line of bytes to somebody: encrypted, or on this machine.
//!
//! In: an address. Out: a [`Line`] that is written to and read from. Invariants: what leaves this machine is encrypted, and the certificate is one
//! that this machine trusts; nothing waits longer than it was told to. A proxy is not asked.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};

use crate::address::Address;
use crate::agent::{Fault, Limits};
use crate::trust;

/// The least time that a socket can be told to wait.
const WAIT_MIN: Duration = Duration::from_millis(1);
/// The longest text of a network that is told.
const WORDS_CHARS_MAX: usize = 200;
/// Bytes that are read at once.
const PART_BYTES: usize = 8 * 1024;

/// Bytes to and fro, and until when is waited for them: whoever sends a byte now and then keeps nobody waiting longer.
pub struct Line {
    way: Way,
    until: Instant,
}

enum Way {
    Open(TcpStream),
    Encrypted(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Line {
    /// Opens a line. [`Limits::time`] is for its beginning, and for what is written of each message.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn open(address: &Address, limits: Limits) -> Result<Line, Fault> {
        let until = Instant::now() + limits.time;
        let unreached = |detail: String| Fault::Unreached { detail: words(&detail) };
        let host = address.host().trim_matches(['[', ']']);
        let places =
            (host, address.port()).to_socket_addrs().map_err(|error| unreached(error.to_string()))?;
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

    /// Writes all of these bytes.
    ///
    /// # Errors
    /// [`Fault::Cut`]; a part may have arrived.
    pub fn say(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.write_all(bytes).and_then(|()| self.flush()).map_err(|error| cut(&error))
    }

    /// Bytes that have come, added to `heard`; none where none come in time.
    ///
    /// # Errors
    /// [`Fault::Cut`] where the line is over.
    pub fn hear(&mut self, wait: Duration, heard: &mut Vec<u8>) -> Result<(), Fault> {
        self.wait_at_most(wait);
        let mut part = [0; PART_BYTES];
        match self.read(&mut part) {
            Ok(0) => Err(Fault::Cut { detail: "the other side closed it".to_owned() }),
            Ok(count) => {
                heard.extend_from_slice(part.get(..count).unwrap_or_default());
                Ok(())
            }
            Err(error) if is_no_time(&error) => Ok(()),
            Err(error) => Err(cut(&error)),
        }
    }

    /// Every read from now on waits no longer than this in all.
    pub(crate) fn wait_at_most(&mut self, wait: Duration) {
        self.until = Instant::now() + wait;
    }
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

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line").finish_non_exhaustive()
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
    // Here, so that whoever is not believed is told apart from whoever speaks another language.
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
pub(crate) fn is_no_time(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

fn cut(error: &io::Error) -> Fault {
    Fault::Cut { detail: words(&error.to_string()) }
}

/// A text of a network for a message: on one line, and not too long.
pub(crate) fn words(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(WORDS_CHARS_MAX).collect()
}
