//! Which accounts there are: where, under which keys, and whether with real money.
//!
//! In: a part of a configuration. Out: the way to each account, or every fault. Invariants: keys come from the environment; an address that
//! trades with real money is used only where `live = true` stands beside it; no two accounts share a key.

use std::collections::BTreeMap;
use std::time::Duration;

use outward::{Address, AddressError, Agent, Key, Limits, NoRoots};
use serde::Deserialize;

use super::Access;
use super::calls::Door;
use crate::brokers::is_variable;

/// The address of accounts that trade on paper.
pub const PAPER: &str = "https://paper-api.alpaca.markets";
/// Its host.
const PAPER_HOST: &str = "paper-api.alpaca.markets";
/// Seconds that one request takes at most, where no setting says it.
const TIMEOUT_SECS: u64 = 20;
/// The longest that a setting may say.
const TIMEOUT_SECS_MAX: u64 = 120;
/// Until there is a connection.
const CONNECTING: Duration = Duration::from_secs(10);
/// The largest body that is read: a page of activities or all positions are far below.
const BODY_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// Alpaca in a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// By our name of the account.
    pub accounts: BTreeMap<String, AccountSettings>,
    /// Seconds that one request takes at most, 1 to 120.
    #[serde(default = "timeout_secs")]
    pub timeout_secs: u64,
}

/// One account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSettings {
    /// Where it is; [`PAPER`] where nothing stands here.
    #[serde(default = "paper")]
    pub address: String,
    /// Whether it trades with real money: has to be so where the address does.
    #[serde(default)]
    pub live: bool,
    /// The environment variable with the id of its key.
    pub key_id_env: String,
    /// The environment variable with the secret of its key.
    pub secret_key_env: String,
}

fn timeout_secs() -> u64 {
    TIMEOUT_SECS
}

fn paper() -> String {
    PAPER.to_owned()
}

/// Why settings can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// There is nobody to trade for.
    #[error("accounts: there is none; name each account with `key_id_env` and `secret_key_env`")]
    NoAccounts,
    /// The time is out of bounds.
    #[error("timeout_secs: `{secs}` is not between 1 and {TIMEOUT_SECS_MAX}")]
    Timeout {
        /// As written.
        secs: u64,
    },
    /// The address is none.
    #[error("accounts.{account}.address: {error}")]
    Address {
        /// Whose.
        account: String,
        /// Why.
        error: AddressError,
    },
    /// The address has a path.
    #[error("accounts.{account}.address: `{address}` has a path; write the host alone, such as {PAPER}")]
    Path {
        /// Whose.
        account: String,
        /// As written.
        address: String,
    },
    /// It trades with real money, and nobody said that it shall.
    #[error(
        "accounts.{account}.address: `{address}` trades with real money; write `live = true` beside it if that is meant, or leave the address out for paper"
    )]
    LiveUnasked {
        /// Whose.
        account: String,
        /// As written.
        address: String,
    },
    /// Real money is asked for where there is none.
    #[error(
        "accounts.{account}.live: `{address}` trades on paper; write `address = \"https://api.alpaca.markets\"` for real money, or leave `live` out"
    )]
    PaperAskedLive {
        /// Whose.
        account: String,
        /// As written.
        address: String,
    },
    /// A variable's name is none.
    #[error("accounts.{account}: `{variable}` is no name of an environment variable")]
    Variable {
        /// Whose.
        account: String,
        /// As written.
        variable: String,
    },
    /// A key would open two accounts, or stand for its own secret.
    #[error("accounts.{account}: the variable `{variable}` is named twice; each key is of one account")]
    Shared {
        /// Whose is the second.
        account: String,
        /// Which.
        variable: String,
    },
    /// This machine trusts nobody.
    #[error("accounts.{account}: {error}")]
    Roots {
        /// Whose.
        account: String,
        /// Why.
        error: NoRoots,
    },
}

impl Settings {
    /// The way to each account.
    pub(super) fn opened(
        &self,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<BTreeMap<String, Access>, Vec<SettingsError>> {
        let mut faults = Vec::new();
        if self.accounts.is_empty() {
            faults.push(SettingsError::NoAccounts);
        }
        if !(1..=TIMEOUT_SECS_MAX).contains(&self.timeout_secs) {
            faults.push(SettingsError::Timeout { secs: self.timeout_secs });
        }
        let mut named = Vec::new();
        for (account, settings) in &self.accounts {
            for variable in [&settings.key_id_env, &settings.secret_key_env] {
                let (account, name) = (account.clone(), variable.clone());
                if !is_variable(variable) {
                    faults.push(SettingsError::Variable { account, variable: name });
                } else if named.contains(&variable) {
                    faults.push(SettingsError::Shared { account, variable: name });
                }
                named.push(variable);
            }
        }
        let mut opened = BTreeMap::new();
        for (account, settings) in &self.accounts {
            match settings.opened(account, self.timeout_secs, variable) {
                Ok(access) => drop(opened.insert(account.clone(), access)),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(opened) } else { Err(faults) }
    }
}

impl AccountSettings {
    fn opened(
        &self,
        account: &str,
        timeout_secs: u64,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Access, SettingsError> {
        let (account_id, account) = (account, account.to_owned());
        let address = Address::read(&self.address)
            .map_err(|error| SettingsError::Address { account: account.clone(), error })?;
        let written = address.to_string();
        if written.splitn(4, '/').nth(3).is_some_and(|path| !path.is_empty()) {
            return Err(SettingsError::Path { account, address: written });
        }
        let is_here = address.is_loopback();
        let is_live = !is_here && address.host() != PAPER_HOST;
        match (is_live, self.live) {
            (true, false) => return Err(SettingsError::LiveUnasked { account, address: written }),
            (false, true) => return Err(SettingsError::PaperAskedLive { account, address: written }),
            _ => {}
        }
        let limits = Limits {
            time: Duration::from_secs(timeout_secs),
            connecting: CONNECTING,
            bytes_max: BODY_BYTES_MAX,
        };
        let agent = Agent::new(address, limits).map_err(|error| SettingsError::Roots { account, error })?;
        let key = |name: &str| variable(name).and_then(|value| Key::new(&value));
        let (id, secret) = (key(&self.key_id_env), key(&self.secret_key_env));
        let missing = [(&id, &self.key_id_env), (&secret, &self.secret_key_env)];
        let missing =
            missing.iter().filter(|(key, _)| key.is_none()).map(|(_, name)| (*name).clone()).collect();
        let door = id.zip(secret).map(|(id, secret)| Door::new(account_id, agent, id, secret));
        Ok(Access { is_live, is_here, address: written, missing, door })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::brokers::Alpaca;

    fn faults(text: &str) -> Vec<String> {
        let settings: Settings = toml::from_str(text).unwrap();
        let faults = Alpaca::new(&settings, &|_| None).unwrap_err();
        faults.iter().map(ToString::to_string).collect()
    }

    const KEYS: &str = "key_id_env = \"ID\"\nsecret_key_env = \"SECRET\"\n";

    #[test]
    fn paper_is_usual_and_real_money_has_to_be_asked_for() {
        let settings: Settings = toml::from_str(&format!("[accounts.joint]\n{KEYS}")).unwrap();
        assert_eq!((settings.accounts["joint"].address.as_str(), settings.timeout_secs), (PAPER, 20));
        let live = "address = \"https://api.alpaca.markets\"\n";
        let unasked = faults(&format!("[accounts.joint]\n{KEYS}{live}"));
        assert_eq!(
            unasked,
            [
                "accounts.joint.address: `https://api.alpaca.markets` trades with real money; write `live = true` beside it if that is meant, or leave the address out for paper"
            ]
        );
        let contrary = faults(&format!("[accounts.joint]\n{KEYS}live = true\n"));
        assert!(contrary[0].contains("trades on paper"), "{contrary:?}");
        let both = format!("[accounts.joint]\n{KEYS}{live}live = true\n");
        let alpaca = Alpaca::new(&toml::from_str(&both).unwrap(), &|_| None).unwrap();
        assert_eq!(alpaca.live_accounts().collect::<Vec<_>>(), ["joint"]);
    }

    #[test]
    fn every_fault_is_told_and_an_unknown_field_is_one() {
        let told = faults(
            "timeout_secs = 0\n[accounts.a]\nkey_id_env = \"X\"\nsecret_key_env = \"X\"\naddress = \"http://example.org\"\n\
             [accounts.b]\nkey_id_env = \"1\"\nsecret_key_env = \"Z\"\naddress = \"https://paper-api.alpaca.markets/v2\"",
        );
        assert_eq!(told.len(), 5, "{told:#?}");
        assert_eq!(faults("[accounts]").len(), 1);
        let unknown = format!("[accounts.joint]\n{KEYS}key = \"PK\"\n");
        assert!(
            toml::from_str::<Settings>(&unknown).unwrap_err().to_string().contains("unknown field `key`")
        );
    }

    #[test]
    fn keys_are_shown_nowhere() {
        let settings: Settings = toml::from_str(&format!("[accounts.joint]\n{KEYS}")).unwrap();
        let alpaca = Alpaca::new(&settings, &|name| Some(format!("very-secret-{name}"))).unwrap();
        assert!(!format!("{alpaca:?}").contains("very-secret"));
    }
}
