//! The page of `eval`.

use super::{drawn, paragraph, table, title};
use crate::commands::{Evaluation, PhraseScore, PlanScore, Share};

/// The whole page.
pub(crate) fn page(evaluation: &Evaluation) -> String {
    let mut page = String::new();
    if evaluation.documents > 0 {
        page += &title(&format!("Plans of {} documents", evaluation.documents));
        let headings = [
            "Model",
            "Part",
            ">Valid first",
            ">Valid at last",
            ">Worse by, bp",
            ">worst",
            ">Seconds",
            ">worst",
            ">Tokens",
            ">USD",
        ];
        let mut t = table(&headings);
        for model in &evaluation.models {
            for (part, score) in [("trades", &model.trades), ("choice", &model.choice)] {
                if let Some(score) = score {
                    t.add_row(plans(&model.model, part, score));
                }
            }
        }
        page += &drawn(&t);
        page += &paragraph(
            "Worse by: basis points of the household's value that plans which passed cost against the proven best, the middle one \
             and the worst. Shares with their 95 % intervals.",
            0,
        );
        for model in &evaluation.models {
            for (part, score) in [("trades", &model.trades), ("choice", &model.choice)] {
                page += &score.as_ref().map_or_else(String::new, |score| wrong(&model.model, part, score));
            }
        }
    }
    if let Some(offline) = &evaluation.offline {
        page += "\n";
        page += &title(&format!("Phrases ({})", offline.exact.of));
        let mut t = table(&["Reader", ">Exact", ">With a wrong token", ">Unanswered"]);
        t.add_row(phrases("the grammar alone", offline));
        for model in &evaluation.models {
            if let Some(score) = &model.phrases {
                t.add_row(phrases(&format!("and then {}", model.model), score));
            }
        }
        page += &drawn(&t);
    }
    page
}

fn plans(model: &str, part: &str, score: &PlanScore) -> Vec<String> {
    let figure = |figure: Option<f64>| figure.map_or_else(|| "–".to_owned(), |figure| format!("{figure:.2}"));
    vec![
        model.to_owned(),
        part.to_owned(),
        share(&score.valid_first),
        share(&score.valid_last),
        figure(score.cost_bp.median),
        figure(score.cost_bp.worst),
        figure(score.seconds.median),
        figure(score.seconds.worst),
        (score.prompt_tokens + score.reply_tokens).to_string(),
        score.usd.clone().unwrap_or_else(|| "not known".to_owned()),
    ]
}

/// What was wrong with a model's answers.
fn wrong(model: &str, part: &str, score: &PlanScore) -> String {
    let told: Vec<String> = score.findings.iter().map(|(code, count)| format!("{code} {count}")).collect();
    let mut page = String::new();
    if !told.is_empty() {
        page += &paragraph(&format!("{model}, {part}: wrong with its answers: {}.", told.join(", ")), 0);
    }
    if score.unanswered > 0 {
        page += &paragraph(&format!("{model}, {part}: {} documents without an answer.", score.unanswered), 0);
    }
    page
}

fn phrases(reader: &str, score: &PhraseScore) -> Vec<String> {
    vec![reader.to_owned(), share(&score.exact), share(&score.wrong), score.unanswered.to_string()]
}

/// `12 of 36, 33 % (20–50 %)`.
fn share(share: &Share) -> String {
    match (share.share, share.interval_95) {
        (Some(part), Some([low, high])) => format!(
            "{} of {}, {:.0} % ({:.0}–{:.0} %)",
            share.count,
            share.of,
            part * 100.0,
            low * 100.0,
            high * 100.0
        ),
        _ => "–".to_owned(),
    }
}
