//! Who is signed in.

pub(crate) mod guest;
pub(crate) mod proof;
pub(crate) mod provider;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod who;

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use rebalance::books::access::{Access, AccessChange, Session};
use rebalance::books::{Books, Person};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::write;
use crate::caller::{COOKIE, Caller, How, IDLE, LONGEST};
use crate::house::House;
use crate::passwords;
use crate::problem::Problem;
use crate::serving::Settings;
use crate::tokens;

/// How somebody goes to the provider.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Again {
    /// The provider is to have the person show who they are, whether it knows them already or not.
    #[param(nullable = false)]
    again: Option<bool>,
}

/// What a browser brings from the provider; what else a provider sends along is not looked at.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Returned {
    /// What it went with.
    #[param(nullable = false)]
    state: Option<String>,
    /// What the provider gave it.
    #[param(nullable = false)]
    code: Option<String>,
    /// Why the provider gave it nothing.
    #[param(nullable = false)]
    error: Option<String>,
}

/// A role somewhere.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoleView {
    /// Its word.
    role: &'static str,
    /// Where; everywhere where none is named.
    household: Option<String>,
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Signed {
    /// The person's id.
    person: String,
    /// The person's name.
    name: String,
    /// `session` or `key`.
    how: &'static str,
    /// Somebody who came in without a password, to look around in a demonstration.
    guest: bool,
    /// Roles that were given; what a person owns comes on top.
    roles: Vec<RoleView>,
    /// Accounts whose orders move real money; empty where everything is on paper.
    live: Vec<String>,
}

impl Signed {
    pub(super) fn of(house: &dyn House, caller: &Caller) -> Result<Signed, Problem> {
        let role = |grant: &rebalance::books::access::Grant| RoleView {
            role: grant.role.word(),
            household: grant.household.map(|household| household.to_string()),
        };
        Ok(Signed {
            person: caller.person.id.to_string(),
            name: caller.person.name.clone(),
            how: match caller.how {
                How::Session(_) => "session",
                How::Key(_) => "key",
            },
            guest: caller.is_guest,
            roles: caller.allowed.grants().iter().map(role).collect(),
            live: house.live().map_err(Problem::outside)?,
        })
    }
}

/// How many failed tries a name has, and for how long it is locked then.
#[derive(Debug, Clone, Copy)]
struct Lock {
    most: u32,
    length: SignedDuration,
}

impl Lock {
    fn of(settings: &Settings) -> Lock {
        Lock { most: settings.tries_max, length: settings.locked }
    }

    /// Whose password this is, under the name that was typed, known or not.
    fn shown(self, house: &dyn House, name: &str, password: &str) -> Result<Person, Problem> {
        let (store, now) = (house.store(), house.now());
        let tried = tokens::digest(name.to_lowercase().as_bytes());
        let locked_until = store.tries(&tried)?.and_then(|tries| tries.locked_until);
        if let Some(until) = locked_until.filter(|until| now < *until) {
            let seconds = until.duration_since(now).as_secs().max(1);
            return Err(Problem::locked(u64::try_from(seconds).unwrap_or(1)));
        }
        let person = store.reading().person(name)?;
        let kept = person.as_ref().map(|person| store.password(person.id)).transpose()?.flatten();
        if !passwords::fits(password, kept.as_ref().map(|kept| kept.hash.as_str())) {
            store.failed(&tried, now, self.most, now.saturating_add(self.length).unwrap_or(now))?;
            return Err(Problem::not_let_in());
        }
        store.let_in(&tried)?;
        person.ok_or_else(Problem::not_let_in)
    }
}

/// Begins a session of somebody who has just shown who they are, and answers with its cookie.
fn begin(house: &dyn House, person: &Person) -> Result<(String, Signed), Problem> {
    begin_shown(house, person, house.now())
}

/// Begins a session of somebody who has shown at this time who they are.
fn begin_shown(house: &dyn House, person: &Person, shown_at: Timestamp) -> Result<(String, Signed), Problem> {
    let mut random = [0; 32];
    house.draw(&mut random);
    let (token, now) = (tokens::session(&random), house.now());
    let later = |length| now.saturating_add(length).unwrap_or(now);
    let session = Session {
        digest: tokens::digest(token.as_bytes()),
        person: person.id,
        begun_at: now,
        idle_until: later(IDLE),
        ends_at: later(LONGEST),
        proved_at: shown_at,
        ended_at: None,
    };
    write(house, AccessChange::SignedIn(session), person.id, now)?;
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_str(&format!("{COOKIE}={token}")) {
        headers.insert(header::COOKIE, value);
    }
    let caller = Caller::of(house, &headers)?;
    Ok((token, Signed::of(house, &caller)?))
}

/// The cookie of a token, until the browser is closed.
fn answered((token, signed): (String, Signed)) -> Response {
    (StatusCode::CREATED, [(header::SET_COOKIE, cookie_of(&token))], Json(signed)).into_response()
}

/// The header by which a browser keeps a token.
fn cookie_of(token: &str) -> String {
    format!("{COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Lax")
}
