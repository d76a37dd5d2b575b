//! A broker on paper: fills orders at the price of the moment and moves no money.
//!
//! In: tickets, prices, a seed and the time. Out: fills at the price plus or less half the spread, inside the limit; by settings some
//! orders are refused, filled in part, in several parts over time or late, and there are minutes in which nobody answers. Invariant: what it
//! tells is a function of the ticket, the seed, the time and the prices until then, so that it remembers nothing and still tells the
//! same after any restart; but for an order that is taken back before its time, which only this process knows of.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use portfolio::{Decimal, Side};
use rust_decimal::dec;

use crate::broker::{Abilities, Broker, BrokerError, Execution, Holdings, LotChoice, Standing, Ticket, Told};

/// Its name in the books.
pub const NAME: &str = "paper";
/// Digits after the point of a fill's price.
const PRICE_DIGITS: u32 = 4;
/// Parts that chances are counted in.
const ALL: u64 = 10_000;
/// Time between two looks at the market for an order that is not filled, where no setting says it.
const EVERY_SECS: u32 = 60;
/// Looks at the market for one order at most: a day of minutes.
const LOOKS_MAX: u32 = 24 * 60;

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
    /// Orders that are filled in part and cancelled, out of 10,000.
    pub partly: u32,
    /// Parts that an order is filled in at most; 0 and 1 = all of it at once.
    pub parts_max: u32,
    /// Seconds that pass before an order is looked at, at most.
    pub delay_secs_max: u32,
    /// Seconds between two parts of an order, or two looks at a price outside its limit; 0 = a minute.
    pub every_secs: u32,
    /// Minutes in which nobody answers, out of 10,000.
    pub outages: u32,
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
    /// Orders that were taken back, and when.
    taken_back: Mutex<BTreeMap<String, Timestamp>>,
}

impl<'a> Paper<'a> {
    /// A broker who fills at these prices.
    #[must_use]
    pub fn new(settings: Settings, prices: &'a dyn Prices) -> Paper<'a> {
        Paper { settings, prices, taken_back: Mutex::default() }
    }

    /// A number that follows from the seed, a name and what it is for.
    fn chance(&self, name: &str, purpose: &str) -> u64 {
        let start = mixed(self.settings.seed ^ 0x9e37_79b9_7f4a_7c15);
        let bytes = name.bytes().chain(purpose.bytes());
        bytes.fold(start, |state, byte| mixed(state ^ u64::from(byte)))
    }

    /// Whether something happens to an order that happens to so many out of 10,000.
    fn happens(&self, name: &str, purpose: &str, count: u32) -> bool {
        self.chance(name, purpose) % ALL < u64::from(count)
    }

    fn answers(&self, now: Timestamp) -> Result<(), BrokerError> {
        let minute = now.as_second().div_euclid(60).to_string();
        if !self.happens(&minute, "outage", self.settings.outages) {
            return Ok(());
        }
        let detail = "nobody answers, as the settings of the paper broker ask for".to_owned();
        Err(BrokerError::Unreachable { broker: NAME.to_owned(), detail })
    }

    fn told(&self, ticket: &Ticket, now: Timestamp) -> Result<Told, BrokerError> {
        self.answers(now)?;
        let broker_order_id = format!("paper-{}", ticket.client_order_id);
        if self.happens(&ticket.client_order_id, "refused", self.settings.refused) {
            let why = "refused, as the settings of the paper broker ask for".to_owned();
            return Ok(Told { broker_order_id, standing: Standing::Refused { why }, executions: Vec::new() });
        }
        let taken_back = self.taken_back.lock().unwrap_or_else(PoisonError::into_inner);
        let taken_back = taken_back.get(&ticket.client_order_id).copied();
        let partly = self.happens(&ticket.client_order_id, "partly", self.settings.partly);
        let wanted = if partly { half(ticket.quantity) } else { ticket.quantity };
        let over = taken_back.is_some() || now >= ticket.until;
        let executions = self.executions(ticket, wanted, taken_back.map_or(now, |at| at.min(now)));
        let executions = match executions {
            Err(_) if over => Vec::new(),
            executions => executions?,
        };
        let filled: Decimal = executions.iter().map(|x| x.quantity).sum();
        let cancelled = |why: &str| Standing::Cancelled { why: why.to_owned() };
        let standing = if filled == ticket.quantity {
            Standing::Filled
        } else if partly && filled == wanted {
            cancelled("only a part was filled, as the settings of the paper broker ask for")
        } else if taken_back.is_some() {
            cancelled("taken back")
        } else if over {
            cancelled("its time was over before all of it was filled")
        } else {
            Standing::Open
        };
        Ok(Told { broker_order_id, standing, executions })
    }

    /// What was executed of an order by a time.
    fn executions(
        &self,
        ticket: &Ticket,
        wanted: Decimal,
        by: Timestamp,
    ) -> Result<Vec<Execution>, BrokerError> {
        let name = &ticket.client_order_id;
        let below = |purpose: &str, most: u32| self.chance(name, purpose) % u64::from(most.max(1));
        let sizes = parts(wanted, below("parts", self.settings.parts_max) + 1);
        let mut sizes = sizes.into_iter();
        let delay = below("delay", self.settings.delay_secs_max.saturating_add(1));
        let every = match self.settings.every_secs {
            0 => EVERY_SECS,
            secs => secs,
        };
        let (mut executions, mut known) = (Vec::new(), false);
        let mut next = sizes.next();
        for look in 0..LOOKS_MAX {
            let Some(quantity) = next else { break };
            let after = i64::try_from(delay).unwrap_or(0) + i64::from(look) * i64::from(every);
            let at = ticket.at.saturating_add(SignedDuration::from_secs(after)).unwrap_or(Timestamp::MAX);
            if at > by || at >= ticket.until {
                // A price that nobody has is only missed once it is looked for.
                known |= look == 0;
                break;
            }
            let Some(price) = self.prices.price(&ticket.ticker, at) else { continue };
            known = true;
            let terms = self.settings.terms.get(&ticket.ticker).copied().unwrap_or_default();
            let Some(price) = touched(ticket, price, terms.spread_bps) else { continue };
            let number = executions.len();
            executions.push(Execution {
                execution_id: format!("x-{name}-{number}"),
                quantity,
                price,
                fees: if number == 0 { terms.commission } else { Decimal::ZERO },
                at,
            });
            next = sizes.next();
        }
        let no_price = || BrokerError::NoPrice { broker: NAME.to_owned(), ticker: ticket.ticker.clone() };
        if known || wanted.is_zero() { Ok(executions) } else { Err(no_price()) }
    }
}

/// What a buyer pays or a seller takes at a price of the middle; `None` outside the limit.
fn touched(ticket: &Ticket, price: Decimal, spread_bps: Decimal) -> Option<Decimal> {
    let off = price.saturating_mul(spread_bps) / dec!(20000);
    let price = match ticket.side {
        Side::Buy => price.saturating_add(off),
        Side::Sell => price.saturating_sub(off),
    };
    let price = price.round_dp(PRICE_DIGITS);
    let inside = ticket.limit.is_none_or(|limit| match ticket.side {
        Side::Buy => price <= limit,
        Side::Sell => price >= limit,
    });
    inside.then_some(price)
}

/// A quantity in so many parts, or fewer: whole shares where there are enough, the rest in the last.
fn parts(quantity: Decimal, count: u64) -> Vec<Decimal> {
    let each = (quantity / Decimal::from(count)).floor();
    if quantity.is_zero() {
        return Vec::new();
    }
    if count <= 1 || each.is_zero() {
        return vec![quantity];
    }
    let mut sizes = vec![each; usize::try_from(count - 1).unwrap_or(0)];
    let rest = quantity - sizes.iter().sum::<Decimal>();
    sizes.push(rest);
    sizes
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

    fn abilities(&self) -> Abilities {
        Abilities {
            lots: LotChoice::Lots,
            quantity_digits: 28,
            limit_on_fractions: true,
            day_orders: true,
            lots_together: true,
            blocks: true,
            look_every: Duration::ZERO,
        }
    }

    fn arrives_within(&self) -> Duration {
        Duration::ZERO
    }

    fn place(&self, ticket: &Ticket, now: Timestamp) -> Result<Told, BrokerError> {
        self.told(ticket, now)
    }

    /// On paper every order that has a name was placed.
    fn look(&self, ticket: &Ticket, now: Timestamp) -> Result<Option<Told>, BrokerError> {
        self.told(ticket, now).map(Some)
    }

    fn cancel(&self, ticket: &Ticket, now: Timestamp) -> Result<Option<Told>, BrokerError> {
        self.answers(now)?;
        let mut taken_back = self.taken_back.lock().unwrap_or_else(PoisonError::into_inner);
        taken_back.entry(ticket.client_order_id.clone()).or_insert(now);
        drop(taken_back);
        self.told(ticket, now).map(Some)
    }

    fn holdings(&self, _: &str) -> Result<Option<Holdings>, BrokerError> {
        Ok(None)
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
            allocations: Vec::new(),
            quantity,
            limit: None,
            at: Timestamp::UNIX_EPOCH,
            until: Timestamp::from_second(6 * 3600).unwrap(),
        }
    }

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_second(secs).unwrap()
    }

    fn terms() -> BTreeMap<String, Terms> {
        [("SPY".to_owned(), Terms { spread_bps: dec!(10), commission: dec!(0.35) })].into()
    }

    #[test]
    fn a_buyer_pays_half_the_spread_and_so_does_a_seller() {
        let paper = Paper::new(Settings { terms: terms(), ..Settings::default() }, &At100);
        let bought = paper.place(&ticket("o-1", Side::Buy, dec!(3)), at(0)).unwrap();
        assert_eq!((bought.executions[0].price, bought.executions[0].fees), (dec!(100.05), dec!(0.35)));
        assert_eq!(bought.standing, Standing::Filled);
        let sold = paper.place(&ticket("o-2", Side::Sell, dec!(3)), at(0)).unwrap();
        assert_eq!(sold.executions[0].price, dec!(99.95));
    }

    #[test]
    fn without_a_price_nothing_is_filled() {
        let paper = Paper::new(Settings::default(), &At100);
        let told =
            paper.place(&Ticket { ticker: "X".to_owned(), ..ticket("o-1", Side::Buy, dec!(3)) }, at(0));
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
            .map(|n| paper.place(&ticket(&format!("o-{n}"), Side::Buy, dec!(5)), at(0)).unwrap())
            .collect();
        let refused = all.iter().filter(|told| matches!(told.standing, Standing::Refused { .. })).count();
        let partly = all.iter().filter(|told| matches!(told.standing, Standing::Cancelled { .. })).count();
        assert!((320..480).contains(&refused), "{refused}");
        assert!((700..900).contains(&partly), "{partly}");
    }

    #[test]
    fn a_limit_waits_for_its_price_until_its_time_is_over() {
        struct Falling;
        impl Prices for Falling {
            fn price(&self, _: &str, at: Timestamp) -> Option<Decimal> {
                Some(dec!(100) - Decimal::from(at.as_second() / 60))
            }
        }
        let paper = Paper::new(Settings::default(), &Falling);
        let wanted = Ticket { limit: Some(dec!(98)), ..ticket("o-1", Side::Buy, dec!(3)) };
        assert_eq!(paper.place(&wanted, at(119)).unwrap().standing, Standing::Open);
        let told = paper.place(&wanted, at(500)).unwrap();
        assert_eq!((told.executions[0].price, told.executions[0].at), (dec!(98), at(120)));
        let short = Ticket { until: at(120), ..wanted };
        assert!(matches!(paper.place(&short, at(119)).unwrap().standing, Standing::Open));
        assert!(matches!(paper.place(&short, at(500)).unwrap().standing, Standing::Cancelled { .. }));
    }

    #[test]
    fn parts_come_one_after_another_and_a_taken_back_order_gets_no_more() {
        let settings =
            || Settings { seed: 3, parts_max: 9, delay_secs_max: 30, every_secs: 10, ..Settings::default() };
        let names: Vec<String> = (0..40).map(|n| format!("o-{n}")).collect();
        let (mut in_parts, mut late) = (0, 0);
        for name in &names {
            let paper = Paper::new(settings(), &At100);
            let sent = ticket(name, Side::Buy, dec!(20));
            let counts: Vec<usize> =
                (0..200).map(|secs| paper.place(&sent, at(secs)).unwrap().executions.len()).collect();
            assert!(counts.is_sorted());
            in_parts += usize::from(counts[199] > 1);
            late += usize::from(counts[0] == 0);
            let whole = paper.place(&sent, at(200)).unwrap();
            assert_eq!(whole.executions.iter().map(|x| x.quantity).sum::<Decimal>(), dec!(20));
            let told = Paper::new(settings(), &At100);
            let back = told.cancel(&sent, at(25)).unwrap().unwrap();
            assert_eq!(told.look(&sent, at(1_000)).unwrap(), Some(back), "an end is an end");
        }
        assert!(in_parts > 25 && late > 25, "{in_parts} {late}");
    }

    #[test]
    fn in_some_minutes_nobody_answers() {
        let paper = Paper::new(Settings { outages: 3_000, ..Settings::default() }, &At100);
        let sent = ticket("o-1", Side::Buy, dec!(2));
        let silent = (0..200).filter(|minute| paper.place(&sent, at(minute * 60)).is_err()).count();
        assert!((40..80).contains(&silent), "{silent}");
    }

    proptest! {
        /// What the trait asks of every broker.
        #[test]
        fn a_name_is_one_order(seed in 0_u64..50, n in 0_u32..500, thousandths in 1_i64..10_000_000) {
            let settings =
                || Settings { seed, refused: 1_000, partly: 4_000, terms: terms(), ..Settings::default() };
            let quantity = Decimal::new(thousandths, 3);
            let sent = ticket(&format!("o-{n}"), Side::Sell, quantity);
            let told = Paper::new(settings(), &At100).place(&sent, at(0)).unwrap();
            let again = Paper::new(settings(), &At100).place(&sent, at(0)).unwrap();
            prop_assert_eq!(&told, &again);
            let filled: Decimal = told.executions.iter().map(|x| x.quantity).sum();
            prop_assert!(filled <= quantity);
            prop_assert_eq!(filled == quantity, told.standing == Standing::Filled);
        }
    }
}
