//! Why a line of fills was not taken, as this address says it.
//!
//! In: faults of lines, each with where its line was sent. Out: a problem with every fault. Invariants: a fault of a field stands at the path of the field; what is only
//! asked about, and taken once it is accepted, has a code of its own.

use portfolio::plan::Finding;
use rebalance::keeping::blotter::LineFault;

use crate::problem::Problem;

/// What can't be taken.
const REFUSED: &str = "fill.refused";
/// What is taken with `accept_price`.
const NEEDS_ACCEPTANCE: &str = "fill.needs_acceptance";

/// A fault of a line that was sent as fields.
pub(super) fn of_fields(line: &str, fault: &LineFault) -> Finding {
    let place = field(fault).map_or_else(|| line.to_owned(), |field| format!("{line}.{field}"));
    Finding { place, ..of_row(line, fault) }
}

/// A fault of a row of a file.
pub(super) fn of_row(row: &str, fault: &LineFault) -> Finding {
    let code = match fault {
        LineFault::Price { .. } | LineFault::Fees { .. } => NEEDS_ACCEPTANCE,
        _ => REFUSED,
    };
    Finding { code: code.to_owned(), place: row.to_owned(), detail: in_fields(fault) }
}

/// A fault in words alone.
pub(super) fn of_words(place: String, detail: String) -> Finding {
    Finding { code: REFUSED.to_owned(), place, detail }
}

/// That nothing was taken, with every fault.
pub(super) fn refused(wrong: &[Finding]) -> Problem {
    Problem::of_lines(wrong)
}

/// The field that a fault is of; none where it is of the line as a whole.
fn field(fault: &LineFault) -> Option<&'static str> {
    Some(match fault {
        LineFault::NoOrder { .. }
        | LineFault::NotByHand { .. }
        | LineFault::NotSent { .. }
        | LineFault::Ended { .. } => "order",
        LineFault::Figure { what, .. } => what,
        LineFault::TooMuch { .. } => "quantity",
        LineFault::Price { .. } => "price",
        LineFault::Fees { .. } => "fees",
        LineFault::Time { .. } => "at",
        LineFault::Otherwise { .. } | LineFault::Twin { .. } => "execution_id",
        LineFault::NoFill { .. }
        | LineFault::CorrectedBefore { .. }
        | LineFault::Unbooked { .. }
        | LineFault::Later { .. } => "corrects",
        LineFault::Text { what: "the execution id", .. } => "execution_id",
        LineFault::Text { .. } | LineFault::AsItWas { .. } => return None,
    })
}

/// A fault in the words of this address.
fn in_fields(fault: &LineFault) -> String {
    match fault {
        LineFault::NoOrder { order } => {
            format!("there is no order `{order}`, or you may not see it; `GET /api/v1/tickets` lists them")
        }
        LineFault::Price { price, outside } => {
            format!("a price of {price} USD is {outside}; `accept_price` takes it if it is right")
        }
        LineFault::Fees { fees, most } => format!(
            "fees of {fees} USD are more than {most} USD, a hundredth of the fill; `accept_price` takes them if they are right"
        ),
        LineFault::Twin { order, execution_id } => format!(
            "the same shares at the same price are on record of `{order}` as `{execution_id}`; name this one with `execution_id` if it is \
             another fill"
        ),
        LineFault::Otherwise { execution_id, .. } => {
            let words = fault.to_string();
            let words = words.split(", until `equipoise").next().unwrap_or_default();
            format!("{words}, until a correction says what is right (`corrects`: `{execution_id}`)")
        }
        LineFault::Later { execution_id, why } => format!(
            "`{execution_id}` can't be corrected any more: {why}; hand in a document of what the broker holds"
        ),
        fault => fault.to_string(),
    }
}
