//! What people write about models: the configuration, names of models, addresses, and the headers that say when to come back.

#![no_main]

use libfuzzer_sys::fuzz_target;
use llm::transport::Address;
use llm::{Configuration, ModelName};
use outward::retry_after;

/// Every variable holds a key, but for those that say where things are kept.
fn variable(name: &str) -> Option<String> {
    let is_place = matches!(name, "HOME" | "XDG_STATE_HOME");
    Some(if is_place { "/home/me" } else { "sk-not-to-be-seen" }.to_owned())
}

fuzz_target!(|text: &str| {
    match Configuration::read(text, &variable) {
        Ok(configuration) => assert!(!format!("{configuration:?}").contains("not-to-be-seen")),
        Err(error) => drop(error.to_string()),
    }
    if let Ok(name) = text.parse::<ModelName>() {
        assert_eq!(name.to_string().parse::<ModelName>().as_ref(), Ok(&name));
    }
    let _ = Address::read(text, true);
    let now: jiff::Timestamp = "2026-11-26T08:00:00Z".parse().expect("a moment");
    let _ = retry_after::wait(Some(text), Some(text), now);
});
