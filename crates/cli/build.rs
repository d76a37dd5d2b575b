//! Puts the files of the web page into the program, where the page was built.
//!
//! In: `web/dist`, as `make web` makes it. Out: a list of its files with their bytes, which `service/web.rs` takes in; an empty one where there
//! are none, so that the program builds without anything of the web. Invariant: what changes there is built in by the next build: the folder
//! is made where it is missing, since cargo would otherwise build the program anew each time, waiting for it.

#![allow(clippy::print_stdout, reason = "so cargo is told")]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let variable = |name| env::var_os(name).map(PathBuf::from).ok_or_else(|| io::Error::other(name));
    let dist = variable("CARGO_MANIFEST_DIR")?.join("../../web/dist");
    println!("cargo::rerun-if-changed=build.rs");
    if dist.is_dir() || fs::create_dir_all(&dist).is_ok() {
        println!("cargo::rerun-if-changed={}", dist.display());
    }
    let mut files = Vec::new();
    if dist.join("index.html").is_file() {
        list(&dist, "", &mut files)?;
    }
    files.sort();
    let mut text = String::from("&[\n");
    for (name, path) in &files {
        writeln!(text, "    ({name:?}, include_bytes!({path:?})),").map_err(io::Error::other)?;
    }
    text.push_str("]\n");
    fs::write(variable("OUT_DIR")?.join("page.rs"), text)
}

/// Every file below a folder, by its path from the root of the page.
fn list(folder: &Path, below: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            list(&entry.path(), &format!("{name}/"), files)?;
        } else if kind.is_file() {
            files.push((name, entry.path().canonicalize()?));
        }
    }
    Ok(())
}
