//! The question which of the computed plans is to be taken: no longer than there is something to choose and to say.

use llm::Request;
use propose::candidates::{Options, candidates};
use propose::choice;
use serde_json::{Value, json};

use super::world::{DESIGN, World, changed};

/// The question for a document.
pub(crate) fn question(document: &str) -> Request {
    let world = World::of(document);
    let found = candidates(&world.portfolio, &world.rates, &Options::default()).unwrap();
    choice::question(&world.situation(), &found)
}

/// A document with words in it.
pub(crate) fn worded() -> String {
    changed(DESIGN, |document| document["instructions"] = json!("Taxes hurt me most. No tobacco, please."))
}

/// The data of a question; nothing stands before its fence.
fn data(request: &Request) -> Value {
    let (_, rest) = request.messages[1].text.split_once('\n').unwrap();
    serde_json::from_str(rest.rsplit_once("\nEND DATA").unwrap().0).unwrap()
}

fn most(request: &Request, list: &str) -> u64 {
    request.schema.as_ref().unwrap().full()["properties"][list]["maxItems"].as_u64().unwrap()
}

#[test]
fn lists_of_an_answer_are_no_longer_than_there_is_something_to_say() {
    let silent = changed(DESIGN, |document| {
        document.as_object_mut().unwrap().remove("instructions");
    });
    let (silent, worded) = (question(&silent), question(&worded()));
    assert_eq!(most(&silent, "preferences"), 0, "nobody said anything");
    assert_eq!(data(&silent)["tokens"], json!(""));
    assert_eq!(most(&worded, "preferences"), 4, "seven words");
    assert!(data(&worded)["tokens"].as_str().unwrap().contains("exclude_I"));
    let plans = data(&worded)["plans"].as_array().unwrap().clone();
    let longest = plans.iter().map(|plan| plan["rows"].as_array().unwrap().len() as u64).max().unwrap();
    assert_eq!(most(&worded, "reasons"), longest);
    let schema = worded.schema.as_ref().unwrap();
    let answer = |reasons: Value| json!({"choice": "best", "because": "", "summary": "", "reasons": reasons, "preferences": []});
    assert_eq!(schema.faults(&answer(json!([]))), []);
    let beyond = json!([{"row": longest + 1, "text": "There is no such row."}]);
    assert!(!schema.faults(&answer(beyond)).is_empty());
}
