//! Who hears of it: the web addresses and mailboxes of a configuration, told by a thread of their own.
//!
//! In: `[[notices]]` of a configuration. Out: [`Channels`], and a [`Post`] that brings what waits. Invariants: secrets and passwords come
//! from the environment and are printed nowhere; a channel that does not answer holds up nobody else.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use notify::{Channel, Mailbox, Undelivered, Webhook};
use rebalance::books::{BooksError, Lease};
use rebalance::notices::{Notices, Tried, Waiting, Wanted};
use serde::Deserialize;

use crate::books::{OpenBooks, drawn, now};
use crate::failure::{Failure, tell};

/// How often what waits is looked for.
const PAUSE: Duration = Duration::from_millis(500);

/// `[[notices]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChannelShape {
    /// What it is called, for the record.
    name: String,
    /// Names of households; without it all.
    households: Option<Vec<String>>,
    webhook: Option<WebhookShape>,
    mail: Option<MailShape>,
}

/// A web address.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookShape {
    url: String,
    /// The variable with the secret that both sides know.
    secret_env: String,
}

/// A mailbox.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct MailShape {
    server: String,
    from: String,
    to: Vec<String>,
    user: Option<String>,
    /// The variable with the password of the user.
    password_env: Option<String>,
}

/// All channels.
pub(crate) struct Channels {
    ways: Vec<(String, Channel)>,
    wanted: Vec<Wanted>,
}

impl Channels {
    /// Those of a configuration; every fault by its path.
    pub(crate) fn of(shapes: &[ChannelShape]) -> Result<Channels, Failure> {
        let (mut ways, mut wanted, mut faults) = (Vec::<(String, Channel)>::new(), Vec::new(), Vec::new());
        for (place, shape) in shapes.iter().enumerate() {
            let path = format!("notices[{place}]");
            if shape.name.trim().is_empty() || ways.iter().any(|(name, _)| *name == shape.name) {
                faults.push(format!("{path}.name: give each a name of its own"));
            }
            match shape.way() {
                Ok(way) => {
                    ways.push((shape.name.clone(), way));
                    let (channel, households) = (shape.name.clone(), shape.households.clone());
                    wanted.push(Wanted { channel, households });
                }
                Err(fault) => faults.push(format!("{path}.{fault}")),
            }
        }
        if faults.is_empty() {
            Ok(Channels { ways, wanted })
        } else {
            Err(Failure::faults("notices", &faults))
        }
    }
}

impl ChannelShape {
    fn way(&self) -> Result<Channel, String> {
        let variable = |path: &str, name: &str| {
            std::env::var(name).map_err(|_| format!("{path}: the environment variable `{name}` is not set"))
        };
        match (&self.webhook, &self.mail) {
            (Some(webhook), None) => {
                let secret = variable("webhook.secret_env", &webhook.secret_env)?;
                let webhook = Webhook::new(&webhook.url, &secret);
                webhook.map(Channel::Webhook).map_err(|error| format!("webhook: {error}"))
            }
            (None, Some(mail)) => {
                let password =
                    mail.password_env.as_ref().map(|name| variable("mail.password_env", name)).transpose()?;
                let login = match (&mail.user, &password) {
                    (Some(user), Some(password)) => Some((user.as_str(), password.as_str())),
                    (None, None) => None,
                    _ => return Err("mail: `user` and `password_env` go together".to_owned()),
                };
                let mailbox = Mailbox::new(&mail.server, login, &mail.from, &mail.to);
                mailbox.map(Channel::Mail).map_err(|error| format!("mail: {error}"))
            }
            _ => Err("webhook: give a `webhook` or a `mail`, one of them".to_owned()),
        }
    }
}

/// Brings what waits to its channels.
pub(crate) struct Post<'a> {
    books: &'a OpenBooks,
    channels: &'a Channels,
    owner: &'a str,
    lease: &'a Lease,
    over: AtomicBool,
    sleeping: Mutex<()>,
    woken: Condvar,
}

impl<'a> Post<'a> {
    pub(crate) fn new(
        books: &'a OpenBooks,
        channels: &'a Channels,
        owner: &'a str,
        lease: &'a Lease,
    ) -> Post<'a> {
        let (over, sleeping, woken) = (AtomicBool::new(false), Mutex::new(()), Condvar::new());
        Post { books, channels, owner, lease, over, sleeping, woken }
    }

    /// Brings what waits for as long as `work` goes on, and once more at its end.
    pub(crate) fn beside<T>(&self, work: impl FnOnce() -> T) -> T {
        struct End<'a, 'b>(&'a Post<'b>);
        impl Drop for End<'_, '_> {
            fn drop(&mut self) {
                self.0.over.store(true, Ordering::Release);
                self.0.woken.notify_all();
            }
        }
        std::thread::scope(|scope| {
            scope.spawn(|| self.carry());
            let _end = End(self);
            work()
        })
    }

    fn carry(&self) {
        loop {
            // What was said before the end is still brought.
            let last = self.over.load(Ordering::Acquire);
            match self.round() {
                Ok(()) => {}
                // Somebody else leads: theirs now.
                Err(BooksError::Fenced { .. }) => return,
                Err(error) => drop(self.books.failed(&error).tell()),
            }
            if last {
                return;
            }
            let held = self.sleeping.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = self.woken.wait_timeout_while(held, PAUSE, |()| !self.over.load(Ordering::Acquire));
        }
    }

    fn round(&self) -> Result<(), BooksError> {
        let draw = || drawn();
        let notices = Notices {
            books: &self.books.store,
            owner: self.owner,
            fence: Some(self.lease.fence()),
            draw: &draw,
        };
        while notices.spread(&self.channels.wanted, now())? > 0 {}
        let waiting = notices.waiting(now())?;
        for waiting in &waiting {
            let tried = self.try_once(waiting);
            if let Tried::Never { why } = &tried {
                tell(&[format!(
                    "the notice `{}` to `{}` is given up: {why}",
                    waiting.notice.kind, waiting.channel
                )]);
            }
            notices.tried(waiting, &tried, now())?;
        }
        Ok(())
    }

    fn try_once(&self, waiting: &Waiting) -> Tried {
        let Some((_, way)) = self.channels.ways.iter().find(|(name, _)| *name == waiting.channel) else {
            return Tried::Never { why: "the configuration has no such channel any more".to_owned() };
        };
        match way.deliver(&waiting.notice, now()) {
            Ok(()) => Tried::Taken,
            Err(Undelivered::Never { why }) => Tried::Never { why },
            Err(Undelivered::Later { why, after }) => {
                Tried::Later { why, after: after.and_then(|after| SignedDuration::try_from(after).ok()) }
            }
        }
    }
}
