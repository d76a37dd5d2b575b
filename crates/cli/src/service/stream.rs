//! A broker's stream beside the service: what it tells makes the service look sooner, and nothing else.
//!
//! In: the accounts of a configuration. Out: [`News`] for the keeper, and a line for people when a stream is away or there again. Invariants:
//! the service works without; a thread per account, which ends with the turn.

use std::sync::atomic::{AtomicBool, Ordering};

use execute::Wake;
use execute::brokers::Alpaca;
use rebalance::keeping::News;

use crate::failure::tell;

/// Does something while the accounts of a broker are listened to; nothing is listened to where there is no stream.
pub(crate) fn beside<T>(alpaca: Option<&Alpaca>, news: &News, then: impl FnOnce() -> T) -> T {
    let Some(alpaca) = alpaca else { return then() };
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for account in alpaca.accounts() {
            let (stop, news) = (&stop, news);
            scope.spawn(move || listen(alpaca, account, stop, news));
        }
        // Ends the threads even where `then` panics.
        let _ending = Ending(&stop);
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
    let ended = alpaca.listen(account, &|| stop.load(Ordering::SeqCst), &mut |wake| match wake {
        Wake::Everything => {
            if std::mem::take(&mut away) {
                tell(&[format!("{account}: the broker's stream of orders is there again")]);
            }
            news.of_everything();
        }
        Wake::Order { client_order_id } => news.of(client_order_id),
        Wake::Away { error } => {
            if !std::mem::replace(&mut away, true) {
                tell(&[format!("{account}: {error}; meanwhile orders are looked at by the clock")]);
            }
        }
    });
    if let Err(error) = ended {
        tell(&[format!(
            "{account}: its orders are looked at by the clock, not by the broker's stream: {error}"
        )]);
    }
}
