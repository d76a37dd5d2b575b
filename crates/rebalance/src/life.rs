//! The life of a recommendation: nine states, the steps between them, and who may take which.
//!
//! In: a [`Recommendation`] and a [`Step`]. Out: the recommendation in its next state with the move to record
//! ([`Moved`]), or a [`Refusal`], which is a finding to record and no error. No clock, no database.
//!
//! | module | what it answers |
//! | --- | --- |
//! | [`state`] | the states, with the names that other programs rely on |
//! | [`step`](mod@step) | what can happen, and which state follows |
//! | [`recommendation`] | one recommendation, and the one way to move it |
//! | [`offer`] | what a person was shown: the plan, its prices, until when |
//! | [`approval`] | may this person approve this plan now |
//! | [`policy`] | what a household asks of an approval |
//! | [`approved`] | the stamp that an execution needs, made anew after every restart |
//! | [`refusal`] | why something was not done |
//!
//! ```text
//! Pending_Generation ─ Propose ─▶ Pending_Validation ─ Offer ─▶ Pending_Approval ─ Approve ─▶ Approved
//!        ▲                              │ Invalidate            │ ▲   │ Reject                  │ Send
//!        └─ PromptAgain ─ Validation_Failed                     ▼ │   ▼                         ▼
//!                                                        Endorse┘ │ Rejected       Execution_In_Progress
//!                                                                 │                  │ Fail       │ Complete
//!                                              Execution_Failed ──┘ Retry ◀──────────┘            ▼
//!                                                                                    Executed_Successfully
//! ```
//!
//! Invariants: a state is left only by [`Recommendation::step`]; a plan is offered only after the validator has
//! passed it, approved only by [`approval::decide`], and sent only with an [`approved::Approved`], none of which can be
//! made elsewhere, copied or read from a file. An approval is used up by the step it allows.

pub mod approval;
pub mod approved;
pub mod offer;
pub mod policy;
pub mod recommendation;
pub mod refusal;
pub mod state;
pub mod step;

pub use approval::{Approval, Decision, Now, Request, decide};
pub use approved::Approved;
pub use offer::{Offer, Offered, Shown};
pub use policy::Policy;
pub use recommendation::{Kept, Moved, Recommendation};
pub use refusal::{Reason, Refusal};
pub use state::{Rejection, State};
pub use step::Step;
