//! What a refused request means.
//!
//! In: an HTTP status and what the provider says of the error, in either of the two formats. Out: a [`Fault`].
//! Invariant: a provider's words decide only where the status leaves it open, and only by its codes, which are
//! documented; but for the name of a setting that a model does not take.

use std::time::Duration;

use serde_json::Value;

use crate::fault::Fault;

/// What a provider says of an error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// Kind of the error (`type`).
    pub kind: String,
    /// Code, where there is one.
    pub code: String,
    /// Name of the setting that is meant, where it is said.
    pub parameter: String,
    /// For people, masked and cut.
    pub message: String,
}

impl Said {
    /// What the body of an error says; the text itself where it is in neither format.
    ///
    /// # Source
    /// `ErrorResponse` of the OpenAPI document of OpenAI, and of the Python package `anthropic`: both have an object `error`. Some
    /// servers write `{"error": "text"}`, or the inner object alone.
    pub(crate) fn read(body: &[u8]) -> Said {
        let text = || String::from_utf8_lossy(body).chars().take(TEXT_MAX).collect::<String>();
        let Ok(value) = serde_json::from_slice::<Value>(body) else {
            return Said { message: text(), ..Said::default() };
        };
        let error = value.get("error").unwrap_or(&value);
        let part = |name: &str| match error.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        let message = error.as_str().map_or_else(|| part("message"), ToOwned::to_owned);
        let message = if message.is_empty() { text() } else { message };
        Said { kind: part("type"), code: part("code"), parameter: part("param"), message }
    }
}

/// Characters of a body that is in no format and is looked at all the same.
const TEXT_MAX: usize = 2000;
/// Settings that a request can be made without.
const DISPENSABLE: [&str; 3] = ["temperature", "seed", "stream_options"];
/// Codes of an account without money or quota.
const QUOTA: [&str; 5] = [
    "insufficient_quota",
    "billing_hard_limit_reached",
    "billing_error",
    "credit_balance_too_low",
    "enforced_spend_limit_reached",
];
/// Codes of a prompt that is too long.
const TOO_LONG: [&str; 4] =
    ["context_length_exceeded", "exceed_context_size_error", "string_above_max_length", "request_too_large"];
/// What Anthropic writes of one: its error has no code for it.
const TOO_LONG_WORDS: &str = "prompt is too long";

/// The fault behind a status that is not 200.
pub(crate) fn fault(status: u16, retry_after: Option<Duration>, said: &Said) -> Fault {
    let is = |codes: &[&str]| codes.contains(&said.code.as_str()) || codes.contains(&said.kind.as_str());
    let message = said.message.clone();
    match status {
        300..400 => Fault::Redirected { status },
        402 => Fault::QuotaSpent { message },
        _ if is(&QUOTA) => Fault::QuotaSpent { message },
        429 => Fault::RateLimited { retry_after, message },
        401 | 403 => Fault::KeyRefused { status, message },
        404 => Fault::ModelUnknown { message },
        413 => Fault::PromptTooLong { message },
        400 | 422 if is(&TOO_LONG) || message.starts_with(TOO_LONG_WORDS) => Fault::PromptTooLong { message },
        400 | 422 => match dispensable(said) {
            Some(parameter) => Fault::ParameterRefused { parameter, message },
            None => Fault::RequestRefused { status, message },
        },
        503 | 529 => Fault::Overloaded { status, retry_after, message },
        _ if is(&["overloaded_error"]) => Fault::Overloaded { status, retry_after, message },
        // 408 and 409 are answers of proxies and locks that pass.
        408 | 409 | 500.. => Fault::Failed { status, retry_after, message },
        _ => Fault::RequestRefused { status, message },
    }
}

/// The setting that is refused, if it is one that can be left out.
fn dispensable(said: &Said) -> Option<&'static str> {
    DISPENSABLE.into_iter().find(|name| {
        said.parameter == *name || (said.parameter.is_empty() && said.message.contains(&format!("`{name}`")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(code: &str, parameter: &str, message: &str) -> Said {
        Said {
            code: code.to_owned(),
            parameter: parameter.to_owned(),
            message: message.to_owned(),
            ..Said::default()
        }
    }

    #[test]
    fn a_status_is_told_apart_by_codes_where_it_is_open() {
        let quota = fault(429, None, &said("insufficient_quota", "", "pay"));
        assert_eq!(quota, Fault::QuotaSpent { message: "pay".to_owned() });
        assert!(matches!(fault(429, None, &said("rate_limit_exceeded", "", "")), Fault::RateLimited { .. }));
        assert!(matches!(
            fault(400, None, &said("context_length_exceeded", "", "")),
            Fault::PromptTooLong { .. }
        ));
        assert!(matches!(fault(529, None, &Said::default()), Fault::Overloaded { status: 529, .. }));
        assert!(matches!(fault(502, None, &Said::default()), Fault::Failed { status: 502, .. }));
        assert!(matches!(fault(302, None, &Said::default()), Fault::Redirected { status: 302 }));
        assert!(matches!(fault(418, None, &Said::default()), Fault::RequestRefused { status: 418, .. }));
    }

    #[test]
    fn settings_that_can_be_left_out_are_known() {
        let by_name = fault(400, None, &said("unsupported_value", "temperature", "no"));
        assert!(matches!(by_name, Fault::ParameterRefused { parameter: "temperature", .. }));
        let by_word = fault(400, None, &said("", "", "`temperature` is deprecated for this model."));
        assert!(matches!(by_word, Fault::ParameterRefused { parameter: "temperature", .. }));
        assert!(matches!(fault(400, None, &said("", "messages", "`seed`")), Fault::RequestRefused { .. }));
    }
}
