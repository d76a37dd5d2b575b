//! `GET /api/v1/households/{household}/accounts`: its accounts with their cash.

use axum::Json;
use axum::extract::State;
use rebalance::books::access::Right;
use rebalance::books::{Balance, Books};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::Page;
use crate::amount::Amount;
use crate::asked::Named;
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountView {
    /// Its name in the household.
    account_id: String,
    /// `taxable`, `traditional` or `roth`.
    kind: &'static str,
    /// Whose it is.
    owner: Option<String>,
    /// USD.
    cash: Amount,
    /// USD that come in (positive) or go out.
    cash_flow: Amount,
    /// USD of it that have settled.
    settled_cash: Option<Amount>,
}

impl AccountView {
    fn of(balance: Balance) -> AccountView {
        AccountView {
            account_id: balance.account_id,
            kind: balance.kind.word(),
            owner: balance.owner,
            cash: Amount(balance.cash),
            cash_flow: Amount(balance.flow),
            settled_cash: balance.settled_cash.map(Amount),
        }
    }
}

/// The accounts of a household, by name.
#[utoipa::path(get, path = "/api/v1/households/{household}/accounts", operation_id = "households_accounts", tag = "households",
    params(("household" = String, Path, description = "Id of the household")),
    responses((status = 200, description = "Accounts", body = Page<AccountView>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn accounts(
    State(server): State<Server>,
    asking: Asking,
    Named(household): Named,
) -> Result<Json<Page<AccountView>>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let household = caller.household(house, &household, Right::Read)?;
            let reading = house.store().reading();
            let balances = match reading.portfolio(household.id)? {
                Some(kept) => reading.balances(kept.id)?,
                None => Vec::new(),
            };
            Ok(Json(Page { items: balances.into_iter().map(AccountView::of).collect(), next: None }))
        })
        .await
}
