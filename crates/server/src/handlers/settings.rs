//! `GET /api/v1/settings`: the settings that are in force.

use axum::Json;
use axum::extract::State;

use super::Page;
use crate::caller::Asking;
use crate::house::SettingInForce;
use crate::problem::Problem;
use crate::serving::Server;

/// The settings that are in force, by name: those of the configuration, and what counts where it says nothing. No key, password or address
/// that may hold one is among them; where they come from is.
///
/// An administrator may see them, and who approves everywhere.
#[utoipa::path(get, path = "/api/v1/settings", operation_id = "settings", tag = "operation",
    responses((status = 200, description = "Settings", body = Page<SettingInForce>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn settings(
    State(server): State<Server>,
    asking: Asking,
) -> Result<Json<Page<SettingInForce>>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            caller.must_operate()?;
            let items = house.settings().map_err(Problem::outside)?;
            Ok(Json(Page { items, next: None }))
        })
        .await
}
