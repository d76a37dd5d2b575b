//! One cycle of a rebalance, in flow order.
