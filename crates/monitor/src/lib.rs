//! Has it drifted, does it matter.
