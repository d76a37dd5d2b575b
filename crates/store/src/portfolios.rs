//! Portfolios in the database: each version with its document, and what is in it row by row.

use portfolio::{AccountKind, Position};
use rebalance::books::{Balance, BooksError, HeldLot, Imported, KeptPortfolio};
use rebalance::id::{HouseholdId, PortfolioId};

use crate::failure::Failure;
use crate::row::Row;
use crate::value::values_of;
use crate::work::Work;

/// The next version of a household's portfolio, if the one before it is still the present one.
pub(crate) async fn insert(work: &mut Work, imported: &Imported) -> Result<(), Failure> {
    let kept = imported.kept();
    let before = kept.version.saturating_sub(1);
    let sql = "UPDATE households SET portfolio_version = $2 WHERE id = $1 AND portfolio_version = $3";
    let changed = work.execute(sql, values_of![kept.household.uuid(), kept.version, before]).await?;
    crate::commit::one(changed, || format!("the portfolio of household {}", kept.household), before)?;
    let sql = "INSERT INTO portfolios (id, household_id, version, source, document, at) VALUES ($1, $2, $3, $4, $5, $6)";
    let values =
        values_of![kept.id.uuid(), kept.household.uuid(), kept.version, &kept.source, &kept.text, kept.at];
    work.execute(sql, values).await?;
    insert_accounts(work, kept.id, imported).await?;
    insert_lots(work, kept.id, imported).await?;
    insert_wants(work, kept.id, imported).await
}

async fn insert_accounts(work: &mut Work, id: PortfolioId, imported: &Imported) -> Result<(), Failure> {
    let row = |balance: Balance| {
        values_of![
            id.uuid(),
            &balance.account_id,
            balance.kind.word(),
            balance.owner,
            balance.cash,
            balance.flow,
            balance.settled_cash,
        ]
        .to_vec()
    };
    let rows: Vec<_> = imported.balances().into_iter().map(row).collect();
    let into = "accounts (portfolio_id, account_id, kind, owner, cash, flow, settled_cash)";
    work.insert_all(into, &rows).await
}

async fn insert_lots(work: &mut Work, id: PortfolioId, imported: &Imported) -> Result<(), Failure> {
    let read = imported.portfolio();
    let held = |position: &Position| {
        let security = &read.securities[position.security];
        let account_id = read.accounts[position.account].account_id.as_str();
        values_of![id.uuid(), account_id, &security.ticker, &security.asset_class].to_vec()
    };
    let rows: Vec<_> = read.positions.iter().map(held).collect();
    work.insert_all("holdings (portfolio_id, account_id, ticker, asset_class)", &rows).await?;
    let row = |lot: HeldLot| {
        values_of![
            id.uuid(),
            lot.lot_id,
            lot.account_id,
            lot.ticker,
            lot.quantity,
            lot.acquired,
            lot.stated_long_term,
            lot.basis_per_share,
        ]
        .to_vec()
    };
    let rows: Vec<_> = imported.lots().into_iter().map(row).collect();
    let into = "lots (portfolio_id, lot_id, account_id, ticker, quantity, acquired, stated_long_term, basis_per_share)";
    work.insert_all(into, &rows).await
}

async fn insert_wants(work: &mut Work, id: PortfolioId, imported: &Imported) -> Result<(), Failure> {
    let read = imported.portfolio();
    let classes = read.target_allocation.iter().map(|(class, weight)| ("class", class.as_str(), *weight));
    let by_ticker = read.security_targets.iter().flatten();
    let securities = by_ticker.map(|(i, weight)| ("security", read.securities[*i].ticker.as_str(), *weight));
    let target = |(kind, name, weight): (&str, &str, _)| values_of![id.uuid(), kind, name, weight].to_vec();
    let rows: Vec<_> = classes.chain(securities).map(target).collect();
    work.insert_all("targets (portfolio_id, kind, name, weight)", &rows).await?;
    let tokens = read.preferences.iter().enumerate();
    let rows: Vec<_> =
        tokens.map(|(line, token)| values_of![id.uuid(), line as u64, token.to_string()].to_vec()).collect();
    work.insert_all("preferences (portfolio_id, line, token)", &rows).await
}

pub(crate) async fn present(
    work: &mut Work,
    household: HouseholdId,
) -> Result<Option<KeptPortfolio>, Failure> {
    let sql = "SELECT * FROM portfolios WHERE household_id = $1 ORDER BY version DESC LIMIT 1";
    let row = work.row(sql, values_of![household.uuid()]).await?;
    Ok(row.as_ref().map(kept).transpose()?)
}

pub(crate) async fn version(work: &mut Work, id: PortfolioId) -> Result<Option<KeptPortfolio>, Failure> {
    let row = work.row("SELECT * FROM portfolios WHERE id = $1", values_of![id.uuid()]).await?;
    Ok(row.as_ref().map(kept).transpose()?)
}

pub(crate) async fn balances(work: &mut Work, id: PortfolioId) -> Result<Vec<Balance>, Failure> {
    let rows = work.rows("SELECT * FROM accounts WHERE portfolio_id = $1", values_of![id.uuid()]).await?;
    let mut all = rows.iter().map(balance).collect::<Result<Vec<_>, _>>()?;
    all.sort_by(|a, b| a.account_id.cmp(&b.account_id));
    Ok(all)
}

pub(crate) async fn lots(work: &mut Work, id: PortfolioId) -> Result<Vec<HeldLot>, Failure> {
    let rows = work.rows("SELECT * FROM lots WHERE portfolio_id = $1", values_of![id.uuid()]).await?;
    let mut all = rows.iter().map(lot).collect::<Result<Vec<_>, _>>()?;
    all.sort_by(|a, b| (&a.account_id, &a.ticker, &a.lot_id).cmp(&(&b.account_id, &b.ticker, &b.lot_id)));
    Ok(all)
}

fn kept(row: &Row) -> Result<KeptPortfolio, BooksError> {
    Ok(KeptPortfolio {
        id: PortfolioId::from_uuid(row.id("id")?),
        household: HouseholdId::from_uuid(row.id("household_id")?),
        version: row.count("version")?,
        source: row.text("source")?,
        text: row.text("document")?,
        at: row.time("at")?,
    })
}

fn balance(row: &Row) -> Result<Balance, BooksError> {
    const KINDS: [AccountKind; 3] = [AccountKind::Taxable, AccountKind::Traditional, AccountKind::Roth];
    Ok(Balance {
        account_id: row.text("account_id")?,
        kind: row.word("kind", |word| KINDS.into_iter().find(|kind| kind.word() == word))?,
        owner: row.text_or_none("owner")?,
        cash: row.money("cash")?,
        flow: row.money("flow")?,
        settled_cash: row.money_or_none("settled_cash")?,
    })
}

fn lot(row: &Row) -> Result<HeldLot, BooksError> {
    Ok(HeldLot {
        account_id: row.text("account_id")?,
        ticker: row.text("ticker")?,
        lot_id: row.text("lot_id")?,
        quantity: row.money("quantity")?,
        acquired: row.date_or_none("acquired")?,
        stated_long_term: row.flag_or_none("stated_long_term")?,
        basis_per_share: row.money("basis_per_share")?,
    })
}
