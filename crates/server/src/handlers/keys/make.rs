//! `POST /api/v1/keys`: a key for a program.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use jiff::{SignedDuration, Timestamp};
use rebalance::books::access::{AccessChange, ApiKey, Right};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::{new_id, write};
use super::KeyView;
use crate::asked::Sent;
use crate::caller::Caller;
use crate::once::ShownOnce;
use crate::problem::Problem;
use crate::serving::Server;
use crate::tokens;

/// A key lasts so long at most.
const LASTS_MAX: SignedDuration = SignedDuration::from_hours(366 * 24);
/// Longest label, characters.
const LABEL_MAX: usize = 100;

/// A key for a program.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewKey {
    /// What it is for.
    #[schema(max_length = 100)]
    label: String,
    /// What it may be used for: `read`, `write`, `audit`; never more than you may yourself.
    rights: Vec<String>,
    /// Until when, RFC 3339; a year at most.
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
}

/// A key with its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeKey {
    /// The key.
    #[serde(flatten)]
    key: KeyView,
    /// Send it as `Authorization: Bearer`. It is shown this once; what is kept can't be turned back into it.
    secret: String,
}

/// Makes a key for a program. Its secret is shown this once.
///
/// A program may not keep people. It may approve only where an administrator has granted that to its key.
#[utoipa::path(post, path = "/api/v1/keys", operation_id = "keys_make", tag = "people", request_body = NewKey,
    responses((status = 201, description = "The key with its secret", body = MadeKey),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn make(
    State(server): State<Server>,
    caller: Caller,
    Sent(new): Sent<NewKey>,
) -> Result<(StatusCode, Extension<ShownOnce>, Json<MadeKey>), Problem> {
    let made = server
        .work(move |house| {
            let at = house.now();
            caller.has_proved(at)?;
            let label = new.label.trim();
            if label.is_empty() || label.chars().count() > LABEL_MAX || label.chars().any(char::is_control) {
                return Err(Problem::invalid("label", format!("has to be 1 to {LABEL_MAX} characters")));
            }
            let mut rights = Vec::new();
            for (place, word) in new.rights.iter().enumerate() {
                let right = Right::of_word(word)
                    .filter(|right| matches!(right, Right::Read | Right::Write | Right::Audit));
                let path = format!("rights[{place}]");
                rights.push(
                    right.ok_or_else(|| Problem::invalid(path, "has to be `read`, `write` or `audit`"))?,
                );
            }
            rights.sort_unstable();
            rights.dedup();
            if rights.is_empty() {
                return Err(Problem::invalid(
                    "rights",
                    "a key that may do nothing is none; name at least `read`",
                ));
            }
            if new.until <= at || new.until.duration_since(at) > LASTS_MAX {
                return Err(Problem::invalid(
                    "until",
                    "has to be later than now, and a year from now at most",
                ));
            }
            let mut random = [0; 32];
            house.draw(&mut random);
            let key = ApiKey {
                id: new_id(house),
                person: caller.person.id,
                label: label.to_owned(),
                digest: tokens::key_digest(&random),
                rights,
                at,
                until: new.until,
                revoked_at: None,
            };
            write(house, AccessChange::Key(key.clone()), caller.person.id, at)?;
            Ok(MadeKey { secret: tokens::key(key.id, &random), key: KeyView::of(&key) })
        })
        .await?;
    Ok((StatusCode::CREATED, Extension(ShownOnce), Json(made)))
}
