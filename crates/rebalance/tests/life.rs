//! The life of a recommendation: every step from every state, and who may approve what, when.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "life/stage.rs"]
mod stage;

use jiff::ToSpan;
use rebalance::books::Record;
use rebalance::life::offer::NoOffer;
use rebalance::life::{Approved, Decision, Now, Policy, Reason, Rejection, Request, State, Step};
use rust_decimal::dec;
use stage::{Stage, person};

/// Every step by its word, made anew, since a step is used up.
const WORDS: [&str; 11] = [
    "propose",
    "invalidate",
    "prompt_again",
    "offer",
    "endorse",
    "approve",
    "reject",
    "send",
    "complete",
    "fail",
    "retry",
];

#[test]
fn of_all_steps_from_all_states_those_of_the_state_diagram_are_taken_and_the_rest_refused() {
    let legal = [
        ("Pending_Generation", "propose", "Pending_Validation"),
        ("Pending_Validation", "invalidate", "Validation_Failed"),
        ("Validation_Failed", "prompt_again", "Pending_Generation"),
        ("Pending_Validation", "offer", "Pending_Approval"),
        ("Pending_Approval", "endorse", "Pending_Approval"),
        ("Pending_Approval", "approve", "Approved"),
        ("Pending_Approval", "reject", "Rejected"),
        ("Approved", "send", "Execution_In_Progress"),
        ("Execution_In_Progress", "complete", "Executed_Successfully"),
        ("Execution_In_Progress", "fail", "Execution_Failed"),
        ("Execution_Failed", "retry", "Pending_Approval"),
    ];
    let stage = Stage::new();
    for state in State::ALL {
        for word in WORDS {
            let recommendation = stage.recommendation_in(state);
            let taken = recommendation.step(stage.step(word), stage.at);
            let found = legal.iter().find(|(from, step, _)| *from == state.name() && *step == word);
            match (taken, found) {
                (Ok(moved), Some((_, _, to))) => {
                    assert_eq!(moved.after().state().name(), *to, "{state} {word}");
                    assert_eq!(moved.after().kept().version, recommendation.kept().version + 1);
                    assert_eq!((moved.before(), moved.step()), (state, word));
                }
                (Err(refusal), None) => {
                    assert_eq!(refusal.reason, Reason::State(state), "{word}");
                    assert_eq!(
                        (refusal.step, refusal.state, refusal.reason.code()),
                        (word, state, "life.state")
                    );
                }
                (taken, _) => panic!("{state} {word}: {taken:?}"),
            }
        }
    }
}

#[test]
fn an_approval_is_for_the_plan_that_waits_in_time_and_while_the_facts_hold() {
    let stage = Stage::new();
    let waits = stage.recommendation_in(State::PendingApproval);
    let offer = waits.offer().unwrap().clone();
    let good = Request { person: person(1), plan_hash: offer.plan_hash.clone() };
    let now = Now { at: stage.at + 1.hour(), facts: stage.facts() };
    let decided = |request: &Request, now: &Now| {
        rebalance::life::decide(&waits, &[], request, now, &Policy::default())
            .map_err(|refusal| refusal.reason)
    };
    assert!(matches!(decided(&good, &now), Ok(Decision::Enough(_))));

    let other = Request { plan_hash: "0".repeat(64), ..good.clone() };
    assert!(matches!(decided(&other, &now), Err(Reason::PlanHash { .. })));
    let late = Now { at: offer.expires_at, ..now.clone() };
    assert_eq!(decided(&good, &late).unwrap_err(), Reason::Expired(offer.expires_at));
    let early = Now { at: stage.at - 1.second(), ..now.clone() };
    assert!(matches!(decided(&good, &early), Err(Reason::BeforeShown { .. })));

    let with = |change: &dyn Fn(&mut Now)| {
        let mut changed = now.clone();
        change(&mut changed);
        decided(&good, &changed)
    };
    assert!(with(&|now| *now.facts.prices.get_mut("SPY").unwrap() *= dec!(1.02)).is_ok(), "2 % are allowed");
    let moved = with(&|now| *now.facts.prices.get_mut("SPY").unwrap() *= dec!(1.0201)).unwrap_err();
    assert!(matches!(&moved, Reason::PriceMoved { ticker, .. } if ticker == "SPY"));
    assert_eq!(
        moved.to_string(),
        "the price of SPY moved from 450.00 to 459.045000, more than 200 basis points; a new plan is needed"
    );
    let unknown = with(&|now| assert!(now.facts.prices.remove("SPY").is_some())).unwrap_err();
    assert_eq!(unknown, Reason::PriceUnknown("SPY".to_owned()));
    let sold = with(&|now| *now.facts.holdings.get_mut("lot L1").unwrap() -= dec!(1)).unwrap_err();
    assert!(matches!(&sold, Reason::HoldingMoved { what, .. } if what == "lot L1"));
    let paid_in = with(&|now| *now.facts.holdings.get_mut("cash of default").unwrap() += dec!(0.01));
    assert!(matches!(paid_in, Err(Reason::HoldingMoved { .. })));
    let bought = with(&|now| assert_eq!(now.facts.holdings.insert("lot L9".to_owned(), dec!(1)), None));
    assert!(matches!(bought, Err(Reason::HoldingMoved { .. })));
    let wishes = with(&|now| now.facts.wishes = "another".to_owned());
    assert_eq!(wishes.unwrap_err(), Reason::PortfolioChanged);
}

#[test]
fn a_second_person_is_asked_above_an_amount_or_after_an_edit_and_off_by_default() {
    let stage = Stage::new();
    let waits = stage.recommendation_in(State::PendingApproval);
    let traded = waits.offer().unwrap().traded_usd;
    assert!(traded > dec!(0));
    let off = Policy::default();
    let at_amount = Policy { second_above_usd: Some(traded), ..off.clone() };
    let above = Policy { second_above_usd: Some(traded - dec!(0.01)), ..off.clone() };
    let if_edited = Policy { second_if_edited: true, ..off.clone() };
    assert_eq!((off.approvers(traded, true), at_amount.approvers(traded, false)), (1, 1));
    assert_eq!((above.approvers(traded, false), if_edited.approvers(traded, true)), (2, 2));
    assert_eq!(if_edited.approvers(traded, false), 1);

    let request = |who| Request { person: person(who), plan_hash: waits.offer().unwrap().plan_hash.clone() };
    let now = Now { at: stage.at, facts: stage.facts() };
    let first = rebalance::life::decide(&waits, &[], &request(1), &now, &above).unwrap();
    assert!(matches!(first, Decision::OneMore(_)));
    let moved = waits.step(first.into_step(), now.at).unwrap();
    let (waits, given) = (moved.after().clone(), vec![moved.approval().unwrap().clone()]);
    assert_eq!(waits.state(), State::PendingApproval);
    let same = rebalance::life::decide(&waits, &given, &request(1), &now, &above).unwrap_err();
    assert_eq!(same.reason, Reason::SamePerson(person(1)));
    // A refusal is something to record.
    let record = Record::of_refusal(&same, waits.kept().household, "ann", Some("key k-1"));
    assert_eq!((record.kind.as_str(), record.subject), ("refusal", waits.id().to_string()));
    let facts: serde_json::Value = serde_json::from_str(&record.body).unwrap();
    assert_eq!(facts["code"], "approval.same_person");
    assert_eq!(
        (facts["state"].as_str(), facts["step"].as_str()),
        (Some("Pending_Approval"), Some("approve"))
    );
    let second = rebalance::life::decide(&waits, &given, &request(2), &now, &above).unwrap();
    let moved = waits.step(second.into_step(), now.at).unwrap();
    assert_eq!(moved.after().state(), State::Approved);
    assert_eq!(moved.approval().unwrap().person, person(2));

    // The execution counts again.
    let again = |approvals: &[_]| {
        Approved::again(moved.after(), approvals, stage.text, stage.trades(), &above, now.at)
            .map_err(|r| r.reason)
    };
    assert_eq!(again(&given).unwrap_err(), Reason::Approvals { given: 1, needed: 2 });
    let both = [given[0].clone(), moved.approval().unwrap().clone()];
    assert_eq!(again(&both).unwrap().trades(), stage.trades());
}

#[test]
fn what_is_sent_is_what_was_approved_and_it_is_sent_once() {
    let stage = Stage::new();
    let approved = stage.recommendation_in(State::Approved);
    let approvals = stage.approvals();
    let policy = Policy::default();
    let mut altered = stage.trades();
    altered[0].quantity.0 += dec!(1);
    let refused = Approved::again(&approved, &approvals, stage.text, altered, &policy, stage.at).unwrap_err();
    assert!(matches!(refused.reason, Reason::Altered { .. }));
    let other_text = stage.text.replace("100", "101");
    let refused =
        Approved::again(&approved, &approvals, &other_text, stage.trades(), &policy, stage.at).unwrap_err();
    assert!(matches!(refused.reason, Reason::Altered { .. }));

    let sent = approved.step(stage.step("send"), stage.at).unwrap();
    assert!(sent.after().step(stage.step("send"), stage.at).is_err());
    // What was sent and has failed needs another plan: its approval was used up.
    let failed = sent.after().step(Step::Fail, stage.at).unwrap();
    let same = failed.after().step(Step::Retry(stage.offered()), stage.at).unwrap_err();
    assert_eq!(same.reason, Reason::SamePlan(stage.plan_hash()));
    let retried = failed.after().step(Step::Retry(stage.other_offered()), stage.at).unwrap();
    let given = stage.approvals();
    let request = Request { person: person(1), plan_hash: stage.plan_hash() };
    let now = Now { at: stage.at, facts: stage.facts() };
    let refused = rebalance::life::decide(retried.after(), &given, &request, &now, &policy).unwrap_err();
    assert!(matches!(refused.reason, Reason::PlanHash { .. }), "the old plan can't be approved again");
}

#[test]
fn what_has_nothing_to_approve_or_was_altered_is_not_offered() {
    let stage = Stage::new();
    assert_eq!(stage.offered_of(stage.text_at_target()).unwrap_err(), NoOffer::NothingToDo);
    assert_eq!(stage.offered_of(stage.text_without_a_plan()).unwrap_err(), NoOffer::Infeasible);
    let mut cycle = stage.cycle();
    cycle.plan.trades[0].quantity.0 += dec!(1);
    assert!(matches!(stage.offered_from(&cycle), Err(NoOffer::Hash { .. } | NoOffer::Refused(_))));
    let mut cycle = stage.cycle();
    cycle.plan.trades[0].quantity.0 += dec!(100000);
    assert!(matches!(stage.offered_from(&cycle), Err(NoOffer::Refused(_))), "more than is held");
}

#[test]
fn a_record_that_can_not_be_is_noticed() {
    let stage = Stage::new();
    let mut kept = stage.recommendation_in(State::Approved).kept().clone();
    kept.offer = None;
    let message = rebalance::life::Recommendation::restore(kept).unwrap_err().to_string();
    assert!(message.contains("Approved without an offer"), "{message}");
    let rejected = State::Rejected(Rejection::Expired);
    assert_eq!(stage.recommendation_in(rejected).state(), rejected);
}
