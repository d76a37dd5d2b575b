//! Does a line fit its order: what is left of it, its limit, its times, and what was typed in before.
//!
//! In: an order, its lines so far, and what is typed in. Out: the next line, or why it is not taken. Invariant: what is taken never sums to more
//! than the order asked for, and every figure lies inside what a document can hold.

use execute::Execution;
use execute::brokers::manual;
use jiff::Timestamp;
use portfolio::money::{PRICE_MAX, QUANTITY_MAX};
use portfolio::{Decimal, Side};
use rust_decimal::dec;

use super::{LineFault, Taken};
use crate::books::blotter::standing;
use crate::books::{BlotterLine, Order, OrderState, Typed, TypedFill};

/// Longest name of an execution, and longest reason, characters.
pub(super) const NAME_CHARS_MAX: usize = 128;
const REASON_CHARS_MAX: usize = 500;
/// Largest fill, USD: what a document holds is ten times as much.
const GROSS_USD_MAX: Decimal = dec!(1000000000000);
/// Smallest price of a market, USD per share (Rule 612 of Regulation NMS).
const PRICE_MIN: Decimal = dec!(0.0001);
/// Smallest fill, shares: no broker counts in smaller parts.
const QUANTITY_MIN: Decimal = dec!(0.000000001);
/// Fees for each share at most, USD.
const FEES_A_SHARE_USD_MAX: Decimal = dec!(100000000);
/// Fees that a fill may have whatever it is worth, USD; more only up to what it is worth.
const FEES_USD_MAX: Decimal = dec!(1000);
/// Fees of a fill that are taken without a word however small it is, USD.
///
/// # Source
/// House decision (2026-11-28): the commission of a ticket at a desk is below it.
const FEES_USD_USUAL: Decimal = dec!(50);
/// A minute.
const MINUTE_NANOS: i128 = 60 * 1_000_000_000;
/// Farthest a fill may lie from the price on record, or without one from the limit, without a person saying that it is right, percent.
const OFF_PRICE_PCT_MAX: Decimal = dec!(10);

/// Lines of one order as a broker tells them.
pub(in crate::keeping) fn told(lines: &[BlotterLine]) -> manual::Typed {
    let executions = standing(lines).into_iter().map(execution).collect();
    let ended = lines.iter().rev().find_map(|line| match &line.typed {
        Typed::Ended(why) => Some(why.clone()),
        _ => None,
    });
    manual::Typed { executions, ended }
}

fn execution(fill: TypedFill) -> Execution {
    let TypedFill { execution_id, quantity, price, fees, at } = fill;
    Execution { execution_id, quantity, price, fees, at }
}

/// Whether a fill that is on record is the one that is typed in now.
pub(super) fn same(
    known: BlotterLine,
    order: &Order,
    fill: &Execution,
    timed: bool,
) -> Result<Taken, LineFault> {
    let Some(TypedFill { execution_id, quantity, price, fees, at }) = known.typed.fill() else {
        return Ok(Taken::Known(known));
    };
    let figures = quantity == fill.quantity && price == fill.price && fees == fill.fees;
    let same_time = !timed || at == micros(moment(order, fill.at));
    if known.client_order_id == order.client_order_id && figures && same_time {
        return Ok(Taken::Known(known));
    }
    Err(LineFault::Otherwise {
        execution_id,
        order: known.client_order_id.clone(),
        quantity,
        price,
        fees,
        at,
    })
}

/// A time that was given to the minute stands for all of it: in the minute in which the order was sent, for that moment.
fn moment(order: &Order, at: Timestamp) -> Timestamp {
    let sent = order.sent.map_or(order.at, |sent| sent.at);
    let to_the_minute = at.as_nanosecond() % MINUTE_NANOS == 0;
    let since = sent.as_nanosecond() - at.as_nanosecond();
    if to_the_minute && (0..MINUTE_NANOS).contains(&since) { sent } else { at }
}

/// As the books keep it.
fn micros(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

/// That nothing more comes of an order.
pub(super) fn ended(order: &Order, lines: &[BlotterLine], why: &str) -> Result<Typed, LineFault> {
    match still_open(order, lines) {
        // What waits for its turn can be called off.
        Ok(()) | Err(LineFault::NotSent { .. }) => {}
        Err(fault) => return Err(fault),
    }
    Ok(Typed::Ended(reason(why)?))
}

/// Whether more can come of an order.
fn still_open(order: &Order, lines: &[BlotterLine]) -> Result<(), LineFault> {
    let name = order.client_order_id.clone();
    let how = |how: &str| LineFault::Ended { order: name.clone(), how: how.to_owned() };
    let typed = told(lines);
    if let Some(why) = typed.ended {
        return Err(how(&format!("nothing more comes of it, {why}")));
    }
    if order.state == OrderState::Filled || typed.filled() >= order.asked() {
        return Err(how("all of it is filled"));
    }
    if order.state.has_ended() {
        return Err(how(order.state.word()));
    }
    if order.state == OrderState::Waiting {
        return Err(LineFault::NotSent { order: name });
    }
    Ok(())
}

/// A fill, held against its order and what was filled of it before.
pub(super) fn fits(
    order: &Order,
    lines: &[BlotterLine],
    fill: &Execution,
    unnamed: bool,
    accept_price: bool,
    market: Option<Decimal>,
    now: Timestamp,
) -> Result<Typed, LineFault> {
    let sound = sound(fill)?;
    still_open(order, lines)?;
    let sound = within(order, told(lines).filled(), sound, accept_price, market, now)?;
    let twin = standing(lines)
        .into_iter()
        .find(|known| unnamed && known.quantity == sound.quantity && known.price == sound.price);
    if let Some(TypedFill { execution_id, .. }) = twin {
        return Err(LineFault::Twin { order: order.client_order_id.clone(), execution_id });
    }
    let TypedFill { execution_id, quantity, price, fees, at } = sound;
    Ok(Typed::Fill { execution_id, quantity, price, fees, at })
}

/// What is right in place of a fill, held against its order, whether or not more can come of that: `filled` are the other shares that are filled of it.
pub(in crate::keeping) fn right(
    order: &Order,
    filled: Decimal,
    fill: &Execution,
    accept_price: bool,
    now: Timestamp,
) -> Result<TypedFill, LineFault> {
    within(order, filled, sound(fill)?, accept_price, None, now)
}

/// A reason that can be kept.
pub(in crate::keeping) fn reason(why: &str) -> Result<String, LineFault> {
    text("the reason", why, REASON_CHARS_MAX)
}

/// A fill whose figures are some that can be.
fn sound(fill: &Execution) -> Result<TypedFill, LineFault> {
    let execution_id = text("the execution id", &fill.execution_id, NAME_CHARS_MAX)?;
    let figure = |what, given, range: String| Err(LineFault::Figure { what, given, range });
    if fill.price < PRICE_MIN || fill.price > PRICE_MAX {
        return figure("price", fill.price, format!("between {PRICE_MIN} and {PRICE_MAX} USD"));
    }
    if fill.quantity < QUANTITY_MIN || fill.quantity > QUANTITY_MAX {
        return figure(
            "quantity",
            fill.quantity,
            format!("between {QUANTITY_MIN} and {QUANTITY_MAX} shares"),
        );
    }
    // Both are bounded, so that the product lies inside a decimal.
    let gross = fill.quantity.saturating_mul(fill.price);
    if gross > GROSS_USD_MAX {
        return figure(
            "price",
            fill.price,
            format!("a price at which the fill is no more than {GROSS_USD_MAX} USD"),
        );
    }
    // What a share costs with its part of the fees stays a price.
    let most = gross.max(FEES_USD_MAX).min(fill.quantity.saturating_mul(FEES_A_SHARE_USD_MAX)).round_dp(2);
    if fill.fees < Decimal::ZERO || fill.fees > most {
        return figure("fees", fill.fees, format!("0 or more and at most {most} USD"));
    }
    Ok(TypedFill { execution_id, quantity: fill.quantity, price: fill.price, fees: fill.fees, at: fill.at })
}

/// A fill beside what is filled of its order: its shares, its time, its fees, its price.
fn within(
    order: &Order,
    filled: Decimal,
    fill: TypedFill,
    accept_price: bool,
    market: Option<Decimal>,
    now: Timestamp,
) -> Result<TypedFill, LineFault> {
    let left = order.asked() - filled;
    if fill.quantity > left {
        let (name, asked) = (order.client_order_id.clone(), order.asked().normalize());
        let (quantity, filled, left) = (fill.quantity, filled.normalize(), left.normalize());
        return Err(LineFault::TooMuch { order: name, quantity, asked, filled, left });
    }
    let sent = order.sent.map_or(order.at, |sent| sent.at);
    let time = |when: String| Err(LineFault::Time { at: fill.at, when });
    let at = moment(order, fill.at);
    if at > now {
        return time(format!("later than now ({now})"));
    }
    if at < sent {
        return time(format!("before the order was sent ({sent})"));
    }
    let gross = fill.quantity.saturating_mul(fill.price);
    let usual = (gross / Decimal::ONE_HUNDRED).max(FEES_USD_USUAL).round_dp(2);
    if !accept_price && fill.fees > usual {
        return Err(LineFault::Fees { fees: fill.fees, most: usual });
    }
    if !accept_price && let Some(outside) = outside(order, fill.price, market) {
        return Err(LineFault::Price { price: fill.price, outside });
    }
    Ok(TypedFill { at: micros(at), ..fill })
}

/// Outside of what a price lies: of the limit, or of what the market is near.
fn outside(order: &Order, price: Decimal, market: Option<Decimal>) -> Option<String> {
    match (order.sent.and_then(|sent| sent.limit), order.side) {
        (Some(limit), Side::Buy) if price > limit => Some(format!("above the limit of {limit} USD")),
        (Some(limit), Side::Sell) if price < limit => Some(format!("below the limit of {limit} USD")),
        // Better than the limit is welcome, ten times as good is a slip.
        (limit, _) => {
            let (near, what) = match (market, limit) {
                (Some(market), _) => (market, "price on record"),
                (None, Some(limit)) => (limit, "limit"),
                (None, None) => return None,
            };
            let off = near.saturating_mul(OFF_PRICE_PCT_MAX) / Decimal::ONE_HUNDRED;
            let far = (price - near).abs() > off;
            far.then(|| format!("more than {OFF_PRICE_PCT_MAX} % off the {what}, {near} USD"))
        }
    }
}

fn text(what: &'static str, given: &str, most: usize) -> Result<String, LineFault> {
    let given = given.trim();
    if given.is_empty() || given.chars().count() > most || given.chars().any(char::is_control) {
        return Err(LineFault::Text { what, most });
    }
    Ok(given.to_owned())
}
