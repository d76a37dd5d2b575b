//! `POST /api/v1/fills`: what was filled of orders that a person executes, what is not going to be, and which of it was told wrong.

mod outcome;
mod refusal;

use axum::Json;
use axum::extract::State;
use ingest::Source;
use ingest::fill_table::{self, FillRow};
use jiff::Timestamp;
use portfolio::plan::Finding;
use rebalance::books::access::Right;
use rebalance::books::{Books, Order, Typed, TypedFill};
use rebalance::keeping::blotter::{Line, LineFault, Taken, What};
use rebalance::keeping::correction::Correction;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::outcome::OutcomeView;
use self::refusal::{of_fields, of_row, of_words, refused};
use super::super::kept;
use crate::amount::{Amount, Moment};
use crate::asked::Sent;
use crate::caller::Caller;
use crate::house::House;
use crate::problem::Problem;
use crate::serving::Server;

/// Lines that are taken in at once.
const LINES_MAX: usize = 1000;

/// What was filled: lines, or a file.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FillsTold {
    /// Lines.
    #[schema(max_items = 1000)]
    #[serde(default)]
    fills: Vec<FillTold>,
    /// In place of lines, the text of a CSV file, as `GET /api/v1/tickets?format=csv` writes it to be filled in.
    #[schema(nullable = false)]
    csv: Option<String>,
    /// Prices outside of a limit, or far from the market, and fees of more than a hundredth of a fill are right.
    #[serde(default)]
    accept_price: bool,
    /// Nothing is taken: the answer says what would be, and what of a correction would come.
    #[serde(default)]
    dry_run: bool,
}

/// What became of an order: a fill, an end, or both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FillTold {
    /// Name of the order (`client_order_id`).
    order: String,
    /// Shares that were filled.
    #[schema(nullable = false)]
    quantity: Option<Amount>,
    /// USD per share.
    #[schema(nullable = false)]
    price: Option<Amount>,
    /// USD that the fill cost; 0 where nothing is said.
    #[schema(nullable = false)]
    fees: Option<Amount>,
    /// The broker's name for the fill: told again, it counts once.
    #[schema(nullable = false)]
    execution_id: Option<String>,
    /// When it was executed, RFC 3339; now where nothing is said.
    #[schema(nullable = false, value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
    /// Nothing more comes of the order, and why.
    #[schema(nullable = false)]
    ended: Option<String>,
    /// The fill of this name was wrong, and this one stands in its place. Sent by itself, and booked at once.
    #[schema(nullable = false)]
    corrects: Option<String>,
    /// With `corrects` in place of figures: nothing of it happened, and why it was told.
    #[schema(nullable = false)]
    cancelled: Option<String>,
}

/// What is on record of an order now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TakenView {
    /// Name of the order.
    order: String,
    /// Whether it is news; otherwise it was on record already.
    is_new: bool,
    /// The broker's name for the fill, or the one that it was given here; absent for an end.
    execution_id: Option<String>,
    /// Shares.
    quantity: Option<Amount>,
    /// USD per share.
    price: Option<Amount>,
    /// USD.
    fees: Option<Amount>,
    /// When it was executed.
    at: Option<Moment>,
    /// Why nothing more comes of the order.
    ended: Option<String>,
    /// The fill in whose place this one stands, or nothing does.
    corrects: Option<String>,
    /// Why nothing stands in its place.
    cancelled: Option<String>,
    /// Of a correction: what it comes to; absent where it was on record already.
    outcome: Option<OutcomeView>,
}

/// What was told, line by line.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FillsTaken {
    /// In the order in which it was sent.
    items: Vec<TakenView>,
    /// Whether this was only asked about, and nothing was taken.
    dry_run: bool,
}

/// A line, where it was sent, and what a row of a file says of its order.
struct Told {
    line: Line,
    place: String,
    row: Option<FillRow>,
}

impl Told {
    /// A fault of it.
    fn fault(&self, fault: &LineFault) -> Finding {
        match self.row {
            Some(_) => of_row(&self.place, fault),
            None => of_fields(&self.place, fault),
        }
    }
}

/// Takes in what was filled of orders that a person executes: all lines, or none where one is wrong. It is booked by the service.
#[utoipa::path(post, path = "/api/v1/fills", operation_id = "fills", tag = "orders", request_body = FillsTold,
    responses((status = 200, description = "What is on record now", body = FillsTaken),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn fills(
    State(server): State<Server>,
    caller: Caller,
    Sent(told): Sent<FillsTold>,
) -> Result<Json<FillsTaken>, Problem> {
    server
        .work(move |house| {
            let (accept_price, dry_run) = (told.accept_price, told.dry_run);
            if told.fills.iter().any(|one| one.corrects.is_some() || one.cancelled.is_some()) {
                return corrected(house, &caller, told).map(Json);
            }
            let told = lines(told)?;
            let mut wrong = Vec::new();
            for one in &told {
                match may_tell_of(house, &caller, &one.line.order)? {
                    Some(order) => wrong.extend(slipped(one, &order)),
                    None => {
                        let order: String = one.line.order.chars().take(100).collect();
                        wrong.push(one.fault(&LineFault::NoOrder { order }));
                    }
                }
            }
            if !wrong.is_empty() {
                return Err(refused(&wrong));
            }
            let lines: Vec<Line> = told.iter().map(|one| one.line.clone()).collect();
            let name = &caller.person.name;
            let done = kept(house, |keeper| {
                Ok(match dry_run {
                    true => keeper.would_type_in(name, &lines, accept_price)?,
                    false => keeper.type_in(name, &lines, accept_price)?,
                })
            })?;
            match done {
                Ok(taken) => {
                    Ok(Json(FillsTaken { items: taken.into_iter().map(TakenView::of).collect(), dry_run }))
                }
                Err(faults) => {
                    let placed = |(line, fault): &(usize, LineFault)| match told.get(*line) {
                        Some(one) => one.fault(fault),
                        None => of_row("", fault),
                    };
                    Err(refused(&faults.iter().map(placed).collect::<Vec<_>>()))
                }
            }
        })
        .await
}

/// A fill that was told before and was wrong: what is right takes its place, or nothing does.
fn corrected(house: &dyn House, caller: &Caller, told: FillsTold) -> Result<FillsTaken, Problem> {
    let (accept_price, dry_run) = (told.accept_price, told.dry_run);
    let (1, None, Some(one)) = (told.fills.len(), told.csv, told.fills.into_iter().next()) else {
        return Err(Problem::invalid("fills", "send a correction by itself"));
    };
    let wrong = |detail: &str| Err(Problem::invalid("fills[0]", detail));
    let Some(corrects) = one.corrects else {
        return wrong("which fill did not happen? name it as `corrects`");
    };
    let what = match (one.quantity, one.price, one.cancelled, one.ended) {
        (Some(quantity), Some(price), None, None) => Correction::Right {
            execution_id: one.execution_id,
            quantity: quantity.0,
            price: price.0,
            fees: one.fees.map(|fees| fees.0).unwrap_or_default(),
            at: one.at,
        },
        (None, None, Some(why), None) => Correction::Cancelled(why),
        _ => {
            return wrong(
                "what is right? give `quantity` and `price`, or say with `cancelled` why nothing of it happened",
            );
        }
    };
    if may_tell_of(house, caller, &one.order)?.is_none() {
        let order: String = one.order.chars().take(100).collect();
        return Err(refused(&[of_fields("fills[0]", &LineFault::NoOrder { order })]));
    }
    let name = &caller.person.name;
    let done = kept(house, |keeper| {
        Ok(match dry_run {
            true => keeper.would_correct(name, &one.order, &corrects, &what, accept_price)?,
            false => keeper.correct(name, &one.order, &corrects, &what, accept_price)?,
        })
    })?;
    let done = done.map_err(|fault| refused(&[of_fields("fills[0]", &fault)]))?;
    let outcome = done.outcome.as_ref().map(|outcome| OutcomeView::of(outcome, &done));
    let taken = if done.is_new { Taken::New(done.line) } else { Taken::Known(done.line) };
    Ok(FillsTaken { items: vec![TakenView { outcome, ..TakenView::of(taken) }], dry_run })
}

/// What was sent as lines that say one thing each.
fn lines(told: FillsTold) -> Result<Vec<Told>, Problem> {
    let mut lines = Vec::new();
    match told.csv {
        Some(_) if !told.fills.is_empty() => {
            return Err(Problem::invalid("csv", "send `fills` or `csv`, not both"));
        }
        Some(text) => {
            let read = fill_table::read(Source { name: "csv", text: &text });
            let read = read.map_err(|faults| {
                let told = faults.iter().map(|fault| of_words("csv".to_owned(), fault.to_string()));
                refused(&told.collect::<Vec<_>>())
            })?;
            for row in read.rows {
                let place = row.place.to_string().trim_end_matches([':', ' ']).to_owned();
                let mut line = |what| {
                    let (line, place) = (Line { order: row.order.clone(), what }, place.clone());
                    lines.push(Told { line, place, row: Some(row.clone()) });
                };
                if let Some(fill) = &row.fill {
                    line(What::Filled {
                        execution_id: Some(fill.execution_id.clone()),
                        quantity: fill.quantity,
                        price: fill.price,
                        fees: fill.fees,
                        at: fill.at,
                    });
                }
                if let Some(why) = &row.ended {
                    line(What::Ended(why.clone()));
                }
            }
        }
        None => {
            for (number, one) in told.fills.into_iter().enumerate() {
                let place = format!("fills[{number}]");
                let filled = match (one.quantity, one.price) {
                    (Some(quantity), Some(price)) => Some(What::Filled {
                        execution_id: one.execution_id,
                        quantity: quantity.0,
                        price: price.0,
                        fees: one.fees.map(|fees| fees.0).unwrap_or_default(),
                        at: one.at,
                    }),
                    (None, None) if one.ended.is_some() => None,
                    _ => {
                        let detail = "what became of it? give `quantity` and `price`, or say with `ended` why nothing more comes of it";
                        return Err(Problem::invalid(place, detail));
                    }
                };
                for what in [filled, one.ended.map(What::Ended)].into_iter().flatten() {
                    let line = Line { order: one.order.clone(), what };
                    lines.push(Told { line, place: place.clone(), row: None });
                }
            }
        }
    }
    if lines.is_empty() || lines.len() > LINES_MAX {
        return Err(Problem::invalid("fills", format!("send 1 to {LINES_MAX} lines that tell something")));
    }
    Ok(lines)
}

/// An order of a household of which the caller may tell something; none where it is not there, or somebody else's.
fn may_tell_of(house: &dyn House, caller: &Caller, name: &str) -> Result<Option<Order>, Problem> {
    let reading = house.store().reading();
    let Some(order) = reading.order(name.trim())? else { return Ok(None) };
    let Some(found) = reading.recommendation(order.recommendation)? else { return Ok(None) };
    let household = found.kept().household.to_string();
    match caller.household(house, &household, Right::Write) {
        Ok(_) => Ok(Some(order)),
        Err(problem) if problem.status == axum::http::StatusCode::NOT_FOUND => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// What a row says of its order otherwise than the books do: a row that slipped.
fn slipped(told: &Told, order: &Order) -> Vec<Finding> {
    let Some(row) = &told.row else { return Vec::new() };
    row.disagrees(&order.account_id, order.side, &order.ticker, order.lot_id.as_deref())
        .into_iter()
        .map(|words| of_words(told.place.clone(), words))
        .collect()
}

impl TakenView {
    fn of(taken: Taken) -> TakenView {
        let (line, is_new) = match taken {
            Taken::New(line) => (line, true),
            Taken::Known(line) => (line, false),
        };
        let told = TakenView {
            order: line.client_order_id,
            is_new,
            execution_id: None,
            quantity: None,
            price: None,
            fees: None,
            at: None,
            ended: None,
            corrects: None,
            cancelled: None,
            outcome: None,
        };
        let corrects = line.typed.corrects().map(str::to_owned);
        match (line.typed.fill(), line.typed) {
            (Some(TypedFill { execution_id, quantity, price, fees, at }), _) => TakenView {
                execution_id: Some(execution_id),
                quantity: Some(Amount(quantity)),
                price: Some(Amount(price)),
                fees: Some(Amount(fees)),
                at: Some(Moment(at)),
                corrects,
                ..told
            },
            (None, Typed::Cancelled { why, .. }) => TakenView { corrects, cancelled: Some(why), ..told },
            (None, Typed::Ended(why)) => TakenView { ended: Some(why), ..told },
            (None, Typed::Fill { .. } | Typed::Corrected { .. }) => told,
        }
    }
}
