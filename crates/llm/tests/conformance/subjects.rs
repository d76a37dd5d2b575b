//! The providers under test, each brought into a situation in its own format.
//!
//! In: a [`Situation`]. Out: a provider that is in it. Adding a provider is one line in [`all`] and one way to bring it about.

use std::path::PathBuf;
use std::time::Duration;

use llm::chat_completions::SchemaBy;
use llm::providers::Provider;
use llm::providers::anthropic::Anthropic;
use llm::providers::openai::OpenAi;
use llm::providers::openai_compatible::OpenAiCompatible;
use llm::providers::scripted::Scripted;
use llm::transport::Address;
use outward::Key;

use crate::server::{Manner, Served, Server};

/// What a provider comes up against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Situation {
    /// A reply with status 200, by the name of its fixture.
    Reply(&'static str),
    /// An error, by the name of its fixture.
    Error(&'static str),
    /// An error in the middle of a stream.
    ErrorAmidStream,
    /// Too many requests, with a time to come back.
    Wait(&'static str),
    /// The body is no JSON.
    Malformed,
    /// The body ends in the middle.
    Cut,
    /// The stream ends in the middle, at the end of an event.
    CutStream,
    /// A few bytes at a time, for ever.
    Drip,
    /// A stream that falls silent.
    Silence,
    /// A stream that is complete, on a line that stays open.
    HeldOpen,
    /// A reply without end.
    Endless,
    /// The address leads elsewhere.
    Redirect,
}

/// A provider in a situation.
pub(crate) struct InPlace {
    pub(crate) provider: Box<dyn Provider>,
    /// What it talks to, where it talks to anything.
    pub(crate) server: Option<Server>,
}

/// A kind of provider.
pub(crate) trait Subject {
    /// Its name, which is that of its folder of fixtures.
    fn name(&self) -> &'static str;
    /// The model that answers by its fixtures.
    fn model(&self) -> &'static str;
    /// Whether it can come into the situation.
    fn faces(&self, _: Situation) -> bool {
        true
    }
    /// Brings one about.
    fn facing(&self, situation: Situation, streamed: bool) -> InPlace;
}

/// All of them.
pub(crate) fn all() -> Vec<Box<dyn Subject>> {
    vec![
        Box::new(Remote {
            name: "openai",
            model: "gpt-5.4-2026-03-05",
            overload_status: 503,
            make: |address| Box::new(OpenAi::new(address, key()).unwrap()),
        }),
        Box::new(Remote {
            name: "openai_compatible",
            model: "smollm2",
            overload_status: 503,
            make: |address| {
                Box::new(OpenAiCompatible::new(address, Some(key()), SchemaBy::JsonSchema).unwrap())
            },
        }),
        Box::new(Remote {
            name: "anthropic",
            model: "claude-opus-5",
            overload_status: 529,
            make: |address| Box::new(Anthropic::new(address, key(), None).unwrap()),
        }),
        Box::new(FromScript),
        #[cfg(feature = "embedded")]
        Box::new(crate::inside::Inside),
    ]
}

/// The key of every provider under test.
pub(crate) fn key() -> Key {
    Key::new("sk-fixture-key").unwrap()
}

/// A fixture by its provider and name.
pub(crate) fn fixture(provider: &str, file: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let path = folder.join(provider).join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A provider behind a server.
struct Remote {
    name: &'static str,
    model: &'static str,
    overload_status: u16,
    make: fn(Address) -> Box<dyn Provider>,
}

impl Subject for Remote {
    fn name(&self) -> &'static str {
        self.name
    }

    fn model(&self) -> &'static str {
        self.model
    }

    fn facing(&self, situation: Situation, streamed: bool) -> InPlace {
        let server = Server::serving(vec![self.served(situation, streamed)]);
        let provider = (self.make)(Address::read(&server.url, true).unwrap());
        InPlace { provider, server: Some(server) }
    }
}

impl Remote {
    fn served(&self, situation: Situation, streamed: bool) -> Served {
        let reply = |name: &str| {
            if streamed {
                Served::events(fixture(self.name, &format!("{name}.sse")))
            } else {
                Served::json(200, fixture(self.name, &format!("{name}.json")))
            }
        };
        let half = |served: Served| served.body.len() / 2;
        match situation {
            Situation::Reply(name) => reply(name),
            Situation::Error(name) => {
                Served::json(self.status(name), fixture(self.name, &format!("{name}.json")))
            }
            Situation::ErrorAmidStream => Served::events(fixture(self.name, "overload.sse")),
            Situation::Wait(retry_after) => Served::json(429, fixture(self.name, "rate_limit.json"))
                .header("retry-after", retry_after)
                .header("x-request-id", "req-1"),
            Situation::Malformed if streamed => Served::events("data: {\"choices\": [\n\n"),
            Situation::Malformed => Served::json(200, "{\"choices\": [{\"message\": "),
            Situation::Cut => {
                let served = reply("success");
                let half = half(served.clone());
                served.sent(Manner::CutAfter(half))
            }
            Situation::CutStream => {
                let text = fixture(self.name, "success.sse");
                let end = text[..text.len() / 2].rfind("\n\n").unwrap() + 2;
                Served::events(&text[..end]).header("x-cut", "at the end of an event")
            }
            Situation::Drip if streamed => {
                Served::events(": still here\n").sent(Manner::Dripping(Duration::from_millis(5)))
            }
            Situation::Drip => Served::json(200, " ").sent(Manner::Dripping(Duration::from_millis(5))),
            Situation::Silence => {
                let served = reply("success");
                let half = half(served.clone());
                served.sent(Manner::SilentAfter(half))
            }
            Situation::HeldOpen => {
                let all = fixture(self.name, "success.sse");
                let announced = format!("{all}: one moment\n\n");
                Served::events(announced).sent(Manner::SilentAfter(all.len()))
            }
            Situation::Endless if streamed => {
                Served::events(": and so on\n".repeat(1000)).sent(Manner::Endless)
            }
            Situation::Endless => Served::json(200, " ".repeat(10_000)).sent(Manner::Endless),
            Situation::Redirect => {
                Served::json(307, "{}").header("location", "http://127.0.0.1:1/v1/elsewhere")
            }
        }
    }

    fn status(&self, name: &str) -> u16 {
        match name {
            "rate_limit" => 429,
            "overload" => self.overload_status,
            "server_error" => 500,
            "bad_key" => 401,
            "unknown_model" => 404,
            "quota" if self.name == "openai" => 429,
            "quota" => 402,
            _ => 400,
        }
    }
}

/// Replies from a script, which has words of its own for every situation.
struct FromScript;

impl Subject for FromScript {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn model(&self) -> &'static str {
        "script.json"
    }

    fn faces(&self, situation: Situation) -> bool {
        !matches!(
            situation,
            Situation::Error("bad_request" | "too_long" | "temperature")
                | Situation::HeldOpen
                | Situation::Redirect
        )
    }

    fn facing(&self, situation: Situation, _: bool) -> InPlace {
        let answer = r#"{\"city\": \"Paris\", \"inhabitants\": 2102650.10}"#;
        let usage = r#""usage": {"prompt_tokens": 53, "cached_tokens": 10, "reply_tokens": 17, "thinking_tokens": 0}"#;
        let reply = match situation {
            Situation::Reply("success" | "tool") => {
                format!(r#"{{"json": {{"city": "Paris", "inhabitants": 2102650.10}}, {usage}}}"#)
            }
            Situation::Reply("text_around") => format!(r#"{{"text": "Of course. {answer} Is there more?"}}"#),
            Situation::Reply("fenced") => format!(r#"{{"text": "Here you are:\n```json\n{answer}\n```"}}"#),
            Situation::Reply("refusal") => r#"{"refusal": "I can't help with that."}"#.to_owned(),
            Situation::Reply("truncated") => r#"{"truncated": "{\"city\": \"Par"}"#.to_owned(),
            Situation::Reply("empty") => "{}".to_owned(),
            Situation::Reply("not_json") => {
                r#"{"text": "Paris has about two million inhabitants."}"#.to_owned()
            }
            Situation::Reply("schema_broken") => {
                r#"{"json": {"city": "Paris", "inhabitants": -5}}"#.to_owned()
            }
            Situation::Reply(other) => panic!("no script for {other}"),
            Situation::Wait(secs) => {
                let secs = if secs.parse::<f64>().is_ok() { secs } else { "30" };
                format!(r#"{{"fault": "rate_limited", "retry_after_secs": {secs}}}"#)
            }
            Situation::Endless => format!(r#"{{"text": "{}"}}"#, "x".repeat(200_000)),
            other => format!(r#"{{"fault": "{}"}}"#, fault(other)),
        };
        let script = format!(r#"{{"replies": [{reply}]}}"#);
        let provider = Scripted::read(&script).unwrap_or_else(|error| panic!("{script}: {error}"));
        InPlace { provider: Box::new(provider), server: None }
    }
}

fn fault(situation: Situation) -> &'static str {
    match situation {
        Situation::Error("rate_limit") => "rate_limited",
        Situation::Error("overload" | "server_error") | Situation::ErrorAmidStream => "overloaded",
        Situation::Error("bad_key") => "key_refused",
        Situation::Error("unknown_model") => "model_unknown",
        Situation::Error("quota") => "quota_spent",
        Situation::Malformed => "unreadable",
        Situation::Cut | Situation::CutStream => "cut",
        Situation::Drip | Situation::Silence => "timed_out",
        other => panic!("no fault for {other:?}"),
    }
}
