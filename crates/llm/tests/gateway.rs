//! The gateway's promises, with scripted providers and a clock that only moves when somebody waits.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use llm::clock::Clock;
use llm::fault::{Fault, Phase};
use llm::gateway::{Outcome, Progress};
use llm::ledger::{Ledger, MemoryLedger};
use llm::providers::scripted::Scripted;
use llm::providers::{Answer, Call, Listener, Provider};
use llm::verdict::VerdictKind;
use llm::{AskError, Configuration, Gateway, Message, Reply, ReplySchema, Request, Verdict};
use rust_decimal::Decimal;
use serde_json::json;

/// Time passes only where somebody waits, and a little with every look.
#[derive(Default)]
struct StillClock(Mutex<Duration>);

impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        let start: Timestamp = "2026-11-26T23:59:00Z".parse().unwrap();
        start + *self.0.lock().unwrap()
    }

    fn elapsed(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn wait(&self, duration: Duration) {
        *self.0.lock().unwrap() += duration;
    }
}

/// A provider that keeps what it was asked.
struct Kept {
    inner: Scripted,
    asked: Mutex<Vec<(Request, Vec<&'static str>, Duration)>>,
}

impl Provider for Kept {
    fn answer(&self, call: &Call<'_>, listener: Option<&mut Listener<'_>>) -> Result<Answer, Fault> {
        self.asked.lock().unwrap().push((call.request.clone(), call.without.to_vec(), call.limits.time));
        self.inner.answer(call, listener)
    }
}

/// A gateway over two scripted models, `first` and `second`.
struct World {
    gateway: Gateway,
    clock: Arc<StillClock>,
    ledger: Arc<MemoryLedger>,
    first: Arc<Kept>,
    second: Arc<Kept>,
}

fn world_with(first: &str, second: &str, settings: &str) -> World {
    let text = format!(
        "[providers.a]\nkind = \"scripted\"\nscript = \"a\"\n[providers.b]\nkind = \"scripted\"\nscript = \"b\"\n\
         [models.first]\nprovider = \"a\"\nmodel = \"a-1\"\n\
         price = {{ prompt_usd_per_million = \"1\", reply_usd_per_million = \"1000\", source = \"test\", as_of = \"2026-11-26\" }}\n\
         [models.second]\nprovider = \"b\"\nmodel = \"b-1\"\n[routes]\ndefault = [\"first\", \"second\"]\n{settings}"
    );
    let configuration = Configuration::read(&text, &|_| None).unwrap();
    let kept = |script: &str| {
        let inner = Scripted::read(script).unwrap_or_else(|error| panic!("{script}: {error}"));
        Arc::new(Kept { inner, asked: Mutex::default() })
    };
    let (first, second) = (kept(first), kept(second));
    let providers: BTreeMap<String, Arc<dyn Provider>> = [
        ("a".to_owned(), first.clone() as Arc<dyn Provider>),
        ("b".to_owned(), second.clone() as Arc<dyn Provider>),
    ]
    .into();
    let (clock, ledger) = (Arc::new(StillClock::default()), Arc::new(MemoryLedger::default()));
    let gateway = Gateway::of_providers(configuration, providers, ledger.clone(), clock.clone());
    World { gateway, clock, ledger, first, second }
}

fn world(first: &str, second: &str) -> World {
    world_with(first, second, "")
}

impl World {
    fn ask(&self) -> Result<Reply, AskError> {
        let schema = json!({"type": "object", "required": ["n"], "properties": {"n": {"type": "integer", "maximum": 10}}});
        let request = Request::new("count", "count-3", vec![Message::user("How many?")])
            .with_schema(ReplySchema::new("count", schema).unwrap());
        self.gateway.ask(&request, 7, &mut |_| {})
    }
}

const GOOD: &str = r#"{"replies": [{"json": {"n": 3}, "usage": {"prompt_tokens": 100, "cached_tokens": 0, "reply_tokens": 20, "thinking_tokens": 0}}], "repeat": true}"#;

fn outcomes(attempts: &[llm::gateway::Attempt]) -> Vec<String> {
    attempts.iter().map(|attempt| format!("{}: {}", attempt.model, attempt.outcome)).collect()
}

#[test]
fn an_answer_comes_with_its_record() {
    let world = world(GOOD, GOOD);
    let reply = world.ask().unwrap();
    assert_eq!(reply.verdict.kind(), VerdictKind::Complete);
    assert_eq!(
        (reply.model.as_str(), reply.asked_model.as_str(), reply.answered_model.as_str()),
        ("first", "a-1", "a-1")
    );
    assert_eq!((reply.job.as_str(), reply.prompt_version.as_str()), ("count", "count-3"));
    assert!(!reply.is_by_another_model());
    // 100 tokens at 1 USD and 20 at 1000 USD a million.
    assert_eq!(reply.cost_usd(), Some(Decimal::new(201, 4)));
    assert_eq!(world.ledger.spent_usd("2026-11-26".parse().unwrap()), Ok(Decimal::new(201, 4)));
    let record = serde_json::to_value(&reply.attempts).unwrap();
    assert_eq!(record[0]["outcome"], json!({"answered": "complete"}));
    assert_eq!(record[0]["cost_usd"], "0.0201");
    assert_eq!(record[0]["began_at"], "2026-11-26T23:59:00Z");
    assert!(world.second.asked.lock().unwrap().is_empty());
}

#[test]
fn a_cost_that_is_not_told_is_not_known() {
    let reply = world(r#"{"replies": [{"json": {"n": 3}}]}"#, GOOD).ask().unwrap();
    assert_eq!(reply.cost_usd(), None);
}

#[test]
fn a_rate_limit_is_waited_for_as_long_as_is_asked() {
    let world = world(
        r#"{"replies": [{"fault": "rate_limited", "retry_after_secs": 30}, {"json": {"n": 3}}]}"#,
        GOOD,
    );
    let reply = world.ask().unwrap();
    assert_eq!(reply.attempts.len(), 2);
    assert!(world.clock.elapsed() >= Duration::from_secs(30), "{:?}", world.clock.elapsed());
    assert!(world.clock.elapsed() < Duration::from_secs(31), "{:?}", world.clock.elapsed());
}

#[test]
fn waits_are_the_same_for_the_same_seed() {
    let waits = |seed| {
        let world = world(
            r#"{"replies": [{"fault": "overloaded"}, {"fault": "unreachable"}, {"json": {"n": 3}}]}"#,
            GOOD,
        );
        let mut waits = Vec::new();
        let request = Request::new("count", "1", vec![Message::user("?")]);
        world
            .gateway
            .ask(&request, seed, &mut |progress| {
                if let Progress::Waiting { wait, .. } = progress {
                    waits.push(wait);
                }
            })
            .unwrap();
        waits
    };
    assert_eq!(waits(1).len(), 2);
    assert_eq!(waits(1), waits(1));
    assert_ne!(waits(1), waits(2));
}

#[test]
fn a_wait_longer_than_there_is_time_is_not_waited_and_the_next_model_answers() {
    let world = world(r#"{"replies": [{"fault": "rate_limited", "retry_after_secs": 3600}]}"#, GOOD);
    let reply = world.ask().unwrap();
    assert_eq!(reply.model, "second");
    assert!(world.clock.elapsed() < Duration::from_secs(1));
}

#[test]
fn what_does_not_help_is_not_tried_again() {
    for fault in ["key_refused", "quota_spent", "model_unknown", "too_large"] {
        let world = world(&format!(r#"{{"replies": [{{"fault": "{fault}"}}], "repeat": true}}"#), GOOD);
        let reply = world.ask().unwrap();
        assert_eq!((reply.model.as_str(), reply.attempts.len()), ("second", 2), "{fault}");
    }
}

#[test]
fn nobody_answers_and_every_reason_is_told() {
    let world = world(
        r#"{"replies": [{"fault": "unreachable"}], "repeat": true}"#,
        r#"{"replies": [{"fault": "key_refused"}], "repeat": true}"#,
    );
    let error = world.ask().unwrap_err();
    let expected = "no model answered `count`: first: can't be reached: as scripted; second: the key is refused (status 401): as scripted";
    assert_eq!(error.to_string(), expected);
    assert_eq!(error.attempts().len(), 4);
}

#[test]
fn an_answer_that_breaks_the_schema_is_shown_to_the_model_once() {
    let world = world(r#"{"replies": [{"json": {"n": 99}}, {"json": {"n": 9}}]}"#, GOOD);
    let reply = world.ask().unwrap();
    assert_eq!((reply.verdict.kind(), reply.attempts.len()), (VerdictKind::Complete, 2));
    let asked = world.first.asked.lock().unwrap();
    let again = &asked[1].0.messages;
    assert_eq!(again.len(), 3);
    assert_eq!(again[1], Message::assistant("{\"n\": 99}"));
    assert!(again[2].text.contains("/n: 99 is greater than the maximum of 10"), "{}", again[2].text);
}

#[test]
fn where_nobody_gives_a_usable_answer_the_last_one_is_handed_back_with_its_verdict() {
    let broken = r#"{"replies": [{"json": {"n": 99}}], "repeat": true}"#;
    let reply = world(broken, r#"{"replies": [{"truncated": "{\"n\":"}]}"#).ask().unwrap();
    assert_eq!((reply.model.as_str(), &reply.verdict), ("second", &Verdict::Truncated));
    assert_eq!(outcomes(&reply.attempts).len(), 3, "two of the first model, one of the second");
}

#[test]
fn a_refusal_is_an_answer_and_nobody_else_is_asked() {
    let world = world(r#"{"replies": [{"refusal": "No."}]}"#, GOOD);
    let reply = world.ask().unwrap();
    assert_eq!(reply.verdict, Verdict::Refused { reason: "No.".to_owned() });
    assert!(world.second.asked.lock().unwrap().is_empty());
}

#[test]
fn an_empty_answer_is_asked_for_again() {
    let reply = world(r#"{"replies": [{}, {"json": {"n": 1}}]}"#, GOOD).ask().unwrap();
    assert_eq!((reply.verdict.kind(), reply.attempts.len()), (VerdictKind::Complete, 2));
}

#[test]
fn a_model_that_fails_is_given_a_rest_and_comes_back() {
    let down = r#"{"replies": [{"fault": "unreachable"}, {"fault": "unreachable"}, {"json": {"n": 5}}]}"#;
    let world =
        world_with(down, GOOD, "[limits]\nattempts_max = 1\n[breaker]\nfailures_max = 2\nrest_secs = 60");
    assert_eq!(world.ask().unwrap().model, "second");
    assert_eq!(world.ask().unwrap().model, "second");
    let reply = world.ask().unwrap();
    assert!(matches!(reply.attempts[0].outcome, Outcome::Resting { .. }), "{:?}", outcomes(&reply.attempts));
    assert_eq!(world.first.asked.lock().unwrap().len(), 2, "nobody was sent there");
    assert_eq!(reply.cost_usd(), Some(Decimal::ZERO), "who was not asked costs nothing");
    world.clock.wait(Duration::from_secs(61));
    assert_eq!(world.ask().unwrap().model, "first");
}

#[test]
fn the_limit_of_a_day_holds_before_a_call_is_made_and_ends_with_the_day() {
    // 20 tokens of an answer may cost 0.02 USD, and a prompt of one byte with what is put around it 0.001001 USD.
    let settings = "[limits]\ntokens_max = 20\nusd_per_day_max = \"0.0403\"\nledger = \"/not/used/here\"";
    let only_first = |world: &World| {
        let request = Request::new("first", "1", vec![Message::user("?")]);
        world.gateway.ask(&request, 1, &mut |_| {})
    };
    let world = world_with(GOOD, GOOD, settings);
    only_first(&world).unwrap();
    let error = only_first(&world).unwrap_err();
    assert!(matches!(error, AskError::Spent { .. }), "{error:?}");
    assert!(error.to_string().contains("the limit of 0.0403 USD a day would be passed"), "{error}");
    assert_eq!(world.first.asked.lock().unwrap().len(), 1);
    world.clock.wait(Duration::from_secs(120));
    only_first(&world).unwrap();
    assert_eq!(world.ask().unwrap().model, "second", "a model that costs nothing may still be asked");
}

#[test]
fn a_call_that_may_have_been_charged_for_counts_with_the_most() {
    let world =
        world_with(r#"{"replies": [{"fault": "cut"}]}"#, GOOD, "[limits]\ntokens_max = 20\nattempts_max = 1");
    world.ask().unwrap();
    let spent = world.ledger.spent_usd("2026-11-26".parse().unwrap()).unwrap();
    assert!(spent >= Decimal::new(2, 2) && spent < Decimal::new(3, 2), "{spent}");
}

#[test]
fn a_prompt_that_is_too_long_goes_nowhere() {
    let world = world_with(GOOD, GOOD, "[limits]\nprompt_bytes_max = 4");
    assert!(matches!(world.ask(), Err(AskError::PromptTooLong { bytes: 9, bytes_max: 4 })));
    assert!(world.first.asked.lock().unwrap().is_empty());
}

#[test]
fn an_answer_that_would_make_the_conversation_too_long_is_not_shown_again() {
    let wordy = r#"{"replies": [{"text": "I would say that it is three."}, {"json": {"n": 3}}]}"#;
    let mended = world(wordy, GOOD).ask().unwrap();
    assert_eq!((mended.model.as_str(), mended.attempts.len()), ("first", 2));
    let world = world_with(wordy, GOOD, "[limits]\nprompt_bytes_max = 40");
    assert_eq!(world.ask().unwrap().model, "second");
    assert_eq!(world.first.asked.lock().unwrap().len(), 1, "40 bytes hold the question and no more");
}

#[test]
fn a_setting_that_is_refused_is_left_out_from_then_on() {
    struct Fussy(Mutex<Vec<Vec<&'static str>>>);
    impl Provider for Fussy {
        fn answer(&self, call: &Call<'_>, _: Option<&mut Listener<'_>>) -> Result<Answer, Fault> {
            self.0.lock().unwrap().push(call.without.to_vec());
            if call.without.contains(&"temperature") {
                return Ok(Answer::of_text(call.model, "{\"n\": 1}"));
            }
            Err(Fault::ParameterRefused { parameter: "temperature", message: "no".to_owned() })
        }
    }
    let fussy = Arc::new(Fussy(Mutex::default()));
    let world = world(GOOD, GOOD);
    let providers: BTreeMap<String, Arc<dyn Provider>> =
        [("a".to_owned(), fussy.clone() as Arc<dyn Provider>)].into();
    let gateway =
        Gateway::of_providers(world.gateway.configuration().clone(), providers, world.ledger, world.clock);
    let request = Request::new("first", "1", vec![Message::user("?")]);
    for _ in 0..2 {
        let reply = gateway.ask(&request, 1, &mut |_| {}).unwrap();
        assert_eq!((reply.sampling.temperature, reply.sampling.seed), (None, Some(0)), "the record says so");
    }
    assert_eq!(*fussy.0.lock().unwrap(), [vec![], vec!["temperature"], vec!["temperature"]]);
}

#[test]
fn a_model_that_refuses_what_it_was_not_sent_is_given_up() {
    struct Stubborn(Mutex<u32>);
    impl Provider for Stubborn {
        fn answer(&self, _: &Call<'_>, _: Option<&mut Listener<'_>>) -> Result<Answer, Fault> {
            *self.0.lock().unwrap() += 1;
            Err(Fault::ParameterRefused { parameter: "seed", message: "no".to_owned() })
        }
    }
    let stubborn = Arc::new(Stubborn(Mutex::default()));
    let world = world(GOOD, GOOD);
    let providers: BTreeMap<String, Arc<dyn Provider>> =
        [("a".to_owned(), stubborn.clone() as Arc<dyn Provider>)].into();
    let configuration = world.gateway.configuration().clone();
    let gateway = Gateway::of_providers(configuration, providers, world.ledger, world.clock);
    let request = Request::new("first", "1", vec![Message::user("?")]);
    assert!(matches!(gateway.ask(&request, 1, &mut |_| {}), Err(AskError::NobodyAnswered { .. })));
    assert_eq!(*stubborn.0.lock().unwrap(), 2);
}

#[test]
fn no_attempt_is_given_more_time_than_is_left() {
    struct Slow(Arc<StillClock>, Mutex<Vec<Duration>>);
    impl Provider for Slow {
        fn answer(&self, call: &Call<'_>, _: Option<&mut Listener<'_>>) -> Result<Answer, Fault> {
            self.1.lock().unwrap().push(call.limits.time);
            self.0.wait(call.limits.time);
            Err(Fault::TimedOut { phase: Phase::Waiting, limit: call.limits.time })
        }
    }
    let world = world_with(GOOD, GOOD, "[limits]\ntotal_secs_max = 100\nattempt_secs_max = 60");
    let slow = Arc::new(Slow(world.clock.clone(), Mutex::default()));
    let providers: BTreeMap<String, Arc<dyn Provider>> =
        [("a".to_owned(), slow.clone() as Arc<dyn Provider>)].into();
    let gateway = Gateway::of_providers(
        world.gateway.configuration().clone(),
        providers,
        world.ledger,
        world.clock.clone(),
    );
    let error =
        gateway.ask(&Request::new("first", "1", vec![Message::user("?")]), 1, &mut |_| {}).unwrap_err();
    assert!(world.clock.elapsed() <= Duration::from_secs(100), "{:?}", world.clock.elapsed());
    let given = slow.1.lock().unwrap();
    assert!(given[0] == Duration::from_secs(60) && given[1] < Duration::from_secs(40), "{given:?}");
    assert!(matches!(error, AskError::NobodyAnswered { .. } | AskError::OutOfTime { .. }), "{error:?}");
}

#[test]
fn a_slow_model_leaves_time_for_the_one_after_it() {
    struct Slow(Arc<StillClock>);
    impl Provider for Slow {
        fn answer(&self, call: &Call<'_>, _: Option<&mut Listener<'_>>) -> Result<Answer, Fault> {
            self.0.wait(call.limits.time);
            Err(Fault::TimedOut { phase: Phase::Reading, limit: call.limits.time })
        }
    }
    let world = world_with(GOOD, GOOD, "[limits]\ntotal_secs_max = 100\nattempt_secs_max = 90");
    let providers: BTreeMap<String, Arc<dyn Provider>> = [
        ("a".to_owned(), Arc::new(Slow(world.clock.clone())) as Arc<dyn Provider>),
        ("b".to_owned(), world.second.clone() as Arc<dyn Provider>),
    ]
    .into();
    let configuration = world.gateway.configuration().clone();
    let gateway = Gateway::of_providers(configuration, providers, world.ledger, world.clock);
    let reply = gateway.ask(&Request::new("x", "1", vec![Message::user("?")]), 1, &mut |_| {}).unwrap();
    assert_eq!(reply.model, "second");
    let (_, _, time) = &world.second.asked.lock().unwrap()[0];
    assert_eq!(*time, Duration::from_secs(50), "half of the time was left");
}

#[test]
fn text_is_heard_while_it_is_written() {
    let world = world(GOOD, GOOD);
    let mut heard = Vec::new();
    world
        .gateway
        .ask(&Request::new("x", "1", vec![Message::user("?")]), 1, &mut |progress| {
            heard.push(format!("{progress:?}"));
        })
        .unwrap();
    assert_eq!(heard, ["Asking { model: \"first\", attempt: 1 }", "Text(\"{\\\"n\\\": 3}\")"]);
}

#[test]
fn without_a_route_or_a_message_nothing_is_asked() {
    let world = world(GOOD, GOOD);
    assert!(matches!(
        world.gateway.ask(&Request::new("x", "1", vec![]), 1, &mut |_| {}),
        Err(AskError::NoMessage)
    ));
    let mut configuration = world.gateway.configuration().clone();
    configuration.routes.clear();
    let gateway = Gateway::of_providers(configuration, BTreeMap::new(), world.ledger, world.clock);
    let error = gateway.ask(&Request::new("x", "1", vec![Message::user("?")]), 1, &mut |_| {}).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no model is configured for `x`; add a route for it, or one called `default`"
    );
}
