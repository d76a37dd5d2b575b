//! Whether orders are sent at all: the kill switch.

pub(crate) mod halt;
pub(crate) mod resume;
pub(crate) mod show;
