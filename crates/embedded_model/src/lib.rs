//! A small language model inside the program: no server, no key, no network, no C.
//!
//! In: the bytes of a GGUF file ([`Model::load`]); then conversations, each perhaps with a JSON Schema ([`Seat::write`]). Out: what the
//! model writes, token by token, and how many tokens that took. Invariants: with a schema nothing else is written than what its grammar
//! allows; a text never becomes a control token; the same conversation gives the same bytes, whatever was asked before, on any
//! machine and any number of threads; a file that is damaged is an error.
//!
//! | question | file |
//! | --- | --- |
//! | what is in the file | `gguf.rs` |
//! | which tokens make a text, which text a token | `vocabulary.rs`, `vocabulary/pieces.rs`, `vocabulary/merges.rs`, `written_text.rs` |
//! | how a conversation is put to the model | `conversation.rs` |
//! | what comes next | `network.rs`, `network/kept.rs`, `matrix.rs`, `machine.rs` |
//! | what may come next | `grammar.rs` |
//! | which of it is taken | `choice.rs` |
//! | one answer from beginning to end | `writing.rs`; one at a time: `seat.rs` |
//!
//! The files that it reads are those of Llama's architecture with the vocabulary of SmolLM2.

mod choice;
mod conversation;
pub mod gguf;
mod grammar;
mod machine;
mod matrix;
mod network;
mod seat;
mod vocabulary;
mod writing;
mod written_text;

pub use conversation::{Speaker, Turn};
pub use gguf::GgufError;
pub use seat::Seat;
pub use writing::{Asked, Ended, Step, WriteError, Written};

use std::sync::{Arc, OnceLock};

use conversation::Marks;
use gguf::Gguf;
use grammar::Grammars;
use network::Network;
use seat::Seats;
use vocabulary::Vocabulary;

/// A model, ready to write.
pub struct Model {
    name: String,
    network: Network,
    vocabulary: Arc<Vocabulary>,
    marks: Marks,
    /// Made when the first schema is asked for.
    grammars: OnceLock<Result<Grammars, String>>,
    seats: Seats,
}

impl Model {
    /// The model of a file.
    ///
    /// # Errors
    /// [`GgufError`] for bytes that are no GGUF file, are damaged, or hold a model of another architecture or vocabulary.
    pub fn load(bytes: &[u8]) -> Result<Model, GgufError> {
        let gguf = Gguf::read(bytes)?;
        let vocabulary = Vocabulary::read(&gguf)?;
        let marks = Marks::read(&gguf, &vocabulary)?;
        let network = Network::read(&gguf)?;
        let name = gguf.text("general.name").unwrap_or("unnamed").to_owned();
        Ok(Model {
            name,
            network,
            vocabulary: Arc::new(vocabulary),
            marks,
            grammars: OnceLock::new(),
            seats: Seats::default(),
        })
    }

    /// What the file calls itself.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Tokens of a conversation and its answer at most.
    #[must_use]
    pub fn context_tokens_max(&self) -> usize {
        self.network.measures().context
    }

    /// Bytes of the weights in memory.
    #[must_use]
    pub fn weights_bytes(&self) -> usize {
        self.network.bytes()
    }

    /// Bytes that each token of a conversation takes while it is kept; at most [`Model::context_tokens_max`] are.
    #[must_use]
    pub fn token_bytes(&self) -> usize {
        self.network.measures().kept_bytes()
    }

    /// The tokens of a text, without any control token.
    #[must_use]
    pub fn tokens(&self, text: &str) -> Vec<u32> {
        let mut tokens = Vec::new();
        self.vocabulary.encode(text, &mut tokens);
        tokens
    }
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("name", &self.name).finish_non_exhaustive()
    }
}
