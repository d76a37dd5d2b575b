//! Who has to hear of it: a notice, brought to a web address or a mailbox; knows no finance.
//!
//! In: a [`Notice`] and a [`Channel`]. Out: it was taken, or [`Undelivered`]: whether it is worth another try. Invariants: a notice has a
//! name of its own that is the same at every try, so that whoever hears of it twice knows; a secret is in no message of this
//! crate; nothing here waits longer than [`WAIT_MAX`].
//!
//! | file | what it answers |
//! | --- | --- |
//! | [`notice`] | what is told |
//! | [`outward`] | a web address, and one request to it |
//! | [`webhook`] | as a signed request to a web address |
//! | [`mail`] | as a letter |

pub mod mail;
pub mod notice;
pub mod outward;
pub mod webhook;

use std::time::Duration;

use jiff::Timestamp;

pub use mail::Mailbox;
pub use notice::Notice;
pub use webhook::Webhook;

/// The longest that one try takes.
pub const WAIT_MAX: Duration = Duration::from_secs(20);

/// A way to somebody.
#[derive(Debug)]
pub enum Channel {
    /// A web address.
    Webhook(Webhook),
    /// A mailbox.
    Mail(Mailbox),
}

impl Channel {
    /// Brings a notice there.
    ///
    /// # Errors
    /// [`Undelivered`].
    pub fn deliver(&self, notice: &Notice, now: Timestamp) -> Result<(), Undelivered> {
        match self {
            Channel::Webhook(webhook) => webhook.deliver(notice, now),
            Channel::Mail(mailbox) => mailbox.deliver(notice),
        }
    }
}

/// Why a notice was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// It may be taken later.
    #[error("{why}")]
    Later {
        /// What happened.
        why: String,
        /// When to come back at the earliest, where the other side said so.
        after: Option<Duration>,
    },
    /// It will not be taken however often it is tried.
    #[error("{why}")]
    Never {
        /// What happened.
        why: String,
    },
}

/// A secret that is written nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// These bytes.
    #[must_use]
    pub fn new(bytes: impl Into<Vec<u8>>) -> Secret {
        Secret(bytes.into())
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}
