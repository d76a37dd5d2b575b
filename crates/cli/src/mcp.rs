//! What an assistant may ask: tools over the Model Context Protocol, on stdin and stdout.
//!
//! In: lines of JSON-RPC. Out: an answer for each request, a line each. Invariants: stdout is the protocol alone; every tool but `propose` reads
//! and leaves everything as it is; nothing here approves, rejects, sends or changes a document; what is not among the given documents, or is of
//! a household that the person may not read, is not there; no path is opened that the command line did not name.
//!
//! | file | what it answers |
//! | --- | --- |
//! | `wire.rs` | lines and messages, with their limits |
//! | `session.rs` | the handshake, methods, versions |
//! | `tool.rs`, `tools.rs` | what a tool is; which there are, one file each in `tools/` |
//! | `arguments.rs` | what was asked of a tool, read strictly |
//! | `sight.rs` | what can be seen: documents ([`files`]), or books as a person sees them ([`visit`]) |

mod arguments;
pub(crate) mod files;
mod session;
pub(crate) mod sight;
mod tool;
mod tools;
pub(crate) mod visit;
mod wire;

use std::io::{BufRead, ErrorKind, Write};

use sight::Sight;

use crate::failure::Failure;

/// Answers until there is nothing more to read, or nobody who reads.
pub(crate) fn serve(sight: &Sight, from: &mut dyn BufRead, to: &mut dyn Write) -> Result<(), Failure> {
    let mut session = session::Session::new(sight);
    loop {
        let line = wire::next_line(from)
            .map_err(|error| Failure::outside(format!("stdin: can't be read ({error})")))?;
        let answer = match line {
            wire::Line::End => return Ok(()),
            wire::Line::TooLong => Some(session::too_long()),
            wire::Line::Whole(line) => session.answer(&line),
        };
        let Some(answer) = answer else { continue };
        match to.write_all(answer.as_bytes()).and_then(|()| to.write_all(b"\n")).and_then(|()| to.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            Err(error) => return Err(Failure::outside(format!("stdout: can't be written ({error})"))),
            Ok(()) => {}
        }
    }
}
