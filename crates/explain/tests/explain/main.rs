//! The explanations of real plans: every figure checked, every alternative solved again.

mod barring;
mod bars;
mod planned;
mod texts;
mod weighed;
