//! Tokens that a call used.
//!
//! In: the counts of a provider, as far as it gives them. Out: [`Usage`], the same for every provider.
//! Invariant: a count that was not given is not guessed; what a call cost is then not known, and said so.

use serde::{Deserialize, Serialize};

/// Tokens of one call or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Of the prompt, those read from a cache and written to one included.
    pub prompt_tokens: u64,
    /// Of these, read from the provider's cache of prompts.
    pub cached_tokens: u64,
    /// Of the answer, thinking included.
    pub reply_tokens: u64,
    /// Of these, thinking that is not part of the text.
    pub thinking_tokens: u64,
}

impl Usage {
    /// All tokens.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.prompt_tokens.saturating_add(self.reply_tokens)
    }

    /// Both together.
    #[must_use]
    pub fn and(&self, other: &Usage) -> Usage {
        Usage {
            prompt_tokens: self.prompt_tokens.saturating_add(other.prompt_tokens),
            cached_tokens: self.cached_tokens.saturating_add(other.cached_tokens),
            reply_tokens: self.reply_tokens.saturating_add(other.reply_tokens),
            thinking_tokens: self.thinking_tokens.saturating_add(other.thinking_tokens),
        }
    }
}
