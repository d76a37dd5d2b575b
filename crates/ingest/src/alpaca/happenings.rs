//! Corporate actions as Alpaca writes them.
//!
//! In: a body. Out: actions, what of it could not be taken for one, and where the next page is. Invariants: each record is read by itself, so that an
//! odd one costs no other; a ratio of shares is one of whole numbers, exactly, or is told and not used.

use std::collections::BTreeMap;

use jiff::civil::Date;
use portfolio::Decimal;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::bodies::{decimal, part};
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

/// Lists of records, by kind.
type Lists = BTreeMap<String, Box<RawValue>>;

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

/// The symbol of a record that can't be read, wherever it stands.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    symbol: Option<String>,
    source_symbol: Option<String>,
    old_symbol: Option<String>,
    acquiree_symbol: Option<String>,
}

/// Reads a page, record by record.
pub(super) fn read(body: &[u8]) -> Result<Page, String> {
    let body: Body = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let lists = body.corporate_actions.unwrap_or_default();
    let mut page = Page {
        actions: Vec::new(),
        odd: Vec::new(),
        next: body.next_page_token.filter(|token| !token.is_empty()),
    };
    for kind in ["forward_splits", "reverse_splits"] {
        page.each(&lists, kind, |page, raw: RawSplit| {
            page.split(raw.symbol, raw.ex_date, raw.old_rate, Some(raw.new_rate));
        });
    }
    page.each(&lists, "stock_dividends", |page, raw: StockDividend| {
        page.split(raw.symbol, raw.ex_date, Decimal::ONE, raw.rate.checked_add(Decimal::ONE));
    });
    page.each(&lists, "cash_dividends", |page, raw: CashDividend| {
        let CashDividend { symbol: ticker, rate: usd_per_share, special, ex_date } = raw;
        page.actions.push(Action::Dividend { ticker, ex_day: ex_date, usd_per_share, special });
    });
    page.each(&lists, "spin_offs", Page::spin_off);
    page.each(&lists, "name_changes", |page, raw: NameChange| {
        let NameChange { old_symbol: ticker, new_symbol, process_date: day } = raw;
        page.actions.push(Action::Renamed { ticker, day, new_ticker: shown(&new_symbol) });
    });
    let mergers = [
        ("cash_mergers", "cash"),
        ("stock_mergers", "shares"),
        ("stock_and_cash_mergers", "shares and cash"),
    ];
    for (kind, how) in mergers {
        page.each(&lists, kind, |page, raw: Merger| page.merger(raw, how));
    }
    Ok(page)
}

impl Page {
    /// Takes every record of a kind; one that can't be read is told and costs no other.
    fn each<T: DeserializeOwned>(&mut self, lists: &Lists, kind: &str, take: impl Fn(&mut Page, T)) {
        let Some(raw) = lists.get(kind) else { return };
        let records = match part::<Option<Vec<Box<RawValue>>>>(raw) {
            Ok(records) => records.unwrap_or_default(),
            Err(error) => {
                return self.odd.push(format!("the list `{kind}` can't be read and is left out ({error})"));
            }
        };
        for raw in records {
            match part(&raw) {
                Ok(record) => take(self, record),
                Err(error) => {
                    let named: Named = part(&raw).unwrap_or_default();
                    let named =
                        named.symbol.or(named.source_symbol).or(named.old_symbol).or(named.acquiree_symbol);
                    let of = named.map_or(String::new(), |symbol| format!(" of `{}`", shown(&symbol)));
                    self.odd.push(format!(
                        "a record{of} in `{kind}` can't be read and is left out ({error}); look at what the broker shows"
                    ));
                }
            }
        }
    }

    fn spin_off(&mut self, raw: SpinOff) {
        match raw.new_rate.checked_div(raw.source_rate) {
            Some(shares) => self.actions.push(Action::SpinOff {
                ticker: raw.source_symbol,
                ex_day: raw.ex_date,
                new_ticker: shown(&raw.new_symbol),
                shares_per_share: shares.round_dp(8).normalize(),
            }),
            None => self.odd.push(format!("a spin-off of `{}` without a rate", shown(&raw.source_symbol))),
        }
    }

    fn merger(&mut self, raw: Merger, how: &str) {
        let by = raw.acquirer_symbol.filter(|by| !by.is_empty());
        let by = by.map_or(String::new(), |by| format!(" by {}", shown(&by)));
        let terms = format!("for {how}{by}");
        self.actions.push(Action::Merger { ticker: raw.acquiree_symbol, day: raw.effective_date, terms });
    }

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
