//! `equipoise serve --config FILE`: keeps the households of an installation, until it is told to stop.
//!
//! In: a configuration. Out: a line for every step, as it is taken. Of several services on one database one leads and the others wait for
//! their turn. Invariants: stopping (Ctrl-C, SIGTERM) ends after the step that is being taken; what goes wrong with one household
//! or at one tick is told, and the service goes on.

mod led;
mod opening;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use propose::{choice, prompt};
use rebalance::books::BooksError;

use crate::asking::Voice;
use crate::books::configuration::Configured;
use crate::books::{OpenBooks, Place};
use crate::exit::Exit;
use crate::failure::{Failure, tell};
use crate::service::configuration::{Installation, PlannerWord};
use crate::service::notices::Channels;
use crate::service::turn;
use crate::{output, service};

/// Arguments of `serve`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Configuration of the installation (TOML; examples/service.toml is one)
    #[arg(long, value_name = "FILE")]
    config: String,
    /// End after so many ticks of the market; without it, when it is told to stop
    #[arg(long, value_name = "N")]
    ticks: Option<u64>,
}

/// That the service is to stop.
#[derive(Clone, Default)]
struct Stopping(Arc<(AtomicBool, Mutex<()>, Condvar)>);

impl Stopping {
    /// Asked for by Ctrl-C or SIGTERM; where signals can't be handled, they end the program as ever.
    fn on_signal() -> Stopping {
        let stopping = Stopping::default();
        let asked = stopping.clone();
        let _ = ctrlc::set_handler(move || {
            asked.0.0.store(true, Ordering::Release);
            asked.0.2.notify_all();
        });
        stopping
    }

    fn is_asked(&self) -> bool {
        self.0.0.load(Ordering::Acquire)
    }

    /// Waits, or less long where it is asked to stop.
    fn wait(&self, most: Duration) {
        let held = self.0.1.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = self.0.2.wait_timeout_while(held, most, |()| !self.is_asked());
    }
}

/// How a turn ended.
enum Ended {
    /// It was told to stop, or has done what was asked.
    Done,
    /// Somebody else leads.
    Lost,
}

/// What is served.
pub(super) struct Serving<'a> {
    /// The configuration.
    pub(super) config: &'a str,
    /// End after so many ticks of the market.
    pub(super) ticks: Option<u64>,
    /// Who comes in without a password, where this is a demonstration.
    pub(super) guest: Option<&'a str>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    serve(&Serving { config: &arguments.config, ticks: arguments.ticks, guest: None })
}

/// Serves until it is told to stop.
pub(super) fn serve(serving: &Serving<'_>) -> Result<Exit, Failure> {
    let Configured { service, http, telemetry, .. } = Configured::read(serving.config)?;
    let place = Place { config: Some(serving.config.to_owned()), ..Place::default() };
    let books = OpenBooks::open_or_make(&place)?;
    let models = service.models.as_ref().map(|path| path.display().to_string());
    let voice = match &models {
        Some(path) => Voice::for_cycles(Some(path), None)
            .map_err(|failure| failure.said_at(&service.said.at("models")))?,
        None => None,
    };
    if let (Some(voice), Some(path)) = (&voice, &models) {
        let job = match service.planner {
            Some(PlannerWord::Solver) => None,
            Some(PlannerWord::Model) => Some(prompt::JOB),
            Some(PlannerWord::Hybrid) | None => Some(choice::JOB),
        };
        if let Some(job) = job.filter(|job| voice.route(job).is_empty()) {
            return Err(Failure::usage(format!(
                "{path}: no model is routed to `{job}`; add it, or `default`, to `[routes]`"
            )));
        }
    }
    let channels = Channels::of(&service.notices)?;
    let stopping = Stopping::on_signal();
    // It serves whether this service leads or waits, and ends after everything else.
    let _served = match &http {
        None => None,
        Some(http) => {
            let running = service::http::serve(
                &place,
                http,
                service.simulated.start,
                serving.guest,
                telemetry.as_ref(),
            )?;
            let address = running.address();
            output::page(&format!("listening on http://{address}; /openapi.json describes it\n"))?;
            if serving.guest.is_some() {
                output::page(&format!("the page: http://{address}/\n"))?;
            }
            Some(running)
        }
    };
    output::page(&format!("keeping households in {}; Ctrl-C stops it\n", books.settings.name))?;
    let owner = turn::owner();
    let mut told = false;
    while !stopping.is_asked() {
        let lease = match turn::take(&books, &owner, service.lead) {
            Ok(lease) => lease,
            Err(error) => {
                tell_and_wait(&books, &error, &stopping, &service);
                continue;
            }
        };
        let Some(lease) = lease else {
            if !told {
                output::page("another service leads; waiting for its turn to end\n")?;
                told = true;
            }
            stopping.wait(service.poll);
            continue;
        };
        told = false;
        output::page(&format!("leading (turn {})\n", lease.token))?;
        let ended = turn::Turn::led(&books, &lease, service.lead, |turn| {
            led::lead(&led::Leading {
                books: &books,
                service: &service,
                voice: voice.as_ref(),
                channels: &channels,
                owner: &owner,
                lease: &lease,
                turn,
                stopping: &stopping,
                ticks: serving.ticks,
            })
        });
        let ended = match ended {
            Ok(ended) => ended,
            Err(failure) => {
                // Nobody has to wait for a lead that is over.
                let released = turn::release(&books, &lease);
                // What can't be reached now is there again later; what is wrong stays wrong.
                if failure.exit != Exit::Unreachable || serving.ticks.is_some() {
                    return Err(failure);
                }
                failure.tell();
                if let Err(error) = released {
                    books.failed(&error).tell();
                }
                stopping.wait(service.poll.max(Duration::from_secs(1)));
                continue;
            }
        };
        match ended {
            Ended::Done => {
                turn::release(&books, &lease).map_err(|error| books.failed(&error))?;
                break;
            }
            Ended::Lost => {
                tell(&["this service leads no longer: another has taken its turn, or the lease could not be renewed in time; it waits for the next turn".to_owned()]);
            }
        }
    }
    output::page("stopped; everything that was begun is on record\n")?;
    Ok(Exit::Done)
}

fn tell_and_wait(books: &OpenBooks, error: &BooksError, stopping: &Stopping, service: &Installation) {
    books.failed(error).tell();
    stopping.wait(service.poll.max(Duration::from_secs(1)));
}
