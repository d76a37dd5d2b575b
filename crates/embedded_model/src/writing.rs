//! One answer, from its prompt to its end.
//!
//! In: a conversation, perhaps a schema, limits, and somebody who watches. Out: the text with its counts, or why there is none. Whoever
//! watches is asked after every step whether to go on, so no limit of time is passed by more than a step takes.

use std::ops::ControlFlow;

use serde_json::Value;

use crate::Seat;
use crate::choice::Choice;
use crate::conversation::Turn;
use crate::grammar::{Grammar, Grammars};
use crate::network::{AT_ONCE_MAX, Kept};
use crate::written_text::WrittenText;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The conversation, oldest first.
    pub turns: &'a [Turn<'a>],
    /// The schema that the answer is to keep; without one it is free.
    pub schema: Option<&'a Value>,
    /// Tokens of the answer at most.
    pub tokens_max: usize,
    /// 0 takes the likeliest token each time.
    pub temperature: f64,
    /// What the draws above temperature 0 depend on.
    pub seed: u64,
}

/// What has just happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// More of the prompt was read.
    Read {
        /// Tokens so far.
        tokens: usize,
        /// Tokens in all.
        of: usize,
    },
    /// More text; may be empty where a letter is not whole yet.
    Text(&'a str),
}

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The model said all that it wanted to, or that the schema lets it say.
    Finished,
    /// It reached the limit of tokens, or the end of the context.
    TokensMax,
    /// Whoever watched did not want more.
    Stopped,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// What the model wrote.
    pub text: String,
    /// How it ended.
    pub ended: Ended,
    /// Tokens of the prompt.
    pub prompt_tokens: usize,
    /// Of these, kept from before and not read again.
    pub kept_tokens: usize,
    /// Tokens of the answer, the one that ends it included.
    pub reply_tokens: usize,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The conversation leaves no room for an answer.
    #[error(
        "the conversation has {tokens} tokens, and {tokens_max} is the most that the model reads and writes together"
    )]
    TooLong {
        /// Of the conversation.
        tokens: usize,
        /// Of the conversation and the answer.
        tokens_max: usize,
    },
    /// No grammar can be made of the schema, or it leads nowhere.
    #[error("the schema can't be made a grammar: {reason}")]
    Schema {
        /// What does not fit.
        reason: String,
    },
}

/// An answer on its way.
struct Writing<'w> {
    watch: &'w mut dyn FnMut(Step<'_>) -> ControlFlow<()>,
    text: WrittenText,
    reply_tokens: usize,
}

impl Seat<'_> {
    /// Writes one answer; `watch` is told of each step and says whether to go on.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn write(
        &mut self,
        asked: &Asked<'_>,
        watch: &mut dyn FnMut(Step<'_>) -> ControlFlow<()>,
    ) -> Result<Written, WriteError> {
        let model = self.model;
        let prompt = model.marks.prompt(asked.turns, &model.vocabulary);
        let (tokens, tokens_max) = (prompt.tokens.len(), model.context_tokens_max());
        if tokens >= tokens_max {
            return Err(WriteError::TooLong { tokens, tokens_max });
        }
        let mut grammar = asked.schema.map(|schema| self.grammar(schema)).transpose()?;
        let longest = tokens_max.min(tokens.saturating_add(asked.tokens_max));
        let mut kept = self.store.take(&prompt, longest, model.network.measures());
        let kept_tokens = kept.len();
        let mut writing = Writing { watch, text: WrittenText::default(), reply_tokens: 0 };
        let ended = self.written(asked, &prompt.tokens, &mut kept, longest, grammar.as_mut(), &mut writing);
        self.store.put(kept);
        let ended = ended?;
        let _ = (writing.watch)(Step::Text(writing.text.end())); // it is over, whatever is said
        let Writing { text, reply_tokens, .. } = writing;
        Ok(Written { text: text.into_text(), ended, prompt_tokens: tokens, kept_tokens, reply_tokens })
    }

    fn grammar(&self, schema: &Value) -> Result<Grammar, WriteError> {
        let model = self.model;
        let grammars = model.grammars.get_or_init(|| Grammars::new(&model.vocabulary, &model.marks));
        let grammar = grammars.as_ref().map_err(Clone::clone).and_then(|grammars| grammars.of(schema));
        grammar.map_err(|reason| WriteError::Schema { reason })
    }

    /// Reads the prompt and writes until something ends it. `longest` is where conversation and answer have to end.
    fn written(
        &self,
        asked: &Asked<'_>,
        prompt: &[u32],
        kept: &mut Kept,
        longest: usize,
        mut grammar: Option<&mut Grammar>,
        writing: &mut Writing<'_>,
    ) -> Result<Ended, WriteError> {
        let model = self.model;
        let mut choice = Choice::new(asked.temperature, asked.seed);
        let no_way = |reason: String| WriteError::Schema { reason };
        let ends = [model.marks.end, model.marks.end_of_text];
        let first = kept.len();
        let Some(mut state) = self.read(&prompt[first..], kept, writing, Some(prompt.len())) else {
            return Ok(Ended::Stopped);
        };
        loop {
            let forced = grammar.as_deref_mut().map(Grammar::forced).unwrap_or_default();
            let mut next = Vec::new();
            if forced.is_empty() {
                if grammar.as_deref().is_some_and(Grammar::is_whole) {
                    return Ok(Ended::Finished);
                }
                let scores = model.network.scores(&state);
                let token = match grammar.as_deref_mut() {
                    Some(grammar) => {
                        let allowed = grammar.allowed().map_err(no_way)?;
                        let token = choice.of(&scores, |token| allowed.is_allowed(token));
                        let token = token.ok_or_else(|| no_way("nothing may come next".to_owned()))?;
                        grammar.take(token).map_err(no_way)?;
                        token
                    }
                    None => {
                        let may = |token| ends.contains(&token) || !model.vocabulary.is_control(token);
                        choice.of(&scores, may).unwrap_or(model.marks.end)
                    }
                };
                if ends.contains(&token) {
                    writing.reply_tokens += 1;
                    return Ok(Ended::Finished);
                }
                next.push(token);
                next.extend(grammar.as_deref_mut().map(Grammar::forced).unwrap_or_default());
            } else {
                next.extend(forced);
            }
            let room = longest - kept.len();
            let is_cut = next.len() > room;
            next.truncate(room);
            for token in &next {
                if writing.say(model.vocabulary.bytes(*token)).is_break() {
                    return Ok(Ended::Stopped);
                }
            }
            if !is_cut && grammar.as_deref().is_some_and(Grammar::is_whole) {
                return Ok(Ended::Finished);
            }
            if next.len() == room {
                return Ok(Ended::TokensMax);
            }
            let Some(after) = self.read(&next, kept, writing, None) else { return Ok(Ended::Stopped) };
            state = after;
        }
    }

    /// Reads tokens, some at a time; `of` is how many the prompt has while it is read. None where whoever watches wants no more.
    fn read(
        &self,
        tokens: &[u32],
        kept: &mut Kept,
        writing: &mut Writing<'_>,
        of: Option<usize>,
    ) -> Option<Vec<f32>> {
        let mut state = Vec::new();
        for tokens in tokens.chunks(AT_ONCE_MAX) {
            state = self.model.network.take(tokens, kept);
            if let Some(of) = of {
                let step = Step::Read { tokens: kept.len(), of };
                if (writing.watch)(step).is_break() {
                    return None;
                }
            }
        }
        Some(state)
    }
}

impl Writing<'_> {
    /// Adds a token to the text, and asks whether to go on.
    fn say(&mut self, bytes: &[u8]) -> ControlFlow<()> {
        self.reply_tokens += 1;
        (self.watch)(Step::Text(self.text.push(bytes)))
    }
}
