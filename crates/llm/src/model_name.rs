//! A model, as somebody names it.
//!
//! In: `openai:NAME`, `anthropic:NAME`, `openai-compatible:NAME@URL`, `scripted:FILE`, `embedded`, `embedded:NAME`, or a name of the
//! configuration.
//! Out: which provider, which model, where. Invariant: a name that moves (`latest`) is no name of a hosted model: what
//! answered has to be on record.

use std::fmt;
use std::str::FromStr;

use strsim::normalized_damerau_levenshtein;

use crate::transport::{Address, AddressError};
use crate::weights::SMOLLM2;

/// A model, as it can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelName {
    /// A model of OpenAI.
    OpenAi {
        /// On the wire.
        model: String,
    },
    /// A model of Anthropic.
    Anthropic {
        /// On the wire.
        model: String,
    },
    /// A model of a server that follows OpenAI's format.
    OpenAiCompatible {
        /// On the wire.
        model: String,
        /// Of the server.
        url: String,
    },
    /// Replies from a file.
    Scripted {
        /// The file.
        file: String,
    },
    /// A model inside the program.
    Embedded {
        /// Which one; none is the one that there is.
        model: Option<String>,
    },
    /// A model or a route of the configuration.
    Configured {
        /// As the configuration calls it.
        name: String,
    },
}

/// Why a text is no name of a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelNameError {
    /// What stands before the colon is not known.
    #[error("`{written}` names no provider; {hint}")]
    Provider {
        /// What stands before the colon.
        written: String,
        /// What may stand there.
        hint: String,
    },
    /// Nothing stands after the colon.
    #[error("`{provider}:` needs {what} after it")]
    Missing {
        /// What stands before the colon.
        provider: &'static str,
        /// What has to follow.
        what: &'static str,
    },
    /// There is no address, or a bad one.
    #[error(
        "`openai-compatible:` needs NAME@URL, such as `openai-compatible:llama3@http://127.0.0.1:8080/v1`: {why}"
    )]
    Address {
        /// What is wrong with it.
        #[source]
        why: AddressError,
    },
    /// No such model is inside the program.
    #[error("`{written}` is not inside the program; {hint}")]
    NotEmbedded {
        /// What stands after the colon.
        written: String,
        /// What may stand there.
        hint: String,
    },
    /// The name means another model tomorrow.
    #[error(
        "`{model}` means another model tomorrow; name a version, so that it is on record which model answered"
    )]
    Moves {
        /// As written.
        model: String,
    },
}

/// What may stand before the colon.
const PROVIDERS: [&str; 5] = ["openai", "anthropic", "openai-compatible", "embedded", "scripted"];

impl FromStr for ModelName {
    type Err = ModelNameError;

    fn from_str(text: &str) -> Result<ModelName, ModelNameError> {
        let text = text.trim();
        if text == "embedded" {
            return Ok(ModelName::Embedded { model: None });
        }
        let Some((provider, rest)) = text.split_once(':') else {
            if text.is_empty() {
                return Err(unknown(text));
            }
            return Ok(ModelName::Configured { name: text.to_owned() });
        };
        let rest = rest.trim().to_owned();
        let needed = |provider: &'static str, what: &'static str| {
            if rest.is_empty() { Err(ModelNameError::Missing { provider, what }) } else { Ok(rest.clone()) }
        };
        match provider.trim() {
            "openai" => Ok(ModelName::OpenAi { model: pinned(needed("openai", "the name of a model")?)? }),
            "anthropic" => {
                Ok(ModelName::Anthropic { model: pinned(needed("anthropic", "the name of a model")?)? })
            }
            "embedded" => {
                let model = needed("embedded", "the name of a model")?;
                if model != SMOLLM2.model {
                    let written = crate::fault::words(&model);
                    return Err(ModelNameError::NotEmbedded {
                        hint: near(&written, &[SMOLLM2.model]),
                        written,
                    });
                }
                Ok(ModelName::Embedded { model: Some(model) })
            }
            "scripted" => Ok(ModelName::Scripted { file: needed("scripted", "the name of a file")? }),
            "openai-compatible" => {
                needed("openai-compatible", "NAME@URL")?;
                // A name may hold an @ of its own; an address does not.
                let (model, url) = rest.rsplit_once('@').unwrap_or((&rest, ""));
                Address::read(url, false).map_err(|why| ModelNameError::Address { why })?;
                if model.is_empty() {
                    return Err(ModelNameError::Missing { provider: "openai-compatible", what: "NAME@URL" });
                }
                Ok(ModelName::OpenAiCompatible { model: model.to_owned(), url: url.to_owned() })
            }
            other => Err(unknown(other)),
        }
    }
}

/// The name, unless it is one that moves.
pub(crate) fn pinned(model: String) -> Result<String, ModelNameError> {
    if model == "latest" || model.ends_with("-latest") {
        Err(ModelNameError::Moves { model })
    } else {
        Ok(model)
    }
}

fn unknown(written: &str) -> ModelNameError {
    let written = crate::fault::words(written);
    ModelNameError::Provider { hint: near(&written, &PROVIDERS), written }
}

/// The known name that was probably meant, or all of them.
pub(crate) fn near(written: &str, known: &[&str]) -> String {
    const SIMILARITY_MIN: f64 = 0.6;
    let likeness = |name: &&&str| normalized_damerau_levenshtein(&written.to_lowercase(), name);
    let best = known.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match best.filter(|name| likeness(name) >= SIMILARITY_MIN) {
        Some(name) => format!("did you mean `{name}`?"),
        None if known.is_empty() => "there are none".to_owned(),
        None => format!("known: {}", known.join(", ")),
    }
}

impl fmt::Display for ModelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ModelName::OpenAi { model } => write!(f, "openai:{model}"),
            ModelName::Anthropic { model } => write!(f, "anthropic:{model}"),
            ModelName::OpenAiCompatible { model, url } => write!(f, "openai-compatible:{model}@{url}"),
            ModelName::Scripted { file } => write!(f, "scripted:{file}"),
            ModelName::Embedded { model: None } => f.write_str("embedded"),
            ModelName::Embedded { model: Some(model) } => write!(f, "embedded:{model}"),
            ModelName::Configured { name } => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_written_the_same() {
        for name in [
            "openai:gpt-5.4-2026-03-05",
            "anthropic:claude-opus-5",
            "openai-compatible:llama3:latest@http://127.0.0.1:1/v1",
            "scripted:replies.json",
            "embedded",
            "embedded:smollm2-135m-instruct",
            "fast",
        ] {
            assert_eq!(name.parse::<ModelName>().unwrap().to_string(), name);
        }
    }

    #[test]
    fn bad_names_say_what_to_write() {
        let message = |name: &str| name.parse::<ModelName>().unwrap_err().to_string();
        assert_eq!(message("opnai:gpt"), "`opnai` names no provider; did you mean `openai`?");
        assert!(message("").contains("known: openai, anthropic"));
        assert!(
            message("embedded:smollm")
                .contains("`smollm` is not inside the program; known: smollm2-135m-instruct")
        );
        assert!(message("openai:").contains("needs the name of a model"));
        assert!(message("openai-compatible:llama3").contains("NAME@URL"));
        assert!(message("anthropic:claude-3-5-sonnet-latest").contains("another model tomorrow"));
    }
}
