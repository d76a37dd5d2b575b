//! A plan, from whoever proposes it.
