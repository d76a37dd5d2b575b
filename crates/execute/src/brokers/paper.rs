//! A broker on paper: fills orders at the price of the moment and moves no money.
//!
//! In: tickets, prices and a seed. Out: fills at the price plus or less half the spread; by settings some orders are refused or
//! filled in part. Invariant: what it tells is a function of the ticket, the seed and the price at the ticket's own
//! time, so that it remembers nothing and still tells the same after any restart.

use std::collections::BTreeMap;

use jiff::Timestamp;
use portfolio::{Decimal, Side};
use rust_decimal::dec;

use crate::broker::{Broker, BrokerError, Execution, Standing, Ticket, Told};

/// Its name in the books.
pub const NAME: &str = "paper";
/// Digits after the point of a fill's price.
const PRICE_DIGITS: u32 = 4;
/// Parts that chances are counted in.
const ALL: u64 = 10_000;

/// Where prices come from.
pub trait Prices: Sync {
    /// USD per share as it was known at a time.
    fn price(&self, ticker: &str, at: Timestamp) -> Option<Decimal>;
}

/// How the broker behaves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// What chance is drawn from.
    pub seed: u64,
    /// What trading costs, by ticker; nothing where there is none.
    pub terms: BTreeMap<String, Terms>,
    /// Orders that are refused, out of 10,000.
    pub refused: u32,
    /// Orders that are filled in part, out of 10,000.
    pub partly: u32,
}

/// What trading a security costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terms {
    /// Full bid-ask spread, basis points of the price.
    pub spread_bps: Decimal,
    /// USD per order.
    pub commission: Decimal,
}

/// A broker on paper.
pub struct Paper<'a> {
    settings: Settings,
    prices: &'a dyn Prices,
}

impl<'a> Paper<'a> {
    /// A broker who fills at these prices.
    #[must_use]
    pub fn new(settings: Settings, prices: &'a dyn Prices) -> Paper<'a> {
        Paper { settings, prices }
    }

    /// A number from 0 to 9,999 that follows from the seed, the order and what it is for.
    fn chance(&self, ticket: &Ticket, purpose: &str) -> u64 {
        let start = mixed(self.settings.seed ^ 0x9e37_79b9_7f4a_7c15);
        let bytes = ticket.client_order_id.bytes().chain(purpose.bytes());
        bytes.fold(start, |state, byte| mixed(state ^ u64::from(byte))) % ALL
    }
}

/// One round of splitmix64.
fn mixed(state: u64) -> u64 {
    let x = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// About half of an order: whole shares where there are some, else a part of one.
fn half(quantity: Decimal) -> Decimal {
    let half = quantity / Decimal::TWO;
    if half >= Decimal::ONE { half.floor() } else { half.trunc_with_scale(6) }
}

impl Broker for Paper<'_> {
    fn name(&self) -> &str {
        NAME
    }

    fn place(&self, ticket: &Ticket) -> Result<Told, BrokerError> {
        let broker_order_id = format!("paper-{}", ticket.client_order_id);
        if self.chance(ticket, "refused") < u64::from(self.settings.refused) {
            let why = "refused, as the settings of the paper broker ask for".to_owned();
            return Ok(Told { broker_order_id, standing: Standing::Refused { why }, executions: Vec::new() });
        }
        let price = self
            .prices
            .price(&ticket.ticker, ticket.at)
            .ok_or_else(|| BrokerError::NoPrice { broker: NAME.to_owned(), ticker: ticket.ticker.clone() })?;
        let terms = self.settings.terms.get(&ticket.ticker).copied().unwrap_or_default();
        let off = price.saturating_mul(terms.spread_bps) / dec!(20000);
        let price = match ticket.side {
            Side::Buy => price.saturating_add(off),
            Side::Sell => price.saturating_sub(off),
        };
        let partly = self.chance(ticket, "partly") < u64::from(self.settings.partly);
        let quantity = if partly { half(ticket.quantity) } else { ticket.quantity };
        let standing = if partly {
            Standing::Cancelled {
                why: "only a part was filled, as the settings of the paper broker ask for".to_owned(),
            }
        } else {
            Standing::Filled
        };
        let execution = Execution {
            execution_id: format!("x-{}", ticket.client_order_id),
            quantity,
            price: price.round_dp(PRICE_DIGITS),
            fees: terms.commission,
            at: ticket.at,
        };
        let executions = if quantity.is_zero() { Vec::new() } else { vec![execution] };
        Ok(Told { broker_order_id, standing, executions })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct At100;

    impl Prices for At100 {
        fn price(&self, ticker: &str, _: Timestamp) -> Option<Decimal> {
            (ticker == "SPY").then_some(dec!(100))
        }
    }

    fn ticket(name: &str, side: Side, quantity: Decimal) -> Ticket {
        Ticket {
            client_order_id: name.to_owned(),
            account_id: "a".to_owned(),
            ticker: "SPY".to_owned(),
            side,
            lot_id: None,
            quantity,
            at: Timestamp::UNIX_EPOCH,
        }
    }

    fn terms() -> BTreeMap<String, Terms> {
        [("SPY".to_owned(), Terms { spread_bps: dec!(10), commission: dec!(0.35) })].into()
    }

    #[test]
    fn a_buyer_pays_half_the_spread_and_so_does_a_seller() {
        let paper = Paper::new(Settings { terms: terms(), ..Settings::default() }, &At100);
        let bought = paper.place(&ticket("o-1", Side::Buy, dec!(3))).unwrap();
        assert_eq!((bought.executions[0].price, bought.executions[0].fees), (dec!(100.05), dec!(0.35)));
        assert_eq!(bought.standing, Standing::Filled);
        let sold = paper.place(&ticket("o-2", Side::Sell, dec!(3))).unwrap();
        assert_eq!(sold.executions[0].price, dec!(99.95));
    }

    #[test]
    fn without_a_price_nothing_is_filled() {
        let paper = Paper::new(Settings::default(), &At100);
        let told = paper.place(&Ticket { ticker: "X".to_owned(), ..ticket("o-1", Side::Buy, dec!(3)) });
        assert_eq!(
            told.unwrap_err().to_string(),
            "the broker `paper` has no price of `X`; the order waits for one"
        );
    }

    #[test]
    fn as_many_are_refused_and_filled_in_part_as_the_settings_say() {
        let settings = Settings { seed: 7, refused: 2_000, partly: 5_000, ..Settings::default() };
        let paper = Paper::new(settings, &At100);
        let all: Vec<Told> = (0..2_000)
            .map(|n| paper.place(&ticket(&format!("o-{n}"), Side::Buy, dec!(5))).unwrap())
            .collect();
        let refused = all.iter().filter(|told| matches!(told.standing, Standing::Refused { .. })).count();
        let partly = all.iter().filter(|told| matches!(told.standing, Standing::Cancelled { .. })).count();
        assert!((320..480).contains(&refused), "{refused}");
        assert!((700..900).contains(&partly), "{partly}");
    }

    proptest! {
        /// What the trait asks of every broker.
        #[test]
        fn a_name_is_one_order(seed in 0_u64..50, n in 0_u32..500, thousandths in 1_i64..10_000_000) {
            let settings = || Settings { seed, refused: 1_000, partly: 4_000, terms: terms() };
            let quantity = Decimal::new(thousandths, 3);
            let sent = ticket(&format!("o-{n}"), Side::Sell, quantity);
            let told = Paper::new(settings(), &At100).place(&sent).unwrap();
            let again = Paper::new(settings(), &At100).place(&sent).unwrap();
            prop_assert_eq!(&told, &again);
            let filled: Decimal = told.executions.iter().map(|x| x.quantity).sum();
            prop_assert!(filled <= quantity);
            prop_assert_eq!(filled == quantity, told.standing == Standing::Filled);
        }
    }
}
