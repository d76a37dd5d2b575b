//! `equipoise`: the one executable.
//!
//! In: the command line. Out: the exit status of interface.md. Everything that a person reads comes
//! from [`page`], everything that a program reads is JSON on stdout, and errors go to stderr.

mod asking;
mod books;
mod carrying;
mod command_line;
mod commands;
mod configured;
mod exit;
mod failure;
mod figures;
mod file_limit;
mod input;
mod interrupt;
mod keeping;
mod mcp;
mod output;
mod page;
mod service;
mod weights;

use std::process::ExitCode;

/// A plan is many small pieces of memory that live for a moment.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    file_limit::fails_writes();
    command_line::run().into()
}
