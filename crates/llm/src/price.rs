//! What tokens cost.
//!
//! In: a price, from the configuration or the built-in table, and the tokens used. Out: USD. Invariant: where the price or the
//! tokens are not known the cost is not known; it is never taken to be nothing.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::usage::Usage;

/// USD for a million tokens, with where and when that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Of a prompt.
    #[serde(with = "crate::usd")]
    pub prompt_usd_per_million: Decimal,
    /// Of what is read from the provider's cache; as the prompt where it is not given.
    #[serde(default, with = "crate::usd::optional", skip_serializing_if = "Option::is_none")]
    pub cached_usd_per_million: Option<Decimal>,
    /// Of an answer.
    #[serde(with = "crate::usd")]
    pub reply_usd_per_million: Decimal,
    /// Where the price was read.
    pub source: String,
    /// When it was read, YYYY-MM-DD.
    pub as_of: String,
}

/// Tokens that prices are for.
const MILLION: u64 = 1_000_000;
/// Highest price that is believed, USD for a million tokens: it keeps every product inside a decimal.
pub(crate) const USD_PER_MILLION_MAX: u64 = 1_000_000;
/// Tokens of a call that are counted at most; a larger count is a broken one.
const TOKENS_MAX: u64 = 1_000_000_000_000;
/// Tokens that a provider puts around a prompt at most: marks of turns, and words about tools and formats.
///
/// # Source
/// Anthropic's table of tool-use system prompts has 346 at most for a tool that has to be called; the rest is room.
const WRAPPING_TOKENS: u64 = 1_000;

impl Price {
    /// A model on one's own machine.
    #[must_use]
    pub fn nothing() -> Price {
        Price {
            prompt_usd_per_million: Decimal::ZERO,
            cached_usd_per_million: None,
            reply_usd_per_million: Decimal::ZERO,
            source: "runs on this machine".to_owned(),
            as_of: "2026-11-26".to_owned(),
        }
    }

    /// Whether every price is between nothing and what is believed.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let all = [
            Some(self.prompt_usd_per_million),
            self.cached_usd_per_million,
            Some(self.reply_usd_per_million),
        ];
        all.into_iter().flatten().all(|usd| usd >= Decimal::ZERO && usd <= Decimal::from(USD_PER_MILLION_MAX))
    }

    /// Whether it costs nothing, however many tokens are used.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.prompt_usd_per_million.is_zero() && self.reply_usd_per_million.is_zero()
    }

    /// Cost of a call, USD.
    #[must_use]
    pub fn cost_usd(&self, usage: &Usage) -> Decimal {
        let part =
            |tokens: u64, usd: Decimal| Decimal::from(tokens.min(TOKENS_MAX)) * usd / Decimal::from(MILLION);
        let cached = usage.cached_tokens.min(usage.prompt_tokens);
        part(usage.prompt_tokens - cached, self.prompt_usd_per_million)
            + part(cached, self.cached_usd_per_million.unwrap_or(self.prompt_usd_per_million))
            + part(usage.reply_tokens, self.reply_usd_per_million)
    }

    /// The most that a call can cost, USD: all of the prompt new, the answer as long as it may be.
    #[must_use]
    pub fn most_usd(&self, prompt_bytes: usize, tokens_max: u32) -> Decimal {
        let usage = Usage {
            // A token is about four bytes of English, but no token is less than one byte.
            prompt_tokens: u64::try_from(prompt_bytes).unwrap_or(TOKENS_MAX).saturating_add(WRAPPING_TOKENS),
            reply_tokens: u64::from(tokens_max),
            ..Usage::default()
        };
        self.cost_usd(&usage)
    }
}

/// The built-in table.
const TABLE: &str = include_str!("price/table.toml");

/// The price of a model by the built-in table; of a dated snapshot as of the model that it is of.
#[must_use]
pub fn built_in(provider: &str, model: &str) -> Option<Price> {
    static READ: OnceLock<BTreeMap<String, BTreeMap<String, Price>>> = OnceLock::new();
    // The table is part of the program: a test holds that it can be read.
    let table = READ.get_or_init(|| toml::from_str(TABLE).unwrap_or_default());
    let of_provider = table.get(provider)?;
    of_provider.get(model).or_else(|| of_provider.get(without_date(model)?)).cloned()
}

/// `name-2026-08-07` and `name-20260807` without the date.
fn without_date(model: &str) -> Option<&str> {
    ["-0000-00-00", "-00000000"].into_iter().find_map(|form| {
        let cut = model.len().checked_sub(form.len())?;
        let (name, date) = (model.get(..cut)?, model.get(cut..)?);
        let shape = |byte: u8| if byte.is_ascii_digit() { b'0' } else { byte };
        date.bytes().map(shape).eq(form.bytes()).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read_and_every_price_is_sound() {
        let table: BTreeMap<String, BTreeMap<String, Price>> = toml::from_str(TABLE).unwrap();
        for (model, price) in table.values().flatten() {
            assert!(price.is_sound() && !price.source.is_empty() && price.as_of.len() == 10, "{model}");
        }
        assert!(built_in("anthropic", "claude-opus-5").is_some());
        assert_eq!(built_in("anthropic", "claude-opus-5-20260724"), built_in("anthropic", "claude-opus-5"));
        assert_eq!(built_in("openai", "gpt-5.4-2026-03-05"), built_in("openai", "gpt-5.4"));
        assert_eq!(built_in("openai", "gpt-99"), None);
        assert_eq!(built_in("openai", "20260101"), None);
        assert_eq!(built_in("openai", "\u{e9}-20260101"), None);
    }

    fn price() -> Price {
        Price {
            prompt_usd_per_million: Decimal::new(125, 2),
            cached_usd_per_million: Some(Decimal::new(125, 3)),
            reply_usd_per_million: Decimal::from(10),
            ..Price::nothing()
        }
    }

    #[test]
    fn each_kind_of_token_has_its_price() {
        let usage = Usage { prompt_tokens: 1000, cached_tokens: 400, reply_tokens: 200, thinking_tokens: 50 };
        // 600 × 1.25 + 400 × 0.125 + 200 × 10, a millionth of it.
        assert_eq!(price().cost_usd(&usage), Decimal::new(2800, 6));
    }

    #[test]
    fn absurd_counts_do_not_overflow() {
        let most = Decimal::from(USD_PER_MILLION_MAX);
        let high = Price { prompt_usd_per_million: most, reply_usd_per_million: most, ..price() };
        let usage = Usage { prompt_tokens: u64::MAX, reply_tokens: u64::MAX, ..Usage::default() };
        assert!(high.is_sound() && high.cost_usd(&usage) > most);
        assert!(!Price { reply_usd_per_million: Decimal::from(-1), ..price() }.is_sound());
    }
}
