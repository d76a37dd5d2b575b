//! How often somebody may ask.
//!
//! In: a request, the machine that it came from, what it shows to come in. Out: the answer; or that it was too often, with the seconds to wait.
//! Invariants: what is kept is bounded, whoever asks; a token that has let nobody in has no measure of its own, whatever was answered, so that inventing
//! tokens buys nothing.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use rebalance::books::access::Digest;

use crate::caller::{LetIn, cookie};
use crate::problem::Problem;
use crate::serving::Server;
use crate::tokens;

/// Callers whose measure is kept; of more those who have asked least lately are forgotten.
const CALLERS_MAX: usize = 16_384;
/// Who watches over the process asks as often as it likes; every other address reads something.
const FREE: &str = "/livez";

/// How often each caller may ask; without a number nobody counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests a minute, in the long run.
    pub per_minute: u32,
    /// Requests at once, after a while without any.
    pub burst: u32,
}

/// The machine that a request came from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Who is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Measured {
    /// Whoever shows a token that has let somebody in.
    Token(Digest),
    /// Anybody else from one machine.
    Machine(IpAddr),
}

/// When each would be at rest had they asked evenly (the generic cell rate algorithm): one instant each.
#[derive(Debug, Default)]
pub(crate) struct Measures(Mutex<HashMap<Measured, Instant>>);

impl Measures {
    /// Whether one more request of somebody may pass now; or how long it has to wait.
    fn pass(&self, who: Measured, rate: Rate, now: Instant) -> Result<(), Duration> {
        let each = Duration::from_secs(60) / rate.per_minute.max(1);
        let most = each.saturating_mul(rate.burst.max(1));
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let rests_at = all.get(&who).copied().unwrap_or(now).max(now) + each;
        let ahead = rests_at.saturating_duration_since(now);
        if ahead > most {
            return Err(ahead.saturating_sub(most));
        }
        if all.len() >= CALLERS_MAX && !all.contains_key(&who) {
            forget(&mut all, now);
        }
        all.insert(who, rests_at);
        Ok(())
    }

    fn knows(&self, who: Measured) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&who)
    }

    /// A token has let somebody in: from now on it has a measure of its own.
    fn know(&self, who: Measured, rate: Rate, now: Instant) {
        if !self.knows(who) {
            // What it has used is counted from here; a first request always fits.
            let _ = self.pass(who, rate, now);
        }
    }
}

/// Makes room: who is at rest is like somebody who never asked. Where nobody is, the quarter that has asked least lately is forgotten at once, so that a
/// crowd of callers does not have all of them looked through at each request.
fn forget(all: &mut HashMap<Measured, Instant>, now: Instant) {
    all.retain(|_, rests_at| *rests_at > now);
    if all.len() < CALLERS_MAX {
        return;
    }
    let mut times: Vec<Instant> = all.values().copied().collect();
    let (_, edge, _) = times.select_nth_unstable(CALLERS_MAX / 4);
    let edge = *edge;
    all.retain(|_, rests_at| *rests_at > edge);
}

/// Around every address.
pub(crate) async fn in_measure(State(server): State<Server>, request: Request, next: Next) -> Response {
    let Some(rate) = server.settings().rate.filter(|_| request.uri().path() != FREE) else {
        return next.run(request).await;
    };
    let machine = Measured::Machine(machine(&request, server.settings().is_behind_tls));
    let token = token(request.headers()).map(Measured::Token);
    let who = token.filter(|token| server.measures().knows(*token)).unwrap_or(machine);
    if let Err(wait) = server.measures().pass(who, rate, Instant::now()) {
        return Problem::too_often(wait.as_secs().saturating_add(1)).into_response();
    }
    let let_in = request.extensions().get::<LetIn>().cloned().unwrap_or_default();
    let response = next.run(request).await;
    if let Some(token) = token.filter(|_| let_in.word().is_some()) {
        server.measures().know(token, rate, Instant::now());
    }
    response
}

/// The digest of what is shown to come in.
fn token(headers: &HeaderMap) -> Option<Digest> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let shown = bearer.and_then(|value| value.strip_prefix("Bearer ")).or_else(|| cookie(headers))?;
    Some(tokens::digest(shown.trim().as_bytes()))
}

/// The machine that asks: where something in front of this server encrypts the line, the one that this something names last.
fn machine(request: &Request, is_behind_tls: bool) -> IpAddr {
    let unknown = IpAddr::from([0, 0, 0, 0]);
    let peer = request.extensions().get::<Peer>().map_or(unknown, |peer| peer.0);
    if !is_behind_tls {
        return peer;
    }
    let forwarded = request.headers().get_all("x-forwarded-for").into_iter().next_back();
    let named = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    named.unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { per_minute: 60, burst: 3 };

    fn of(number: u32) -> Measured {
        Measured::Machine(IpAddr::from(number.to_be_bytes()))
    }

    #[test]
    fn a_burst_passes_and_then_one_a_second() {
        let (measures, now) = (Measures::default(), Instant::now());
        for _ in 0..3 {
            assert_eq!(measures.pass(of(1), RATE, now), Ok(()));
        }
        assert_eq!(measures.pass(of(1), RATE, now), Err(Duration::from_secs(1)));
        assert_eq!(measures.pass(of(2), RATE, now), Ok(()), "another caller is not held up");
        let later = now + Duration::from_secs(1);
        assert_eq!(measures.pass(of(1), RATE, later), Ok(()));
        assert!(measures.pass(of(1), RATE, later).is_err());
        let rested = now + Duration::from_secs(60);
        assert!(
            (0..3).all(|_| measures.pass(of(1), RATE, rested).is_ok()),
            "rest gives the burst back, and no more"
        );
        assert!(measures.pass(of(1), RATE, rested).is_err());
    }

    #[test]
    fn what_is_kept_is_bounded_and_the_busiest_are_not_forgotten() {
        let (measures, now) = (Measures::default(), Instant::now());
        let busy = of(u32::MAX);
        while measures.pass(busy, RATE, now).is_ok() {}
        for number in 0..40_000 {
            assert_eq!(measures.pass(of(number), RATE, now), Ok(()));
        }
        assert!(measures.0.lock().unwrap().len() <= CALLERS_MAX);
        assert!(measures.pass(busy, RATE, now).is_err());
    }
}
