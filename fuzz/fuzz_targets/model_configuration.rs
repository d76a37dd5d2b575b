//! What people write about models: the configuration, names of models, addresses, and the headers that say when to come back.

#![no_main]

use libfuzzer_sys::fuzz_target;
use llm::transport::Address;
use llm::{Configuration, ModelName};
use outward::retry_after;

fuzz_target!(|text: &str| {
    match Configuration::read(text, &|_| Some("sk-not-to-be-seen".to_owned())) {
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
