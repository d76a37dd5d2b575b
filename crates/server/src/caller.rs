//! Who calls, and what they may.
//!
//! In: the cookie of a session, or a program's key. Out: a [`Caller`], or that nobody is signed in. Invariants: a key never may more than
//! the person it acts for; what somebody may not see is not found, exactly as if it were not there.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp};
use rebalance::books::access::{Access, ApiKey, Right, Session};
use rebalance::books::{Allowed, Books, Household, Person};
use rebalance::id::HouseholdId;
use rebalance::life::Recommendation;

use crate::house::House;
use crate::problem::Problem;
use crate::serving::Server;
use crate::tokens;

/// The cookie of a session. Its beginning has browsers take it over an encrypted line (or from this machine) only, for this host alone.
pub const COOKIE: &str = "__Host-equipoise";
/// A session that is not used for so long is over.
pub(crate) const IDLE: SignedDuration = SignedDuration::from_hours(1);
/// A session is over after so long.
pub(crate) const LONGEST: SignedDuration = SignedDuration::from_hours(12);
/// How long a shown password stands for what needs one.
pub(crate) const PROOF: SignedDuration = SignedDuration::from_mins(15);
/// That a session was used is written down this often at most.
const USED_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// How a caller was recognised.
#[derive(Debug, Clone)]
pub(crate) enum How {
    /// Signed in.
    Session(Session),
    /// A program with a key.
    Key(ApiKey),
}

/// Whether a request has let somebody in: who recognises them says so here, for what stands around every address. What a request merely shows says
/// nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct LetIn(Arc<OnceLock<&'static str>>);

impl LetIn {
    /// Somebody was.
    pub(crate) fn tell(&self, caller: &Caller) {
        // Whoever is recognised twice in one request is the same.
        let _ = self.0.set(match caller.how {
            How::Session(_) => "person",
            How::Key(_) => "program",
        });
    }

    /// `person` or `program`; none where nobody was let in.
    pub(crate) fn word(&self) -> Option<&'static str> {
        self.0.get().copied()
    }
}

/// Who calls.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The person.
    pub(crate) person: Person,
    /// How.
    pub(crate) how: How,
    /// What they may do now.
    pub(crate) allowed: Allowed,
    /// They came in without a password, which nothing asks them for.
    pub(crate) is_guest: bool,
}

impl Caller {
    /// Whoever shows these headers.
    pub(crate) fn of(house: &dyn House, headers: &HeaderMap) -> Result<Caller, Problem> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (store, now) = (house.store(), house.now());
        let (how, person, allowed) = match text(header::AUTHORIZATION).strip_prefix("Bearer ") {
            Some(shown) => {
                let (id, digest) = tokens::read_key(shown.trim()).ok_or_else(Problem::nobody)?;
                let key =
                    store.api_key(id)?.filter(|key| tokens::same(&key.digest, &digest) && key.counts(now));
                let key = key.ok_or_else(Problem::nobody)?;
                let person = store.whose(key.person)?.ok_or_else(Problem::nobody)?;
                let allowed = Allowed::of(store, person.id, now)?;
                (How::Key(key), person, allowed)
            }
            None => {
                let token = cookie(headers).ok_or_else(Problem::nobody)?;
                let shown = store.shown(&tokens::digest(token.as_bytes()))?;
                let shown = shown.filter(|(session, _, _)| session.is_on(now));
                let (session, person, grants) = shown.ok_or_else(Problem::nobody)?;
                let idle_until = now.saturating_add(IDLE).unwrap_or(now);
                if idle_until.duration_since(session.idle_until) >= USED_EVERY {
                    store.used(&session.digest, idle_until)?;
                }
                let allowed = Allowed::by(grants, person.id, now);
                (How::Session(session), person, allowed)
            }
        };
        let is_guest =
            matches!(how, How::Session(_)) && guest(house)?.is_some_and(|guest| guest.id == person.id);
        Ok(Caller { person, how, allowed, is_guest })
    }

    /// Through what the person acts, for the record: a key; nothing where it is the person.
    pub(crate) fn through(&self) -> Option<String> {
        match &self.how {
            How::Session(_) => None,
            How::Key(key) => Some(format!("key {}", key.id)),
        }
    }

    /// Whether a program's key lets this be done at all.
    pub(crate) fn lets(&self, right: Right) -> bool {
        match &self.how {
            How::Session(_) => true,
            How::Key(key) => key.rights.contains(&right),
        }
    }

    /// Whether this may be done with a household.
    pub(crate) fn may(&self, right: Right, household: &Household) -> bool {
        self.lets(right) && self.allowed.may(right, household)
    }

    /// Whether this may be done with every household.
    pub(crate) fn may_everywhere(&self, right: Right) -> bool {
        self.lets(right) && self.allowed.may_everywhere(right)
    }

    /// The households with which this may be done, by id; none are named where it may be with all.
    pub(crate) fn sees(&self, house: &dyn House, right: Right) -> Result<Option<Vec<HouseholdId>>, Problem> {
        if self.may_everywhere(right) {
            return Ok(None);
        }
        if !self.lets(right) {
            return Ok(Some(Vec::new()));
        }
        let own = house.store().reading().households_of(self.person.id)?;
        let own =
            own.iter().filter(|household| self.allowed.may(right, household)).map(|household| household.id);
        let all: BTreeSet<HouseholdId> = self.allowed.granted(right).chain(own).collect();
        Ok(Some(all.into_iter().collect()))
    }

    /// What may be done with a household.
    pub(crate) fn rights(&self, household: &Household) -> Vec<Right> {
        Right::ALL.iter().map(|(right, _)| *right).filter(|right| self.may(*right, household)).collect()
    }

    /// People, keys and grants are kept by administrators.
    pub(crate) fn administers(&self) -> Result<(), Problem> {
        if self.may_everywhere(Right::Administer) { Ok(()) } else { Err(Problem::not_found()) }
    }

    /// Whether somebody may do what concerns every household at once: halt trading, believe a price.
    pub(crate) fn operates(&self) -> bool {
        self.may_everywhere(Right::Administer) || self.may_everywhere(Right::Approve)
    }

    /// That they may.
    pub(crate) fn must_operate(&self) -> Result<(), Problem> {
        if self.operates() { Ok(()) } else { Err(Problem::not_found()) }
    }

    /// What asks for a password that was shown lately, by a person.
    pub(crate) fn has_proved(&self, now: Timestamp) -> Result<&Session, Problem> {
        match &self.how {
            How::Session(session) if self.is_guest || now.duration_since(session.proved_at) < PROOF => {
                Ok(session)
            }
            How::Session(_) => Err(Problem::proof_needed()),
            How::Key(_) => Err(Problem::forbidden("a program can't do this; a person who is signed in can")),
        }
    }

    /// A household by its id, where this may be done with it.
    pub(crate) fn household(&self, house: &dyn House, id: &str, right: Right) -> Result<Household, Problem> {
        let id: HouseholdId = id.parse().map_err(|_| Problem::not_found())?;
        let found = house.store().reading().household(id)?;
        self.allowed(found.ok_or_else(Problem::not_found)?, right)
    }

    /// A proposal by its id with its household, where this may be done with it.
    pub(crate) fn proposal(
        &self,
        house: &dyn House,
        id: &str,
        right: Right,
    ) -> Result<(Household, Recommendation), Problem> {
        let reading = house.store().reading();
        let id = id.parse().map_err(|_| Problem::not_found())?;
        let found = reading.recommendation(id)?.ok_or_else(Problem::not_found)?;
        let household = reading.household(found.kept().household)?.ok_or_else(Problem::not_found)?;
        Ok((self.allowed(household, right)?, found))
    }

    /// Who may not see a household is told what is told of one that is not there.
    fn allowed(&self, household: Household, right: Right) -> Result<Household, Problem> {
        if self.may(right, &household) {
            return Ok(household);
        }
        if Right::ALL.iter().any(|(any, _)| *any != Right::Administer && self.may(*any, &household)) {
            let detail = format!(
                "you may not `{}` here; whoever keeps the grants of this household can allow it",
                right.word()
            );
            return Err(Problem::forbidden(detail));
        }
        Err(Problem::not_found())
    }
}

/// Who comes in without a password: nobody but in a demonstration, and nobody where an order moves real money.
pub(crate) fn guest(house: &dyn House) -> Result<Option<Person>, Problem> {
    let Some(person) = house.guest().map_err(Problem::outside)? else { return Ok(None) };
    let live = house.live().map_err(Problem::outside)?;
    Ok(Some(person).filter(|_| live.is_empty()))
}

/// The token in the cookie of a session.
pub(crate) fn cookie(headers: &HeaderMap) -> Option<&str> {
    cookie_named(headers, COOKIE)
}

/// A cookie by its name.
pub(crate) fn cookie_named<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

/// Somebody who asks, before it is found out who they are.
pub(crate) struct Asking {
    headers: HeaderMap,
    let_in: Option<LetIn>,
}

impl Asking {
    /// Who they are.
    pub(crate) fn caller(&self, house: &dyn House) -> Result<Caller, Problem> {
        let caller = Caller::of(house, &self.headers)?;
        if let Some(let_in) = &self.let_in {
            let_in.tell(&caller);
        }
        Ok(caller)
    }
}

impl FromRequestParts<Server> for Asking {
    type Rejection = Problem;

    /// Whoever shows nothing is nobody, before anything else of the request is looked at.
    async fn from_request_parts(parts: &mut Parts, _: &Server) -> Result<Asking, Problem> {
        if !parts.headers.contains_key(header::AUTHORIZATION) && cookie(&parts.headers).is_none() {
            return Err(Problem::nobody());
        }
        Ok(Asking { headers: parts.headers.clone(), let_in: parts.extensions.get::<LetIn>().cloned() })
    }
}

impl FromRequestParts<Server> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Caller, Problem> {
        let asking = Asking::from_request_parts(parts, server).await?;
        server.work(move |house| asking.caller(house)).await
    }
}
