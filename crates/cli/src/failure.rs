//! Why a command could not do its work, as a person on a terminal reads it.
//!
//! In: an error of some stage and the name of the input. Out: lines `equipoise: FILE: where: what;
//! what to do` on stderr and an exit status. Invariant: text from a document never reaches the
//! terminal with its control characters.

use std::fmt::Display;
use std::io::Write;

use portfolio::DocumentError;

use crate::exit::Exit;

/// A command that could not do its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// How to exit.
    pub(crate) exit: Exit,
    /// One line per fault, without the program's name.
    pub(crate) lines: Vec<String>,
}

/// Faults listed at most; a document that is wrong everywhere needs no thousand lines.
const FAULTS_MAX: usize = 40;

impl Failure {
    /// Input that is wrong: each line of `error` becomes one.
    pub(crate) fn input(name: &str, error: &dyn Display) -> Failure {
        let text = error.to_string();
        let mut lines: Vec<String> = text.lines().take(FAULTS_MAX).map(|l| format!("{name}: {l}")).collect();
        let more = text.lines().count().saturating_sub(FAULTS_MAX);
        if more > 0 {
            lines.push(format!("{name}: and {more} more faults; mend these first"));
        }
        Failure { exit: Exit::WrongInput, lines }
    }

    /// A document that can't be read: one line per fault, whatever line breaks its own words have.
    pub(crate) fn document(name: &str, error: &DocumentError) -> Failure {
        let one_line = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        match error {
            DocumentError::Shape { .. } => Failure::input(name, &one_line(error.to_string())),
            DocumentError::Content(faults) => {
                let faults: Vec<String> = faults.iter().map(|fault| one_line(fault.to_string())).collect();
                Failure::faults(name, &faults)
            }
        }
    }

    /// Several faults of one input.
    pub(crate) fn faults<E: Display>(name: &str, faults: &[E]) -> Failure {
        let all: Vec<String> = faults.iter().map(ToString::to_string).collect();
        Failure::input(name, &all.join("\n"))
    }

    /// A command line that asks for what can't be.
    pub(crate) fn usage(message: impl Into<String>) -> Failure {
        Failure { exit: Exit::WrongInput, lines: vec![message.into()] }
    }

    /// Something outside that can't be reached.
    pub(crate) fn outside(message: impl Into<String>) -> Failure {
        Failure { exit: Exit::Unreachable, lines: vec![message.into()] }
    }

    /// The same, behind the place of a configuration that named the input; of many faults each has its own place in the input.
    pub(crate) fn said_at(mut self, said: &str) -> Failure {
        if let [line] = self.lines.as_mut_slice() {
            *line = format!("{said}: {line}");
        }
        self
    }

    /// Prints the lines to stderr.
    pub(crate) fn tell(&self) -> Exit {
        tell(&self.lines);
        self.exit
    }
}

/// Prints lines to stderr under the program's name; a closed stderr is nobody's fault.
pub(crate) fn tell(lines: &[String]) {
    let mut stderr = anstream::stderr().lock();
    for line in lines {
        let _ = writeln!(stderr, "equipoise: {}", printable(line));
    }
}

/// Prints a line to stderr as it is, for programs.
pub(crate) fn tell_line(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// The text without control characters, which could drive a terminal or turn what is read.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if drives(c) { '\u{fffd}' } else { c }).collect()
}

/// Whether a character does something on a terminal beside being seen. Names and words of documents and models may have any.
fn drives(c: char) -> bool {
    c.is_control() && c != '\n'
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_is_a_line_with_the_file() {
        let failure = Failure::input("p.json", &"as_of: bad\ncash: worse");
        assert_eq!(failure.lines, ["p.json: as_of: bad", "p.json: cash: worse"]);
        assert_eq!(failure.exit, Exit::WrongInput);
    }

    #[test]
    fn a_fault_is_one_line_whatever_the_document_says() {
        let text = "{\"as_of\": [\n 1]}";
        let failure = Failure::document("f", &portfolio::read(text).unwrap_err());
        assert_eq!(failure.lines.len(), 1, "{failure:?}");
        let text =
            r#"{"as_of": "2026\n-1", "cash": 1, "target_allocation": {"Cash": 1}, "household_id": "x"}"#;
        let failure = Failure::document("f", &portfolio::read(text).unwrap_err());
        assert_eq!(
            failure.lines,
            ["f: line 1: as_of: `2026 -1` is no date; write YYYY-MM-DD, such as 2026-11-20"]
        );
    }

    #[test]
    fn long_lists_are_cut_and_said_to_be() {
        let faults: Vec<String> = (0..50).map(|n| n.to_string()).collect();
        let failure = Failure::faults("f", &faults);
        assert_eq!(failure.lines.len(), FAULTS_MAX + 1);
        assert_eq!(failure.lines[FAULTS_MAX], "f: and 10 more faults; mend these first");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\u{7}"), "a\u{fffd}[31mb\u{fffd}");
        assert_eq!(printable("é\u{202e}x\n"), "é\u{fffd}x\n");
    }
}
