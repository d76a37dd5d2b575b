//! `POST /api/v1/households/{household}/cash-flows`: money came in, went out, or is to go out.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use portfolio::Decimal;
use rebalance::books::Books;
use rebalance::books::access::Right;
use rebalance::keeping::KeepingError;
use rebalance::keeping::flows::Flow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::kept;
use crate::amount::Amount;
use crate::asked::{Named, Sent};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// What happened to the cash of an account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CashFlow {
    /// The account.
    account_id: String,
    /// `deposit`: money has come in; `withdraw`: money is to be paid out, and a plan raises what is missing; `keep`: what was to be paid out is
    /// no longer wanted; `paid`: money has been paid out.
    what: Happened,
    /// USD above 0, in whole cents.
    usd: Amount,
}

/// What happened, by the word that the command line has for it.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Happened {
    Deposit,
    Withdraw,
    Keep,
    Paid,
}

impl Happened {
    fn flow(self) -> Flow {
        match self {
            Happened::Deposit => Flow::Deposited,
            Happened::Withdraw => Flow::AskedFor,
            Happened::Keep => Flow::NotWanted,
            Happened::Paid => Flow::PaidOut,
        }
    }
}

/// The cash of an account as it is on record now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CashView {
    /// The account.
    account_id: String,
    /// Cash, USD.
    cash_usd: Amount,
    /// Of which is to be paid out, USD.
    to_pay_out_usd: Amount,
    /// Version of the portfolio that has it.
    portfolio_version: u64,
}

/// Takes in what happened to the cash of an account. A proposal that waits is superseded by it; while orders are at the broker it is refused.
#[utoipa::path(post, path = "/api/v1/households/{household}/cash-flows", operation_id = "households_cash_flow", tag = "households", request_body = CashFlow,
    params(("household" = String, Path, description = "Id of the household")),
    responses((status = 201, description = "On record", body = CashView),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn cash_flow(
    State(server): State<Server>,
    caller: Caller,
    Named(household): Named,
    Sent(told): Sent<CashFlow>,
) -> Result<(StatusCode, Json<CashView>), Problem> {
    server
        .work(move |house| {
            let household = caller.household(house, &household, Right::Write)?;
            let (name, account_id, usd) = (&caller.person.name, &told.account_id, told.usd.0);
            let next = kept(house, |keeper| {
                let flowed = keeper.flow(&household, name, account_id, told.what.flow(), usd);
                flowed.map_err(|error| match error {
                    KeepingError::Unknown { .. } => Problem::invalid("account_id", error.to_string()),
                    KeepingError::Flow { .. } => Problem::invalid("usd", error.to_string()),
                    KeepingError::Executing { .. } => Problem::conflict("executing", error.to_string()),
                    error => error.into(),
                })
            })?;
            let balances = house.store().reading().balances(next.id)?;
            let of_this = balances.into_iter().find(|balance| balance.account_id == *account_id);
            let balance = of_this.ok_or_else(Problem::defect)?;
            let view = CashView {
                account_id: balance.account_id,
                cash_usd: Amount(balance.cash),
                to_pay_out_usd: Amount((-balance.flow).max(Decimal::ZERO)),
                portfolio_version: next.version,
            };
            Ok((StatusCode::CREATED, Json(view)))
        })
        .await
}
