//! For whoever operates the server.

pub(crate) mod livez;
pub(crate) mod readyz;
