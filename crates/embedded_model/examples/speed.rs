//! How fast the model reads and writes, and what memory it takes: `cargo run --release -p embedded_model --example speed -- FILE.gguf`
//!
//! In: a GGUF file, and perhaps how many times to measure. Out: a table of medians. The prompt is a portfolio in words of about 1,400
//! tokens; the answers are 100 tokens of free text, the same prompt again with what was kept of it, and JSON of a small schema. Rates are
//! by the clock and, where the system counts it (Linux), by time of all processors: the second does not mind a busy machine.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use embedded_model::{Asked, Model, Speaker, Step, Turn};
use serde_json::json;

/// One answer: when its prompt was read, when it was written.
struct Timed {
    reading: Spent,
    writing: Spent,
    read_tokens: usize,
    reply_tokens: usize,
    text: String,
}

/// Time by the clock, and of all processors.
#[derive(Clone, Copy)]
struct Spent {
    clock: Duration,
    processors: Duration,
}

/// A moment, by the clock and by what the processors have done for the program.
#[derive(Clone, Copy)]
struct Moment {
    clock: Instant,
    processors: Duration,
}

impl Moment {
    fn now() -> Moment {
        Moment { clock: Instant::now(), processors: processors().unwrap_or_default() }
    }

    fn since(self, earlier: Moment) -> Spent {
        Spent { clock: self.clock - earlier.clock, processors: self.processors - earlier.processors }
    }
}

/// Hundredths of a second, as Linux counts them.
fn processors() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().expect("the GGUF file");
    let times: usize = arguments.next().map_or(3, |times| times.parse().unwrap());
    let began = Instant::now();
    let bytes = std::fs::read(&file).unwrap();
    let model = Model::load(&bytes).unwrap();
    drop(bytes);
    println!("{} on {} threads", model.name(), rayon::current_num_threads());
    println!(
        "loaded in {:.2} s, weights {} MB, memory {}",
        secs(began.elapsed()),
        model.weights_bytes() / 1_000_000,
        memory()
    );
    let schema = json!({"type": "object", "additionalProperties": false, "required": ["trades", "summary"], "properties": {
        "trades": {"type": "array", "maxItems": 3, "items": {"type": "object", "additionalProperties": false,
            "required": ["action", "ticker", "quantity"], "properties": {"action": {"enum": ["BUY", "SELL"]},
            "ticker": {"enum": ["IVV", "VXUS", "AGG"]}, "quantity": {"type": "integer", "minimum": 1, "maximum": 999}}}},
        "summary": {"type": "string", "maxLength": 120}}});
    for (what, schema, is_new) in [
        ("a new prompt, free text", None, true),
        ("the same prompt again", None, false),
        ("JSON by a schema", Some(&schema), false),
    ] {
        let mut all: Vec<Timed> =
            (0..times).map(|time| timed(&model, if is_new { time } else { 0 }, schema)).collect();
        println!(
            "\n{what}: {} tokens read, {} written, memory {}",
            all[0].read_tokens,
            all[0].reply_tokens,
            memory()
        );
        all.sort_by_key(|one| one.reading.clock);
        tell("reading", all[times / 2].read_tokens, all[times / 2].reading);
        all.sort_by_key(|one| one.writing.clock);
        tell("writing", all[times / 2].reply_tokens, all[times / 2].writing);
        println!("  {:?}", all[0].text);
    }
}

fn timed(model: &Model, number: usize, schema: Option<&serde_json::Value>) -> Timed {
    let system = format!("You are careful with money. Household {number}.\n{}", "Account A-17 holds 120 shares of IVV bought on 2021-03-04 at 391.20 USD, now at 512.75 USD, long term. ".repeat(25));
    let turns = [
        Turn { speaker: Speaker::System, text: &system },
        Turn { speaker: Speaker::User, text: "What would you do first, and why? Answer in full sentences." },
    ];
    let asked = Asked { turns: &turns, schema, tokens_max: 100, temperature: 0.0, seed: 0 };
    let began = Moment::now();
    let mut read_at = began;
    let mut seat = model.seat(Duration::MAX).unwrap();
    let written = seat.write(&asked, &mut |step| {
        if matches!(step, Step::Read { .. }) {
            read_at = Moment::now();
        }
        ControlFlow::Continue(())
    });
    let written = written.unwrap();
    Timed {
        reading: read_at.since(began),
        writing: Moment::now().since(read_at),
        read_tokens: written.prompt_tokens - written.kept_tokens,
        reply_tokens: written.reply_tokens,
        text: written.text,
    }
}

fn secs(duration: Duration) -> f64 {
    duration.as_secs_f64()
}

#[expect(clippy::cast_precision_loss, reason = "rates for people")]
fn tell(what: &str, tokens: usize, spent: Spent) {
    let rate = |duration: Duration| tokens as f64 / secs(duration).max(0.01);
    let Spent { clock, processors } = spent;
    println!(
        "  {what} {:.2} s, {:.1} tokens/s; {:.2} processor seconds, {:.1} tokens in each",
        secs(clock),
        rate(clock),
        secs(processors),
        rate(processors)
    );
}

/// The most that the process has held, as Linux counts it.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or("not known here".to_owned(), |line| line.trim().to_owned())
}
