//! The service that keeps households: what it is told, which market it looks at, and whose turn it is.
//!
//! | file | what it answers |
//! | --- | --- |
//! | [`brokers`] | who executes: the broker of these books, ready to be asked |
//! | [`configuration`] | what a configuration says of the service |
//! | `fitting` | what has to hold beside a broker in the world outside |
//! | [`http`] | where it listens for people and programs |
//! | `importing` | brokers' files, as the server is asked to read them |
//! | `in_force` | the settings that are in force, without secrets |
//! | [`market`] | where prices come from, and what time it is there |
//! | [`notices`] | who hears of it: web addresses and mailboxes |
//! | `requests_log`, [`traces`], `queue` | what is told of each request: a log, a collector of traces; that nobody waits for either |
//! | `sign_on` | a provider that vouches for people |
//! | [`stream`] | a broker's stream of orders, which makes the service look sooner |
//! | [`turn`] | which of several services on one database does the work |
//! | `web` | the web page, as it was built into the program |

pub(crate) mod brokers;
pub(crate) mod configuration;
mod fitting;
pub(crate) mod http;
mod importing;
mod in_force;
pub(crate) mod market;
pub(crate) mod notices;
pub(crate) mod paper;
mod queue;
mod requests_log;
mod sign_on;
pub(crate) mod stream;
pub(crate) mod traces;
pub(crate) mod turn;
mod web;
