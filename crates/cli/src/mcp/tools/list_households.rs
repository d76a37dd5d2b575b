//! `list_households`: whom the other tools can be asked about.

use rebalance::books::access::Right;
use serde_json::{Value, json};

use super::super::arguments::{Arguments, Kind, Parameter};
use super::super::sight::{Refused, Sight};
use super::super::tool::{Tool, Where, written};

/// Entries where nobody says.
const LIMIT: usize = 100;

pub(super) const TOOL: Tool = Tool {
    name: "list_households",
    title: "Households",
    words: "The households that can be seen, by the names that the other tools take; of an installation with what the person may do with each.",
    parameters: &[
        Parameter::new("containing", Kind::Name, "Only those whose name contains this, whatever its case"),
        Parameter::new("limit", Kind::Whole(1, 1000), "How many at most; 100 where nothing is said"),
    ],
    place: Where::Everywhere,
    run,
};

fn run(sight: &Sight, asked: &Arguments) -> Result<String, Refused> {
    let part = asked.text("containing").unwrap_or_default().to_lowercase();
    let is_wanted = |name: &str| name.to_lowercase().contains(&part);
    let limit = asked.limit(LIMIT);
    let (all, left_out) = match sight {
        Sight::Files(files) => {
            let documents = files.documents().iter().filter(|one| is_wanted(&one.household));
            let left_out = files.left_out().iter().map(|one| json!({"file": one.file, "why": one.why}));
            let one =
                |one: &super::super::files::Document| json!({"household": one.household, "file": one.file()});
            (documents.map(one).collect::<Vec<Value>>(), left_out.collect::<Vec<Value>>())
        }
        Sight::Books(visit) => {
            let allowed = visit.allowed()?;
            let households = visit.households()?.into_iter().filter(|one| is_wanted(&one.name));
            let one = households.map(|one| {
                let may = Right::ALL.iter().filter(|(right, _)| allowed.may(*right, &one));
                json!({"household": one.name, "id": one.id.to_string(), "portfolio_version": one.portfolio_version,
                       "paused": one.paused, "may": may.map(|(_, word)| *word).collect::<Vec<_>>()})
            });
            (one.collect(), Vec::new())
        }
    };
    let more = all.len().saturating_sub(limit);
    let households: Vec<Value> = all.into_iter().take(limit).collect();
    written(&json!({"households": households, "more": more, "left_out": left_out}))
}
