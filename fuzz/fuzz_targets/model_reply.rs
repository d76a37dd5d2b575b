//! What a provider sends, in either format, whole or streamed: no bytes make the gateway panic, and nothing counts as complete
//! that breaks the schema.

#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use llm::exchange::Streamed;
use llm::providers::Answer;
use llm::transport::Events;
use llm::verdict::{Verdict, judge};
use llm::{ReplySchema, chat_completions, messages_format};
use serde_json::json;

fn schema() -> &'static ReplySchema {
    static SCHEMA: OnceLock<ReplySchema> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let schema = json!({"type": "object", "required": ["city"], "additionalProperties": false, "properties": {
            "city": {"type": "string", "maxLength": 80}, "inhabitants": {"type": "number", "minimum": 0}}});
        ReplySchema::new("city", schema).expect("it is one")
    })
}

fn streamed<S: Streamed>(bytes: &[u8]) -> Answer {
    let (mut events, mut out, mut stream) = (Events::default(), Vec::new(), S::default());
    for part in bytes.chunks(7) {
        events.take(part, &mut out);
    }
    for event in &out {
        let _ = stream.take(event);
    }
    let _ = stream.is_whole();
    stream.answer("m")
}

fuzz_target!(|bytes: &[u8]| {
    let whole = [chat_completions::answer(bytes, "m").ok(), messages_format::answer(bytes, "m").ok()];
    let streams = [streamed::<chat_completions::Stream>(bytes), streamed::<messages_format::Stream>(bytes)];
    let text = Answer::of_text("m", &String::from_utf8_lossy(bytes));
    for answer in whole.into_iter().flatten().chain(streams).chain([text]) {
        if let Verdict::Complete { json } = judge(&answer, Some(schema())) {
            let found = json.expect("there is a schema");
            assert!(schema().faults(&found.value).is_empty() && answer.text.contains(&found.text));
        }
    }
});
