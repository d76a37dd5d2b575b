//! `equipoise fill …`: what was filled of orders that a person executes, what is not going to be, and which of it was typed in wrong.
//!
//! In: an order with figures, or a file of them. Out: they are on record and, where no service leads, booked at once; or every fault, and
//! nothing is taken. A fill that is on record already is told and counts once. Invariant: an import is taken as a whole or not at all.

use ingest::fill_table::{self, FillRow};
use ingest::{Fault, Source};
use jiff::Timestamp;
use portfolio::Decimal;
use rebalance::books::{BlotterLine, Books, Typed};
use rebalance::id::RecommendationId;
use rebalance::keeping::blotter::{Line, Taken, What};
use rebalance::keeping::correction::Correction;
use rebalance::life::State;

use crate::books::{OpenBooks, Place};
use crate::carrying::{Carried, carry};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::figures::shares;
use crate::keeping::{self, Outside};
use crate::{input, output, page};

/// The last line of a dry run.
const NOTHING_TAKEN: &str = "this was a dry run: nothing was taken\n";

/// Arguments of `fill`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the order, or its end as `equipoise tickets` shows it
    #[arg(required_unless_present_any = ["import", "template"], conflicts_with_all = ["import", "template"])]
    order: Option<String>,
    /// Shares that were filled
    #[arg(long, value_name = "SHARES", requires_all = ["order", "price"], allow_negative_numbers = true)]
    quantity: Option<Decimal>,
    /// USD per share
    #[arg(long, value_name = "USD", requires = "quantity", allow_negative_numbers = true)]
    price: Option<Decimal>,
    /// USD that the fill cost
    #[arg(long, value_name = "USD", requires = "quantity", allow_negative_numbers = true)]
    fees: Option<Decimal>,
    /// Your broker's name for the fill: typed in again, it counts once
    #[arg(long, value_name = "EXECUTION", requires = "quantity")]
    id: Option<String>,
    /// When it was executed: 2026-11-27T15:04:05Z, or "2026-11-27 10:04" for the time of New York; without it now
    #[arg(long, value_name = "TIME", value_parser = fill_table::time, requires = "quantity")]
    at: Option<Timestamp>,
    /// Nothing more comes of the order, and why
    #[arg(long, value_name = "REASON", requires = "order")]
    ended: Option<String>,
    /// This fill of the order was typed in wrong: what stands in its place follows (`--quantity`, `--price`, …); it stays on record
    #[arg(long, value_name = "EXECUTION", requires_all = ["order", "quantity"], conflicts_with_all = ["ended", "import"])]
    correct: Option<String>,
    /// Nothing of this fill happened: it is taken back, and stays on record
    #[arg(long, value_name = "EXECUTION", requires_all = ["order", "because"], conflicts_with_all = ["quantity", "ended", "import", "correct"])]
    cancel: Option<String>,
    /// Why a fill is taken back
    #[arg(long, value_name = "REASON", requires = "cancel")]
    because: Option<String>,
    /// Take a price outside of the order's limit, and fees of more than a hundredth of the fill: they are right
    #[arg(long)]
    accept_price: bool,
    /// Say what it would come to, or why it would be refused, and take nothing
    #[arg(long, conflicts_with = "template")]
    dry_run: bool,
    /// A CSV file of fills; `equipoise tickets --format csv` writes one to fill in
    #[arg(long, value_name = "FILE", conflicts_with = "template")]
    import: Option<String>,
    /// Print a CSV file of fills to start from
    #[arg(long)]
    template: bool,
    /// Who types it in; it goes on record
    #[arg(long = "as", value_name = "NAME", required_unless_present = "template")]
    name: Option<String>,
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    if arguments.template {
        output::raw(fill_table::TEMPLATE)?;
        return Ok(Exit::Done);
    }
    let books = OpenBooks::open(&arguments.place)?;
    if let Some(wrong) = arguments.correct.as_ref().or(arguments.cancel.as_ref()) {
        return corrected(&books, arguments, wrong);
    }
    let (lines, places) = match &arguments.import {
        Some(file) => imported(&books, file)?,
        None => (typed(&books, arguments)?, Vec::new()),
    };
    let name = &books.person(arguments.name.as_deref().unwrap_or_default())?.name;
    let world = Outside::of(&books)?;
    let taken = keeping::apart(&books, &world, |keeper| {
        let done = match arguments.dry_run {
            true => keeper.would_type_in(name, &lines, arguments.accept_price),
            false => keeper.type_in(name, &lines, arguments.accept_price),
        };
        done.map_err(|error| keeping::failed(&books, &error))
    })?;
    let taken = taken.map_err(|faults| {
        let told = faults.into_iter().map(|(line, fault)| match places.get(line) {
            Some(place) => format!("{place}{fault}"),
            None => fault.to_string(),
        });
        refused(told.collect(), arguments.import.is_some())
    })?;
    for line in &taken {
        output::page(&said(&books, line, arguments.dry_run)?)?;
    }
    if arguments.dry_run {
        output::page(NOTHING_TAKEN)?;
        return Ok(Exit::Done);
    }
    let carried = carried(&books, &world, &taken);
    // What was typed in is on record, whatever keeps it from being booked now.
    books.checkpoint()?;
    carried?;
    Ok(Exit::Done)
}

/// A fill that was typed in wrong: what is right takes its place, or nothing does.
fn corrected(books: &OpenBooks, arguments: &Arguments, wrong: &str) -> Result<Exit, Failure> {
    let order = books.order_name(arguments.order.as_deref().unwrap_or_default())?;
    let lines = books.store.reading().blotter(&order).map_err(|error| books.failed(&error))?;
    let wrong = named(&lines, wrong);
    let what = match (arguments.quantity.zip(arguments.price), &arguments.because) {
        (Some((quantity, price)), _) => Correction::Right {
            execution_id: arguments.id.clone(),
            quantity,
            price,
            fees: arguments.fees.unwrap_or_default(),
            at: arguments.at,
        },
        (None, why) => Correction::Cancelled(why.clone().unwrap_or_default()),
    };
    let name = &books.person(arguments.name.as_deref().unwrap_or_default())?.name;
    let world = Outside::of(books)?;
    let done = keeping::apart(books, &world, |keeper| {
        let done = match arguments.dry_run {
            true => keeper.would_correct(name, &order, &wrong, &what, arguments.accept_price),
            false => keeper.correct(name, &order, &wrong, &what, arguments.accept_price),
        };
        done.map_err(|error| keeping::failed(books, &error))
    })?;
    let done = done.map_err(|fault| refused(vec![fault.to_string()], false))?;
    let at = format!("{} {} in {}", done.order.side.word(), done.order.ticker, done.order.account_id);
    let is_asked = arguments.dry_run && done.is_new;
    let again = if done.is_new { "" } else { ", as was on record already" };
    output::page(&match done.line.typed.fill() {
        Some(fill) => format!(
            "{at}: {} at {} USD with fees of {} USD {} as {} in place of {wrong}{again}\n",
            shares(fill.quantity),
            fill.price.normalize(),
            fill.fees.normalize(),
            if is_asked { "would stand" } else { "stand" },
            fill.execution_id
        ),
        None if is_asked => format!("{at}: {wrong} would be taken back\n"),
        None => format!("{at}: {wrong} is taken back{again}\n"),
    })?;
    if arguments.dry_run {
        let figures = done.outcome.as_ref().map(|outcome| page::orders::outcome(outcome, &done.order));
        let version = done.version.map_or_else(String::new, |version| {
            format!("cash, lots and gains would follow as version {version} of the portfolio\n")
        });
        output::page(&(figures.unwrap_or_default() + &version + NOTHING_TAKEN))?;
        return Ok(Exit::Done);
    }
    if let Some(version) = done.version {
        output::page(&format!("cash, lots and gains follow; that is version {version} of the portfolio\n"))?;
    }
    // What waited for the cash of a sale may have its turn now.
    let found = books
        .store
        .reading()
        .recommendation(done.order.recommendation)
        .map_err(|error| books.failed(&error))?;
    let carried = found.map(|found| carry(books, &world, &found, &[State::ExecutionInProgress])).transpose();
    books.checkpoint()?;
    carried?;
    Ok(Exit::Done)
}

/// The fill of a name, or of the end of one that only one has.
fn named(lines: &[BlotterLine], wrong: &str) -> String {
    let names: Vec<String> =
        lines.iter().filter_map(|line| line.typed.fill()).map(|fill| fill.execution_id).collect();
    if names.iter().any(|name| name == wrong) {
        return wrong.to_owned();
    }
    let mut ends = names.iter().filter(|name| name.ends_with(wrong));
    match (ends.next(), ends.next()) {
        (Some(one), None) => one.clone(),
        _ => wrong.to_owned(),
    }
}

/// What is typed in on the command line: a fill, an end, or both.
fn typed(books: &OpenBooks, arguments: &Arguments) -> Result<Vec<Line>, Failure> {
    let order = books.order_name(arguments.order.as_deref().unwrap_or_default())?;
    let filled = arguments.quantity.zip(arguments.price).map(|(quantity, price)| What::Filled {
        execution_id: arguments.id.clone(),
        quantity,
        price,
        fees: arguments.fees.unwrap_or_default(),
        at: arguments.at,
    });
    let ended = arguments.ended.clone().map(What::Ended);
    let lines = [filled, ended].into_iter().flatten().map(|what| Line { order: order.clone(), what });
    let lines: Vec<Line> = lines.collect();
    if lines.is_empty() {
        return Err(Failure::usage(
            "what became of it? say what was filled with `--quantity` and `--price`, or that nothing more comes of it with `--ended`",
        ));
    }
    Ok(lines)
}

/// The lines of a file, each with its place.
fn imported(books: &OpenBooks, file: &str) -> Result<(Vec<Line>, Vec<ingest::Place>), Failure> {
    let (text, name) = (input::text(file)?, input::name(file));
    let told = |faults: Vec<Fault>| refused(faults.iter().map(ToString::to_string).collect(), true);
    let fills = fill_table::read(Source { name, text: &text }).map_err(told)?;
    if fills.rows.is_empty() {
        return Err(Failure::usage(format!(
            "{name}: no row has a fill or an end ({} rows have none)",
            fills.empty
        )));
    }
    let mut others = Vec::new();
    let (mut lines, mut places) = (Vec::new(), Vec::new());
    for row in fills.rows {
        others.extend(disagrees(books, &row)?);
        let order = row.order;
        if let Some(fill) = row.fill {
            let (execution_id, at) = (Some(fill.execution_id), fill.at);
            let (quantity, price, fees) = (fill.quantity, fill.price, fill.fees);
            let what = What::Filled { execution_id, quantity, price, fees, at };
            lines.push(Line { order: order.clone(), what });
            places.push(row.place.clone());
        }
        if let Some(why) = row.ended {
            lines.push(Line { order, what: What::Ended(why) });
            places.push(row.place);
        }
    }
    if others.is_empty() { Ok((lines, places)) } else { Err(refused(others, true)) }
}

/// What a row says of its order otherwise than the books do: a row that slipped.
fn disagrees(books: &OpenBooks, row: &FillRow) -> Result<Vec<String>, Failure> {
    let order = books.store.reading().order(&row.order).map_err(|error| books.failed(&error))?;
    let Some(order) = order else { return Ok(Vec::new()) };
    let wrong = row.disagrees(&order.account_id, order.side, &order.ticker, order.lot_id.as_deref());
    Ok(wrong.into_iter().map(|words| format!("{}{words}", row.place)).collect())
}

/// Lines that are not taken.
fn refused(mut lines: Vec<String>, is_import: bool) -> Failure {
    if is_import {
        lines = Failure::faults("", &lines)
            .lines
            .iter()
            .map(|line| line.trim_start_matches(": ").to_owned())
            .collect();
        lines.push("nothing was imported; mend the file and import it again".to_owned());
    }
    Failure { exit: Exit::WrongInput, lines }
}

/// What became of a line, in words.
fn said(books: &OpenBooks, taken: &Taken, dry_run: bool) -> Result<String, Failure> {
    let (line, is_new) = match taken {
        Taken::New(line) => (line, true),
        Taken::Known(line) => (line, false),
    };
    let order = books.store.reading().order(&line.client_order_id).map_err(|error| books.failed(&error))?;
    let what = order.map_or_else(
        || line.client_order_id.clone(),
        |order| format!("{} {} in {}", order.side.word(), order.ticker, order.account_id),
    );
    Ok(match (line.typed.fill(), &line.typed) {
        (Some(fill), _) => format!(
            "{what}: {} at {} USD{} {} as {}\n",
            shares(fill.quantity),
            fill.price.normalize(),
            if fill.fees.is_zero() {
                String::new()
            } else {
                format!(" with fees of {} USD", fill.fees.normalize())
            },
            match (is_new, dry_run) {
                (false, _) => "was on record already",
                (true, false) => "is on record",
                (true, true) => "would be on record",
            },
            fill.execution_id,
        ),
        (None, Typed::Ended(why) | Typed::Cancelled { why, .. }) => {
            let comes = if dry_run { "would come" } else { "comes" };
            format!("{what}: nothing more {comes} of it: {why}\n")
        }
        (None, Typed::Fill { .. } | Typed::Corrected { .. }) => String::new(),
    })
}

/// Books what was typed in, where no service does.
fn carried(books: &OpenBooks, world: &Outside, taken: &[Taken]) -> Result<(), Failure> {
    let mut ids: Vec<RecommendationId> = Vec::new();
    for line in taken {
        let (Taken::New(line) | Taken::Known(line)) = line;
        let order =
            books.store.reading().order(&line.client_order_id).map_err(|error| books.failed(&error))?;
        if let Some(order) = order.filter(|order| !ids.contains(&order.recommendation)) {
            ids.push(order.recommendation);
        }
    }
    for id in ids {
        let found = books.store.reading().recommendation(id).map_err(|error| books.failed(&error))?;
        let Some(found) = found else { continue };
        if carry(books, world, &found, &[State::ExecutionInProgress])? == Carried::ByTheService {
            let is_new = taken.iter().any(|line| matches!(line, Taken::New(_)));
            return if is_new { output::page("the service books it\n") } else { Ok(()) };
        }
    }
    Ok(())
}
