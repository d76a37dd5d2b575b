//! What every provider has to do, in one suite: the same situations, brought about in the format of each, come to the same.
//!
//! OpenAI's fixtures are held to its OpenAPI document and Anthropic's are made by its own package (`wire.rs`).

#![allow(clippy::unwrap_used, clippy::panic)]

#[cfg(feature = "embedded")]
mod inside;
mod server;
mod subjects;
mod wire;

use std::time::{Duration, Instant};

use jiff::Timestamp;
use llm::fault::{Fault, Phase};
use llm::json_text::Place;
use llm::providers::{Answer, Call, CallLimits};
use llm::verdict::{Verdict, VerdictKind, judge};
use llm::{Message, ReplySchema, Request};
use serde_json::json;

use subjects::{InPlace, Situation};

/// Both ways in which an answer can come.
const WAYS: [bool; 2] = [false, true];

fn schema() -> ReplySchema {
    let schema = json!({"type": "object", "additionalProperties": false, "required": ["city", "inhabitants"], "properties": {
        "city": {"type": "string", "minLength": 1, "maxLength": 80},
        "inhabitants": {"type": "number", "minimum": 0, "maximum": 100_000_000}}});
    ReplySchema::new("city", schema).unwrap()
}

fn request() -> Request {
    let messages =
        vec![Message::system("You know cities."), Message::user("Which is the largest city of France?")];
    Request::new("cities", "1", messages).with_schema(schema())
}

fn limits() -> CallLimits {
    CallLimits {
        time: Duration::from_secs(5),
        connecting: Duration::from_secs(2),
        silence: Duration::from_millis(400),
        bytes_max: 100_000,
    }
}

fn asked_with(
    place: &InPlace,
    model: &str,
    streamed: bool,
    limits: CallLimits,
    without: &[&'static str],
) -> (Result<Answer, Fault>, String) {
    let request = request();
    let began_at: Timestamp = "2026-11-26T08:00:00Z".parse().unwrap();
    let call = Call { model, request: &request, tokens_max: 200, without, limits, began_at };
    let mut heard = String::new();
    let mut listen = |text: &str| heard.push_str(text);
    let answered = place.provider.answer(&call, if streamed { Some(&mut listen) } else { None });
    (answered, heard)
}

/// Brings each provider into the situation, in each way, and hands what it comes to on.
fn each(situation: Situation, ways: &[bool], mut check: impl FnMut(&str, Result<Answer, Fault>, String)) {
    for subject in subjects::all().iter().filter(|subject| subject.faces(situation)) {
        for streamed in ways {
            let place = subject.facing(situation, *streamed);
            let (answered, heard) = asked_with(&place, subject.model(), *streamed, limits(), &[]);
            let way = format!("{}, {}", subject.name(), if *streamed { "streamed" } else { "whole" });
            check(&way, answered, heard);
        }
    }
}

fn each_fault(situation: Situation, ways: &[bool], is_it: fn(&Fault) -> bool) {
    each(situation, ways, |way, answered, _| {
        let fault = answered.expect_err(way);
        assert!(is_it(&fault), "{way}: {fault:?}");
        assert!(!fault.to_string().contains("sk-fixture-key"), "{way}: {fault}");
    });
}

fn verdict(answer: &Answer) -> Verdict {
    judge(answer, Some(&schema()))
}

#[test]
fn a_good_answer_is_complete_with_its_digits_and_its_tokens() {
    each(Situation::Reply("success"), &WAYS, |way, answered, heard| {
        let answer = answered.expect(way);
        let Verdict::Complete { json: Some(found) } = verdict(&answer) else { panic!("{way}: {answer:?}") };
        assert!(found.text.contains("2102650.10"), "{way}: the digits are those of the model");
        assert_eq!(found.place, Place::Alone, "{way}");
        let usage = answer.usage.expect(way);
        assert_eq!((usage.prompt_tokens, usage.reply_tokens), (53, 17), "{way}");
        assert!(way.contains("whole") || heard == answer.text, "{way}: what is heard is what is answered");
    });
}

#[test]
fn the_model_that_answered_is_named() {
    for subject in subjects::all() {
        let place = subject.facing(Situation::Reply("success"), false);
        let (answered, _) = asked_with(&place, subject.model(), false, limits(), &[]);
        assert_eq!(answered.unwrap().model, subject.model());
    }
}

#[test]
fn a_call_of_a_tool_carries_an_answer_too() {
    each(Situation::Reply("tool"), &WAYS, |way, answered, _| {
        let Verdict::Complete { json: Some(found) } = verdict(&answered.expect(way)) else { panic!("{way}") };
        let expected = if way.starts_with("scripted") { Place::Alone } else { Place::ToolCall };
        assert_eq!(found.place, expected, "{way}");
    });
}

#[test]
fn a_refusal_says_why() {
    each(Situation::Reply("refusal"), &WAYS, |way, answered, _| {
        let verdict = verdict(&answered.expect(way));
        assert!(matches!(&verdict, Verdict::Refused { reason } if !reason.is_empty()), "{way}: {verdict:?}");
    });
}

#[test]
fn what_reached_the_limit_of_tokens_is_truncated_and_no_answer_is_empty() {
    for (name, expected) in [("truncated", VerdictKind::Truncated), ("empty", VerdictKind::Empty)] {
        each(Situation::Reply(name), &WAYS, |way, answered, _| {
            assert_eq!(verdict(&answered.expect(way)).kind(), expected, "{way}");
        });
    }
}

#[test]
fn text_around_the_json_is_seen_and_noted() {
    for (name, expected) in [("text_around", Place::Amid), ("fenced", Place::Fenced)] {
        each(Situation::Reply(name), &[false], |way, answered, _| {
            let Verdict::Complete { json: Some(found) } = verdict(&answered.expect(way)) else {
                panic!("{way}")
            };
            assert_eq!((found.place, found.text.contains("2102650.10")), (expected, true), "{way}");
        });
    }
}

#[test]
fn what_breaks_the_schema_is_not_complete() {
    for (name, expected) in [("not_json", VerdictKind::NotJson), ("schema_broken", VerdictKind::SchemaBroken)]
    {
        each(Situation::Reply(name), &[false], |way, answered, _| {
            assert_eq!(verdict(&answered.expect(way)).kind(), expected, "{way}");
        });
    }
}

#[test]
fn a_rate_limit_says_when_to_come_back() {
    for retry_after in ["30", "Thu, 26 Nov 2026 08:00:30 GMT"] {
        each(Situation::Wait(retry_after), &WAYS, |way, answered, _| {
            let Err(Fault::RateLimited { retry_after: wait, .. }) = answered else {
                panic!("{way}: {answered:?}")
            };
            assert_eq!(wait, Some(Duration::from_secs(30)), "{way}");
        });
    }
}

#[test]
fn errors_are_told_apart() {
    each_fault(Situation::Error("rate_limit"), &WAYS, |f| {
        matches!(f, Fault::RateLimited { retry_after: None, .. })
    });
    each_fault(Situation::Error("overload"), &WAYS, |f| matches!(f, Fault::Overloaded { .. }));
    each_fault(Situation::Error("server_error"), &WAYS, |f| {
        matches!(f, Fault::Failed { .. } | Fault::Overloaded { .. })
    });
    each_fault(Situation::Error("bad_key"), &WAYS, |f| matches!(f, Fault::KeyRefused { status: 401, .. }));
    each_fault(Situation::Error("unknown_model"), &WAYS, |f| matches!(f, Fault::ModelUnknown { .. }));
    each_fault(Situation::Error("quota"), &WAYS, |f| matches!(f, Fault::QuotaSpent { .. }));
}

#[test]
fn errors_of_the_request_are_told_apart() {
    type IsIt = fn(&Fault) -> bool;
    let expected: [(&str, IsIt); 3] = [
        ("bad_request", |f| matches!(f, Fault::RequestRefused { status: 400, .. })),
        ("too_long", |f| matches!(f, Fault::PromptTooLong { .. })),
        ("temperature", |f| matches!(f, Fault::ParameterRefused { parameter: "temperature", .. })),
    ];
    for (name, is_it) in expected {
        for subject in subjects::all().iter().filter(|subject| subject.faces(Situation::Error(name))) {
            let place = subject.facing(Situation::Error(name), false);
            let fault = asked_with(&place, subject.model(), false, limits(), &[]).0.unwrap_err();
            assert!(is_it(&fault), "{}, {name}: {fault:?}", subject.name());
        }
    }
}

#[test]
fn an_error_in_the_middle_of_a_stream_is_no_answer() {
    each_fault(Situation::ErrorAmidStream, &[true], |f| {
        matches!(f, Fault::Failed { .. } | Fault::Overloaded { .. })
    });
}

#[test]
fn a_body_that_is_no_json_is_unreadable() {
    each_fault(Situation::Malformed, &WAYS, |f| matches!(f, Fault::Unreadable { .. }));
}

#[test]
fn a_reply_that_is_cut_is_no_answer() {
    each_fault(Situation::Cut, &WAYS, |f| matches!(f, Fault::Cut { .. }));
    each_fault(Situation::CutStream, &[true], |f| matches!(f, Fault::Cut { .. }));
}

#[test]
fn a_slow_drip_ends_with_the_time() {
    for subject in subjects::all() {
        for streamed in WAYS {
            let place = subject.facing(Situation::Drip, streamed);
            let limits = CallLimits { time: Duration::from_millis(600), ..limits() };
            let began = Instant::now();
            let fault = asked_with(&place, subject.model(), streamed, limits, &[]).0.unwrap_err();
            assert!(
                matches!(fault, Fault::TimedOut { phase: Phase::Reading, .. }),
                "{}: {fault:?}",
                subject.name()
            );
            assert!(began.elapsed() < Duration::from_secs(5), "{}: {:?}", subject.name(), began.elapsed());
        }
    }
}

#[test]
fn a_stream_that_falls_silent_is_given_up() {
    each_fault(Situation::Silence, &[true], |f| matches!(f, Fault::TimedOut { .. }));
}

#[test]
fn a_stream_that_is_complete_does_not_wait_for_the_line_to_close() {
    each(Situation::HeldOpen, &[true], |way, answered, _| {
        assert_eq!(verdict(&answered.expect(way)).kind(), VerdictKind::Complete, "{way}");
    });
}

#[test]
fn a_reply_without_end_is_too_large() {
    each_fault(Situation::Endless, &WAYS, |f| matches!(f, Fault::TooLarge { bytes_max: 100_000 }));
}

#[test]
fn a_redirect_is_not_followed() {
    for subject in subjects::all().iter().filter(|subject| subject.faces(Situation::Redirect)) {
        let place = subject.facing(Situation::Redirect, false);
        let fault = asked_with(&place, subject.model(), false, limits(), &[]).0.unwrap_err();
        assert_eq!(fault, Fault::Redirected { status: 307 }, "{}", subject.name());
    }
}

#[test]
fn nobody_at_the_address_is_unreachable() {
    let address = llm::transport::Address::read("http://127.0.0.1:1/v1", true).unwrap();
    let provider = Box::new(llm::providers::openai::OpenAi::new(address, subjects::key()).unwrap());
    let fault = asked_with(&InPlace { provider, server: None }, "m", false, limits(), &[]).0.unwrap_err();
    assert!(matches!(fault, Fault::Unreachable { .. }), "{fault:?}");
}
