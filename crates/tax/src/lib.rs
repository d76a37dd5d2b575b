//! What would a sale cost.
