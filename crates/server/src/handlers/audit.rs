//! The log: what proves that nothing of it was changed.

pub(crate) mod checkpoint;
pub(crate) mod proof;
