//! Everything over HTTP, for people and programs, with nothing that isn't theirs.
//!
//! In: the program around it ([`House`]) and a socket. Out: a [`Running`] server. Its document is [`openapi`], made from the code.
//!
//! | file | what it answers |
//! | --- | --- |
//! | `serving.rs` | a server from its start to its end: read this first |
//! | `routes.rs` | which address is answered by whom, and what is put around every answer |
//! | `handlers/` | one file for each noun of the addresses |
//! | `caller.rs` | who calls, and what they may |
//! | `problem.rs` | every error, in one shape |
//! | `asked.rs`, `amount.rs` | what is read, and how money and times are written |
//! | `once.rs` | a request that is sent twice is done once |
//! | `events.rs` | what has happened, as it happens |
//! | `passwords.rs`, `tokens.rs`, `sign_on.rs` | what is shown to come in; a provider that vouches for people |
//! | `limits.rs` | how often somebody may ask |
//! | `metrics.rs`, `answered.rs` | figures about the server; what is told of every answer |
//! | `house.rs` | what it asks of the program around it |
//! | `imports.rs` | what an import is asked and finds |
//! | `reconciled.rs` | what holding the books against a broker has found |
//! | `table.rs` | all households in columns, kept between two looks |
//! | `page.rs`, `docs.rs` | the files of the web page; the description of the API for people |
//!
//! Invariants: nobody sees what is not theirs, nor whether it exists; what is approved is the plan with the hash that was shown; nothing
//! is written but by `rebalance`, with its record.

mod amount;
mod answered;
mod asked;
mod caller;
mod docs;
mod events;
mod handlers;
mod house;
mod imports;
mod limits;
mod metrics;
mod once;
mod page;
pub mod passwords;
mod problem;
mod reconciled;
mod routes;
mod serving;
mod sign_on;
mod table;
pub mod tokens;

pub use answered::{Answered, Trace};
pub use caller::COOKIE;
pub use handlers::documents::FindingView;
pub use house::{House, Lived, Replayed, SettingInForce, Verified};
pub use imports::{
    AccountAsked, DifferenceFound, FaultFound, FileAsked, ImportAsked, Imported, MissingFound,
};
pub use limits::Rate;
pub use page::Page;
pub use problem::Problem;
pub use reconciled::{HeldOtherwise, MoreTax, RECONCILIATION, Reconciled, ReconciledAccount};
pub use routes::openapi;
pub use serving::{Running, ServeError, Settings, start};
pub use sign_on::{Begun, SignOnFault, Vouched, unbind};
