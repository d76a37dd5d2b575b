//! `equipoise audit check FILE --key VKEY`: does a proof, or an export, hold? Offline, and without any database.
//!
//! In: a file that somebody sent, and the key of the log from a place that one trusts. Out: what is proven; exit 1 where it is refused.

use std::io::{BufRead, BufReader};

use audit::export::ExportVerifier;
use audit::{Checked, Trust};
use serde_json::{Map, Value, json};

use super::verifier;
use crate::books::kept_outside;
use crate::exit::Exit;
use crate::failure::{Failure, printable};
use crate::input;
use crate::output::{self, Format};

/// Arguments of `audit check`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A proof of `audit prove`, or an export of `audit export`
    file: String,
    /// The key of the log, or a file with it (`audit key` prints it); from a place that one trusts
    #[arg(long, value_name = "VKEY")]
    key: String,
    /// The key of a witness who has to have signed as well, or a file with it; may be given several times
    #[arg(long, value_name = "VKEY")]
    witness: Vec<String>,
    /// For an export: a file of checkpoints, or one signed checkpoint, that was kept elsewhere
    #[arg(long, value_name = "FILE")]
    since: Option<String>,
    /// Words for people, or JSON
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let mut trust = Trust::in_log(verifier(&arguments.key)?);
    trust.witnesses = arguments.witness.iter().map(|key| verifier(key)).collect::<Result<_, _>>()?;
    trust.witnesses_min = trust.witnesses.len();
    let unread = |error: std::io::Error| {
        Failure::usage(format!(
            "{}: can't be read ({error}); check the name and its permissions",
            arguments.file
        ))
    };
    let mut file = BufReader::new(std::fs::File::open(&arguments.file).map_err(unread)?);
    let begins_as_export = file.fill_buf().map_err(unread)?.starts_with(b"{\"header\"");
    if begins_as_export { export(arguments, trust, file) } else { proof(arguments, &trust) }
}

fn refused(name: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure { exit: Exit::CheckFailed, lines: vec![format!("{name}: refused: {error}")] }
}

fn proof(arguments: &Arguments, trust: &Trust) -> Result<Exit, Failure> {
    let text = input::text(&arguments.file)?;
    let checked = audit::check(&text, trust).map_err(|error| refused(&arguments.file, &error))?;
    match arguments.format {
        Format::Table => output::page(&page(&checked))?,
        Format::Json => output::json(&json(&checked))?,
    }
    Ok(Exit::Done)
}

fn page(checked: &Checked) -> String {
    let (record, checkpoint) = (&checked.record, &checked.checkpoint);
    let mut page = format!(
        "proven: record {} ({}), written {}, is in the log {} of {} records\n",
        record.sequence,
        record.kind.as_str(),
        checked.time,
        checkpoint.origin,
        checkpoint.size
    );
    for (field, value) in &checked.opened {
        page += &format!("{field}: {}\n", printable(&String::from_utf8_lossy(value)));
    }
    if checked.opened.is_empty() {
        page += "nothing of it is open: what it says is not shown\n";
    }
    page
}

fn json(checked: &Checked) -> Value {
    let opened = checked
        .opened
        .iter()
        .map(|(field, value)| (field.name().to_owned(), json!(String::from_utf8_lossy(value))));
    json!({
        "proven": true,
        "record": checked.record.sequence,
        "kind": checked.record.kind.as_str(),
        "time": checked.time,
        "opened": opened.collect::<Map<_, _>>(),
        "log": checked.checkpoint.origin,
        "size": checked.checkpoint.size,
        "root": checked.checkpoint.root.to_base64(),
    })
}

fn export(arguments: &Arguments, trust: Trust, file: impl BufRead) -> Result<Exit, Failure> {
    let name = &arguments.file;
    let outside = match &arguments.since {
        Some(path) => kept_outside(path, &trust)?,
        None => Vec::new(),
    };
    let mut verifier = ExportVerifier::new(trust, outside);
    for line in file.lines() {
        let line = line.map_err(|error| Failure::usage(format!("{name}: can't be read ({error})")))?;
        verifier.line(&line).map_err(|error| refused(name, &error))?;
    }
    let report = verifier.finish().map_err(|error| refused(name, &error))?;
    match arguments.format {
        Format::Table => output::page(&format!("{report}\n"))?,
        Format::Json => output::json(&json!({
            "sound": report.is_sound(),
            "records": report.records,
            "root": report.root.to_base64(),
            "fault": report.fault.as_ref().map(ToString::to_string),
            "outside_size": report.outside_size,
        }))?,
    }
    Ok(if report.is_sound() { Exit::Done } else { Exit::CheckFailed })
}
