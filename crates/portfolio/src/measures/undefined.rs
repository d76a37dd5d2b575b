//! Why a measure has no value.
//!
//! In: nothing. Out: one reason, with the numbers that a person needs to mend the input. A measure
//! without a value is a finding, never `NaN` or infinity: every function of
//! [`measures`](super) that can divide by zero or run out of observations returns one of these.

/// The reason why a measure can't be given for this input.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Undefined {
    /// Fewer observations than the formula can be evaluated on.
    #[error("needs at least {needed} observations and has {given}")]
    TooFew {
        /// Least number of observations.
        needed: usize,
        /// Number given.
        given: usize,
    },
    /// Two inputs that belong together entry by entry have different lengths.
    #[error("its inputs have {left} and {right} entries; they must be aligned")]
    LengthsDiffer {
        /// Entries of the first input.
        left: usize,
        /// Entries of the second input.
        right: usize,
    },
    /// An entry is infinite or not a number.
    #[error("entry {at} is not a finite number")]
    NotFinite {
        /// Position, from 0.
        at: usize,
    },
    /// The result left the range of binary floats, or the exact sum that of decimals.
    #[error("the result is too large to be held")]
    TooLarge,
    /// A standard deviation in the denominator is zero.
    #[error("the returns do not vary, so there is no volatility to divide by")]
    NoVolatility,
    /// No observation lies below the threshold, so a downside denominator is zero.
    #[error("no return lies below the threshold, so there is no shortfall to divide by")]
    NoShortfall,
    /// No observation lies beyond the value at risk.
    #[error("no loss is larger than the value at risk")]
    NoTail,
    /// The benchmark's returns do not vary, so beta does not exist.
    #[error("the benchmark's returns do not vary, so beta does not exist")]
    NoBenchmarkVariance,
    /// Beta is zero and is the denominator.
    #[error("beta is zero")]
    NoBeta,
    /// The value never fell below its peak.
    #[error("the value never falls below its peak, so there is no drawdown to divide by")]
    NoDrawdown,
    /// A value that something is divided by is zero or negative.
    #[error("the value to divide by is not positive")]
    ValueNotPositive,
    /// A relative drift from a target of zero.
    #[error("the target of entry {at} is zero, so drift relative to it does not exist")]
    ZeroTarget {
        /// Position, from 0.
        at: usize,
    },
    /// A tail probability outside the open interval (0, 1).
    #[error("`{given}` is not a probability between 0 and 1")]
    NotAProbability {
        /// What was given.
        given: f64,
    },
    /// Nothing was traded, so a cost per value traded does not exist.
    #[error("nothing is traded")]
    NothingTraded,
    /// A covariance matrix that gives a negative variance.
    #[error("the covariance matrix gives a negative variance")]
    NegativeVariance,
    /// A covariance matrix must be its own transpose.
    #[error("the covariance matrix differs from its transpose at row {row}, column {column}")]
    NotSymmetric {
        /// Row, from 0.
        row: usize,
        /// Column, from 0.
        column: usize,
    },
    /// Dates or times that do not increase.
    #[error("time {at} is not later than the one before it")]
    TimesNotIncreasing {
        /// Position, from 0.
        at: usize,
    },
    /// A held security has no price history.
    #[error("`{ticker}` is held and has no prices: add a column for it to the prices file")]
    NoPrices {
        /// The security.
        ticker: String,
    },
    /// The same, where the class is known.
    #[error("the target of {class} is zero, so drift relative to it does not exist")]
    ZeroTargetOf {
        /// The class.
        class: String,
    },
    /// An input that the measure is about was not given.
    #[error("needs {what}")]
    NotGiven {
        /// What was not given.
        what: &'static str,
    },
}
