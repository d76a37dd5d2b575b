//! The model inside the program under test: whoever writes in its place brings each situation about.
//!
//! What the real model does with its limits and its grammar is in `tests/embedded.rs`; here it is what the provider makes of steps.

use std::sync::Arc;
use std::time::Duration;

use llm::clock::MachineClock;
use llm::fault::Fault;
use llm::providers::embedded::model::{Asked, Ended, Step, Written};
use llm::providers::embedded::{Embedded, Watch, Writer};

use crate::subjects::{InPlace, Situation, Subject};

/// The subject.
pub(crate) struct Inside;

/// What is written.
struct Steps {
    pieces: Vec<String>,
    ended: Ended,
    /// What is written again and again until somebody has enough, and how long each takes.
    then: Option<(String, Duration)>,
}

impl Subject for Inside {
    fn name(&self) -> &'static str {
        "embedded"
    }

    fn model(&self) -> &'static str {
        "smollm2-135m-instruct"
    }

    /// Nothing lies between the program and the model, which knows neither errors of others nor tools, and refuses in words.
    fn faces(&self, situation: Situation) -> bool {
        match situation {
            Situation::Reply(name) => !matches!(name, "tool" | "refusal"),
            Situation::Drip | Situation::Silence | Situation::Endless => true,
            _ => false,
        }
    }

    fn facing(&self, situation: Situation, _: bool) -> InPlace {
        let answer = r#"{"city": "Paris", "inhabitants": 2102650.10}"#;
        let text = match situation {
            Situation::Reply("text_around") => format!("Of course. {answer} Is there more?"),
            Situation::Reply("fenced") => format!("Here you are:\n```json\n{answer}\n```"),
            Situation::Reply("truncated") => r#"{"city": "Par"#.to_owned(),
            Situation::Reply("empty") => String::new(),
            Situation::Reply("not_json") => "Paris has about two million inhabitants.".to_owned(),
            Situation::Reply("schema_broken") => r#"{"city": "Paris", "inhabitants": -5}"#.to_owned(),
            _ => answer.to_owned(),
        };
        let step = Duration::from_millis(5);
        let then = match situation {
            Situation::Drip => Some((" ".to_owned(), step)),
            Situation::Silence => Some((String::new(), step)),
            Situation::Endless => Some(("x".repeat(10_000), Duration::ZERO)),
            _ => None,
        };
        let ended =
            if situation == Situation::Reply("truncated") { Ended::TokensMax } else { Ended::Finished };
        let pieces = text.split_inclusive(' ').map(str::to_owned).collect();
        let writer = Box::new(Steps { pieces, ended, then });
        InPlace {
            provider: Box::new(Embedded::of_writer(writer, Arc::new(MachineClock::start()))),
            server: None,
        }
    }
}

impl Writer for Steps {
    fn write(&self, _: &Asked<'_>, _: Duration, watch: Watch<'_>) -> Result<Option<Written>, Fault> {
        let mut written = Written {
            text: String::new(),
            ended: self.ended,
            prompt_tokens: 53,
            kept_tokens: 10,
            reply_tokens: 17,
        };
        let endless = self.then.iter().cycle().map(|(text, wait)| (text, *wait));
        for (text, wait) in self.pieces.iter().map(|text| (text, Duration::ZERO)).chain(endless) {
            std::thread::sleep(wait);
            written.text.push_str(text);
            if watch(Step::Text(text)).is_break() {
                written.ended = Ended::Stopped;
                break;
            }
        }
        Ok(Some(written))
    }

    fn version(&self) -> &str {
        ""
    }
}
