//! Why the books could not be read or written.

/// Why the books could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BooksError {
    /// Somebody else was faster: what is on record is no longer what the step was made from.
    #[error("{what} has changed since it was read (version {version}); read it again and decide anew")]
    Conflict {
        /// What.
        what: String,
        /// The version that the step was made from.
        version: u64,
    },
    /// A household has one open cycle at a time.
    #[error("household {household} has an open cycle; it has to end before another begins")]
    CycleOpen {
        /// Which.
        household: String,
    },
    /// The lease or claim was passed on to somebody else.
    #[error("{what} was passed on to somebody else; nothing was written")]
    Fenced {
        /// What.
        what: String,
    },
    /// There is one already.
    #[error("{what} is on record already")]
    Exists {
        /// What.
        what: String,
    },
    /// A person's name that differs from a known one in case or surrounding space only.
    #[error(
        "`{given}` is written like `{known}`, who is known already; use that name, or one that differs in more than case and spaces"
    )]
    Alike {
        /// The new name.
        given: String,
        /// The known one.
        known: String,
    },
    /// It refers to something that is not there.
    #[error("{what} refers to something that is not on record; write that first")]
    Missing {
        /// What.
        what: String,
    },
    /// The log of records can't be changed.
    #[error("the audit log can't be changed: {detail}")]
    Immutable {
        /// What was tried.
        detail: String,
    },
    /// The audit log does not take a record: a secret is in it, a name is too long, a key does not open.
    #[error("this can't be put on record: {detail}; nothing was written")]
    Unrecorded {
        /// Why.
        detail: String,
    },
    /// No room.
    #[error("the database is full ({detail}); nothing was written; free space on its disk and try again")]
    Full {
        /// What the database said.
        detail: String,
    },
    /// Somebody else holds the database.
    #[error(
        "the database is locked by another program ({detail}); nothing was written; end that program or try again"
    )]
    Locked {
        /// What the database said.
        detail: String,
    },
    /// It can't be reached, or the line broke: whether the entry was written is not known.
    #[error("the database can't be reached: {detail}; see that it runs and that the address is right")]
    Unreachable {
        /// What happened.
        detail: String,
    },
    /// It says something that can't be.
    #[error("the database holds something that can't be: {detail}; restore a backup or report this")]
    Damaged {
        /// What.
        detail: String,
    },
    /// It belongs to another version of the program.
    #[error("{detail}")]
    Schema {
        /// What does not fit, and what to do.
        detail: String,
    },
    /// The books were told to stop here ([`super::halting`]).
    #[error("stopped at step {step}, as was asked for")]
    Stopped {
        /// Which step, from 1.
        step: u64,
    },
}
