//! Why a line that a person typed in is not taken, in words with the figures and what to do.

use jiff::Timestamp;
use portfolio::Decimal;

/// Why a line is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// There is no such order.
    #[error("there is no order `{order}`; `equipoise tickets` lists them")]
    NoOrder {
        /// As it was typed in.
        order: String,
    },
    /// Somebody else executes it.
    #[error("`{order}` is at the broker `{broker}`, which tells its fills itself")]
    NotByHand {
        /// Our name for it.
        order: String,
        /// Whose.
        broker: String,
    },
    /// It was not sent.
    #[error("`{order}` has not been sent: it waits for its turn")]
    NotSent {
        /// Our name for it.
        order: String,
    },
    /// It has ended.
    #[error("`{order}` has ended: {how}")]
    Ended {
        /// Our name for it.
        order: String,
        /// How.
        how: String,
    },
    /// A figure that can't be.
    #[error("{what} {given}: has to be {range}")]
    Figure {
        /// Which.
        what: &'static str,
        /// As it was typed in.
        given: Decimal,
        /// What it may be.
        range: String,
    },
    /// A name or a reason that can't be kept.
    #[error("{what}: write 1 to {most} characters, none of them a control character")]
    Text {
        /// Which.
        what: &'static str,
        /// Longest.
        most: usize,
    },
    /// More than was asked for.
    #[error(
        "{quantity} shares are more than `{order}` has left: {asked} were asked for, {filled} are filled, {left} are left"
    )]
    TooMuch {
        /// Our name for it.
        order: String,
        /// As it was typed in.
        quantity: Decimal,
        /// Shares.
        asked: Decimal,
        /// Shares.
        filled: Decimal,
        /// Shares.
        left: Decimal,
    },
    /// A price outside of the limit, or far from the market.
    #[error("a price of {price} USD is {outside}; `--accept-price` takes it if it is right")]
    Price {
        /// As it was typed in.
        price: Decimal,
        /// Outside of what.
        outside: String,
    },
    /// Fees that are out of the ordinary.
    #[error(
        "fees of {fees} USD are more than {most} USD, a hundredth of the fill; `--accept-price` takes them if they are right"
    )]
    Fees {
        /// As they were typed in.
        fees: Decimal,
        /// The most that are taken without a word.
        most: Decimal,
    },
    /// A time that can't be.
    #[error("{at} is {when}")]
    Time {
        /// As it was typed in.
        at: Timestamp,
        /// Why it can't be.
        when: String,
    },
    /// The name of another fill.
    #[error(
        "`{execution_id}` is on record as {quantity} shares at {price} USD with fees of {fees} USD of order `{order}`, executed {at}; \
         a fill that was typed in stays as it was, until `equipoise fill ORDER --correct {execution_id}` says what is right"
    )]
    Otherwise {
        /// The name.
        execution_id: String,
        /// Of which order it is on record.
        order: String,
        /// Shares.
        quantity: Decimal,
        /// USD per share.
        price: Decimal,
        /// USD.
        fees: Decimal,
        /// When.
        at: Timestamp,
    },
    /// A fill that is to be corrected and is not on record.
    #[error("`{order}` has no fill `{execution_id}` on record{known}")]
    NoFill {
        /// Our name for it.
        order: String,
        /// As it was named.
        execution_id: String,
        /// Which it has, in words.
        known: String,
    },
    /// It was corrected before, otherwise.
    #[error("`{execution_id}` was corrected already: {now}")]
    CorrectedBefore {
        /// The fill that was wrong.
        execution_id: String,
        /// What stands in its place, in words.
        now: String,
    },
    /// Nothing would be corrected.
    #[error("`{execution_id}` is on record with these figures already")]
    AsItWas {
        /// The fill.
        execution_id: String,
    },
    /// Nobody has booked it yet.
    #[error("`{execution_id}` is not booked yet; the service that leads books it: correct it after that")]
    Unbooked {
        /// The fill.
        execution_id: String,
    },
    /// What came after it hangs on it.
    #[error(
        "`{execution_id}` can't be corrected any more: {why}; `equipoise reconcile` says what the broker holds otherwise, and \
         `equipoise sync --accept` takes it over"
    )]
    Later {
        /// The fill.
        execution_id: String,
        /// What came after it.
        why: String,
    },
    /// Perhaps the same fill a second time.
    #[error(
        "the same shares at the same price are on record of `{order}` as `{execution_id}`; name this one with `--id` if it is another fill"
    )]
    Twin {
        /// Our name for it.
        order: String,
        /// The name of the fill that is on record.
        execution_id: String,
    },
}
