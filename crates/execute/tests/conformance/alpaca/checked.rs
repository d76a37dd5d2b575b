//! What a check of an account tells.

use execute::brokers::Alpaca;
use execute::brokers::alpaca::Settings;
use execute::{Broker, BrokerError};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::server::{KEY_ID, Wrong};
use super::subject;

#[test]
fn an_account_in_order_has_no_problems_and_its_number_is_masked() {
    let at = subject();
    let checked = at.broker.check(&Timestamp::now);
    assert_eq!(checked.len(), 1);
    assert_eq!(checked[0].problems(), Vec::<String>::new());
    let shown = checked[0].to_string();
    assert!(shown.starts_with("joint: alpaca at http://127.0.0.1:"), "{shown}");
    assert!(
        shown.contains("(paper), account …ABCD, ACTIVE, cash −23,140.20 USD, buying power 262,113.63 USD"),
        "{shown}"
    );
    assert!(
        shown.contains("parts of shares: yes, short sales: yes, pattern day trader: no, market "),
        "{shown}"
    );
    assert!(!shown.contains("010203ABCD") && !format!("{checked:?}").contains("010203ABCD"));
}

#[test]
fn whatever_stops_trading_is_a_problem() {
    let at = subject();
    {
        let mut state = at.server.state();
        for blocked in ["trading_blocked", "account_blocked", "trade_suspended_by_user"] {
            state.account[blocked] = json!(true);
        }
        state.account["status"] = json!("ACCOUNT_UPDATED");
        state.configurations["fractional_trading"] = json!(false);
        state.clock_ahead = SignedDuration::from_secs(-90);
        state.calendar = Some(json!([]));
    }
    let problems = at.broker.check(&Timestamp::now)[0].problems();
    assert!(problems.len() == 10 && problems[9].starts_with("and so on"), "{problems:#?}");
    for part in [
        "the account is `ACCOUNT_UPDATED`",
        "the account is blocked",
        "trading is blocked",
        "trading is suspended",
        "parts of shares are not traded",
        " ms behind this machine's",
        "the market does not trade by the broker and trades from 09:30:00 to",
    ] {
        assert!(problems.iter().any(|problem| problem.contains(part)), "{part}: {problems:#?}");
    }
}

#[test]
fn who_is_away_and_whose_keys_are_missing_is_told() {
    let at = subject();
    at.server.next(
        "GET /v2/account",
        Wrong::Answer(401, "", r#"{"message":"request is not authorized"}"#.to_owned()),
    );
    let problems = at.broker.check(&Timestamp::now)[0].problems();
    assert!(problems[0].contains("does not take the keys of account `…oint`"), "{problems:?}");
    let settings = "timeout_secs = 1\n[accounts.here]\naddress = \"http://127.0.0.1:9\"\nkey_id_env = \"A\"\nsecret_key_env = \"B\"\n\
                    [accounts.keyless]\nkey_id_env = \"C\"\nsecret_key_env = \"D\"";
    let settings: Settings = toml::from_str(settings).unwrap();
    let variable = |name: &str| match name {
        "D" => None,
        "C" => Some("  ".to_owned()),
        _ => Some(KEY_ID.to_owned()),
    };
    let alpaca = Alpaca::new(&settings, &variable).unwrap();
    let checked = alpaca.check(&Timestamp::now);
    assert!(matches!(checked[0].reached, Some(Err(BrokerError::Unreachable { .. }))), "{checked:?}");
    assert_eq!(
        checked[1].problems(),
        ["no key is in `C` and `D`: set the environment variables and start again"]
    );
    let error = alpaca.holdings("keyless").unwrap_err();
    assert!(matches!(error, BrokerError::Keys { .. }), "{error:?}");
    assert!(error.to_string().contains("no key is in C and D"), "{error}");
}
