//! Whether the broker is reached, whether it takes the session, and what is missing.
//!
//! In: a broker of settings. Out: a [`Checked`]. Invariants: nothing is sent but the session's own messages; no account number is told in full.

use std::fmt;
use std::time::Instant;

use super::{Fix, NAME};
use crate::broker::BrokerError;

/// A clock that differs by more is told: a broker may refuse what was sent at another time.
const AHEAD_MS_MAX: u64 = 2_000;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Where it is.
    pub address: String,
    /// Whether the line is encrypted.
    pub is_encrypted: bool,
    /// Whether orders move real money.
    pub is_live: bool,
    /// Ours and theirs: comp ids.
    pub parties: String,
    /// Our accounts with what the broker calls them, masked.
    pub accounts: Vec<String>,
    /// Environment variables that hold nothing.
    pub missing: Vec<String>,
    /// Whether both have logged on, and how many ms the broker's clock is ahead of ours; `None` where it could not be tried.
    pub reached: Option<Result<Option<i64>, BrokerError>>,
    /// Another program on this machine has the session.
    pub is_in_use: bool,
}

impl Checked {
    /// What stops trading, or may; empty where all is well.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        if !self.missing.is_empty() {
            let names = self.missing.join("` and `");
            return vec![format!("nothing is in `{names}`: set the environment variables and start again")];
        }
        match &self.reached {
            Some(Err(error)) if !self.is_in_use => vec![error.to_string()],
            Some(Ok(Some(ahead))) if ahead.unsigned_abs() > AHEAD_MS_MAX => {
                let way = if *ahead < 0 { "behind" } else { "ahead of" };
                let ms = ahead.unsigned_abs();
                vec![format!("the broker's clock is {ms} ms {way} this machine's: set this machine's")]
            }
            _ => Vec::new(),
        }
    }
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let money = if self.is_live { "REAL MONEY" } else { "no real money" };
        let line = if self.is_encrypted { "encrypted" } else { "not encrypted, on this machine" };
        write!(
            f,
            "{NAME} at {} ({money}), {line}, {}, accounts {}",
            self.address,
            self.parties,
            self.accounts.join(", ")
        )?;
        match &self.reached {
            Some(Ok(Some(ahead))) => write!(f, ", clock {ahead:+} ms"),
            _ => Ok(()),
        }
    }
}

impl Fix {
    /// Logs on where nobody else on this machine has the session, and tells how that went.
    #[must_use]
    pub fn check(&self) -> Checked {
        let way = &self.way;
        let accounts = way.accounts.iter().map(|(ours, theirs)| format!("{ours} ({theirs})"));
        let mut checked = Checked {
            address: way.address.to_string(),
            is_encrypted: way.address.is_encrypted(),
            is_live: way.is_live,
            parties: format!("{} to {}", way.terms.sender, way.terms.target),
            accounts: accounts.collect(),
            missing: way.missing.clone(),
            reached: None,
            is_in_use: false,
        };
        if !checked.missing.is_empty() {
            return checked;
        }
        checked.reached = Some(match self.shared() {
            Ok(shared) => {
                let line = shared.line(Instant::now() + way.timeout);
                line.map(|()| shared.known().ahead_ms).map_err(super::unreachable)
            }
            Err(super::Unopened::InUse(error)) => {
                checked.is_in_use = true;
                Err(error)
            }
            Err(super::Unopened::Other(error)) => Err(error),
        });
        checked
    }
}
