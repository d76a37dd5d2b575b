//! The rules of the house: two persons change them, and what they restrict is not planned, not approved and not sent.

use portfolio::Side;
use rebalance::Options;
use rebalance::books::{Books, OrderState};
use rebalance::keeping::house_rules::Rulebook;
use rebalance::keeping::paper::{Paper, Settings};
use rebalance::keeping::{Answer, Desk, Keeper, KeepingError, Recorded};
use rebalance::life::{Policy, Rejection, State};
use rust_decimal::dec;

use crate::backend::Backend;
use crate::execution::Approved;
use crate::household::{CALM, Standing, minute, quotes};
use crate::story::TEXT;

fn restricting(ticker: &str) -> Rulebook {
    serde_json::from_str(&format!(
        r#"{{"restricted": [{{"ticker": "{ticker}", "reason": "we advise them"}}]}}"#
    ))
    .unwrap()
}

/// Ann proposes and bob confirms.
fn counts(keeper: &Keeper<'_>, book: &Rulebook) -> u64 {
    let over = keeper.house_rules().unwrap().version;
    let proposal = keeper.propose_rules("ann", book, "", over).unwrap();
    keeper.confirm_rules("bob", &proposal).unwrap()
}

/// Nobody changes the rules alone, nor by what another one did not look at.
pub(crate) fn rules_of_the_house_take_two_persons(backend: &Backend) {
    let books = backend.open();
    let world = Standing::at(minute(0));
    let recorded = Recorded(&books);
    let broker = Paper::new(Settings::default(), &recorded);
    let keeper = Keeper::new(&books, &world, &broker, Options::default());
    keeper.enrol("smith", "ann", Policy::default(), TEXT).unwrap();
    let none = keeper.house_rules().unwrap();
    assert_eq!((none.version, none.proposed.is_none()), (0, true));
    let first = keeper.propose_rules("ann", &restricting("SPY"), "merger", 0).unwrap();
    assert_eq!(keeper.house_rules().unwrap().version, 0, "proposed is not confirmed");
    let alone = keeper.confirm_rules("ann", &first).unwrap_err();
    assert!(matches!(alone, KeepingError::SamePerson { .. }), "{alone}");
    let second = keeper.propose_rules("carol", &restricting("AGG"), "", 0).unwrap();
    let stale = keeper.confirm_rules("bob", &first).unwrap_err();
    assert!(matches!(stale, KeepingError::Overtaken { .. }), "{stale}");
    assert_eq!(keeper.confirm_rules("bob", &second).unwrap(), 1);
    let rules = keeper.house_rules().unwrap();
    assert_eq!((rules.current.proposed_by.as_str(), rules.current.confirmed_by.as_str()), ("carol", "bob"));
    assert_eq!((rules.current.book, rules.proposed), (restricting("AGG"), None));
    assert!(matches!(keeper.confirm_rules("bob", &second).unwrap_err(), KeepingError::Unknown { .. }));
    let stale = keeper.propose_rules("ann", &restricting("SPY"), "", 0).unwrap_err();
    assert!(matches!(stale, KeepingError::Overtaken { .. }), "{stale}");
    keeper.propose_rules("ann", &restricting("SPY"), "", 1).unwrap();
    keeper.withdraw_rules("bob").unwrap();
    assert_eq!(keeper.house_rules().unwrap().proposed, None);
    let unknown = r#"{"exemptions": [{"household": "x", "ticker": "SPY", "owner": "eve", "reason": "y", "until": "2027-01-01"}]}"#;
    let faults = keeper.propose_rules("ann", &serde_json::from_str(unknown).unwrap(), "", 1).unwrap_err();
    assert!(matches!(&faults, KeepingError::Rulebook(faults) if faults.len() == 3), "{faults}");
}

/// A plan that waits is superseded by a rule that it breaks, and stays where a rule says nothing to it; the next one keeps it and names the version.
pub(crate) fn what_is_restricted_is_neither_planned_nor_approved(backend: &Backend) {
    let books = backend.open();
    let world = Standing::at(minute(0));
    let recorded = Recorded(&books);
    let broker = Paper::new(Settings::default(), &recorded);
    let keeper = Keeper::new(&books, &world, &broker, Options::default());
    let text = TEXT.replace(
        r#"{"ticker": "AGG", "asset_class"#,
        r#"{"ticker": "BND", "asset_class": "Bonds", "current_price": 75.00, "kind": "etf", "spread_bps": 30}, {"ticker": "AGG", "asset_class"#,
    );
    keeper.enrol("smith", "ann", Policy::default(), &text).unwrap();
    let at = |n: i64| {
        world.set(minute(n));
        let prices = [CALM[0], CALM[1], ("BND", dec!(75))];
        let tick = keeper.tick(&quotes(minute(n), &prices)).unwrap();
        assert!(tick.faults.is_empty(), "{tick:?}");
    };
    let waiting = || books.reading().recommendations(State::PendingApproval).unwrap().pop().unwrap();
    let plan = |id| {
        serde_json::from_str::<serde_json::Value>(
            &books.reading().attempts(id).unwrap().pop().unwrap().document,
        )
        .unwrap()
    };
    (0..2).for_each(at);
    let before = waiting();
    let bought = plan(before.id());
    assert!(bought["validation"].get("rules_version").is_none(), "{bought}");
    assert!(
        bought["trades"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["action"] == "BUY" && row["ticker"] == "AGG")
    );
    // One that says nothing to this household leaves its plan alone.
    assert_eq!(counts(&keeper, &restricting("TSLA")), 1);
    at(2);
    assert_eq!(waiting().id(), before.id());
    assert_eq!(counts(&keeper, &restricting("AGG")), 2);
    let answer = keeper.approve(before.id(), "ann", None).unwrap();
    assert!(!matches!(answer, Answer::Approved), "{answer:?}");
    (3..8).for_each(at);
    let found = books.reading().recommendation(before.id()).unwrap().unwrap();
    assert_eq!(found.state(), State::Rejected(Rejection::Superseded));
    let next = plan(waiting().id());
    let rows = next["trades"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["ticker"] != "AGG"), "{next}");
    assert!(rows.iter().any(|row| row["ticker"] == "BND"), "{next}");
    assert_eq!(
        (&next["validation"]["passed"], &next["validation"]["rules_version"]),
        (&true.into(), &2.into())
    );
    // Lifted: nothing of it is left in the document.
    assert_eq!(counts(&keeper, &Rulebook::default()), 3);
    (8..14).for_each(at);
    let lifted = plan(waiting().id());
    assert!(lifted["trades"].as_array().unwrap().iter().any(|row| row["ticker"] == "AGG"), "{lifted}");
    assert_eq!(lifted["validation"]["rules_version"], 3);
}

/// What is restricted after the plan was approved is not sent.
pub(crate) fn what_is_restricted_after_the_approval_is_not_sent(backend: &Backend) {
    let books = backend.open();
    let kept = Approved::new(&books, TEXT, Desk::default());
    let recorded = Recorded(&books);
    let broker = Paper::new(Settings::default(), &recorded);
    counts(&kept.keeper(&broker), &restricting("AGG"));
    let mut told = Vec::new();
    for n in 2..12 {
        told.extend(kept.minute(n, &broker, &CALM));
    }
    assert!(kept.of(Side::Sell).iter().all(|sale| sale.state == OrderState::Filled), "{told:?}");
    let buys = kept.of(Side::Buy);
    assert!(!buys.is_empty() && buys.iter().all(|buy| buy.state == OrderState::Refused), "{told:?}");
    assert!(told.iter().any(|words| words.contains("version 1 of the rules of the house")), "{told:?}");
}

/// A collar that is narrowed after the plan was approved is that of its orders.
pub(crate) fn a_collar_that_is_narrowed_after_the_approval_binds_the_orders(backend: &Backend) {
    let books = backend.open();
    let kept = Approved::new(&books, TEXT, Desk::default());
    let recorded = Recorded(&books);
    let broker = Paper::new(Settings::default(), &recorded);
    let rules = r#"{"limits": [{"limit": "price_collar_pct", "most": "0.1", "reason": "a wild market"}]}"#;
    counts(&kept.keeper(&broker), &serde_json::from_str(rules).unwrap());
    for n in 2..12 {
        kept.minute(n, &broker, &CALM);
    }
    let id = books.reading().recommendations(State::ExecutedSuccessfully).unwrap().pop().unwrap().id();
    let trades = books.reading().attempts(id).unwrap().pop().unwrap().trades;
    for side in [Side::Sell, Side::Buy] {
        let orders = kept.of(side);
        assert!(!orders.is_empty());
        for order in orders {
            let approved = trades[order.line as usize].estimated_price.0;
            let Some(limit) = order.sent.and_then(|sent| sent.limit) else { panic!("{order:?}") };
            assert!((limit - approved).abs() <= approved * dec!(0.001) + dec!(0.01), "{order:?}");
        }
    }
}
