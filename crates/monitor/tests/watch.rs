//! Laws of watching a household, on random days: the same ticks give the same decisions wherever it restarts, it acts only when it
//! may, and not again for what was answered.

#![allow(clippy::unwrap_used)]

use jiff::Timestamp;
use jiff::civil::Date;
use monitor::harvest::Worth;
use monitor::watch::{CashFlow, Decision, Facts, Outcome, Persistence, Policy, Rest, Schedule, Verdict};
use monitor::{DriftReport, Watch, harvest, monitor};
use portfolio::exchange::{eastern, session_at};
use portfolio::preference::Period;
use portfolio::schedule::in_window;
use portfolio::{Decimal, Portfolio};
use proptest::prelude::*;
use rust_decimal::dec;

/// Something that a watch is told.
#[derive(Debug, Clone)]
enum Input {
    /// So many seconds later, stocks weigh so many thousandths.
    Tick(i64, u32),
    /// The tick before is delivered once more.
    Again,
    Flow(i64),
    Pause(Option<i64>),
    Resume,
    Snooze(bool, i64),
    Proposed,
    Ended(usize),
}

const OUTCOMES: [Outcome; 8] = [
    Outcome::NothingToDo,
    Outcome::Infeasible,
    Outcome::Failed,
    Outcome::Rejected,
    Outcome::Expired,
    Outcome::Superseded,
    Outcome::Withdrawn,
    Outcome::Executed,
];

fn inputs() -> impl Strategy<Value = Vec<Input>> {
    let wait = prop_oneof![6 => 30_i64..900, 2 => 900_i64..30_000, 1 => 80_000_i64..900_000];
    let weight = prop_oneof![2 => 560_u32..640, 3 => 480_u32..760];
    let input = prop_oneof![
        12 => (wait, weight).prop_map(|(wait, weight)| Input::Tick(wait, weight)),
        1 => Just(Input::Again),
        1 => (-30_i64..30).prop_map(|hundreds| Input::Flow(hundreds * 100)),
        1 => prop::option::of(1_i64..40_000).prop_map(Input::Pause),
        1 => Just(Input::Resume),
        1 => (any::<bool>(), 1_i64..100_000).prop_map(|(stocks, secs)| Input::Snooze(stocks, secs)),
        3 => Just(Input::Proposed),
        3 => (0_usize..8).prop_map(Input::Ended),
    ];
    prop::collection::vec(input, 1..60)
}

fn policies() -> impl Strategy<Value = Policy> {
    let schedule = prop_oneof![
        2 => Just(Schedule::OnDrift),
        1 => Just(Schedule::Dates(Period::Week)),
        1 => Just(Schedule::DatesAndDrift(Period::Day)),
    ];
    let persistence =
        prop_oneof![(1_u32..5).prop_map(Persistence::Ticks), (0_u32..60).prop_map(Persistence::Minutes)];
    (schedule, persistence, 1_u16..20, 1_i64..40).prop_map(|(schedule, persistence, quiet_days, margin)| {
        Policy {
            schedule,
            persistence,
            quiet_days,
            margin: Decimal::new(margin, 3),
            harvest: Worth { loss_usd_min: dec!(2000), ..Worth::default() },
            ..Policy::default()
        }
    })
}

const WISHES: [&str; 3] = [
    r#""harvest_losses_up_to_90000_usd""#,
    r#""execute_between_1000_1400_ET", "max_trade_frequency_1_per_week""#,
    "",
];

/// 100,000 USD, of which stocks are so many thousandths; they cost what they do at 600.
fn household(weight: u32, wishes: &str, cash: i64) -> Portfolio {
    let text = format!(
        r#"{{"as_of": "2026-11-02", "target_allocation": {{"Stocks": 0.6, "Bonds": 0.4}}, "preferences": [{wishes}],
            "monitoring": {{"bands": {{"Stocks": {{"absolute": 0.05}}, "Bonds": {{"absolute": 0.05}}}}}},
            "securities": [{{"ticker": "S", "asset_class": "Stocks", "current_price": {weight}, "kind": "etf"}},
                           {{"ticker": "B", "asset_class": "Bonds", "current_price": {}, "kind": "etf"}}],
            "accounts": [{{"account_id": "home", "kind": "taxable", "cash": {cash}, "holdings": [
              {{"ticker": "S", "lots": [{{"lot_id": "1", "quantity": 100, "cost_basis_per_share": 600}}]}},
              {{"ticker": "B", "lots": [{{"lot_id": "2", "quantity": 100, "cost_basis_per_share": 400}}]}}]}}]}}"#,
        1000 - weight
    );
    portfolio::read(&text).unwrap()
}

/// A decision with what it was made on.
struct Step {
    decision: Decision,
    report: DriftReport,
    watch_before: Watch,
    watch_after: Watch,
}

/// What a watch decides on a sequence; written and read again after each input that `restarts` names.
fn run(inputs: &[Input], policy: &Policy, wishes: &str, restarts: impl Fn(usize) -> bool) -> Vec<Step> {
    let mut now: Timestamp = "2026-11-02T14:35:00Z".parse().unwrap();
    let mut watch = Watch::new(now);
    let mut last = (now, 600);
    let mut flows: Vec<CashFlow> = Vec::new();
    let mut rebalances: Vec<Date> = Vec::new();
    let mut steps = Vec::new();
    let later = |now: Timestamp, secs: i64| Timestamp::from_second(now.as_second() + secs).unwrap();
    for (n, input) in inputs.iter().enumerate() {
        let ticked = match input {
            Input::Tick(wait, weight) => {
                now = later(now, *wait);
                last = (now, *weight);
                true
            }
            Input::Again => true,
            Input::Flow(usd) => {
                flows.push(CashFlow { account_id: "home".to_owned(), booked: now, usd: Decimal::from(*usd) });
                false
            }
            Input::Pause(secs) => {
                watch.pause(now, secs.map(|secs| later(now, secs)), "asked").unwrap();
                false
            }
            Input::Resume => {
                watch.resume();
                false
            }
            Input::Snooze(stocks, secs) => {
                let class = if *stocks { "Stocks" } else { "Bonds" };
                watch.snooze(class, now, later(now, *secs)).unwrap();
                false
            }
            Input::Proposed => {
                let planning = watch.is_planning();
                assert_eq!(watch.proposed("P").is_ok(), planning);
                false
            }
            Input::Ended(outcome) => {
                let (before, outcome) = (watch.clone(), OUTCOMES[*outcome]);
                match watch.ended(outcome, now, policy) {
                    Ok(()) if outcome == Outcome::Executed => rebalances.push(eastern(now).date()),
                    Ok(()) => {}
                    Err(_) => assert_eq!(watch, before), // refused, and nothing changed
                }
                false
            }
        };
        if ticked {
            let portfolio = household(last.1, wishes, 0);
            let report = monitor(&portfolio);
            let opportunities = harvest::opportunities(&portfolio, &policy.harvest);
            let facts = Facts {
                now: last.0,
                portfolio: &portfolio,
                report: &report,
                policy,
                rebalances: &rebalances,
                flows: &flows,
                opportunities: &opportunities,
            };
            let watch_before = watch.clone();
            let decision = watch.tick(&facts).unwrap();
            steps.push(Step { decision, report, watch_before, watch_after: watch.clone() });
        }
        if restarts(n) {
            watch = serde_json::from_str(&serde_json::to_string(&watch).unwrap()).unwrap();
        }
    }
    steps
}

fn decisions(steps: Vec<Step>) -> Vec<Decision> {
    steps.into_iter().map(|step| step.decision).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// A restart after any input, or after every one, changes no decision.
    #[test]
    fn a_restart_anywhere_changes_nothing(inputs in inputs(), policy in policies(), wishes in 0_usize..3) {
        let straight = decisions(run(&inputs, &policy, WISHES[wishes], |_| false));
        prop_assert_eq!(&straight, &decisions(run(&inputs, &policy, WISHES[wishes], |_| true)));
        for at in 0..inputs.len() {
            prop_assert_eq!(&straight, &decisions(run(&inputs, &policy, WISHES[wishes], |n| n == at)));
        }
    }

    /// It acts in a session only, inside the household's window and frequency, and asks for one plan at a time.
    #[test]
    fn it_acts_only_when_it_may(inputs in inputs(), policy in policies(), wishes in 0_usize..3) {
        for step in run(&inputs, &policy, WISHES[wishes], |_| false) {
            let at = step.decision.at;
            if step.decision.acts() {
                prop_assert!(session_at(at).unwrap().is_some(), "{}", at);
                prop_assert!(wishes != 1 || in_window((600, 840), eastern(at).time()));
                prop_assert!(!step.watch_before.is_planning() && step.watch_before.open_proposal().is_none());
                prop_assert!(step.watch_after.is_planning());
            }
            prop_assert!(!step.decision.codes().is_empty() && step.decision.words().ends_with('.'));
            if let Some(until) = step.decision.wait_until() {
                prop_assert!(until > at);
            }
        }
    }

    /// A tick that comes twice, or late, leaves no trace.
    #[test]
    fn a_tick_counts_once(inputs in inputs(), policy in policies()) {
        let steps = run(&inputs, &policy, "", |_| false);
        for pair in steps.windows(2).filter(|pair| pair[0].decision.at >= pair[1].decision.at) {
            let late = matches!(pair[1].decision.verdict, Verdict::Rest(Rest::NotNewer { .. }));
            prop_assert!(late);
            prop_assert_eq!(&pair[1].watch_before, &pair[1].watch_after);
        }
    }

    /// What drift it acts on has been outside the band for as many ticks in open sessions as the policy says.
    #[test]
    fn drift_it_acts_on_has_lasted(inputs in inputs(), ticks in 1_u32..5) {
        let policy = Policy { persistence: Persistence::Ticks(ticks), ..Policy::default() };
        let mut in_a_row = 0;
        let mut last = None;
        for step in run(&inputs, &policy, "", |_| false) {
            let at = step.decision.at;
            if last.replace(at) == Some(at) {
                continue; // delivered again
            }
            let open = session_at(at).unwrap().is_some();
            in_a_row = if !step.report.act { 0 } else { in_a_row + u32::from(open) };
            if step.decision.codes().contains(&"drift.breach") {
                prop_assert!(in_a_row >= ticks, "{} of {ticks} at {at}", in_a_row);
            }
        }
    }

    /// After a no, a drift that has not grown by the margin does not ring for the quiet days, unless it had been set right.
    #[test]
    fn a_no_holds(drifts in prop::collection::vec(651_u32..670, 1..40), first in 655_u32..665, margin in 1_i64..20) {
        let policy = Policy { margin: Decimal::new(margin, 3), persistence: Persistence::Ticks(1), ..Policy::default() };
        let tick = |weight| Input::Tick(60, weight);
        let mut inputs = vec![tick(first), Input::Proposed, Input::Ended(3)];
        inputs.extend(drifts.iter().map(|weight| tick(*weight)));
        let steps = run(&inputs, &policy, "", |_| false);
        prop_assert!(steps[0].decision.acts());
        let most = Decimal::from(first) + Decimal::from(margin);
        let grown = drifts.iter().position(|weight| Decimal::from(*weight) > most);
        let acted = steps[1..].iter().position(|step| step.decision.acts());
        prop_assert_eq!(acted, grown);
    }
}

#[test]
fn what_can_not_come_to_pass_is_refused_and_changes_nothing() {
    let now: Timestamp = "2026-11-02T15:00:00Z".parse().unwrap();
    let mut watch = Watch::new(now);
    let before = watch.clone();
    let policy = Policy::default();
    assert_eq!(
        watch.proposed("P1").unwrap_err().to_string(),
        "`P1` can't be proposed: no plan is being made for this household"
    );
    assert_eq!(
        watch.ended(Outcome::Rejected, now, &policy).unwrap_err().to_string(),
        "nothing is open that could be Rejected: no plan was asked for"
    );
    assert_eq!(
        watch.pause(now, Some(now), "asked").unwrap_err().to_string(),
        "2026-11-02T15:00:00Z has passed: give a later instant than 2026-11-02T15:00:00Z"
    );
    assert!(watch.snooze("Stocks", now, now).is_err());
    assert!(watch.pause(now, None, &"x".repeat(3_000)).unwrap_err().to_string().contains("3000 bytes"));
    assert_eq!(watch, before);
}

#[test]
fn a_clock_outside_the_calendar_is_an_error_and_changes_nothing() {
    let mut watch = Watch::new("2026-11-02T15:00:00Z".parse().unwrap());
    let before = watch.clone();
    let portfolio = household(700, "", 0);
    let report = monitor(&portfolio);
    let policy = Policy::default();
    let facts = Facts {
        now: "2199-11-02T15:00:00Z".parse().unwrap(),
        portfolio: &portfolio,
        report: &report,
        policy: &policy,
        rebalances: &[],
        flows: &[],
        opportunities: &[],
    };
    assert!(watch.tick(&facts).unwrap_err().to_string().contains("2199-11-02"));
    assert_eq!(watch, before);
}

#[test]
fn a_record_has_codes_words_and_what_is_waited_for() {
    let mut watch = Watch::new("2026-11-02T15:00:00Z".parse().unwrap());
    let portfolio = household(700, "", -400);
    let report = monitor(&portfolio);
    let policy = Policy { persistence: Persistence::Ticks(1), ..Policy::default() };
    let now: Timestamp = "2026-11-03T15:00:00Z".parse().unwrap();
    let flows = [CashFlow { account_id: "home".to_owned(), booked: now, usd: dec!(-400) }];
    let facts = Facts {
        now,
        portfolio: &portfolio,
        report: &report,
        policy: &policy,
        rebalances: &[],
        flows: &flows,
        opportunities: &[],
    };
    let decision = watch.tick(&facts).unwrap();
    let record = serde_json::to_value(&decision).unwrap();
    assert_eq!(
        record,
        serde_json::json!({
            "at": "2026-11-03T15:00:00Z",
            "act": true,
            "codes": ["drift.breach"],
            "why": "Act: Bonds is 9.88 % below its target, band 5.00 %, since 2026-11-03T15:00:00Z; Stocks is 10.28 % above its \
                    target, band 5.00 %, since 2026-11-03T15:00:00Z.",
            "wait_until": null,
            "notes": [{"account_id": "home", "code": "account.flow", "words": "400.00 USD flowed out since the last answer"}],
        })
    );
}
