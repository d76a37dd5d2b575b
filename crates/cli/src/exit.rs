//! Exit statuses (interface.md, "Commands").

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done,
    /// A check failed (`validate`).
    CheckFailed,
    /// The input or the command line is wrong.
    WrongInput,
    /// No plan keeps every rule.
    Infeasible,
    /// Something outside, such as a file, could not be reached.
    Unreachable,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::CheckFailed => 1,
            Exit::WrongInput => 2,
            Exit::Infeasible => 3,
            Exit::Unreachable => 4,
        })
    }
}
