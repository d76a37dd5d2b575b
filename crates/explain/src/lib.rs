//! Why these trades, why not others.
