//! `explain`: why these trades, and why not others.
//!
//! In: a household, whose plan is computed now, or a proposal; a lot, class or security to look at. Out: the engine's own words, each figure of
//! which comes from the documents.

use portfolio::Portfolio;
use rebalance::Depth;
use rebalance::books::Books;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::super::arguments::{Arguments, HOUSEHOLD, Kind, Parameter};
use super::super::sight::{Refused, Sight};
use super::super::tool::{Tool, Where, written};
use super::holdings::known;
use super::plan;

pub(super) const TOOL: Tool = Tool {
    name: "explain",
    title: "Why, and why not",
    words: "Why a plan sells these lots and buys these securities, why other lots are kept, and why a class stays off its target, in words and with what the next best choice \
            would cost. Of a plan that is computed now, or of a proposal; narrow it with a lot, an asset class or a security.",
    parameters: &[
        HOUSEHOLD,
        Parameter::new("proposal", Kind::Name, "Id of a proposal to explain, in place of a household")
            .in_books(),
        Parameter::new("lot", Kind::Name, "Only what is about this tax lot"),
        Parameter::new("class", Kind::Name, "Only what is about this asset class"),
        Parameter::new("ticker", Kind::Name, "Only what is about this security"),
    ],
    place: Where::Everywhere,
    run,
};

/// What is read of a plan document.
#[derive(Deserialize)]
struct PlanText {
    trades: Vec<Row>,
    summary_rationale: String,
    status: String,
    plan_hash: String,
    #[serde(default)]
    not_sold: Vec<Note>,
    #[serde(default)]
    off_target: Vec<Note>,
}

#[derive(Deserialize, Serialize)]
struct Row {
    action: String,
    account_id: String,
    ticker: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    lot_id: Option<String>,
    quantity: Box<RawValue>,
    rationale: String,
}

/// Why a lot is kept, or a class is off its target.
#[derive(Deserialize, Serialize)]
struct Note {
    #[serde(skip_serializing_if = "Option::is_none")]
    lot_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<String>,
    reason: String,
    why: String,
    cost_usd: Box<RawValue>,
    text: String,
}

#[derive(Serialize)]
struct Explained {
    household: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<String>,
    status: String,
    plan_hash: String,
    summary: String,
    trades: Vec<Row>,
    not_sold: Vec<Note>,
    off_target: Vec<Note>,
}

fn run(sight: &Sight, asked: &Arguments) -> Result<String, Refused> {
    let (household, plan, read) = match asked.text("proposal") {
        Some(id) => of_proposal(sight, id)?,
        None => {
            let seen = sight.seen(asked)?;
            let plan = written(&plan::made(&seen, Depth::Full)?.plan)?;
            (seen.household, plan, seen.read)
        }
    };
    let plan: PlanText = serde_json::from_str(&plan)
        .map_err(|error| Refused::new(format!("the plan on record can't be read ({error})")))?;
    let (lot, class, ticker) = (asked.text("lot"), asked.text("class"), asked.text("ticker"));
    known("lot", lot, read.lots.iter().map(|one| one.lot_id.as_str()))?;
    known("asset class", class, read.classes().into_iter().collect::<Vec<_>>().into_iter())?;
    known("security", ticker, read.securities.iter().map(|one| one.ticker.as_str()))?;
    let is_of = |of: &str| {
        let of_class =
            read.securities.iter().find(|one| one.ticker == of).map(|one| one.asset_class.as_str());
        ticker.is_none_or(|ticker| ticker == of) && class.is_none_or(|class| Some(class) == of_class)
    };
    let is_lot = |of: Option<&str>| lot.is_none_or(|lot| of == Some(lot));
    let mut trades = plan.trades;
    trades.retain(|row| is_lot(row.lot_id.as_deref()) && is_of(&row.ticker));
    let mut not_sold = plan.not_sold;
    not_sold.retain(|note| {
        let of = note.lot_id.as_deref();
        is_lot(of) && of.and_then(|lot| ticker_of(&read, lot)).is_none_or(is_of)
    });
    let mut off_target = plan.off_target;
    off_target.retain(|note| {
        lot.is_none() && ticker.is_none() && class.is_none_or(|class| note.class.as_deref() == Some(class))
    });
    written(&Explained {
        household,
        proposal: asked.text("proposal").map(str::to_owned),
        status: plan.status,
        plan_hash: plan.plan_hash,
        summary: plan.summary_rationale,
        trades,
        not_sold,
        off_target,
    })
}

fn ticker_of<'a>(read: &'a Portfolio, lot: &str) -> Option<&'a str> {
    let lot = read.lots.iter().find(|one| one.lot_id == lot)?;
    Some(&read.securities[read.positions[lot.position].security].ticker)
}

/// The household of a proposal, its plan as it was shown, and what it was made for.
fn of_proposal(sight: &Sight, id: &str) -> Result<(String, String, Portfolio), Refused> {
    let visit = sight.visit()?;
    let (household, found) = visit.proposal(id)?;
    let failed = |error| Refused::from(visit.books.failed(&error));
    let reading = visit.books.store.reading();
    let attempt = reading.attempts(found.id()).map_err(failed)?.pop();
    let attempt = attempt.ok_or_else(|| Refused::new(format!("{id}: no plan is on record yet")))?;
    let made_for = reading.portfolio_version(attempt.portfolio).map_err(failed)?;
    let made_for = made_for.ok_or_else(|| Refused::new(format!("{id}: its portfolio is not on record")))?;
    let read = portfolio::read(&made_for.text).map_err(|error| Refused::of(&error))?;
    Ok((household.name, attempt.document, read))
}
