//! Corporate actions as Alpaca writes them.
//!
//! In: a body. Out: actions, what of it could not be taken for one, and where the next page is. Invariant: a ratio of shares is one of whole
//! numbers, exactly, or is told and not used.

use jiff::civil::Date;
use portfolio::Decimal;
use serde::Deserialize;

use super::bodies::decimal;
use crate::action::Action;
use crate::cell::shown;
use crate::feed::Split;

/// The kinds that are asked for.
pub(super) const TYPES: &str = "forward_split,reverse_split,stock_dividend,cash_dividend,spin_off,name_change,cash_merger,stock_merger,stock_and_cash_merger";

/// Largest number of shares in the ratio of a split.
const SHARES_MAX: u32 = 100_000;

/// A page.
pub(super) struct Page {
    pub(super) actions: Vec<Action>,
    /// What could not be taken for one.
    pub(super) odd: Vec<String>,
    pub(super) next: Option<String>,
}

#[derive(Deserialize)]
struct Body {
    corporate_actions: Option<Lists>,
    next_page_token: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Lists {
    forward_splits: Vec<RawSplit>,
    reverse_splits: Vec<RawSplit>,
    stock_dividends: Vec<StockDividend>,
    cash_dividends: Vec<CashDividend>,
    spin_offs: Vec<SpinOff>,
    name_changes: Vec<NameChange>,
    cash_mergers: Vec<Merger>,
    stock_mergers: Vec<Merger>,
    stock_and_cash_mergers: Vec<Merger>,
}

#[derive(Deserialize)]
struct RawSplit {
    symbol: String,
    #[serde(deserialize_with = "decimal")]
    old_rate: Decimal,
    #[serde(deserialize_with = "decimal")]
    new_rate: Decimal,
    ex_date: Date,
}

#[derive(Deserialize)]
struct StockDividend {
    symbol: String,
    #[serde(deserialize_with = "decimal")]
    rate: Decimal,
    ex_date: Date,
}

#[derive(Deserialize)]
struct CashDividend {
    symbol: String,
    #[serde(deserialize_with = "decimal")]
    rate: Decimal,
    special: bool,
    ex_date: Date,
}

#[derive(Deserialize)]
struct SpinOff {
    source_symbol: String,
    #[serde(deserialize_with = "decimal")]
    source_rate: Decimal,
    new_symbol: String,
    #[serde(deserialize_with = "decimal")]
    new_rate: Decimal,
    ex_date: Date,
}

#[derive(Deserialize)]
struct NameChange {
    old_symbol: String,
    new_symbol: String,
    process_date: Date,
}

#[derive(Deserialize)]
struct Merger {
    acquiree_symbol: String,
    acquirer_symbol: Option<String>,
    effective_date: Date,
}

/// Reads a page.
pub(super) fn read(body: &[u8]) -> Result<Page, String> {
    let body: Body = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let lists = body.corporate_actions.unwrap_or_default();
    let mut page = Page {
        actions: Vec::new(),
        odd: Vec::new(),
        next: body.next_page_token.filter(|token| !token.is_empty()),
    };
    for raw in lists.forward_splits.into_iter().chain(lists.reverse_splits) {
        page.split(raw.symbol, raw.ex_date, raw.old_rate, Some(raw.new_rate));
    }
    for raw in lists.stock_dividends {
        page.split(raw.symbol, raw.ex_date, Decimal::ONE, raw.rate.checked_add(Decimal::ONE));
    }
    for CashDividend { symbol: ticker, rate: usd_per_share, special, ex_date } in lists.cash_dividends {
        page.actions.push(Action::Dividend { ticker, ex_day: ex_date, usd_per_share, special });
    }
    for raw in lists.spin_offs {
        match raw.new_rate.checked_div(raw.source_rate) {
            Some(shares) => page.actions.push(Action::SpinOff {
                ticker: raw.source_symbol,
                ex_day: raw.ex_date,
                new_ticker: shown(&raw.new_symbol),
                shares_per_share: shares.round_dp(8).normalize(),
            }),
            None => page.odd.push(format!("a spin-off of `{}` without a rate", raw.source_symbol)),
        }
    }
    for NameChange { old_symbol: ticker, new_symbol: new_ticker, process_date: day } in lists.name_changes {
        page.actions.push(Action::Renamed { ticker, day, new_ticker: shown(&new_ticker) });
    }
    let mergers = [lists.cash_mergers, lists.stock_mergers, lists.stock_and_cash_mergers];
    for (how, raw) in ["cash", "shares", "shares and cash"]
        .iter()
        .zip(mergers)
        .flat_map(|(how, all)| all.into_iter().map(move |raw| (*how, raw)))
    {
        let by = raw
            .acquirer_symbol
            .filter(|by| !by.is_empty())
            .map_or(String::new(), |by| format!(" by {}", shown(&by)));
        let terms = format!("for {how}{by}");
        page.actions.push(Action::Merger { ticker: raw.acquiree_symbol, day: raw.effective_date, terms });
    }
    Ok(page)
}

impl Page {
    fn split(&mut self, ticker: String, day: Date, from: Decimal, to: Option<Decimal>) {
        match to.and_then(|to| ratio(from, to)) {
            Some((from, to)) => self.actions.push(Action::Split(Split { ticker, day, from, to })),
            None => self.odd.push(format!(
                "the split of `{ticker}` on {day} has a ratio that is none of whole numbers and is not used; hand in a document in new shares"
            )),
        }
    }
}

/// A ratio in whole numbers without a common divisor.
fn ratio(from: Decimal, to: Decimal) -> Option<(u32, u32)> {
    if from <= Decimal::ZERO || to <= Decimal::ZERO {
        return None;
    }
    let (from, to) = (from.normalize(), to.normalize());
    let scale = Decimal::from(10_u64.checked_pow(from.scale().max(to.scale()))?);
    let whole = |part: Decimal| u64::try_from(part.checked_mul(scale)?.normalize()).ok();
    let (from, to) = (whole(from)?, whole(to)?);
    let (mut divisor, mut rest) = (from, to);
    while rest != 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    let (from, to) = (u32::try_from(from / divisor).ok()?, u32::try_from(to / divisor).ok()?);
    (from != to && from.max(to) <= SHARES_MAX).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    #[test]
    fn ratios_are_of_whole_numbers() {
        assert_eq!(ratio(dec!(1), dec!(2)), Some((1, 2)));
        assert_eq!(ratio(dec!(1), dec!(1.5)), Some((2, 3)));
        assert_eq!(ratio(dec!(50), dec!(1)), Some((50, 1)));
        assert_eq!(ratio(dec!(1), dec!(1.05)), Some((20, 21)));
        for (from, to) in [
            (dec!(1), dec!(1)),
            (dec!(0), dec!(1)),
            (dec!(-1), dec!(1)),
            (dec!(1), dec!(0.00000000000000000001)),
        ] {
            assert_eq!(ratio(from, to), None, "{from} {to}");
        }
    }
}
