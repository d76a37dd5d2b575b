//! `GET /api/v1/households/{household}/transactions`: what was booked.

use axum::Json;
use axum::extract::State;
use rebalance::books::access::Right;
use rebalance::books::{Booking, Books};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::Page;
use super::Booked;
use crate::amount::Amount;
use crate::asked::{Asked, Named, Part};
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// A booked transaction.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TransactionView {
    /// Its id.
    id: String,
    /// Where.
    account_id: String,
    /// Trade date.
    date: String,
    /// `BUY`, `SELL`, `REINVEST`, `DEPOSIT` and the like.
    action: String,
    /// What, unless it is cash.
    ticker: Option<String>,
    /// Which lot.
    lot_id: Option<String>,
    /// Shares; 0 for cash.
    quantity: Amount,
    /// USD per share; 0 for cash.
    price: Amount,
    /// USD.
    fees: Amount,
    /// USD into (positive) or out of the account.
    cash: Amount,
}

impl TransactionView {
    fn of(booking: Booking) -> TransactionView {
        TransactionView {
            id: booking.id.to_string(),
            account_id: booking.account_id,
            date: booking.date.to_string(),
            action: booking.action,
            ticker: booking.ticker,
            lot_id: booking.lot_id,
            quantity: Amount(booking.quantity),
            price: Amount(booking.price),
            fees: Amount(booking.fees),
            cash: Amount(booking.cash),
        }
    }
}

/// What was booked for a household, oldest first.
#[utoipa::path(get, path = "/api/v1/households/{household}/transactions", operation_id = "households_transactions", tag = "households",
    params(("household" = String, Path, description = "Id of the household"), Booked),
    responses((status = 200, description = "Transactions", body = Page<TransactionView>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn transactions(
    State(server): State<Server>,
    asking: Asking,
    Named(household): Named,
    Asked(asked): Asked<Booked>,
) -> Result<Json<Page<TransactionView>>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let household = caller.household(house, &household, Right::Read)?;
            let mut all = house.store().reading().bookings(household.id)?;
            let fits =
                |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|wanted| wanted == is);
            all.retain(|booking| {
                fits(&asked.account_id, &booking.account_id)
                    && fits(&asked.ticker, booking.ticker.as_deref().unwrap_or_default())
                    && fits(&asked.action, &booking.action)
                    && asked.since.is_none_or(|since| booking.date >= since)
            });
            let part = Part { after: asked.after, limit: asked.limit };
            let (booked, next) = part.of(all, |booking| booking.id.to_string())?;
            Ok(Json(Page { items: booked.into_iter().map(TransactionView::of).collect(), next }))
        })
        .await
}
