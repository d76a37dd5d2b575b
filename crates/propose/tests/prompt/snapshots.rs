//! Whole prompts as files, so that nobody changes a word of them unseen.
//!
//! `WRITE_PROMPTS=1 cargo test --release -p propose --test prompt` writes them anew; with the version of the prompt raised, or after
//! the file was removed.

use std::fmt::Write;
use std::path::PathBuf;

use llm::Request;
use llm::request::Speaker;

use super::choice;
use super::world::{DESIGN, HOUSEHOLD, World};

/// A request as text.
fn written(request: &Request) -> String {
    let mut text = format!(
        "{} {} temperature {:?} seed {:?}\n",
        request.prompt_version, request.job, request.sampling.temperature, request.sampling.seed
    );
    for message in &request.messages {
        let role = match message.speaker {
            Speaker::System => "system",
            Speaker::User => "user",
            Speaker::Assistant => "assistant",
        };
        let _ = write!(text, "\n===== {role} =====\n\n{}\n", message.text.trim_end());
    }
    let schema = request.schema.as_ref().unwrap();
    let full = serde_json::to_string_pretty(schema.full()).unwrap();
    text + &format!("\n===== schema {} =====\n\n{full}\n", schema.name())
}

fn held_to(name: &str, request: &Request) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/prompts").join(name);
    let text = written(request);
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    if text == kept {
        return;
    }
    if std::env::var_os("WRITE_PROMPTS").is_some() {
        let version = kept.split(' ').next().unwrap_or_default();
        assert_ne!(version, request.prompt_version, "{name}: the words changed; raise VERSION");
        std::fs::write(&path, text).unwrap();
        return;
    }
    let line = text.lines().zip(kept.lines()).position(|(new, old)| new != old).unwrap_or(0);
    panic!(
        "{name}: line {} differs:\n  new: {}\n  old: {}\nraise VERSION and set WRITE_PROMPTS=1",
        line + 1,
        text.lines().nth(line).unwrap_or_default(),
        kept.lines().nth(line).unwrap_or_default()
    );
}

#[test]
fn the_design_documents_example() {
    held_to("design-prompt.txt", &World::of(DESIGN).prompt());
}

#[test]
fn a_household() {
    held_to("household.txt", &World::of(HOUSEHOLD).prompt());
}

#[test]
fn a_household_asked_again() {
    let world = World::of(HOUSEHOLD);
    held_to("household-again.txt", &super::mending::asked_again(&world));
}

#[test]
fn a_choice_among_plans() {
    held_to("choice.txt", &choice::question(&choice::worded()));
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let (one, two) = (World::of(HOUSEHOLD).prompt(), World::of(HOUSEHOLD).prompt());
    assert_eq!(written(&one), written(&two));
}
