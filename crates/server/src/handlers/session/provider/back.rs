//! `GET /api/v1/session/provider/return`: a browser comes back from the provider, and is signed in.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;

use super::{Returned, begin_shown, cookie_of};
use crate::asked::Asked;
use crate::caller::cookie_named;
use crate::problem::Problem;
use crate::serving::Server;
use crate::sign_on::{COOKIE, person};

/// Who signs in where the provider does not say when they showed it who they are has shown nothing of late.
const LONG_AGO: SignedDuration = SignedDuration::from_hours(24);

/// Signs in whom the provider vouches for, and goes on to the page. It is the browser that asks this, coming from the provider.
#[utoipa::path(get, path = "/api/v1/session/provider/return", operation_id = "sign_on_return", tag = "session", security(()), params(Returned),
    responses((status = 303, description = "Signed in; on to the page"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn back(
    State(server): State<Server>,
    headers: HeaderMap,
    Asked(returned): Asked<Returned>,
) -> Result<Response, Problem> {
    let kept = cookie_named(&headers, COOKIE).map(str::to_owned);
    let used = server.clone();
    let (token, _) = server
        .work_outside(move |house| {
            if !house.knows_a_provider() {
                return Err(Problem::not_found());
            }
            let refused = || {
                Problem::sign_on_refused(
                    "this sign-in was not begun in this browser, is over, or was used: begin again",
                )
            };
            let kept = kept.as_deref().ok_or_else(refused)?;
            let mut parts = kept.split('.');
            let (Some(state), Some(nonce), Some(verifier), None) =
                (parts.next(), parts.next(), parts.next(), parts.next())
            else {
                return Err(refused());
            };
            if returned.state.as_deref() != Some(state) || !used.used_states().take(state, house.now()) {
                return Err(refused());
            }
            let code = returned.code.as_deref().ok_or_else(|| {
                let said: String = returned
                    .error
                    .unwrap_or_default()
                    .chars()
                    .filter(|c| !c.is_control())
                    .take(100)
                    .collect();
                Problem::sign_on_refused(format!("the provider did not let you in (`{said}`); begin again"))
            })?;
            let vouched = house.end_sign_on(code, verifier, nonce)?;
            let now = house.now();
            let shown_at = vouched
                .shown_at
                .map_or_else(|| now.saturating_sub(LONG_AGO).unwrap_or(now), |at| at.min(now));
            let begun = begin_shown(house, &person(house, &vouched)?, shown_at)?;
            // It is a GET that writes: what is around every address signs after others alone. Where it can't be signed now, it is with what comes next.
            let _ = house.sign();
            Ok(begun)
        })
        .await?;
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, "/")]).into_response();
    for cookie in [cookie_of(&token), format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")]
    {
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    Ok(response)
}
