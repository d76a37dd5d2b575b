//! The command line: what can be asked for, and the way to who answers.
//!
//! Out: an [`Exit`]. Invariant: whatever the arguments and whatever the input, this returns; a panic
//! below it is caught here and told as the defect that it is.

use std::panic::{AssertUnwindSafe, catch_unwind};

use clap::Parser;

use crate::commands::Command;
use crate::exit::Exit;
use crate::failure::{Failure, tell};

/// Keeps investment portfolios at target: proposes tax-lot-exact trades from an exact optimiser,
/// checks them against every rule, and explains them. Not advice.
#[derive(Debug, Parser)]
#[command(name = "equipoise", version, max_term_width = 100, after_help = AFTER_HELP)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "FILE may be - for stdin. Exit status: 0 done, 1 a check failed, 2 the input or the \
command line is wrong, 3 no feasible plan, 4 something outside could not be reached.";

/// Reads the command line and runs the command.
pub(crate) fn run() -> Exit {
    let command_line = match CommandLine::try_parse() {
        Ok(command_line) => command_line,
        Err(error) => {
            let exit = if error.use_stderr() { Exit::WrongInput } else { Exit::Done };
            let _ = error.print(); // a closed pipe is nobody's fault
            return exit;
        }
    };
    caught(|| command_line.command.run())
        .unwrap_or_else(|place| Err(defect(&place)))
        .unwrap_or_else(|failure| failure.tell())
}

/// Runs `work`; a panic of it becomes the place where it happened, and nothing is printed.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    thread_local! {
        static PLACE: std::cell::RefCell<String> = const { std::cell::RefCell::new(String::new()) };
    }
    static QUIET: std::sync::Once = std::sync::Once::new();
    QUIET.call_once(|| {
        std::panic::set_hook(Box::new(|info| {
            let place = info.location().map(|l| format!("{}:{}", l.file(), l.line())).unwrap_or_default();
            PLACE.with(|p| *p.borrow_mut() = place);
        }));
    });
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| PLACE.with(|p| p.borrow().clone()))
}

/// A panic told to a person. The status says that this input can't be handled.
pub(crate) fn defect(place: &str) -> Failure {
    Failure::usage(format!(
        "an internal check failed at {place}; this is a defect of equipoise: please report it together with the input"
    ))
}

/// Lines for people beside the result, on stderr.
pub(crate) fn note(line: impl Into<String>) {
    tell(&[line.into()]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_of_the_command_line_is_sound() {
        use clap::CommandFactory;
        CommandLine::command().debug_assert();
    }

    #[test]
    fn a_panic_is_caught_with_its_place() {
        let place = caught(|| panic!("x")).unwrap_err();
        assert!(place.contains("command_line.rs:"), "{place}");
        assert_eq!(caught(|| 5), Ok(5));
    }
}
