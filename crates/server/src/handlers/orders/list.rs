//! `GET /api/v1/orders`: orders of the households that the caller may see.

use axum::Json;
use axum::extract::State;
use jiff::{SignedDuration, Timestamp};
use rebalance::books::{Books, OrderState};

use super::super::Page;
use super::{OrdersAsked, PlacedView, open, owned, placed, seen, views};
use crate::asked::{Asked, Order as Sorted, Part};
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// How far back orders that have ended are listed where nobody says.
const BACK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Orders of the households that you may see, with what was filled of each: open ones, and others from a time on.
#[utoipa::path(get, path = "/api/v1/orders", operation_id = "orders_list", tag = "orders", params(OrdersAsked),
    responses((status = 200, description = "Orders", body = Page<PlacedView>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(server): State<Server>,
    asking: Asking,
    Asked(asked): Asked<OrdersAsked>,
) -> Result<Json<Page<PlacedView>>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let state = asked.state.as_deref().map(of_word).transpose()?;
            let seen = seen(house, &caller, asked.household.as_deref())?;
            let mut all = open(house, &seen)?;
            if asked.open != Some(true) {
                let lived = house.lived().map_err(Problem::outside)?.now;
                let from =
                    asked.since.unwrap_or_else(|| lived.saturating_sub(BACK).unwrap_or(Timestamp::MIN));
                let reading = house.store().reading();
                let ended = reading.orders_since(from)?.into_iter().filter(|order| order.state.has_ended());
                all.extend(owned(house, &seen, ended)?);
            }
            if asked.open == Some(false) {
                all.retain(|(_, order)| order.state.has_ended());
            }
            let fits =
                |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|wanted| wanted == is);
            all.retain(|(_, order)| {
                state.is_none_or(|state| state == order.state)
                    && fits(&asked.broker, &order.broker)
                    && fits(&asked.ticker, &order.ticker)
                    && fits(&asked.account_id, &order.account_id)
            });
            let place =
                |order: &rebalance::books::Order| (order.at, order.recommendation, order.attempt, order.line);
            all.sort_by_key(|(_, order)| place(order));
            if asked.sort.unwrap_or_default() == Sorted::Newest {
                all.reverse();
            }
            let part = Part { after: asked.after, limit: asked.limit };
            let (page, next) = part.of(all, |(_, order)| order.client_order_id.clone())?;
            Ok(Json(Page { items: views(house, placed(house, page)?)?, next }))
        })
        .await
}

fn of_word(word: &str) -> Result<OrderState, Problem> {
    OrderState::from_word(word).ok_or_else(|| {
        let words: Vec<&str> = OrderState::ALL.into_iter().map(OrderState::word).collect();
        Problem::invalid(
            "state",
            format!("`{word}` is no state of an order; it is one of {}", words.join(", ")),
        )
    })
}
