//! Anthropic.
//!
//! Messages with the schema as the output format, or as a tool that has to be called for models before 4.5.

use crate::exchange::{self, Sent};
use crate::fault::Fault;
use crate::messages_format::{self, SchemaBy, Stream};
use crate::providers::{Answer, Call, Listener, Provider};
use crate::transport::{Address, Transport};
use outward::Key;

/// Where it is reached, if the configuration says nothing else.
pub const URL: &str = "https://api.anthropic.com/v1";
/// The variable that holds its key, if the configuration says nothing else.
pub const KEY_VARIABLE: &str = "ANTHROPIC_API_KEY";
/// Version of the format.
const VERSION: &str = "2023-06-01";
/// Beginnings of the names of models that know no output format.
const BEFORE_OUTPUT_FORMAT: [&str; 7] = [
    "claude-2",
    "claude-3",
    "claude-instant",
    "claude-sonnet-4-0",
    "claude-sonnet-4-2025",
    "claude-opus-4-0",
    "claude-opus-4-2025",
];

/// The provider.
pub struct Anthropic {
    transport: Transport,
    schema_by: Option<SchemaBy>,
}

impl Anthropic {
    /// Anthropic at an address, with a key; `schema_by` where the name of the model does not say.
    ///
    /// # Errors
    /// [`Fault`] where this machine can't make such connections.
    pub fn new(address: Address, key: Key, schema_by: Option<SchemaBy>) -> Result<Anthropic, Fault> {
        Ok(Anthropic { transport: Transport::new(address, Some(key))?, schema_by })
    }
}

/// How a model of this name is told the schema.
#[must_use]
pub fn schema_by(model: &str) -> SchemaBy {
    let is_old = BEFORE_OUTPUT_FORMAT.iter().any(|beginning| model.starts_with(beginning));
    if is_old { SchemaBy::Tool } else { SchemaBy::OutputFormat }
}

impl Provider for Anthropic {
    fn answer(&self, call: &Call<'_>, listener: Option<&mut Listener<'_>>) -> Result<Answer, Fault> {
        let schema_by = self.schema_by.unwrap_or_else(|| schema_by(call.model));
        let body = messages_format::body(call, schema_by, listener.is_some());
        let mut headers = vec![("anthropic-version", VERSION)];
        headers.extend(self.transport.key().map(|key| ("x-api-key", key.sent())));
        let sent = Sent { path: "messages", headers: &headers, body: &body };
        exchange::ask::<Stream>(&self.transport, &sent, call, messages_format::answer, listener)
    }

    fn takes_sampling(&self) -> bool {
        false // see `messages_format.rs`
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_before_the_output_format_call_a_tool() {
        assert_eq!(schema_by("claude-3-5-sonnet-20241022"), SchemaBy::Tool);
        assert_eq!(schema_by("claude-sonnet-4-20250514"), SchemaBy::Tool);
        assert_eq!(schema_by("claude-sonnet-4-5-20250929"), SchemaBy::OutputFormat);
        assert_eq!(schema_by("claude-opus-5"), SchemaBy::OutputFormat);
    }
}
