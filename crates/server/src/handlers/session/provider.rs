//! Signing in with a provider that vouches for people (OpenID Connect): the browser goes there, and comes back.

pub(crate) mod away;
pub(crate) mod back;

use super::{Again, Returned, begin_shown, cookie_of};
