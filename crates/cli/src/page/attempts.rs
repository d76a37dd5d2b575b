//! Every attempt of a model: what it was sent, what it wrote, what was wrong with it.
//!
//! Invariant: prompts and replies are shown as they were, but for characters that could drive a terminal.

use llm::request::Speaker;
use rebalance::{Asked, Attempt};

use super::{paragraph, title};
use crate::failure::printable;

/// All attempts, in order.
pub(crate) fn page(asked: &Asked) -> String {
    let of = asked.attempts.len();
    asked.attempts.iter().map(|attempt| one(attempt, of)).collect()
}

fn one(attempt: &Attempt, of: usize) -> String {
    let request = &attempt.request;
    let mut page = title(&format!("Attempt {} of {of} ({})", attempt.number, request.prompt_version));
    for message in &request.messages {
        let who = match message.speaker {
            Speaker::System => "system",
            Speaker::User => "user",
            Speaker::Assistant => "assistant",
        };
        page += &title(&format!("Prompt, {who}"));
        page += &raw(&message.text);
    }
    match &attempt.answer {
        Ok(reply) => {
            page += &title(&format!("Reply of {}", reply.answered_model));
            page += &raw(&reply.text);
        }
        Err(error) => {
            page += &title("No reply");
            page += &paragraph(&error.to_string(), 2);
        }
    }
    if attempt.findings.is_empty() && attempt.answer.is_ok() {
        page += &paragraph("Nothing was wrong with it.", 0);
    }
    if !attempt.findings.is_empty() {
        page += &title("What was wrong with it");
    }
    for finding in &attempt.findings {
        page += &paragraph(&format!("{} ({}): {}", finding.place, finding.code, finding.detail), 2);
    }
    page + "\n"
}

fn raw(text: &str) -> String {
    printable(text).trim_end().to_owned() + "\n"
}
