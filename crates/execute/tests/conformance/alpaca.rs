//! Alpaca's broker, at the test server of `tests/alpaca`.

use execute::brokers::Alpaca;
use execute::brokers::alpaca::Settings;
use execute::{Broker, Ticket};
use jiff::Timestamp;
use portfolio::Decimal;

use crate::server::{KEY_ID, SECRET_KEY, Server};
use crate::suite::{Subject, begin};

pub(crate) struct AtAlpaca {
    server: Server,
    broker: Alpaca,
}

pub(crate) fn subject() -> AtAlpaca {
    let server = Server::new(begin());
    let settings = format!(
        "[accounts.joint]\naddress = \"{}\"\nkey_id_env = \"ID\"\nsecret_key_env = \"SECRET\"",
        server.address
    );
    let settings: Settings = toml::from_str(&settings).unwrap();
    let variable = |name: &str| Some(if name == "ID" { KEY_ID } else { SECRET_KEY }.to_owned());
    let broker = Alpaca::new(&settings, &variable).unwrap();
    AtAlpaca { server, broker }
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
