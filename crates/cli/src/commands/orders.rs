//! `equipoise orders`: what was sent to a broker, what was filled of it, what is left, and why nothing more came of an order.
//!
//! In: books. Out: a table, or JSON with every fill; open orders whenever they were written down, others from a day on.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use rebalance::books::{Books, Fill, Order};
use rebalance::keeping::World;
use serde_json::{Value, json};

use crate::books::{OpenBooks, Place, Placed};
use crate::exit::Exit;
use crate::failure::{Failure, tell};
use crate::keeping::Outside;
use crate::output::{self, Format};
use crate::page;
use crate::service::configuration::BrokerWord;

/// How far back orders that have ended are listed where nobody says.
const BACK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Arguments of `orders`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name or id of a household; without it those of all
    #[arg(long, value_name = "NAME")]
    household: Option<String>,
    /// Only those of which more may come
    #[arg(long)]
    open: bool,
    /// Those that have ended as well, from this day on; without it the last 7 days
    #[arg(long, value_name = "DAY", conflicts_with = "open")]
    since: Option<Date>,
    #[command(flatten)]
    place: Place,
    /// Table for people, or JSON
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    let from = match arguments.since {
        Some(day) => {
            portfolio::exchange::beginning_of(day).map_err(|error| Failure::usage(error.to_string()))?
        }
        None => Outside::of(&books)?.now().saturating_sub(BACK).unwrap_or(Timestamp::MIN),
    };
    let all = books.placed(listed(&books, arguments.open, from)?, arguments.household.as_deref())?;
    let halted = books.halted()?;
    match arguments.format {
        Format::Table => {
            output::page(&page::orders::halted(halted.as_deref()))?;
            output::page(&page::orders::list(&all))?;
        }
        Format::Json => {
            if let Some(reason) = halted {
                tell(&[format!("trading is halted: {reason}")]);
            }
            output::json(&all.iter().map(row).collect::<Vec<_>>())?;
        }
    }
    Ok(Exit::Done)
}

/// Open orders of every broker, and those from a time on.
fn listed(books: &OpenBooks, only_open: bool, from: Timestamp) -> Result<Vec<Order>, Failure> {
    let failed = |error| books.failed(&error);
    let reading = books.store.reading();
    let mut orders: Vec<Order> = Vec::new();
    for broker in BrokerWord::ALL {
        orders.extend(reading.open_orders(broker.word()).map_err(failed)?);
    }
    if !only_open {
        let known: std::collections::BTreeSet<String> =
            orders.iter().map(|order| order.client_order_id.clone()).collect();
        let since = reading.orders_since(from).map_err(failed)?;
        orders.extend(since.into_iter().filter(|order| !known.contains(&order.client_order_id)));
    }
    orders.sort_by_key(|order| (order.at, order.recommendation, order.attempt, order.line));
    Ok(orders)
}

/// An order for programs.
pub(crate) fn row(placed: &Placed) -> Value {
    let order = &placed.order;
    let usd = |amount: portfolio::Decimal| amount.normalize().to_string();
    let fill = |fill: &Fill| {
        json!({"execution_id": fill.execution_id, "quantity": usd(fill.quantity), "price": usd(fill.price),
               "fees": usd(fill.fees), "at": fill.at.to_string()})
    };
    json!({
        "order": order.client_order_id,
        "household": placed.household,
        "proposal": order.recommendation.to_string(),
        "attempt": order.attempt,
        "broker": order.broker,
        "broker_order_id": order.broker_order_id,
        "account_id": order.account_id,
        "action": order.side.word(),
        "ticker": order.ticker,
        "lot_id": order.lot_id,
        "planned": usd(order.quantity),
        "asked": usd(order.asked()),
        "filled": usd(placed.filled()),
        "left": usd(placed.left()),
        "limit": order.sent.and_then(|sent| sent.limit).map(usd),
        "sent_under": order.sent_under,
        "sent_at": order.sent.map(|sent| sent.at.to_string()),
        "until": order.sent.map(|sent| sent.until.to_string()),
        "state": order.state.word(),
        "why": placed.why,
        "average_price": placed.average().map(|price| usd(price.round_dp(6))),
        "fees": usd(placed.fees()),
        "fills": placed.fills.iter().map(fill).collect::<Vec<_>>(),
    })
}
