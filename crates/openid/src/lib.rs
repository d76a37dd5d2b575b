//! Who vouches for somebody: signing in with a provider of OpenID Connect; knows no finance.
//!
//! In: where the provider is and how this program is known there; what a browser brings back. Out: an [`Identity`], or why there is none.
//! Invariants: nothing of a token is believed before its signature was verified with a key of the provider; only RS256 and ES256 are taken; a token
//! is for this program, of this provider, of this sign-in (nonce), and of now.
//!
//! | file | what it answers |
//! | --- | --- |
//! | [`request`] | what the browser is sent away with: state, nonce, PKCE |
//! | [`provider`] | where the provider's addresses are, and its answer to a code: read this first |
//! | `kept.rs` | how long what a provider has told is kept, and that it could not be asked |
//! | [`signing`] | the keys that a provider signs with |
//! | [`token`] | what a token says, once it may be believed |
//!
//! Source: OpenID Connect Core 1.0, Discovery 1.0; RFC 7515, 7517, 7518, 7519, 7636.

mod kept;
pub mod provider;
pub mod request;
pub mod signing;
pub mod token;

pub use provider::{Provider, Settings, SignOnError};
pub use request::Begun;
pub use signing::SigningKeys;
pub use token::{Expected, Identity, TokenError};
