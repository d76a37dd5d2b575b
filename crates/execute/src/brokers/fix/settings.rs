//! Where the broker is, who speaks to it, for which accounts, and whether with real money.
//!
//! In: a part of a configuration. Out: what a session needs, or every fault. Invariants: name and password come from the environment; what leaves this
//! machine is encrypted; nobody trades with real money who did not write so; no two accounts are one account of the broker's.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use outward::{Address, AddressError, Key, Limits};
use serde::Deserialize;

use super::Way;
use super::session::Terms;
use crate::broker::masked;
use crate::brokers::is_variable;

/// The longest that a heartbeat may be apart, seconds.
const HEARTBEAT_SECS_MAX: u64 = 120;
/// The least.
const HEARTBEAT_SECS_MIN: u64 = 5;
/// The longest that an answer is waited for, seconds.
const TIMEOUT_SECS_MAX: u64 = 120;
/// The most digits of a quantity.
const QUANTITY_DIGITS_MAX: u32 = 9;
/// Until there is a connection.
const CONNECTING: Duration = Duration::from_secs(10);
/// The longest comp id or account.
const NAME_CHARS_MAX: usize = 64;

/// What the broker calls an account: sent, and shown by its last four characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub struct AccountNumber(String);

impl AccountNumber {
    /// As it is sent.
    pub(super) fn sent(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&masked(&self.0))
    }
}

impl fmt::Debug for AccountNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A FIX session in a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// `host:port`.
    pub address: String,
    /// What we are called (49).
    pub sender_comp_id: String,
    /// What the broker is called (56).
    pub target_comp_id: String,
    /// Our accounts, and what the broker calls them (1).
    pub accounts: BTreeMap<String, AccountNumber>,
    /// Whether orders there move real money. Has to be said of a broker that is not on this machine.
    pub live: Option<bool>,
    /// Whether the line is encrypted; off this machine it always is.
    pub tls: Option<bool>,
    /// The environment variable with the name that we log on with (553).
    pub username_env: Option<String>,
    /// The environment variable with the password (554).
    pub password_env: Option<String>,
    /// The folder of the session: its numbers and what came.
    #[serde(default = "folder")]
    pub folder: PathBuf,
    /// Seconds between heartbeats (108), 5 to 120.
    #[serde(default = "heartbeat_secs")]
    pub heartbeat_secs: u64,
    /// Whether both sides begin with 1 at every logon (141). What was filled while the line was away is not sent again then.
    #[serde(default)]
    pub reset_on_logon: bool,
    /// Seconds that an answer is waited for, 1 to 120.
    #[serde(default = "timeout_secs")]
    pub timeout_secs: u64,
    /// Digits after the point of a quantity; 0 = whole shares.
    #[serde(default)]
    pub quantity_digits: u32,
    /// The broker's account in which one order for several accounts is executed, told what each is to have (78). Without it every account has orders of its
    /// own.
    #[serde(default)]
    pub block_account: Option<AccountNumber>,
}

fn folder() -> PathBuf {
    PathBuf::from("fix")
}

fn heartbeat_secs() -> u64 {
    30
}

fn timeout_secs() -> u64 {
    20
}

/// Why settings can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The address is none.
    #[error("address: {0}")]
    Address(#[from] AddressError),
    /// The line would be open to everybody.
    #[error("tls: `false` is for this machine alone; what leaves it is encrypted")]
    Open,
    /// Nobody said whether it is real money.
    #[error(
        "live: `{address}` is not on this machine; write `live = true` if orders there move real money, or `live = false` if it is a test system"
    )]
    LiveUnsaid {
        /// As written.
        address: String,
    },
    /// There is nobody to trade for.
    #[error(
        "accounts: there is none; name each account with what the broker calls it, such as `joint = \"12345678\"`"
    )]
    NoAccounts,
    /// A name can't be sent.
    #[error(
        "{path}: `{value}` can't be sent; it has 1 to {NAME_CHARS_MAX} printable characters without blanks"
    )]
    Name {
        /// Where.
        path: String,
        /// As written; an account's is masked.
        value: String,
    },
    /// Two of ours are one of theirs.
    #[error("accounts.{account}: it is the broker's account of another one as well; each has its own")]
    Shared {
        /// The second.
        account: String,
    },
    /// A number is out of bounds.
    #[error("{path}: `{value}` is not between {least} and {most}")]
    Number {
        /// Which.
        path: &'static str,
        /// As written.
        value: u64,
        /// The least.
        least: u64,
        /// The most.
        most: u64,
    },
    /// A variable's name is none.
    #[error("{path}: `{variable}` is no name of an environment variable")]
    Variable {
        /// Where.
        path: &'static str,
        /// As written.
        variable: String,
    },
}

impl Settings {
    /// What a session needs; `variable` tells the value of an environment variable.
    pub(super) fn opened(
        &self,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Way, Vec<SettingsError>> {
        let mut faults = Vec::new();
        let address = Address::read_place(&self.address, self.tls == Some(true));
        if let Ok(address) = &address {
            if self.tls == Some(false) && !address.is_loopback() {
                faults.push(SettingsError::Open);
            }
            if self.live.is_none() && !address.is_loopback() {
                faults.push(SettingsError::LiveUnsaid { address: address.to_string() });
            }
        }
        for (path, value) in
            [("sender_comp_id", &self.sender_comp_id), ("target_comp_id", &self.target_comp_id)]
        {
            if !is_sendable(value) {
                faults.push(SettingsError::Name { path: path.to_owned(), value: value.clone() });
            }
        }
        self.check_accounts(&mut faults);
        for (path, value, least, most) in [
            ("heartbeat_secs", self.heartbeat_secs, HEARTBEAT_SECS_MIN, HEARTBEAT_SECS_MAX),
            ("timeout_secs", self.timeout_secs, 1, TIMEOUT_SECS_MAX),
            ("quantity_digits", u64::from(self.quantity_digits), 0, u64::from(QUANTITY_DIGITS_MAX)),
        ] {
            if !(least..=most).contains(&value) {
                faults.push(SettingsError::Number { path, value, least, most });
            }
        }
        let mut missing = Vec::new();
        let mut key = |path: &'static str, name: &Option<String>| {
            let name = name.as_ref()?;
            if !is_variable(name) {
                faults.push(SettingsError::Variable { path, variable: name.clone() });
                return None;
            }
            let key = variable(name).and_then(|value| Key::new(&value));
            if key.is_none() {
                missing.push(name.clone());
            }
            key
        };
        let (name, password) =
            (key("username_env", &self.username_env), key("password_env", &self.password_env));
        let address = match address {
            Ok(address) if faults.is_empty() => address,
            Ok(_) => return Err(faults),
            Err(fault) => {
                faults.insert(0, fault.into());
                return Err(faults);
            }
        };
        let timeout = Duration::from_secs(self.timeout_secs);
        Ok(Way {
            is_live: self.live == Some(true),
            limits: Limits {
                time: timeout,
                connecting: CONNECTING,
                bytes_max: super::message::BYTES_MAX as u64,
            },
            terms: Terms {
                sender: self.sender_comp_id.clone(),
                target: self.target_comp_id.clone(),
                heartbeat: Duration::from_secs(self.heartbeat_secs),
                reset_on_logon: self.reset_on_logon,
                name,
                password,
            },
            address,
            timeout,
            missing,
            accounts: self.accounts.clone(),
            folder: self.folder.clone(),
            quantity_digits: self.quantity_digits,
            block_account: self.block_account.clone(),
        })
    }

    fn check_accounts(&self, faults: &mut Vec<SettingsError>) {
        if self.accounts.is_empty() {
            faults.push(SettingsError::NoAccounts);
        }
        let mut known = BTreeSet::new();
        if let Some(theirs) = &self.block_account {
            if !is_sendable(theirs.sent()) {
                faults.push(SettingsError::Name {
                    path: "block_account".to_owned(),
                    value: theirs.to_string(),
                });
            }
            known.insert(theirs);
        }
        for (account, theirs) in &self.accounts {
            if !is_sendable(theirs.sent()) {
                let value = theirs.to_string();
                faults.push(SettingsError::Name { path: format!("accounts.{account}"), value });
            }
            if !known.insert(theirs) {
                faults.push(SettingsError::Shared { account: account.clone() });
            }
        }
    }
}

fn is_sendable(text: &str) -> bool {
    (1..=NAME_CHARS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::brokers::Fix;

    const SESSION: &str = "sender_comp_id = \"US\"\ntarget_comp_id = \"BROKER\"\n";
    const ACCOUNTS: &str = "[accounts]\njoint = \"12345678\"\n";

    fn opened(text: &str) -> Result<Fix, Vec<String>> {
        let settings: Settings = toml::from_str(text).unwrap();
        let fix = Fix::new(&settings, &|name| (name == "SET").then(|| "very-secret".to_owned()));
        fix.map_err(|faults| faults.iter().map(ToString::to_string).collect())
    }

    fn faults(top: &str, accounts: &str) -> Vec<String> {
        opened(&format!("{top}{SESSION}{accounts}")).unwrap_err()
    }

    #[test]
    fn whether_it_is_real_money_has_to_be_said() {
        let far = "address = \"fix.example.org:9443\"\n";
        assert_eq!(
            faults(far, ACCOUNTS),
            [
                "live: `fix.example.org:9443` is not on this machine; write `live = true` if orders there move real money, or `live = false` if it is a test system"
            ]
        );
        let live = opened(&format!("{far}live = true\n{SESSION}{ACCOUNTS}")).unwrap();
        assert_eq!(live.live_accounts().collect::<Vec<_>>(), ["joint"]);
        let test = opened(&format!("{far}live = false\n{SESSION}{ACCOUNTS}")).unwrap();
        assert!(test.live_accounts().next().is_none() && !test.is_here());
        // What is on this machine may be a tunnel to a broker.
        let tunnel = opened(&format!("address = \"127.0.0.1:9\"\nlive = true\n{SESSION}{ACCOUNTS}")).unwrap();
        assert_eq!((tunnel.live_accounts().count(), tunnel.is_here()), (1, false));
        assert!(opened(&format!("address = \"127.0.0.1:9\"\n{SESSION}{ACCOUNTS}")).unwrap().is_here());
        assert!(
            faults("address = \"fix.example.org:9\"\nlive = true\ntls = false\n", ACCOUNTS)[0]
                .starts_with("tls: ")
        );
    }

    #[test]
    fn every_fault_is_told_and_an_unknown_field_is_one() {
        let top = "address = \"fix\"\nheartbeat_secs = 0\ntimeout_secs = 999\nquantity_digits = 10\nusername_env = \"1\"\n";
        let told = faults(top, "[accounts]\na = \"1\"\nb = \"1\"\nc = \"4 711 123456\"\n");
        assert_eq!(told.len(), 7, "{told:#?}");
        assert!(
            told[0].starts_with("address: ") && told.iter().all(|fault| !fault.contains("4 711")),
            "{told:#?}"
        );
        assert!(faults("address = \"127.0.0.1:9\"\n", "[accounts]\n")[0].contains("accounts: there is none"));
        let unknown = format!("address = \"a:1\"\npassword = \"x\"\n{SESSION}{ACCOUNTS}");
        assert!(
            toml::from_str::<Settings>(&unknown)
                .unwrap_err()
                .to_string()
                .contains("unknown field `password`")
        );
    }

    #[test]
    fn a_password_is_shown_nowhere_and_a_missing_one_is_told() {
        let text = |name: &str| {
            format!(
                "address = \"127.0.0.1:9\"\nusername_env = \"SET\"\npassword_env = \"{name}\"\n{SESSION}{ACCOUNTS}"
            )
        };
        assert!(!format!("{:?}", opened(&text("SET")).unwrap()).contains("very-secret"));
        let without = opened(&text("NOT_SET")).unwrap();
        assert!(without.check().problems().join(" ").contains("`NOT_SET`"));
    }
}
