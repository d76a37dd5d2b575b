//! A broker's stream beside the service: what it tells makes the service look sooner, and nothing else.
//!
//! In: a broker outside. Out: [`News`] for the keeper, and a line for people when a stream is away or there again. Invariants:
//! the service works without; a thread per stream, which ends with the turn.

use std::sync::atomic::{AtomicBool, Ordering};

use execute::Wake;
use execute::brokers::{Alpaca, Fix};
use rebalance::keeping::News;

use super::brokers::Abroad;
use crate::failure::tell;

/// Does something while a broker is listened to; nothing is listened to where there is no stream.
pub(crate) fn beside<T>(abroad: Option<&Abroad>, news: &News, then: impl FnOnce() -> T) -> T {
    let Some(abroad) = abroad else { return then() };
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let stop = &stop;
        match abroad {
            Abroad::Alpaca(alpaca) => {
                for account in alpaca.accounts() {
                    scope.spawn(move || listen(alpaca, account, stop, news));
                }
            }
            Abroad::Fix(fix) => drop(scope.spawn(move || listen_over(fix, stop, news))),
        }
        // Ends the threads even where `then` panics.
        let _ending = Ending(stop);
        then()
    })
}

struct Ending<'a>(&'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

fn listen(alpaca: &Alpaca, account: &str, stop: &AtomicBool, news: &News) {
    let mut away = false;
    let ended = alpaca.listen(account, &|| stop.load(Ordering::SeqCst), &mut |wake| {
        woken(wake, account, &mut away, news);
    });
    if let Err(error) = ended {
        tell(&[format!(
            "{account}: its orders are looked at by the clock, not by the broker's stream: {error}"
        )]);
    }
}

fn listen_over(fix: &Fix, stop: &AtomicBool, news: &News) {
    let mut away = false;
    fix.listen(&|| stop.load(Ordering::SeqCst), &mut |wake| woken(wake, "fix", &mut away, news));
}

/// What is told goes to the keeper; that a stream is away is told to people once.
fn woken(wake: Wake, whose: &str, away: &mut bool, news: &News) {
    match wake {
        Wake::Everything => {
            if std::mem::take(away) {
                tell(&[format!("{whose}: the broker's stream of orders is there again")]);
            }
            news.of_everything();
        }
        Wake::Order { client_order_id } => news.of(client_order_id),
        Wake::Away { error } => {
            if !std::mem::replace(away, true) {
                tell(&[format!("{whose}: {error}; meanwhile orders are looked at by the clock")]);
            }
        }
    }
}
