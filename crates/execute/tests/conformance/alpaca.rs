//! Alpaca's broker, at a server of these tests.

mod checked;
mod faults;
mod holdings;
mod schemas;
mod server;
mod updates;

use execute::brokers::Alpaca;
use execute::brokers::alpaca::Settings;
use execute::{Broker, Ticket};
use jiff::Timestamp;
use portfolio::Decimal;

use self::server::{KEY_ID, SECRET_KEY, Server};
use crate::suite::{Subject, begin};

pub(crate) struct AtAlpaca {
    server: Server,
    broker: Alpaca,
}

pub(crate) fn subject() -> AtAlpaca {
    let server = Server::new(begin());
    let broker = broker(&format!("[accounts.joint]\naddress = \"{}\"", server.address));
    AtAlpaca { server, broker }
}

/// A broker of settings that end with an account, under the keys of the server.
fn broker(settings: &str) -> Alpaca {
    let settings = format!("{settings}\nkey_id_env = \"ID\"\nsecret_key_env = \"SECRET\"");
    let settings: Settings = toml::from_str(&settings).unwrap();
    let variable = |name: &str| Some(if name == "ID" { KEY_ID } else { SECRET_KEY }.to_owned());
    Alpaca::new(&settings, &variable).unwrap()
}

impl Subject for AtAlpaca {
    fn broker(&self) -> &dyn Broker {
        &self.broker
    }

    fn executes(&self, ticket: &Ticket, quantity: Decimal, price: Decimal, at: Timestamp) {
        self.server.executes(&ticket.client_order_id, quantity, price, at);
    }

    fn remembers(&self) -> bool {
        true
    }

    fn takes_back(&self) -> bool {
        true
    }
}
