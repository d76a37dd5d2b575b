//! The pages of `model-portfolio`: all of them, what a change would do, what came of it.
//!
//! In: model portfolios, effects, outcomes. Out: text. Invariant: every household that follows has a line, also where nothing changes for it.

use rebalance::books::Household;
use rebalance::keeping::model_portfolio::{Distance, Effect, HouseholdEffect, ModelPortfolio, Reached};

use super::proposal::time;
use super::{drawn, paragraph, table, title};
use crate::figures::{percent, usd};

/// All of them.
pub(crate) fn list(all: &[(ModelPortfolio, Vec<Household>)]) -> String {
    if all.is_empty() {
        return paragraph(
            "There is no model portfolio yet. `equipoise model-portfolio effect NAME FILE` begins one.",
            0,
        );
    }
    let mut rows = table(&["Model portfolio", ">Version", "Published", "Target", "Followed by"]);
    for (model, followers) in all {
        let classes = model.target.classes.iter().map(|(class, part)| format!("{class} {}", percent(part.0)));
        let mut target: Vec<String> = classes.collect();
        if !model.target.by_security.is_empty() {
            target.push(format!("{} securities", model.target.by_security.len()));
        }
        rows.add_row([
            model.name.clone(),
            model.version.to_string(),
            time(model.at),
            target.join(", "),
            followers.iter().map(|household| household.name.as_str()).collect::<Vec<_>>().join(", "),
        ]);
    }
    drawn(&rows)
}

/// What a change would do.
pub(crate) fn effect(model: &str, effect: &Effect) -> String {
    let version = effect.present + 1;
    let mut page = title(&format!("Version {version} of the model portfolio {model} would do this"));
    if effect.households.is_empty() {
        page += &paragraph("No household follows it.", 0);
    } else {
        let headings = [
            "Household",
            ">Value",
            "Outside its band now",
            ">To trade now",
            "Outside then",
            ">To trade then",
        ];
        let mut rows = table(&headings);
        for of in &effect.households {
            let after = of.after.as_ref().and_then(|after| after.as_ref().ok());
            rows.add_row([
                of.household.name.clone(),
                of.before.as_ref().map_or_else(dash, |before| usd(before.drift.value_usd.0)),
                of.before.as_ref().map_or_else(dash, outside),
                of.before.as_ref().map_or_else(dash, |before| usd(before.off_target_usd)),
                after.map_or_else(dash, outside),
                after.map_or_else(dash, |after| usd(after.off_target_usd)),
            ]);
        }
        page += &drawn(&rows);
    }
    for line in effect.households.iter().filter_map(besides) {
        page += &paragraph(&line, 0);
    }
    page += &paragraph(
        "Nothing was written. A plan that waits would be superseded; a plan that follows waits for approval like any other. To publish exactly this:",
        0,
    );
    page + &format!(
        "  equipoise model-portfolio publish '{model}' FILE --effect {} --as NAME\n",
        effect.digest
    )
}

/// What came of it.
pub(crate) fn reached(model: &str, all: &[(Household, Reached)]) -> String {
    let taken = all.iter().filter(|(_, reached)| *reached == Reached::Taken).count();
    let reach = match all.len() {
        0 => "no household follows it yet".to_owned(),
        1 => format!("{taken} of the one household that follows it has its target"),
        followers => format!("{taken} of {followers} households that follow it have its target"),
    };
    let mut page = paragraph(&format!("The model portfolio {model} is published; {reach}."), 0);
    for (household, reached) in all {
        match reached {
            Reached::Taken => {}
            Reached::Offered => page += &paragraph(&format!("{}: offered", household.name), 2),
            Reached::Later(why) => page += &paragraph(&format!("{}: later: {why}", household.name), 2),
            Reached::Refused(why) => page += &paragraph(&format!("{}: not: {why}", household.name), 2),
        }
    }
    page
}

fn besides(of: &HouseholdEffect) -> Option<String> {
    let name = &of.household.name;
    match &of.after {
        None => Some(format!("{name} has no portfolio document yet.")),
        Some(Err(why)) => {
            Some(format!("{name} keeps its target, since its document can't have this one: {why}"))
        }
        Some(Ok(_)) if of.is_executing => {
            Some(format!("{name} has orders at a broker and takes the target over once they have ended."))
        }
        Some(Ok(_)) => None,
    }
}

fn outside(distance: &Distance) -> String {
    if distance.drift.breaches.is_empty() { "nothing".to_owned() } else { distance.drift.breaches.join(", ") }
}

fn dash() -> String {
    "–".to_owned()
}
