//! The broker over FIX, at the acceptor of QuickFIX.

mod acceptor;
mod faults;
mod lines;

use execute::brokers::Fix;
use execute::brokers::fix::Settings;
use execute::{Broker, Ticket};
use jiff::Timestamp;
use portfolio::Decimal;

use self::acceptor::Acceptor;
use crate::suite::Subject;

pub(crate) struct OverFix {
    broker: Option<Fix>,
    acceptor: Acceptor,
}

pub(crate) fn subject() -> OverFix {
    with("")
}

/// A broker with further settings.
fn with(settings: &str) -> OverFix {
    let acceptor = Acceptor::new();
    let broker = Some(broker(&acceptor, settings));
    OverFix { broker, acceptor }
}

/// A broker of the session of an acceptor.
fn broker(acceptor: &Acceptor, settings: &str) -> Fix {
    let folder = acceptor.folder.path().join("session");
    let timeout = if settings.contains("timeout_secs") { "" } else { "timeout_secs = 10\n" };
    let text = format!(
        "address = \"127.0.0.1:{}\"\nsender_comp_id = \"EQUIPOISE\"\ntarget_comp_id = \"BROKER\"\nfolder = \"{}\"\n\
         {timeout}{settings}\n[accounts]\njoint = \"A-12345\"",
        acceptor.port,
        folder.display()
    );
    let settings: Settings = toml::from_str(&text).unwrap();
    Fix::new(&settings, &|name| Some(format!("value-of-{name}"))).unwrap()
}

impl OverFix {
    fn fix(&self) -> &Fix {
        self.broker.as_ref().unwrap()
    }

    /// The program ends and starts again.
    fn restarts(&mut self, settings: &str) {
        drop(self.broker.take());
        self.broker = Some(broker(&self.acceptor, settings));
    }
}

impl Subject for OverFix {
    fn broker(&self) -> &dyn Broker {
        self.fix()
    }

    fn executes(&self, ticket: &Ticket, quantity: Decimal, price: Decimal, at: Timestamp) {
        self.acceptor.executes(&ticket.client_order_id, quantity, price, at);
    }

    fn remembers(&self) -> bool {
        true
    }

    fn takes_back(&self) -> bool {
        true
    }
}
