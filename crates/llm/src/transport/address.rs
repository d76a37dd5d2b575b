//! Where a provider is reached.
//!
//! In: an address as somebody wrote it. Out: one that requests can be made to. Invariant: a key goes only over an encrypted
//! connection, or stays on this machine.

use std::fmt;

use ureq::http::Uri;

/// The address that the paths of a provider begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    base: String,
    host: String,
    encrypted: bool,
}

/// Why an address can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is none.
    #[error("`{written}` is no address; write one such as `https://host/v1` or `http://127.0.0.1:8080/v1`")]
    Form {
        /// As written.
        written: String,
    },
    /// It holds a name or password, or a query: keys come from the environment.
    #[error(
        "the address has more than a host and a path; keys come from environment variables, by `key_env`"
    )]
    More,
    /// A key would be sent in the open.
    #[error("a key would be sent to `{host}` without encryption; write `https://`, or leave the key out")]
    InTheOpen {
        /// Of the address.
        host: String,
    },
}

impl Address {
    /// Reads an address; `with_key` where a key will be sent there.
    ///
    /// # Errors
    /// [`AddressError`]
    pub fn read(written: &str, with_key: bool) -> Result<Address, AddressError> {
        let bad_form = || AddressError::Form { written: crate::fault::words(written) };
        if written.contains(['@', '?', '#']) {
            return Err(AddressError::More);
        }
        let uri: Uri = written.trim().parse().map_err(|_| bad_form())?;
        let encrypted = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(bad_form()),
        };
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(bad_form)?.to_owned();
        let address = Address {
            base: written.trim().trim_end_matches('/').to_owned(),
            host: host.to_lowercase(),
            encrypted,
        };
        if with_key && !encrypted && !address.is_loopback() {
            return Err(AddressError::InTheOpen { host });
        }
        Ok(address)
    }

    /// The address of one thing there.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}/{}", self.base, path.trim_start_matches('/'))
    }

    /// Whether it is on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        outward::address::is_this_machine(&self.host)
    }

    /// Whether what is sent there is encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_joined() {
        let address = Address::read("http://127.0.0.1:8080/v1/", true).unwrap();
        assert_eq!(address.join("chat/completions"), "http://127.0.0.1:8080/v1/chat/completions");
        assert!(address.is_loopback() && !address.is_encrypted());
        assert!(Address::read("http://[::1]:1/v1", true).unwrap().is_loopback());
        assert!(!Address::read("https://example.org", true).unwrap().is_loopback());
    }

    #[test]
    fn a_key_does_not_travel_in_the_open() {
        let refused = Address::read("http://example.org/v1", true).unwrap_err();
        assert_eq!(refused, AddressError::InTheOpen { host: "example.org".to_owned() });
        assert!(Address::read("http://example.org/v1", false).is_ok());
        assert_eq!(Address::read("https://me:secret@host/v1", false).unwrap_err(), AddressError::More);
        for bad in ["", "host/v1", "ftp://host", "http://", "https:///v1"] {
            assert!(matches!(Address::read(bad, false), Err(AddressError::Form { .. })), "{bad}");
        }
    }
}
