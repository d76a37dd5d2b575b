//! Keys of programs: each acts for the person who made it.

pub(crate) mod approval;
pub(crate) mod list;
pub(crate) mod make;
pub(crate) mod revoke;

use rebalance::books::access::ApiKey;
use serde::Serialize;
use utoipa::ToSchema;

use crate::amount::Moment;

/// A key of a program, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeyView {
    /// Its id.
    id: String,
    /// What it is for.
    label: String,
    /// What it may be used for: `read`, `write`, `audit`, and `approve` where an administrator has granted it.
    rights: Vec<&'static str>,
    /// Since when.
    at: Moment,
    /// Until when.
    until: Moment,
    /// When it was revoked.
    revoked_at: Option<Moment>,
}

impl KeyView {
    fn of(key: &ApiKey) -> KeyView {
        KeyView {
            id: key.id.to_string(),
            label: key.label.clone(),
            rights: key.rights.iter().map(|right| right.word()).collect(),
            at: Moment(key.at),
            until: Moment(key.until),
            revoked_at: key.revoked_at.map(Moment),
        }
    }
}
