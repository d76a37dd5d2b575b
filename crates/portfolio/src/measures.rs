//! The measures (3)–(47) of the design document: value, risk, drift, cost and tax in figures.
//!
//! In: positions, trades and lots as decimals; return series as aligned slices of floats. Out: one
//! figure per function, in the unit that its documentation names, or the reason why there is none
//! ([`Undefined`]). Pure: no file, no clock. Invariant: no function here returns `NaN` or infinity,
//! and none panics on any input.
//!
//! | equations | module |
//! | --- | --- |
//! | (3) value, (4) weights | [`holding`] |
//! | (5) expected return, (6) variance, (7) volatility | [`mixture`], [`covariance`] |
//! | (8) Sharpe, (9) Sortino, (10) Treynor, (13) information ratio | [`reward`] |
//! | (11) value at risk, (12) conditional value at risk | [`tail`] |
//! | (14) maximum drawdown, (15) Calmar, (17) Ulcer | [`drawdown`] |
//! | (16) Omega | [`omega`] |
//! | (18) absolute, (19) relative, (21) squared, (22) maximum drift, (25) misfit, (26) breaches | [`drift`] |
//! | (20) tracking error | [`tracking`] |
//! | (23) Herfindahl, (24) its drift | [`concentration`] |
//! | (27) time-weighted drift | [`drift_path`] |
//! | (28)–(32), (34), (35) costs | [`cost`] |
//! | (33) slippage, (36) implementation shortfall | [`execution`] |
//! | (37) turnover | [`turnover`] |
//! | (38), (40)–(44) gains, (47) harvesting potential | [`gain`] |
//! | (39) liability, (45) total tax, (46) tax alpha | [`liability`] |
//!
//! Where a formula of the document is wrong, unusual or leaves something open, the formula to the
//! letter and the usual definition stand side by side and each module says what differs: (8), (9),
//! (11), (12), (14), (15), (19), (20), (33), (36), (37), (39), (45) and (46).
//!
//! [`series`] reads the files that the figures come from; [`mod@report`] lists all of them.

pub mod concentration;
pub mod cost;
pub mod covariance;
pub mod drawdown;
pub mod drift;
pub mod drift_path;
pub mod execution;
pub mod gain;
pub mod holding;
pub mod liability;
pub mod mixture;
pub mod omega;
pub mod report;
pub mod reward;
pub mod sample;
pub mod series;
pub mod tail;
pub mod tracking;
pub mod turnover;
pub mod undefined;

pub use covariance::Covariance;
pub use report::{Figure, Measure, report};
pub use undefined::Undefined;
