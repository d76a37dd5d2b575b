//! OpenAI.
//!
//! Chat Completions with the schema as a strict response format, temperature and seed as asked, `max_completion_tokens`.

use crate::chat_completions::{self, Flavour, SchemaBy, Stream};
use crate::exchange::{self, Sent};
use crate::fault::Fault;
use crate::providers::{Answer, Call, Listener, Provider};
use crate::schema::Dialect;
use crate::transport::{Address, Transport};
use outward::Key;

/// Where it is reached, if the configuration says nothing else.
pub const URL: &str = "https://api.openai.com/v1";
/// The variable that holds its key, if the configuration says nothing else.
pub const KEY_VARIABLE: &str = "OPENAI_API_KEY";

/// How it takes requests.
pub const FLAVOUR: Flavour = Flavour {
    dialect: Dialect::OpenaiStrict,
    schema_by: SchemaBy::JsonSchema,
    tokens_field: "max_completion_tokens",
};

/// The provider.
pub struct OpenAi {
    transport: Transport,
    flavour: Flavour,
}

impl OpenAi {
    /// OpenAI at an address, with a key.
    ///
    /// # Errors
    /// [`Fault`] where this machine can't make such connections.
    pub fn new(address: Address, key: Key) -> Result<OpenAi, Fault> {
        OpenAi::speaking(FLAVOUR, address, Some(key))
    }

    /// Whoever speaks its format, in a flavour of their own.
    pub(super) fn speaking(flavour: Flavour, address: Address, key: Option<Key>) -> Result<OpenAi, Fault> {
        Ok(OpenAi { transport: Transport::new(address, key)?, flavour })
    }
}

impl Provider for OpenAi {
    fn answer(&self, call: &Call<'_>, listener: Option<&mut Listener<'_>>) -> Result<Answer, Fault> {
        let body = chat_completions::body(call, self.flavour, listener.is_some());
        let bearer = self.transport.key().map(|key| format!("Bearer {}", key.sent()));
        let headers: Vec<(&str, &str)> =
            bearer.iter().map(|bearer| ("authorization", bearer.as_str())).collect();
        let sent = Sent { path: "chat/completions", headers: &headers, body: &body };
        exchange::ask::<Stream>(&self.transport, &sent, call, chat_completions::answer, listener)
    }
}
