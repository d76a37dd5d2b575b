//! A conversation as the model was taught to read it.
//!
//! In: turns. Out: tokens, up to where the model's answer begins. Invariant: the marks between turns are control tokens that only this
//! file writes; the same words in a turn are words.
//!
//! # Source
//! `tokenizer.chat_template` of SmolLM2-Instruct (ChatML): each turn is `<|im_start|>SPEAKER`, a line break, its text, `<|im_end|>`, a line
//! break, with a system turn of its own where the conversation has none.

use crate::gguf::{Gguf, GgufError};
use crate::vocabulary::Vocabulary;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// Whoever set the model up.
    System,
    /// Whoever asks.
    User,
    /// The model.
    Assistant,
}

/// One turn.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'a> {
    /// Who speaks.
    pub speaker: Speaker,
    /// What is said.
    pub text: &'a str,
}

/// The control tokens that a conversation needs.
#[derive(Debug)]
pub(crate) struct Marks {
    begin: u32,
    pub(crate) end: u32,
    /// Of a text as a whole; an answer may end with it too.
    pub(crate) end_of_text: u32,
}

/// A conversation in tokens.
#[derive(Debug)]
pub(crate) struct Prompt {
    pub(crate) tokens: Vec<u32>,
    /// How many of them are the system turn, the same for many conversations.
    pub(crate) system: usize,
}

/// The system turn of conversations that have none.
const SYSTEM: Turn<'static> = Turn {
    speaker: Speaker::System,
    text: "You are a helpful AI assistant named SmolLM, trained by Hugging Face",
};

impl Marks {
    pub(crate) fn read(gguf: &Gguf<'_>, vocabulary: &Vocabulary) -> Result<Marks, GgufError> {
        let template = gguf.text("tokenizer.chat_template")?;
        if !["'<|im_start|>' + message['role'] + '\n'", "<|im_start|>assistant\n"]
            .iter()
            .all(|p| template.contains(p))
        {
            return Err(GgufError::Lacks { key: "tokenizer.chat_template (ChatML)".to_owned() });
        }
        Ok(Marks {
            begin: vocabulary.control("<|im_start|>")?,
            end: vocabulary.control("<|im_end|>")?,
            end_of_text: vocabulary.control("<|endoftext|>")?,
        })
    }

    /// The conversation, ready for the model's answer.
    pub(crate) fn prompt(&self, turns: &[Turn<'_>], vocabulary: &Vocabulary) -> Prompt {
        let mut tokens = Vec::new();
        let has_system = turns.first().is_some_and(|turn| turn.speaker == Speaker::System);
        let mut turns = if has_system { None } else { Some(&SYSTEM) }.into_iter().chain(turns);
        let write = |turn: &Turn<'_>, tokens: &mut Vec<u32>| {
            tokens.push(self.begin);
            vocabulary.encode(&format!("{}\n{}", name(turn.speaker), turn.text), tokens);
            tokens.push(self.end);
            vocabulary.encode("\n", tokens);
        };
        turns.next().into_iter().for_each(|turn| write(turn, &mut tokens));
        let system = tokens.len();
        turns.for_each(|turn| write(turn, &mut tokens));
        tokens.push(self.begin);
        vocabulary.encode("assistant\n", &mut tokens);
        Prompt { tokens, system }
    }
}

fn name(speaker: Speaker) -> &'static str {
    match speaker {
        Speaker::System => "system",
        Speaker::User => "user",
        Speaker::Assistant => "assistant",
    }
}
