//! Attempts in the database: the plan document of each, and its trades row by row.

use portfolio::plan::Number;
use portfolio::{Side, Trade};
use rebalance::books::{Attempt, BooksError};
use rebalance::id::{PortfolioId, RecommendationId};

use crate::failure::Failure;
use crate::row::Row;
use crate::value::values_of;
use crate::work::Work;

pub(crate) async fn insert(work: &mut Work, attempt: &Attempt) -> Result<(), Failure> {
    let sql = "INSERT INTO attempts (recommendation_id, attempt, portfolio_id, planner, plan_hash, document, at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = values_of![
        attempt.recommendation.uuid(),
        attempt.attempt,
        attempt.portfolio.uuid(),
        &attempt.planner,
        &attempt.plan_hash,
        &attempt.document,
        attempt.at,
    ];
    work.execute(sql, values).await?;
    let row = |(line, trade): (usize, &Trade)| {
        values_of![
            attempt.recommendation.uuid(),
            attempt.attempt,
            line as u64,
            trade.action.word(),
            &trade.account_id,
            &trade.ticker,
            trade.lot_id.clone(),
            trade.quantity.0,
            trade.estimated_price.0,
            &trade.rationale,
        ]
        .to_vec()
    };
    let rows: Vec<_> = attempt.trades.iter().enumerate().map(row).collect();
    let into = "trades (recommendation_id, attempt, line, action, account_id, ticker, lot_id, quantity, estimated_price, \
                rationale)";
    work.insert_all(into, &rows).await
}

pub(crate) async fn of(work: &mut Work, id: RecommendationId) -> Result<Vec<Attempt>, Failure> {
    let sql = "SELECT * FROM attempts WHERE recommendation_id = $1 ORDER BY attempt";
    let mut all = Vec::new();
    for row in work.rows(sql, values_of![id.uuid()]).await? {
        let mut attempt = attempt(id, &row)?;
        attempt.trades = trades(work, id, attempt.attempt).await?;
        all.push(attempt);
    }
    Ok(all)
}

fn attempt(id: RecommendationId, row: &Row) -> Result<Attempt, BooksError> {
    Ok(Attempt {
        recommendation: id,
        attempt: row.small("attempt")?,
        portfolio: PortfolioId::from_uuid(row.id("portfolio_id")?),
        planner: row.text("planner")?,
        plan_hash: row.text("plan_hash")?,
        document: row.text("document")?,
        trades: Vec::new(),
        at: row.time("at")?,
    })
}

async fn trades(work: &mut Work, id: RecommendationId, attempt: u32) -> Result<Vec<Trade>, Failure> {
    let sql = "SELECT * FROM trades WHERE recommendation_id = $1 AND attempt = $2 ORDER BY line";
    let rows = work.rows(sql, values_of![id.uuid(), attempt]).await?;
    Ok(rows.iter().map(trade).collect::<Result<_, _>>()?)
}

/// The side with this word.
pub(crate) fn side(word: &str) -> Option<Side> {
    [Side::Buy, Side::Sell].into_iter().find(|side| side.word() == word)
}

fn trade(row: &Row) -> Result<Trade, BooksError> {
    Ok(Trade {
        action: row.word("action", side)?,
        account_id: row.text("account_id")?,
        ticker: row.text("ticker")?,
        lot_id: row.text_or_none("lot_id")?,
        quantity: Number(row.money("quantity")?),
        estimated_price: Number(row.money("estimated_price")?),
        rationale: row.text("rationale")?,
    })
}
