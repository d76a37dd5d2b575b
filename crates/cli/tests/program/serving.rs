//! A service that runs beside a test, and ends with it.

use std::process::{Child, Command, Stdio};

/// A service; dropped it is killed.
pub(crate) struct Serving(Child);

impl Serving {
    /// Starts a command whose words nobody reads.
    pub(crate) fn start(mut command: Command) -> Serving {
        Serving(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
