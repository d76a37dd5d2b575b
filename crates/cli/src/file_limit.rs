//! A limit on the size of files (`ulimit -f`): a write beyond it fails and is told, and does not end the program.
//!
//! In: nothing. Out: nothing. Invariant: what is on the disk stays whole, for whoever writes gets an error and can say so. The system would
//! end the program in the middle of a write; CPython and databases turn that off as well.

/// Lets writes beyond the limit fail. Where that can't be had, the system's way stays.
#[cfg(target_os = "linux")]
pub(crate) fn fails_writes() {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    /// `SIGXFSZ` of Linux, but on MIPS and PA-RISC, where it is another number and the system's way stays.
    const OVER_THE_LIMIT: i32 = 25;
    if !cfg!(any(target_arch = "mips", target_arch = "mips64")) {
        let _ = signal_hook::flag::register(OVER_THE_LIMIT, Arc::new(AtomicBool::new(false)));
    }
}

/// Nothing is known of other systems: theirs is the way.
#[cfg(not(target_os = "linux"))]
pub(crate) const fn fails_writes() {}
