//! Whatever an assistant sends. The invariants: never a panic; every byte belongs to one line; what is understood keeps its bytes; what is answered is
//! one line of JSON with the id that was asked under.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use wire::{Fields, Line, Message, Received};

// The program is no library; this part of it needs nothing of the rest.
#[path = "../../crates/cli/src/mcp/wire.rs"]
#[allow(dead_code)]
mod wire;

fn judged(one: Result<Message, wire::Fault>, line: &str) {
    let answer = match one {
        Ok(Message::Notice | Message::Answer) => return,
        Ok(Message::Request { id, method, params }) => {
            if let Some(params) = params {
                assert!(line.contains(params.get()), "the parameters were changed");
                if let Ok(fields) = Fields::of(params.get()) {
                    assert!(
                        fields
                            .iter()
                            .all(|(name, raw)| fields.get(name).map(|one| one.get()) == Some(raw.get()))
                    );
                }
            }
            assert!(line.contains(id.get()), "the id was changed");
            wire::answered(&id, &format!("{{\n\"method\": {}}}", wire::quoted(&method)))
        }
        Err(fault) => {
            assert!(!fault.words.is_empty() && fault.code < -32000);
            wire::failed(&fault)
        }
    };
    assert!(!answer.contains('\n'), "an answer is one line");
    let answer: Value = serde_json::from_str(&answer).expect("an answer is JSON");
    assert!(answer["id"].is_null() || answer["id"].is_string() || answer["id"].is_number());
}

fuzz_target!(|data: &[u8]| {
    let mut from = std::io::BufReader::with_capacity(16, data);
    let mut lines: Vec<Vec<u8>> = Vec::new();
    loop {
        match wire::next_line(&mut from).expect("memory can be read") {
            Line::Whole(line) => lines.push(line),
            Line::TooLong => unreachable!("no input is that long"),
            Line::End => break,
        }
    }
    let read: usize = lines.iter().map(|line| line.len() + 1).sum();
    let unended = usize::from(!data.is_empty() && data.last() != Some(&b'\n'));
    assert_eq!(read, data.len() + unended, "every byte belongs to a line");
    for line in &lines {
        let text = String::from_utf8_lossy(line);
        match wire::read(line) {
            Received::One(one) => judged(one, &text),
            Received::Many(many) => many.into_iter().for_each(|one| judged(one, &text)),
        }
    }
});
