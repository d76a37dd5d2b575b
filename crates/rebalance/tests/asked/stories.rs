//! The stories of `stories/`: an investor's own words, and the plan that a model chooses for them among those that the optimiser computed.
//!
//! The model is a script. What it picks is said as a criterion over the figures that its prompt shows, so that a story says what the
//! words mean and not which plan happens to have which id; the id is looked up in the prompt, and the answer then goes
//! the whole way through the gateway. Every story must come out the same twice.

use std::path::Path;

use propose::candidates::Figures;
use rebalance::{Asked, Cycle, Options, Planner, cycle};
use serde_json::{Value, json};

use crate::scripted::{Recorder, Scripted, answers};

struct Story {
    name: String,
    document: String,
    model: Vec<(String, String)>,
    expected: Vec<(String, String)>,
}

#[test]
fn every_story_comes_out_as_told() {
    let stories = stories();
    assert!(stories.len() >= 15, "{} stories", stories.len());
    let (mut faults, mut changed) = (Vec::new(), 0);
    for story in &stories {
        let told = told(story);
        let again = self::told(story);
        let bytes = |cycle: &Cycle| serde_json::to_string(&cycle.plan).unwrap();
        if bytes(&told) != bytes(&again) {
            faults.push(format!("{}: not the same twice", story.name));
        }
        if !told.plan.validation.passed {
            faults.push(format!("{}: {:?}", story.name, told.plan.validation.violations));
        }
        let asked = told.asked.as_ref().unwrap();
        let Some(chosen) = &asked.chosen else {
            faults.push(format!("{}: nothing was chosen: {:?}", story.name, asked.failure));
            continue;
        };
        changed += usize::from(!chosen.is_best());
        let (best, now) = chosen.figures().unwrap();
        for (key, value) in &story.expected {
            let (holds, found) = holds(key, value, asked, best, now);
            if !holds {
                faults
                    .push(format!("{}: expected {key}: {value}; it is {found} ({})", story.name, chosen.id));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    assert!(changed >= 12, "in {changed} stories the words changed the choice");
}

/// One line of a story, and what was found.
fn holds(key: &str, value: &str, asked: &Asked, best: &Figures, now: &Figures) -> (bool, String) {
    let chosen = asked.chosen.as_ref().unwrap();
    let figure = |f: &Figures| match key {
        "esg" => f.esg,
        "farthest" => f.deviation_max * rust_decimal::Decimal::ONE_HUNDRED,
        "tax" => f.tax_usd,
        "orders" => f.orders.into(),
        "losses" => f.losses_harvested_usd,
        "costs" => f.cost_usd,
        "traded" => f.turnover_usd,
        "drift" => f.drift,
        other => panic!("unknown expectation `{other}`"),
    };
    match key {
        "is the best plan" => ((value == "yes") == chosen.is_best(), chosen.id.clone()),
        "not foremost in" => (chosen.id != "greenest", chosen.id.clone()),
        "attempts" => {
            (asked.attempts.len() == value.parse::<usize>().unwrap(), asked.attempts.len().to_string())
        }
        "suggests" => {
            (chosen.suggested.iter().any(|one| one.token == value), format!("{:?}", chosen.suggested))
        }
        "refuses" => {
            (chosen.refused.iter().any(|(token, _)| token == value), format!("{:?}", chosen.refused))
        }
        "strikes" => {
            let struck = asked.words.struck.iter().any(|(_, one)| one.words.contains(value));
            let shown: String =
                chosen.because.split('[').map(|part| part.rsplit(']').next().unwrap_or_default()).collect();
            (
                struck && !shown.contains(value),
                format!("{:?}, shown as {}", asked.words.struck, chosen.because),
            )
        }
        _ => {
            let (before, after) = (figure(best), figure(now));
            let amount = || {
                let digits: String = value.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
                let amount: rust_decimal::Decimal = digits.trim_matches('.').parse().unwrap();
                if value.contains('−') { -amount } else { amount }
            };
            let holds = match value.split_whitespace().next().unwrap() {
                "higher" | "more" => after > before,
                "lower" | "less" | "fewer" => after < before,
                "at" if value.starts_with("at most") => after <= amount(),
                "at" => after >= amount(),
                other => panic!("unknown comparison `{other}`"),
            };
            (holds, format!("{after}, and {before} in the best plan"))
        }
    }
}

/// Runs a story: once to see the prompt, and once with the answer of the model.
fn told(story: &Story) -> Cycle {
    let recorder = Recorder::default();
    let options = |planner| Options { planner, ..Options::default() };
    cycle(&story.document, &options(Planner::Hybrid(&recorder))).unwrap();
    let prompt = recorder.first();
    let plans = shown(&prompt.messages[1].text);
    let said = |key: &'static str| story.model.iter().filter(move |(k, _)| k == key).map(|(_, v)| v.as_str());
    let picked = pick(&plans, said("picks").next().unwrap());
    let preferences: Vec<Value> = said("prefers")
        .map(|line| {
            let (token, words) = line.split_once(" | ").unwrap();
            json!({"token": token, "words": words})
        })
        .collect();
    let answer = |id: &str| {
        json!({"choice": id, "because": said("because").next().unwrap(), "summary": "", "reasons": [],
               "preferences": preferences})
    };
    let replies: Vec<Value> = said("says first").map(answer).chain([answer(&picked)]).collect();
    let model = Scripted::new(&answers(&replies));
    cycle(&story.document, &options(Planner::Hybrid(&model))).unwrap()
}

/// The plans that a prompt shows.
fn shown(message: &str) -> Vec<Value> {
    let block = message.split("BEGIN DATA").nth(1).unwrap().split_once('\n').unwrap().1;
    let block = block.rsplit_once("\nEND DATA").unwrap().0;
    let data: Value = serde_json::from_str(block).unwrap();
    data["plans"].as_array().unwrap().clone()
}

/// The id of the plan that a criterion such as `highest esg with farthest at most 0.005 and orders at least 1` picks.
fn pick(plans: &[Value], criterion: &str) -> String {
    let figure = |plan: &Value, name: &str| match name {
        "farthest" => plan["farthest"]["by"].as_f64().unwrap(),
        name => plan[name].as_f64().unwrap_or_else(|| panic!("no figure `{name}`")),
    };
    let (aim, limits) = criterion.split_once(" with ").unwrap_or((criterion, ""));
    let (most, name) = aim.split_once(' ').unwrap();
    let keeps = |plan: &&Value| {
        limits.split(" and ").filter(|limit| !limit.is_empty()).all(|limit| {
            let words: Vec<&str> = limit.split_whitespace().collect();
            let (value, bound) = (figure(plan, words[0]), words[3].parse::<f64>().unwrap());
            if words[2] == "most" { value <= bound } else { value >= bound }
        })
    };
    let sign = if most == "highest" { -1.0 } else { 1.0 };
    let rank = |plan: &Value| (sign * figure(plan, name), figure(plan, "loss_usd"));
    let picked = plans.iter().filter(keeps).min_by(|a, b| rank(a).partial_cmp(&rank(b)).unwrap());
    picked.unwrap_or_else(|| panic!("no plan for `{criterion}`"))["id"].as_str().unwrap().to_owned()
}

fn stories() -> Vec<Story> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/asked/stories");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| story(path)).collect()
}

fn story(path: &Path) -> Story {
    let text = std::fs::read_to_string(path).unwrap();
    let part = |heading: &str| text.split(heading).nth(1).unwrap().split("\n## ").next().unwrap().to_owned();
    let list = |heading: &str| -> Vec<(String, String)> {
        let lines = part(heading);
        let pair = |line: &str| line.split_once(": ").map(|(k, v)| (k.to_owned(), v.to_owned())).unwrap();
        lines.lines().filter_map(|line| line.strip_prefix("- ")).map(pair).collect()
    };
    let household = text.lines().find_map(|line| line.strip_prefix("Household: ")).unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(household);
    let mut document: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let words: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("> ")).collect();
    document["instructions"] = json!(words.join(" "));
    Story {
        name: path.file_stem().unwrap().to_string_lossy().into_owned(),
        document: document.to_string(),
        model: list("## The model"),
        expected: list("## Expected"),
    }
}
