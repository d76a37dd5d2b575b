//! Servers that follow OpenAI's format: vLLM, Ollama, llama.cpp and others, on this machine or elsewhere.
//!
//! Chat Completions with the whole schema, of which they make a grammar, and `max_tokens`, which all of them take. A key is
//! sent where there is one.

use crate::chat_completions::{Flavour, SchemaBy};
use crate::fault::Fault;
use crate::providers::openai::OpenAi;
use crate::providers::{Answer, Call, Listener, Provider};
use crate::schema::Dialect;
use crate::transport::Address;
use outward::Key;

/// The variable that holds a key, if the configuration says nothing else and there is one.
pub const KEY_VARIABLE: &str = "OPENAI_COMPATIBLE_API_KEY";

/// The provider.
pub struct OpenAiCompatible {
    inner: OpenAi,
}

impl OpenAiCompatible {
    /// A server at an address that is told schemas in this way.
    ///
    /// # Errors
    /// [`Fault`] where this machine can't make such connections.
    pub fn new(address: Address, key: Option<Key>, schema_by: SchemaBy) -> Result<OpenAiCompatible, Fault> {
        let flavour = Flavour { dialect: Dialect::Whole, schema_by, tokens_field: "max_tokens" };
        Ok(OpenAiCompatible { inner: OpenAi::speaking(flavour, address, key)? })
    }
}

impl Provider for OpenAiCompatible {
    fn answer(&self, call: &Call<'_>, listener: Option<&mut Listener<'_>>) -> Result<Answer, Fault> {
        self.inner.answer(call, listener)
    }
}
