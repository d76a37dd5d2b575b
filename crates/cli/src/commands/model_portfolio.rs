//! `equipoise model-portfolio …`: targets that households follow.
//!
//! In: books; a file with a target; who publishes it, or which household is to follow. Out: pages, or what is on record now. Invariant: nothing is published
//! before its effect on every household that follows was shown: `effect` tells it, `publish` takes the word that it ends with.

use rebalance::books::Household;
use rebalance::keeping::model_portfolio::{
    Distance, Effect, HouseholdEffect, ModelPortfolio, Reached, Target,
};
use rebalance::keeping::{Keeper, KeepingError};
use serde_json::{Value, json};

use crate::books::{OpenBooks, Place};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keeping::{self, Outside};
use crate::output::Format;
use crate::{input, output, page};

/// Arguments of `model-portfolio`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    place: Place,
}

/// What is asked or told.
#[derive(Debug, clap::Subcommand)]
enum What {
    /// All of them, with who follows
    List {
        /// Table for people, or JSON
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// What publishing a target would do to every household that follows; nothing is written
    Effect {
        /// Name of the model portfolio
        model: String,
        /// Its target (JSON: `target_allocation`, `security_targets`, `securities` as in a portfolio document), or - for stdin
        target: String,
        /// Table for people, or JSON
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Publishes a target, a new one or the next version: every household that follows takes it over
    Publish {
        /// Name of the model portfolio
        model: String,
        /// Its target, as `effect` took it
        target: String,
        /// The word that `effect` ended with
        #[arg(long, value_name = "WORD")]
        effect: String,
        /// What it is for
        #[arg(long, value_name = "WORDS", default_value = "")]
        about: String,
        /// Who you are
        #[arg(long = "as", value_name = "NAME")]
        by: String,
    },
    /// Removes one that nobody follows; what was published stays on record
    Remove {
        /// Name of the model portfolio
        model: String,
        /// Who you are
        #[arg(long = "as", value_name = "NAME")]
        by: String,
    },
    /// A household follows a model portfolio from now on
    Follow {
        /// Name or id of the household
        household: String,
        /// Name of the model portfolio
        model: String,
        /// Who you are
        #[arg(long = "as", value_name = "NAME")]
        by: String,
    },
    /// A household follows none any more; its target stays as it is
    Unfollow {
        /// Name or id of the household
        household: String,
        /// Who you are
        #[arg(long = "as", value_name = "NAME")]
        by: String,
    },
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    let world = Outside::of(&books)?;
    let exit = keeping::apart(&books, &world, |keeper| ran(&books, keeper, &arguments.what))?;
    if !matches!(arguments.what, What::List { .. } | What::Effect { .. }) {
        books.checkpoint()?;
    }
    Ok(exit)
}

fn ran(books: &OpenBooks, keeper: &Keeper<'_>, what: &What) -> Result<Exit, Failure> {
    let failed = |error: KeepingError| keeping::failed(books, &error);
    match what {
        What::List { format } => {
            let (all, followers) =
                (keeper.model_portfolios().map_err(failed)?, keeper.followers().map_err(failed)?);
            let all: Vec<(ModelPortfolio, Vec<Household>)> = all
                .into_iter()
                .map(|model| {
                    let of_it = followers.get(&model.name).cloned().unwrap_or_default();
                    (model, of_it)
                })
                .collect();
            match format {
                Format::Table => output::page(&page::model_portfolio::list(&all))?,
                Format::Json => output::json(&all.iter().map(row).collect::<Vec<_>>())?,
            }
        }
        What::Effect { model, target, format } => {
            let effect = keeper.effect_of_model(model, &read(target)?, &|_| true).map_err(failed)?;
            match format {
                Format::Table => output::page(&page::model_portfolio::effect(model, &effect))?,
                Format::Json => output::json(&told(&effect))?,
            }
        }
        What::Publish { model, target, effect, about, by } => {
            let (target, name) = (read(target)?, books.person(by)?.name);
            let reached =
                keeper.publish_model(model, &name, about, &target, effect, &|_| true).map_err(failed)?;
            output::page(&page::model_portfolio::reached(model, &reached))?;
            let is_refused = |(_, reached): &(Household, Reached)| matches!(reached, Reached::Refused(_));
            return Ok(if reached.iter().any(is_refused) { Exit::CheckFailed } else { Exit::Done });
        }
        What::Remove { model, by } => {
            let name = books.person(by)?.name;
            keeper.remove_model(model, &name).map_err(failed)?;
            output::page(&format!("the model portfolio {model} is there no more\n"))?;
        }
        What::Follow { household, model, by } => {
            let (household, name) = (books.household(household)?, books.person(by)?.name);
            keeper.follow_model(&household, &name, model).map_err(failed)?;
            output::page(&format!("{} follows the model portfolio {model}\n", household.name))?;
        }
        What::Unfollow { household, by } => {
            let (household, name) = (books.household(household)?, books.person(by)?.name);
            keeper.unfollow_model(&household, &name).map_err(failed)?;
            output::page(&format!(
                "{} follows no model portfolio; its target stays as it is\n",
                household.name
            ))?;
        }
    }
    Ok(Exit::Done)
}

/// A target that can be read.
fn read(path: &str) -> Result<Target, Failure> {
    let text = input::text(path)?;
    Target::read(&text).map_err(|error| Failure::document(input::name(path), &error))
}

fn row((model, followers): &(ModelPortfolio, Vec<Household>)) -> Value {
    json!({"name": model.name, "about": model.about, "version": model.version, "at": model.at.to_string(), "target": model.target,
           "followers": followers.iter().map(|household| household.name.as_str()).collect::<Vec<_>>()})
}

fn told(effect: &Effect) -> Value {
    let distance = |at: &Distance| json!({"breaches": at.drift.breaches, "off_target_usd": at.off_target_usd.to_string()});
    let one = |of: &HouseholdEffect| {
        let after = of.after.as_ref();
        json!({"household": of.household.name, "is_executing": of.is_executing,
               "value_usd": of.before.as_ref().map(|before| before.drift.value_usd.0.to_string()),
               "before": of.before.as_ref().map(distance),
               "after": after.and_then(|after| after.as_ref().ok()).map(distance),
               "refused": after.and_then(|after| after.as_ref().err())})
    };
    json!({"present": effect.present, "effect": effect.digest, "households": effect.households.iter().map(one).collect::<Vec<_>>()})
}
