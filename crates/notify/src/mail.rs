//! A notice as a letter.
//!
//! In: a notice, a mail server, who it is from and for. Out: the server took it, or why not. Invariants: a password goes only over an
//! encrypted connection or stays on this machine; a letter has the notice's name as its `Message-ID`, so that a second one is known.
//!
//! # Source
//! RFC 5321 (SMTP), RFC 8314 (`smtps` on 465), RFC 3207 (STARTTLS), RFC 5322 (letters).

use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::message::{Mailbox as Person, MessageBuilder};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Message, SmtpTransport, Transport};

use crate::{Notice, Undelivered, WAIT_MAX};

/// A mailbox that takes notices.
pub struct Mailbox {
    transport: SmtpTransport,
    from: Person,
    to: Vec<Person>,
}

impl std::fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mailbox from {} to {} people", self.from.email, self.to.len())
    }
}

/// Why a mailbox can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailboxError {
    /// The server's address is none.
    #[error(
        "`{written}` is no mail server; write smtps://HOST, smtp://HOST (encrypted by STARTTLS), or smtp://127.0.0.1:PORT on this machine"
    )]
    Server {
        /// As written, without a password.
        written: String,
    },
    /// An address of a person is none.
    #[error("`{written}` is no address of a person, such as `Ann <ann@example.org>`")]
    Person {
        /// As written.
        written: String,
    },
    /// Nobody is to get it.
    #[error("a letter needs somebody to go to: give `to`")]
    Nobody,
}

impl Mailbox {
    /// A server by its address, who letters are from and for, and the name and password where the server wants them.
    ///
    /// # Errors
    /// [`MailboxError`].
    pub fn new(
        server: &str,
        login: Option<(&str, &str)>,
        from: &str,
        to: &[String],
    ) -> Result<Mailbox, MailboxError> {
        let person = |written: &str| {
            written.parse::<Person>().map_err(|_| MailboxError::Person { written: written.to_owned() })
        };
        let to = to.iter().map(|written| person(written)).collect::<Result<Vec<_>, _>>()?;
        if to.is_empty() {
            return Err(MailboxError::Nobody);
        }
        let transport = transport(server, login)?;
        Ok(Mailbox { transport, from: person(from)?, to })
    }

    pub(crate) fn deliver(&self, notice: &Notice) -> Result<(), Undelivered> {
        let letter = self.letter(notice).map_err(|error| Undelivered::Never { why: error.to_string() })?;
        match self.transport.send(&letter) {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(Undelivered::Never { why: error.to_string() }),
            Err(error) => Err(Undelivered::Later { why: error.to_string(), after: None }),
        }
    }

    fn letter(&self, notice: &Notice) -> Result<Message, lettre::error::Error> {
        let host = self.from.email.domain();
        let seconds = u64::try_from(notice.at.as_second()).unwrap_or(0);
        let builder: MessageBuilder = Message::builder()
            .from(self.from.clone())
            .subject(notice.subject.replace(['\r', '\n'], " "))
            .message_id(Some(format!("<{}@{host}>", notice.id)))
            .date(std::time::UNIX_EPOCH + Duration::from_secs(seconds))
            .header(ContentType::TEXT_PLAIN);
        self.to.iter().cloned().fold(builder, MessageBuilder::to).body(notice.text.clone())
    }
}

fn transport(server: &str, login: Option<(&str, &str)>) -> Result<SmtpTransport, MailboxError> {
    let refused = || MailboxError::Server {
        written: server.rsplit_once('@').map_or(server, |(_, host)| host).chars().take(200).collect(),
    };
    let (scheme, place) = server.split_once("://").ok_or_else(refused)?;
    if place.contains(['@', '/', '?', '#']) || place.is_empty() {
        return Err(refused());
    }
    let (host, port) = match place.rsplit_once(':').filter(|_| !place.ends_with(']')) {
        Some((host, port)) => (host, Some(port.parse::<u16>().map_err(|_| refused())?)),
        None => (place, None),
    };
    let host = host.trim_matches(['[', ']']);
    let is_here = outward::address::is_this_machine(host);
    let mut builder = match scheme {
        "smtps" => SmtpTransport::relay(host).map_err(|_| refused())?,
        "smtp" if is_here => SmtpTransport::builder_dangerous(host),
        "smtp" => SmtpTransport::starttls_relay(host).map_err(|_| refused())?,
        _ => return Err(refused()),
    };
    if let Some(port) = port {
        builder = builder.port(port);
    }
    if let Some((name, password)) = login {
        builder = builder.credentials(Credentials::new(name.to_owned(), password.to_owned()));
    }
    Ok(builder.timeout(Some(WAIT_MAX)).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_server_or_person_is_named_without_a_password() {
        let to = ["ann@example.org".to_owned()];
        assert!(Mailbox::new("smtp://127.0.0.1:2525", None, "E <e@example.org>", &to).is_ok());
        assert!(Mailbox::new("smtps://mail.example.org", Some(("e", "word")), "e@example.org", &to).is_ok());
        for bad in ["", "mail.example.org", "http://mail", "smtp://me:word@mail", "smtp://mail:x"] {
            let refused = Mailbox::new(bad, None, "e@example.org", &to).unwrap_err();
            assert!(matches!(refused, MailboxError::Server { .. }), "{bad}");
            assert!(!refused.to_string().contains("word@"));
        }
        assert!(matches!(
            Mailbox::new("smtps://mail", None, "nobody", &to).unwrap_err(),
            MailboxError::Person { .. }
        ));
        assert_eq!(
            Mailbox::new("smtps://mail", None, "e@example.org", &[]).unwrap_err(),
            MailboxError::Nobody
        );
    }
}
