//! `equipoise demo --page`: the service of a demonstration with its web page, for as long as somebody looks.
//!
//! In: where to listen, a folder, a seed. Out: an installation in that folder (`service.toml` and the samples), served as `serve` does it, until
//! Ctrl-C. Invariants: nothing is approved but by whoever looks; orders go to the paper broker; guests are let in here and nowhere
//! else; nights and days off pass in an instant, so that the market goes on day after day.

use std::fmt::Write;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use super::market;
use super::service::{APPROVER, KEPT, fresh_folder, sample};
use crate::commands::serve;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::service::http::listener;

/// The configuration of the installation.
const CONFIGURATION: &str = "service.toml";
const DATABASE: &str = "equipoise.db";
/// By this a demonstration knows its own, so that it lets no guest into anything else.
const FIRST_LINE: &str = "# The installation of `equipoise demo --page`, written anew by each.\n";
/// Seconds between two looks at the market, and how many of its seconds pass in one: a tick of five minutes every five seconds, a trading
/// day in six and a half minutes.
const TICK_SECS: u32 = 5;
const SPEED: u32 = 60;
/// What the households are called on the page, in the order of the samples.
const NAMES: [&str; 3] = ["Alex and Sam", "Robin", "Kim"];
/// How long an offer stands in the time of the market, minutes: three trading days and the nights between, a quarter of an hour to look.
const VALID_MINUTES: u32 = 4 * 24 * 60;

/// What is asked for.
pub(super) struct Looked<'a> {
    pub(super) folder: Option<&'a Path>,
    pub(super) listen: SocketAddr,
    pub(super) seed: u64,
}

/// Serves it.
pub(super) fn run(asked: &Looked<'_>) -> Result<Exit, Failure> {
    // Before anything is written somewhere: it has to be possible at all.
    drop(listener(asked.listen, "--listen")?);
    let folder = asked.folder.map_or_else(fresh_folder, Path::to_owned);
    let config = folder.join(CONFIGURATION);
    let is_ours = fs::read_to_string(&config).is_ok_and(|text| text.starts_with(FIRST_LINE));
    if !is_ours && (config.exists() || folder.join(DATABASE).exists()) {
        return Err(Failure::usage(format!(
            "{}: there is an installation already that is not of this demonstration; name a new folder",
            folder.display()
        )));
    }
    fs::create_dir_all(&folder).map_err(|error| told(&folder, &error))?;
    for name in KEPT {
        write(&folder.join(format!("{name}.json")), &sample(name)?)?;
    }
    write(&config, &configuration(asked))?;
    output::page(&format!(
        "A demonstration: three households in a simulated market, on paper. Books in {}\n",
        folder.display()
    ))?;
    let config = config.display().to_string();
    serve::serve(&serve::Serving { config: &config, ticks: None, guest: Some(APPROVER) })
}

fn configuration(asked: &Looked<'_>) -> String {
    let mut text = format!(
        "{FIRST_LINE}database = \"sqlite:{DATABASE}\"\ncheckpoints = \"checkpoints\"\n\
         broker = \"paper\"\nmarket_data = \"simulated\"\n[keys]\nfolder = \"keys\"\n[service]\ntick_secs = {TICK_SECS}\n\
         lead_secs = 5\n[http]\nlisten = \"{}\"\n[simulated]\nseed = {}\ntick_secs = {}\nstart = \"{}\"\nspeed = {SPEED}\n\
         skips_closed = true\n",
        asked.listen,
        asked.seed,
        TICK_SECS * SPEED,
        market::start(),
    );
    for (sample, name) in KEPT.iter().zip(NAMES) {
        let _ = write!(
            text,
            "[[households]]\nname = \"{name}\"\nowner = \"{APPROVER}\"\nportfolio = \"{sample}.json\"\n\
             [households.approval]\nvalid_minutes = {VALID_MINUTES}\n"
        );
    }
    text
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| told(path, &error))
}

fn told(path: &Path, error: &std::io::Error) -> Failure {
    Failure::outside(format!("{}: can't be written ({error})", path.display()))
}
