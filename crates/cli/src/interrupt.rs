//! Ctrl-C while a plan is looked for: once, and the best plan so far comes out; twice, and the program ends.
//!
//! In: nothing. Out: a [`Stop`] for the search. Invariant: without Ctrl-C it changes nothing.

use std::sync::atomic::{AtomicBool, Ordering};

use optimize::Stop;

use crate::failure::tell;

/// The exit status of a program that Ctrl-C ended, as shells have it.
const INTERRUPTED: i32 = 130;

/// A wish to stop that Ctrl-C makes. Where signals can't be handled, Ctrl-C ends the program as ever.
pub(crate) fn stop() -> Stop {
    let (stop, again) = (Stop::new(), AtomicBool::new(false));
    let asked = stop.clone();
    let handled = ctrlc::set_handler(move || {
        if again.swap(true, Ordering::Relaxed) {
            end();
        }
        asked.ask();
        tell(&["stopping: the best plan so far follows; Ctrl-C again ends the program".to_owned()]);
    });
    if handled.is_ok() { stop } else { Stop::NEVER }
}

#[expect(clippy::exit, reason = "whoever asks twice doesn't want to wait for the work unit to end")]
fn end() {
    std::process::exit(INTERRUPTED)
}
