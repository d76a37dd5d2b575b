//! What is known of orders: every report that ever came, one after the other.
//!
//! In: [`Report`]s, however often each is told. Out: how an order stands, with every execution, or why nothing may be taken from what was told.
//! Invariants: an execution is known by its name (17) and counts once; no execution is made up from a sum; an end is told only together with
//! every execution that belongs to it; what is corrected, taken back or contradicts itself is held until a person looks.

use std::collections::BTreeMap;

use portfolio::Decimal;

use super::report::{Happened, Refusal, Report, Status};
use crate::broker::{Execution, Standing, Ticket, Told};

/// Orders by our names.
#[derive(Debug, Default)]
pub(super) struct Orders(BTreeMap<String, Known>);

/// What is known of one.
#[derive(Debug, Default)]
struct Known {
    broker_order_id: String,
    executions: Vec<Execution>,
    /// What was told under each name (17), so that it counts once.
    seen: BTreeMap<String, (Option<Decimal>, Option<Decimal>)>,
    last: Option<Last>,
    /// Why nothing is taken from it.
    held: Option<String>,
}

/// How it stood when it was told last.
#[derive(Debug, Clone)]
struct Last {
    status: Status,
    executed: Decimal,
    ordered: Option<Decimal>,
    ticker: Option<String>,
    side: Option<portfolio::Side>,
    words: String,
}

/// What a look at an order comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing was ever told of it.
    Nothing,
    /// So it stands.
    Told(Told),
    /// Nothing may be taken from what was told, in words.
    Held(String),
}

impl Orders {
    /// Takes in a report.
    pub(super) fn take_in(&mut self, report: &Report) {
        let is_answer = report.happened == Happened::Status;
        // It says nothing of the order that has the name; nor does an answer that there is none.
        if report.refusal == Some(Refusal::Duplicate) {
            return;
        }
        if is_answer && report.refusal == Some(Refusal::Unknown) {
            return;
        }
        let known = self.0.entry(report.order.clone()).or_default();
        if report.broker_order_id != "NONE" || known.broker_order_id.is_empty() {
            known.broker_order_id.clone_from(&report.broker_order_id);
        }
        // The name of an answer names nothing that happened: `0` in FIX before 4.3.
        if !is_answer {
            let figures = (report.quantity, report.price);
            match known.seen.insert(report.execution_id.clone(), figures) {
                Some(before) if report.happened == Happened::Trade && before != figures => {
                    known.hold(format!(
                        "its execution `{}` was told twice, with other figures",
                        report.execution_id
                    ));
                    return;
                }
                Some(_) => return,
                None => {}
            }
        }
        match report.happened {
            Happened::Trade => known.executed(report),
            Happened::Correct => known.undone(report, "corrected"),
            Happened::Bust => known.undone(report, "taken back"),
            Happened::Status | Happened::Rejected | Happened::Other => {}
        }
        known.stands(report);
    }

    /// Something was told of an order that can't be read.
    pub(super) fn hold(&mut self, order: &str, why: String) {
        self.0.entry(order.to_owned()).or_default().hold(why);
    }

    /// Whether anything was ever told of an order.
    pub(super) fn has(&self, order: &str) -> bool {
        self.0.contains_key(order)
    }

    /// How an order stands.
    pub(super) fn found(&self, ticket: &Ticket) -> Found {
        match self.0.get(&ticket.client_order_id) {
            None => Found::Nothing,
            Some(known) => known.told(ticket).map_or_else(Found::Held, Found::Told),
        }
    }
}

impl Known {
    fn hold(&mut self, why: String) {
        self.held.get_or_insert(why);
    }

    fn executed(&mut self, report: &Report) {
        let name = &report.execution_id;
        let (Some(quantity), Some(price), Some(at)) = (report.quantity, report.price, report.at) else {
            return self
                .hold(format!("its execution `{name}` has no quantity (32), no price (31) or no time (60)"));
        };
        if quantity <= Decimal::ZERO || price <= Decimal::ZERO {
            return self.hold(format!("its execution `{name}` is of {quantity} shares at {price} USD"));
        }
        self.executions.push(Execution {
            execution_id: name.clone(),
            quantity,
            price,
            fees: report.fees,
            at,
        });
    }

    fn undone(&mut self, report: &Report, how: &str) {
        let of = report.corrected.as_deref().unwrap_or("?");
        self.hold(format!(
            "the broker has {how} its execution `{of}`; compare what the account holds with `equipoise reconcile --against FILE`"
        ));
    }

    fn stands(&mut self, report: &Report) {
        let before = self.last.as_ref();
        // An end stays one: a report that was sent before it, and comes again, changes nothing.
        let is_over = before.is_some_and(|last| last.status.is_end()) && !report.status.is_end();
        let kept = before.map(|last| (last.ordered, last.ticker.clone(), last.side)).unwrap_or_default();
        let words = match before {
            Some(last) if report.words.is_empty() => last.words.clone(),
            _ => report.words.clone(),
        };
        let (status, executed) = match before {
            Some(last) if is_over => (last.status, last.executed.max(report.executed)),
            // A question that was asked before a fill may be answered behind it.
            Some(last) => (report.status, last.executed.max(report.executed)),
            None => (report.status, report.executed),
        };
        if report.executed < Decimal::ZERO || report.left.is_some_and(|left| left < Decimal::ZERO) {
            self.hold(format!("{} shares are executed of it and {:?} left", report.executed, report.left));
        }
        if let (Some(ordered), Some(left)) = (report.ordered, report.left)
            && report.executed.checked_add(left).is_none_or(|sum| sum > ordered)
        {
            let (executed, ordered) = (report.executed, ordered.normalize());
            self.hold(format!(
                "{executed} shares are executed of it and {left} left, of an order of {ordered}"
            ));
        }
        self.last = Some(Last {
            status,
            executed,
            ordered: report.ordered.or(kept.0),
            ticker: report.ticker.clone().or(kept.1),
            side: report.side.or(kept.2),
            words,
        });
    }

    fn told(&self, ticket: &Ticket) -> Result<Told, String> {
        if let Some(why) = &self.held {
            return Err(why.clone());
        }
        let last = self.last.as_ref().ok_or("nothing that can be read was told of it")?;
        if last.ticker.as_ref().is_some_and(|ticker| *ticker != ticket.ticker)
            || last.side.is_some_and(|side| side != ticket.side)
            || last.ordered.is_some_and(|ordered| ordered != ticket.quantity && !ordered.is_zero())
        {
            return Err("the broker has another order under its name".to_owned());
        }
        let filled = self.executions.iter().try_fold(Decimal::ZERO, |sum, x| sum.checked_add(x.quantity));
        let filled = filled.filter(|filled| *filled <= ticket.quantity);
        let filled = filled
            .ok_or_else(|| format!("more is executed of it than {} shares", ticket.quantity.normalize()))?;
        let (told, sum) = (filled.normalize(), last.executed.normalize());
        if sum > told {
            return Err(format!(
                "{sum} shares of it are executed, and executions of {told} were told; ask the broker for the others, since none is made up"
            ));
        }
        let why = || {
            if last.words.is_empty() {
                format!("it is {} at the broker", last.status)
            } else {
                last.words.clone()
            }
        };
        let standing = match last.status {
            _ if filled == ticket.quantity => Standing::Filled,
            Status::Filled => return Err(format!("it is filled, and executions of {told} shares were told")),
            status if status.is_end() && told != sum => {
                return Err(format!("executions of {told} shares were told, and it ended with {sum}"));
            }
            Status::Rejected if filled.is_zero() => Standing::Refused { why: why() },
            status if status.is_end() => Standing::Cancelled { why: why() },
            _ => Standing::Open,
        };
        Ok(Told {
            broker_order_id: self.broker_order_id.clone(),
            standing,
            executions: self.executions.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::brokers::fix::report::tests::report;
    use jiff::Timestamp;
    use portfolio::Side;
    use rust_decimal::dec;

    fn found(reports: &[&[(u32, &str)]]) -> Found {
        let mut orders = Orders::default();
        for fields in reports {
            orders.take_in(&report(fields).unwrap());
        }
        let ticket = Ticket {
            client_order_id: "o-1".to_owned(),
            account_id: "joint".to_owned(),
            ticker: "SPY".to_owned(),
            side: Side::Buy,
            allocations: Vec::new(),
            quantity: dec!(4),
            limit: None,
            at: Timestamp::UNIX_EPOCH,
            until: Timestamp::MAX,
        };
        orders.found(&ticket)
    }

    fn stands(reports: &[&[(u32, &str)]]) -> (Standing, usize) {
        match found(reports) {
            Found::Told(told) => (told.standing, told.executions.len()),
            other => panic!("{other:?}"),
        }
    }

    fn held(reports: &[&[(u32, &str)]]) -> String {
        match found(reports) {
            Found::Held(why) => why,
            other => panic!("{other:?}"),
        }
    }

    const NEW: &[(u32, &str)] =
        &[(17, "n-1"), (150, "0"), (39, "0"), (14, "0"), (151, "4"), (32, ""), (31, "")];
    const HALF: &[(u32, &str)] = &[(17, "x-1"), (14, "2"), (151, "2")];
    const REST: &[(u32, &str)] = &[(17, "x-2"), (39, "2"), (14, "4"), (151, "0")];
    const CANCELLED: &[(u32, &str)] = &[
        (17, "c-1"),
        (150, "4"),
        (39, "4"),
        (14, "2"),
        (151, "0"),
        (11, "o-1-x"),
        (41, "o-1"),
        (32, ""),
        (31, ""),
        (58, "asked for"),
    ];

    #[test]
    fn fills_count_once_however_often_they_are_told() {
        assert_eq!(found(&[]), Found::Nothing);
        assert_eq!(stands(&[NEW]), (Standing::Open, 0));
        assert_eq!(stands(&[NEW, HALF, HALF]), (Standing::Open, 1));
        assert_eq!(stands(&[NEW, HALF, REST, HALF, REST, NEW]), (Standing::Filled, 2));
        let end = Standing::Cancelled { why: "asked for".to_owned() };
        assert_eq!(stands(&[NEW, HALF, CANCELLED]), (end.clone(), 1));
        // What was sent before the end and comes behind it changes nothing.
        assert_eq!(stands(&[HALF, CANCELLED, NEW]), (end, 1));
    }

    #[test]
    fn a_refusal_is_one_and_a_duplicate_is_none() {
        let refused: &[(u32, &str)] =
            &[(17, "r"), (150, "8"), (39, "8"), (14, "0"), (151, "0"), (103, "3"), (32, ""), (31, "")];
        let why = "the order exceeds a limit".to_owned();
        assert_eq!(stands(&[refused]), (Standing::Refused { why }, 0));
        let duplicate: &[(u32, &str)] =
            &[(17, "d"), (150, "8"), (39, "8"), (14, "0"), (151, "0"), (103, "6")];
        assert_eq!(found(&[duplicate]), Found::Nothing);
        assert_eq!(stands(&[NEW, HALF, duplicate]), (Standing::Open, 1));
        for (status, word) in [("3", "done for the day"), ("C", "expired")] {
            let end: &[(u32, &str)] = &[(17, "e"), (150, status), (39, status), (14, "2"), (151, "0")];
            let why = format!("it is {word} at the broker");
            assert_eq!(stands(&[HALF, end]), (Standing::Cancelled { why }, 1));
        }
        for status in ["5", "6", "7", "9", "A", "B", "D", "E", "Z"] {
            let other: &[(u32, &str)] = &[(17, "o"), (150, status), (39, status), (14, "2"), (151, "2")];
            assert_eq!(stands(&[HALF, other]), (Standing::Open, 1), "{status}");
        }
    }

    #[test]
    fn an_answer_about_a_state_makes_no_fill() {
        let answer: &[(u32, &str)] =
            &[(17, "0"), (150, "I"), (39, "2"), (14, "4"), (151, "0"), (32, ""), (31, "")];
        assert_eq!(
            held(&[NEW, answer]),
            "4 shares of it are executed, and executions of 0 were told; ask the broker for the others, since none is made up"
        );
        assert_eq!(stands(&[HALF, REST, answer, answer]), (Standing::Filled, 2));
        // The others come after all.
        assert_eq!(stands(&[HALF, answer, REST]), (Standing::Filled, 2));
    }

    #[test]
    fn what_is_undone_or_contradicts_itself_is_held() {
        assert!(
            held(&[NEW, HALF, &[(17, "b"), (150, "H"), (19, "x-1"), (39, "0"), (14, "0"), (151, "4")]])
                .contains("taken back its execution `x-1`")
        );
        assert!(
            held(&[NEW, HALF, &[(17, "b"), (150, "G"), (19, "x-1"), (31, "99")]])
                .contains("corrected its execution `x-1`")
        );
        assert!(held(&[HALF, &[(17, "x-1"), (31, "101")]]).contains("told twice, with other figures"));
        assert!(held(&[&[(17, "x"), (32, "-1")]]).contains("is of -1 shares"));
        assert!(held(&[&[(17, "x"), (31, "")]]).contains("has no quantity"));
        assert!(held(&[&[(14, "3"), (151, "2")]]).contains("of an order of 4"));
        assert!(held(&[&[(38, "5")]]).contains("another order under its name"));
        assert!(held(&[&[(55, "AGG")]]).contains("another order"));
        assert!(held(&[&[(54, "2")]]).contains("another order"));
        assert!(
            held(&[HALF, &[(17, "y"), (32, "3"), (14, "2"), (151, "2")]]).contains("more is executed of it")
        );
    }
}
