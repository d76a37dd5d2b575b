//! Who has to hear of a move: notices of proposals, expiries and executions, through the outbox, until each was taken.
//!
//! In: events of moves that wait in the books, and which channels there are. Out: one event per notice and channel, written with the record of it;
//! and what became of each try. Invariants: a move is told once to each channel, under the name of its event; a notice says
//! whose plan waits and until when, never what is held or in which account; of a channel that does not answer the others hear nothing.

use jiff::{SignedDuration, Timestamp};
use notify::Notice;
use portfolio::exchange::eastern;
use portfolio::money::written;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::books::entry::{GIVEN_UP, MOVED};
use crate::books::{Books, BooksError, Change, Claim, Entry, Event, Fence, Reading, Record};
use crate::id::{EventId, RecommendationId};
use crate::life::{Recommendation, Rejection, State};

/// The topic of events that are notices for one channel; its name is their key.
pub const NOTICE: &str = "notice";
/// Events that are claimed together.
const CLAIMED_MAX: u32 = 20;
/// How long a claim is held.
const HELD: SignedDuration = SignedDuration::from_mins(2);
/// The wait after the first try, seconds; doubled with every further one.
const AGAIN_SECS: i64 = 30;
/// The longest such wait, seconds.
const AGAIN_SECS_MAX: i64 = 6 * 3_600;
/// Tries of one notice at most, over about two days.
pub const TRIES_MAX: u32 = 16;

/// A channel, and whose moves it wants to hear of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its name.
    pub channel: String,
    /// Names of households; `None` = all.
    pub households: Option<Vec<String>>,
}

/// A notice that waits for its channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// Its claim.
    pub claim: Claim,
    /// Which channel.
    pub channel: String,
    /// What to tell.
    pub notice: Notice,
}

/// What became of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// It was taken.
    Taken,
    /// It is to be tried again.
    Later {
        /// What happened.
        why: String,
        /// Not before so long, where the other side said so.
        after: Option<SignedDuration>,
    },
    /// It will not be taken.
    Never {
        /// What happened.
        why: String,
    },
}

#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    channel: String,
    notice: Notice,
}

/// Tells notices of one installation.
pub struct Notices<'a> {
    /// Where events wait.
    pub books: &'a dyn Books,
    /// Who tells: a name that no other process has.
    pub owner: &'a str,
    /// Written only while this lease is held.
    pub fence: Option<Fence>,
    /// Random bits for names.
    pub draw: &'a (dyn Fn() -> [u8; 10] + Sync),
}

impl Notices<'_> {
    /// Turns moves that wait into notices for the channels that want them; how many moves.
    ///
    /// # Errors
    /// [`BooksError`].
    pub fn spread(&self, wanted: &[Wanted], now: Timestamp) -> Result<usize, BooksError> {
        let turns = self.books.turns();
        let claims = turns.claim(MOVED, self.owner, now, later(now, HELD), CLAIMED_MAX)?;
        for claim in &claims {
            match self.notices_of(claim, wanted, now)? {
                Some(entry) => drop(self.write(entry.with(Change::Settled(claim.clone())))?),
                None => turns.settle(claim, now)?,
            }
        }
        Ok(claims.len())
    }

    /// Notices that wait for their channels.
    ///
    /// # Errors
    /// [`BooksError`].
    pub fn waiting(&self, now: Timestamp) -> Result<Vec<Waiting>, BooksError> {
        let turns = self.books.turns();
        let mut waiting = Vec::new();
        for claim in turns.claim(NOTICE, self.owner, now, later(now, HELD), CLAIMED_MAX)? {
            match serde_json::from_str::<Payload>(&claim.event.payload) {
                Ok(Payload { channel, notice }) => waiting.push(Waiting { claim, channel, notice }),
                Err(error) => turns.lay_aside(&claim, now, &error.to_string())?,
            }
        }
        Ok(waiting)
    }

    /// Writes down what became of a try.
    ///
    /// # Errors
    /// [`BooksError`].
    pub fn tried(&self, waiting: &Waiting, tried: &Tried, now: Timestamp) -> Result<(), BooksError> {
        let Waiting { claim, channel, notice } = waiting;
        let told = |kind: &str, why: Option<&str>| {
            let body = json!({"notice": notice.id, "kind": notice.kind, "channel": channel, "tries": claim.tries, "why": why});
            let (kind, actor) = (kind.to_owned(), "notices".to_owned());
            let subject = notice.facts["recommendation"].as_str().unwrap_or_default().to_owned();
            Record { kind, at: now, household: None, subject, actor, body: body.to_string() }
        };
        match tried {
            Tried::Taken => {
                let entry = Entry::new(told("notice_sent", None)).with(Change::Settled(claim.clone()));
                self.write(entry).map(drop)
            }
            Tried::Later { why, after } if claim.tries < TRIES_MAX => {
                let doubled = AGAIN_SECS.saturating_mul(1 << claim.tries.saturating_sub(1).min(20));
                let wait = SignedDuration::from_secs(doubled.min(AGAIN_SECS_MAX));
                let most = SignedDuration::from_secs(AGAIN_SECS_MAX);
                let wait = after.map_or(wait, |after| after.clamp(wait, most));
                self.books.turns().put_back(claim, later(now, wait), why)
            }
            Tried::Later { why, .. } | Tried::Never { why } => {
                self.books.turns().lay_aside(claim, now, why)?;
                self.write(Entry::new(told("notice_failed", Some(why)))).map(drop)
            }
        }
    }

    /// The notices of a move; `None` where nobody wants to hear of it.
    fn notices_of(
        &self,
        claim: &Claim,
        wanted: &[Wanted],
        now: Timestamp,
    ) -> Result<Option<Entry>, BooksError> {
        let facts: Value = serde_json::from_str(&claim.event.payload).unwrap_or_default();
        let reading = self.books.reading();
        let id: Option<RecommendationId> = facts["recommendation"].as_str().and_then(|id| id.parse().ok());
        let Some(found) = id.map(|id| reading.recommendation(id)).transpose()?.flatten() else {
            return Ok(None);
        };
        let Some(household) = reading.household(found.kept().household)? else { return Ok(None) };
        let Some(notice) = notice(reading, claim, &facts, &found, &household.name)? else { return Ok(None) };
        let wants =
            |wanted: &&Wanted| wanted.households.as_ref().is_none_or(|names| names.contains(&household.name));
        let channels: Vec<&str> = wanted.iter().filter(wants).map(|it| it.channel.as_str()).collect();
        if channels.is_empty() {
            return Ok(None);
        }
        let body =
            json!({"notice": notice.id, "kind": notice.kind, "to": channels, "subject": notice.subject});
        let record = Record::new("notice", household.id, "notices", now, body.to_string()).about(&found.id());
        let mut entry = Entry::new(record);
        for channel in channels {
            let payload = Payload { channel: channel.to_owned(), notice: notice.clone() };
            entry = entry.telling(Event {
                id: EventId::new(now, (self.draw)()),
                topic: NOTICE.to_owned(),
                key: channel.to_owned(),
                payload: serde_json::to_string(&payload).unwrap_or_default(),
            });
        }
        Ok(Some(entry))
    }

    fn write(&self, entry: Entry) -> Result<crate::books::Receipt, BooksError> {
        let entry = match &self.fence {
            Some(fence) => entry.under(fence.clone()),
            None => entry,
        };
        self.books.record(&entry)
    }
}

/// A plan waits for an answer.
pub const WAITING: &str = "proposal.waiting";
/// Nobody answered in time.
pub const EXPIRED: &str = "proposal.expired";
/// Not every order was filled.
pub const FAILED: &str = "execution.failed";
/// Every order was filled.
pub const FILLED: &str = "execution.done";
/// A plan was given up.
pub const ABANDONED: &str = "cycle.given_up";

/// The kind of notice that a move is, by its facts (`from`, `to`, `reason`); `None` where it is nobody's business.
#[must_use]
pub fn kind(facts: &Value) -> Option<&'static str> {
    let to = facts["to"].as_str().unwrap_or_default();
    let expired = facts["reason"].as_str() == Some(Rejection::Expired.word());
    let state = |state: State| to == state.name();
    // One of two approvals is no news.
    let endorsed = facts["from"].as_str() == Some(State::PendingApproval.name());
    if state(State::PendingApproval) {
        return (!endorsed).then_some(WAITING);
    }
    let others = [
        (expired, EXPIRED),
        (state(State::ExecutionFailed), FAILED),
        (state(State::ExecutedSuccessfully), FILLED),
        (to == GIVEN_UP, ABANDONED),
    ];
    others.into_iter().find(|(is, _)| *is).map(|(_, kind)| kind)
}

/// What is told of a move; `None` where it is nobody's business.
fn notice(
    reading: &dyn Reading,
    claim: &Claim,
    facts: &Value,
    found: &Recommendation,
    household: &str,
) -> Result<Option<Notice>, BooksError> {
    let to = facts["to"].as_str().unwrap_or_default();
    let id = found.id();
    let Some(kind) = kind(facts) else { return Ok(None) };
    let (subject, text) = if kind == WAITING {
        // Answered or overtaken meanwhile: nobody has to hurry.
        let Some(offer) = found.offer().filter(|_| found.state() == State::PendingApproval) else {
            return Ok(None);
        };
        let trades = reading.attempts(id)?.pop().map_or(0, |attempt| attempt.trades.len());
        let until = new_york(offer.expires_at);
        let noun = if trades == 1 { "trade" } else { "trades" };
        let text = format!(
            "A plan for {household} waits for approval: {trades} {noun}, {} USD in sum.\n\
             It can be approved until {until} New York time; then it is withdrawn, and nothing is traded.\n\n\
             equipoise show {id}\nequipoise approve {id} --as NAME\nequipoise reject {id} --as NAME --reason WORDS\n",
            written(offer.traded_usd)
        );
        (format!("{household}: a plan waits for your approval until {until}"), text)
    } else if kind == EXPIRED {
        let text = format!(
            "Nobody answered the plan for {household} in time. Nothing was traded.\n\nequipoise show {id}\n"
        );
        (format!("{household}: a plan expired without an answer"), text)
    } else if kind == FAILED {
        let text = format!(
            "Not every order of {household} was filled. What was is booked; a plan over what is left follows where there is one.\n\n\
             equipoise show {id}\n"
        );
        (format!("{household}: not every order was filled"), text)
    } else if kind == FILLED {
        let text = format!("Every order of {household} was filled and booked.\n\nequipoise show {id}\n");
        (format!("{household}: every order was filled"), text)
    } else {
        let text = format!(
            "The plan for {household} was given up: none could be made or none was carried out, and no other is tried. What was filled is booked; the household is \
             watched as before, and a new plan is proposed when its drift grows.\n\nequipoise show {id}\n"
        );
        (format!("{household}: a plan was given up"), text)
    };
    let told = json!({"recommendation": id.to_string(), "household": household, "state": to,
                      "plan_hash": facts["plan_hash"], "attempt": facts["attempt"],
                      "expires_at": found.offer().map(|offer| offer.expires_at.to_string()),
                      "traded_usd": found.offer().map(|offer| offer.traded_usd.to_string())});
    Ok(Some(Notice {
        id: claim.event.id.to_string(),
        kind: kind.to_owned(),
        at: claim.event.id.made_at(),
        subject,
        text,
        facts: told,
    }))
}

/// A time in New York, to the minute.
fn new_york(at: Timestamp) -> String {
    let shown = eastern(at).to_string();
    shown.get(..16).unwrap_or(&shown).replace('T', " ")
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.saturating_add(by).unwrap_or(Timestamp::MAX)
}
