//! Model portfolios: targets that households follow.
//!
//! Whoever may change some household may make one, and its maker and who may change every household publish the next version. Households that the
//! publisher may not change are offered it. Of households that a caller may not see only their number is told.

pub(crate) mod effect;
pub(crate) mod list;
pub(crate) mod publish;
pub(crate) mod remove;
pub(crate) mod show;

use std::collections::BTreeMap;

use rebalance::books::access::{Access, Right};
use rebalance::books::{Books, Household};
use rebalance::id::PersonId;
use rebalance::keeping::model_portfolio::{ModelPortfolio, Target};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::households::replace::of_document;
use crate::amount::{Amount, Moment};
use crate::caller::Caller;
use crate::house::House;
use crate::problem::Problem;

/// What a model portfolio wants.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TargetView {
    /// Weight of each class; empty where securities have weights alone.
    target_allocation: BTreeMap<String, Amount>,
    /// Weight of each security by ticker.
    security_targets: BTreeMap<String, Amount>,
    /// Securities as in a portfolio document, for households that don't list them.
    #[schema(value_type = Vec<Object>)]
    securities: Vec<Box<RawValue>>,
}

/// What a model portfolio is to want.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// `target_allocation`, `security_targets` and `securities`, each as in a portfolio document.
    #[schema(value_type = Object, example = json!({"target_allocation": {"Stocks": "0.6", "Bonds": "0.4"}}))]
    target: Box<RawValue>,
}

/// A model portfolio.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelPortfolioView {
    /// Its name, unique.
    name: String,
    /// What it is for.
    about: String,
    /// What it wants.
    target: TargetView,
    /// Times it was published.
    version: u64,
    /// When it was published last.
    at: Moment,
    /// Who made it.
    maker: String,
    /// Who published it last.
    publisher: String,
    /// Households that follow it, those that you may not see among them.
    followers: usize,
    /// You may publish its next version.
    may_publish: bool,
}

impl ModelPortfolioView {
    fn of(
        house: &dyn House,
        caller: &Caller,
        model: ModelPortfolio,
        followers: usize,
    ) -> Result<ModelPortfolioView, Problem> {
        let name = |id: &str| -> Result<String, Problem> {
            let Ok(id) = id.parse::<PersonId>() else { return Ok(String::new()) };
            Ok(house.store().whose(id)?.map_or_else(String::new, |person| person.name))
        };
        let may_publish = may_publish(caller, &model);
        let weights = |of: BTreeMap<String, portfolio::plan::Number>| {
            of.into_iter().map(|(name, part)| (name, Amount(part.0))).collect()
        };
        Ok(ModelPortfolioView {
            maker: name(&model.maker)?,
            publisher: name(&model.publisher)?,
            name: model.name,
            about: model.about,
            version: model.version,
            at: Moment(model.at),
            target: TargetView {
                target_allocation: weights(model.target.classes),
                security_targets: weights(model.target.by_security),
                securities: model.target.listed,
            },
            followers,
            may_publish,
        })
    }
}

/// Who may publish the next version of one. Households that they may not change are offered it.
fn may_publish(caller: &Caller, model: &ModelPortfolio) -> bool {
    caller.may_everywhere(Right::Write)
        || (caller.lets(Right::Write) && model.maker == caller.person.id.to_string())
}

/// That a caller may publish the next version of one, or remove it; whoever may make one may publish the first.
fn must_publish(caller: &Caller, present: Option<&ModelPortfolio>) -> Result<(), Problem> {
    match present {
        Some(model) if !may_publish(caller, model) => Err(Problem::forbidden(
            "its maker changes a model portfolio, or whoever may change every household",
        )),
        _ => Ok(()),
    }
}

/// Whether a caller has this right somewhere.
fn has_somewhere(house: &dyn House, caller: &Caller, right: Right) -> Result<bool, Problem> {
    let may = |household: &Household| caller.may(right, household);
    Ok(caller.may_everywhere(right) || house.store().reading().households()?.iter().any(may))
}

/// Who sees model portfolios, and may make one: whoever has this right somewhere.
pub(crate) fn must_have_somewhere(house: &dyn House, caller: &Caller, right: Right) -> Result<(), Problem> {
    if has_somewhere(house, caller, right)? { Ok(()) } else { Err(Problem::not_found()) }
}

/// Reads a target; a fault has the place that it has in the body.
fn read(target: &RawValue) -> Result<Target, Problem> {
    Target::read(target.get()).map_err(|error| {
        let problem = of_document(&error);
        let path =
            problem.path.as_deref().map_or_else(|| "target".to_owned(), |path| format!("target.{path}"));
        Problem { path: Some(path.into_boxed_str()), ..problem }
    })
}
