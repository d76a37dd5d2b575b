//! Where somebody is reached.
//!
//! In: an address as it was written. Out: one that requests can be made to. Invariants: what leaves this machine is encrypted; no name,
//! password or query is part of it.

use std::fmt;
use std::net::IpAddr;

use ureq::http::Uri;

/// The longest address that is quoted.
const QUOTED_CHARS_MAX: usize = 200;

/// The address that the paths of requests begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    written: String,
    host: String,
    port: u16,
    is_encrypted: bool,
}

/// Why an address can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is none, or not encrypted.
    #[error(
        "`{written}` can't be used; write an address such as https://host/path (http only on this machine), without a name, a password or a query in it"
    )]
    Form {
        /// As written, without what stands before an `@` or after a `?`.
        written: String,
    },
    /// It is no host with a port.
    #[error("`{written}` is no host with a port; write it such as fix.example.org:9443")]
    Place {
        /// As written.
        written: String,
    },
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn read(written: &str) -> Result<Address, AddressError> {
        let written = written.trim();
        let refused = || {
            let shown = written.rsplit_once('@').map_or(written, |(_, host)| host);
            let shown = shown.split(['?', '#']).next().unwrap_or_default();
            AddressError::Form { written: shown.chars().take(QUOTED_CHARS_MAX).collect() }
        };
        if written.contains(['@', '?', '#', '\\']) {
            return Err(refused());
        }
        let uri: Uri = written.parse().map_err(|_| refused())?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(refused)?.to_lowercase();
        let (is_encrypted, usual) = match uri.scheme_str() {
            Some("https") => (true, 443),
            Some("http") if is_this_machine(&host) => (false, 80),
            _ => return Err(refused()),
        };
        let port = uri.port_u16().unwrap_or(usual);
        Ok(Address { written: written.to_owned(), host, port, is_encrypted })
    }

    /// Reads a host with its port, `host:port`, for a [`crate::Line`]: encrypted, but on this machine only where it is asked for.
    ///
    /// # Errors
    /// [`AddressError::Place`].
    pub fn read_place(written: &str, encrypted_here: bool) -> Result<Address, AddressError> {
        let written = written.trim();
        let refused = || AddressError::Place { written: written.chars().take(QUOTED_CHARS_MAX).collect() };
        let (host, port) = written.rsplit_once(':').ok_or_else(refused)?;
        let port: u16 = port.parse().ok().filter(|port| *port > 0).ok_or_else(refused)?;
        let is_name = |host: &str| {
            !host.is_empty()
                && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
        };
        let is_ip = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let is_ip = is_ip.is_some_and(|host| host.parse::<IpAddr>().is_ok());
        if !is_ip && !is_name(host) {
            return Err(refused());
        }
        let host = host.to_lowercase();
        let is_encrypted = encrypted_here || !is_this_machine(&host);
        Ok(Address { written: written.to_owned(), host, port, is_encrypted })
    }

    /// The address of one thing there; the address as it was written, with its last slash, where `path` is empty or a query.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        if path.is_empty() || path.starts_with('?') {
            return format!("{}{path}", self.written);
        }
        format!("{}/{}", self.written.trim_end_matches('/'), path.trim_start_matches('/'))
    }

    /// Its host, in lower case; one of IPv6 in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether it is on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_this_machine(&self.host)
    }

    /// Whether what is sent there is encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.is_encrypted
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// Whether a host is this machine.
#[must_use]
pub fn is_this_machine(host: &str) -> bool {
    let ip: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    host == "localhost" || ip.is_some_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_joined() {
        let address = Address::read("http://127.0.0.1:8080/v2/").unwrap();
        assert_eq!(address.join("/orders"), "http://127.0.0.1:8080/v2/orders");
        assert_eq!(address.join(""), "http://127.0.0.1:8080/v2/");
        assert_eq!(address.join("?a=1"), "http://127.0.0.1:8080/v2/?a=1");
        assert!(address.is_loopback() && !address.is_encrypted());
        assert_eq!((address.host(), address.port()), ("127.0.0.1", 8080));
        assert!(Address::read("http://[::1]:1").unwrap().is_loopback());
        let far = Address::read("https://API.example.org").unwrap();
        assert!(!far.is_loopback() && far.is_encrypted());
        assert_eq!((far.host(), far.port()), ("api.example.org", 443));
    }

    #[test]
    fn a_place_is_encrypted_but_on_this_machine() {
        let far = Address::read_place("Fix.Example.org:9443", false).unwrap();
        assert_eq!((far.host(), far.port(), far.is_encrypted()), ("fix.example.org", 9443, true));
        assert!(!Address::read_place("[::1]:9000", false).unwrap().is_encrypted());
        assert!(Address::read_place("127.0.0.1:9000", true).unwrap().is_encrypted());
        for bad in
            ["", "host", "host:", "host:0", "host:70000", ":1", "a b:1", "tcp://host:1", "me@host:1", "[x]:1"]
        {
            assert!(Address::read_place(bad, false).is_err(), "{bad}");
        }
    }

    #[test]
    fn nothing_travels_in_the_open_and_no_password_is_quoted() {
        for bad in [
            "",
            "host/path",
            "http://example.org/",
            "ftp://host",
            "https://",
            "https:///v1",
            "https://me:word@host/",
            "https://host/?key=word",
            "http://127.0.0.1.example.org/",
            "http://localhost:80@example.org/",
        ] {
            let refused = Address::read(bad).unwrap_err();
            assert!(!refused.to_string().contains("word@"), "{refused}");
            assert!(!refused.to_string().contains("=word"), "{refused}");
        }
    }
}
