//! A model chooses among plans that the optimiser computed.
//!
//! In: a household and [`Candidates`]. Out: the question to a model, and of its answer a [`Choice`], or everything that is wrong with
//! it. Invariants: a plan is chosen by its id and never changed; names and words of the file are data, as in every prompt;
//! a preference that the model adds is a suggestion, backed by the investor's own words, and changes nothing.

use llm::{Message, ReplySchema, Request};
use optimize::Row;
use portfolio::Decimal;
use portfolio::money::float;
use portfolio::plan::Finding;
use portfolio::preference::contradiction::contradictions;
use serde_json::{Value, json};

use crate::candidates::{Candidate, Candidates};
use crate::phrases::{Known, second};
use crate::prompt::{Names, Situation, fence, quoting};

/// What a model is asked for.
pub const JOB: &str = "choose";
/// Version of the prompt.
pub const VERSION: &str = "choose-3";

const SYSTEM: &str = include_str!("choice/system.md");
/// Rows of a candidate that a model is shown, the largest first. It chooses by the figures; a dozen plans with all their rows are more
/// than a small model can read.
const ROWS_MAX: usize = 10;
/// Longest text of an answer, characters.
const TEXT_MAX: usize = 800;
/// Longest reason of a row, characters: a sentence or two. A small model that is allowed more writes it full.
const REASON_MAX: usize = 300;
/// Most preferences of an answer.
const PREFERENCES_MAX: usize = 12;
/// Bytes of the investor's words.
const WORDS_BYTES_MAX: usize = 16 * 1024;
/// Bytes of an answer that its model is shown again.
const SHOWN_BYTES_MAX: usize = 16 * 1024;

/// What a model chose.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Place of the candidate.
    pub candidate: usize,
    /// Why, in the model's words.
    pub because: String,
    /// What it does, in the model's words.
    pub summary: String,
    /// By row of the candidate's solution, in the model's words.
    pub reasons: Vec<(usize, String)>,
    /// Preferences that it would add.
    pub suggested: Vec<Suggested>,
    /// What it would add and what can't count: as it wrote it, and why not.
    pub refused: Vec<(String, String)>,
}

/// A preference that a model would add. It changes nothing until a person puts it into the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggested {
    /// The token.
    pub token: String,
    /// The investor's words that it comes from.
    pub words: String,
}

/// The question.
///
/// # Panics
/// Never: the schema is ours.
#[must_use]
pub fn question(situation: &Situation<'_>, candidates: &Candidates) -> Request {
    let names = Names::of(situation.portfolio);
    let user = fence::fenced("DATA", &data(situation, candidates, &names));
    let messages = vec![Message::system(SYSTEM), Message::user(user)];
    let words = situation.portfolio.instructions.as_deref().unwrap_or_default();
    let mut request = Request::new(JOB, VERSION, messages).with_schema(schema(candidates, words));
    request.tokens_max = Some(4096);
    request
}

fn data(situation: &Situation<'_>, candidates: &Candidates, names: &Names<'_>) -> String {
    let p = situation.portfolio;
    let classes: Vec<Value> = situation
        .drift
        .classes
        .iter()
        .map(|c| json!({"class": names.class(&c.class), "weight": number(c.weight.0), "target": number(c.target.0)}))
        .collect();
    let preferences: Vec<String> = p.preferences.iter().map(|token| names.token(token).to_string()).collect();
    let words = names.in_investor_words(p.instructions.as_deref().unwrap_or_default());
    let (words, left_out) = quoting::harmless_words(&words, WORDS_BYTES_MAX);
    // Without words there is no preference to add, and nobody has to read how one is written.
    let forms = if words.is_empty() { String::new() } else { second::forms_told() };
    let plans: Vec<Value> =
        candidates.list.iter().map(|candidate| plan(candidate, situation, names)).collect();
    let parts = [
        ("household", json!({"date": p.as_of.to_string(), "value_usd": number(p.value())})),
        ("classes", json!(classes)),
        ("preferences", json!(preferences)),
        ("investor_words", json!(words)),
        ("investor_words_left_out_bytes", json!(left_out)),
        ("plans", json!(plans)),
        ("tokens", json!(forms)),
    ];
    let lines: Vec<String> = parts.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{\n{}\n}}", lines.join(",\n"))
}

/// A candidate as a model sees it.
fn plan(candidate: &Candidate, situation: &Situation<'_>, names: &Names<'_>) -> Value {
    let f = &candidate.figures;
    let rows = &candidate.solution.rows;
    let row = |at: usize| {
        let row = &rows[at];
        let lot = row.lot.map(|lot| format!(" lot {}", names.lot(lot))).unwrap_or_default();
        let (quantity, ticker) = (row.quantity.normalize(), names.ticker(row.security));
        format!("{} {} {quantity} {ticker}{lot} in {}", at + 1, row.side.word(), names.account(row.account))
    };
    let told: Vec<String> = largest(rows, situation).into_iter().map(row).collect();
    json!({
        "id": candidate.id, "label": quoting::harmless(&candidate.label, 200),
        "foremost_in": candidate.distinctions.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "loss_usd": number(f.loss_usd), "loss_bps": number(f.loss_bps), "drift": number(f.drift),
        "farthest": {"of": farthest(&f.deviation_of, names), "by": number(f.deviation_max)},
        "tax_usd": number(f.tax_usd), "short_term_gain_usd": number(f.short_term_gain_usd),
        "long_term_gain_usd": number(f.long_term_gain_usd), "losses_harvested_usd": number(f.losses_harvested_usd),
        "cost_usd": number(f.cost_usd), "esg": number(f.esg), "orders": f.orders, "turnover_usd": number(f.turnover_usd),
        "cash_after_usd": number(f.cash_after_usd), "rows": told, "rows_not_listed": rows.len() - told.len(),
    })
}

/// The class or ticker that is farthest from its target.
fn farthest(name: &str, names: &Names<'_>) -> String {
    names.security_of(name).map_or_else(|| names.class(name), |security| names.ticker(security).to_owned())
}

/// The places of the rows that are listed: all of them, or the largest.
fn largest(rows: &[Row], situation: &Situation<'_>) -> Vec<usize> {
    let mut places: Vec<usize> = (0..rows.len()).collect();
    if rows.len() > ROWS_MAX {
        let usd = |at: usize| {
            rows[at].quantity.saturating_mul(situation.portfolio.securities[rows[at].security].price)
        };
        places.sort_by_key(|at| (std::cmp::Reverse(usd(*at)), *at));
        places.truncate(ROWS_MAX);
        places.sort_unstable();
    }
    places
}

fn number(value: Decimal) -> Value {
    json!(float(value.round_dp(6)))
}

/// The form of an answer. Lists are no longer than there is something to say: a small model that is held to a grammar writes
/// every list full, and one of 25 reasons and 12 preferences takes it minutes.
fn schema(candidates: &Candidates, words: &str) -> ReplySchema {
    let text = |most: usize| json!({"type": "string", "maxLength": most});
    let closed = |properties: Value| {
        let required: Vec<String> =
            properties.as_object().map(|o| o.keys().cloned().collect()).unwrap_or_default();
        json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
    };
    let ids: Vec<&str> = candidates.list.iter().map(|candidate| candidate.id.as_str()).collect();
    let rows_max = candidates.list.iter().map(|candidate| candidate.solution.rows.len()).max().unwrap_or(0);
    let row = json!({"type": "integer", "minimum": 1, "maximum": rows_max.max(1)});
    let reason = closed(json!({"row": row, "text": text(REASON_MAX)}));
    let preference = closed(json!({"token": text(120), "words": text(400)}));
    let schema = closed(json!({
        "choice": {"type": "string", "enum": ids},
        "because": text(TEXT_MAX),
        "summary": text(TEXT_MAX),
        "reasons": {"type": "array", "items": reason, "maxItems": rows_max.min(ROWS_MAX)},
        "preferences": {"type": "array", "items": preference, "maxItems": wishes_max(words)},
    }));
    ReplySchema::new("choice", schema).expect("the schema is ours")
}

/// Most preferences that words can hold: one in two words, as in "no tobacco"; none where nothing is said.
fn wishes_max(words: &str) -> usize {
    words.split_whitespace().count().div_ceil(2).min(PREFERENCES_MAX)
}

/// Asks again, with what is wrong with the answer.
#[must_use]
pub fn again(asked: &Request, reply: &str, findings: &[Finding], earlier: &[Finding]) -> Request {
    let mut next = asked.clone();
    next.messages.truncate(2);
    let mut end = SHOWN_BYTES_MAX.min(reply.len());
    while !reply.is_char_boundary(end) {
        end -= 1;
    }
    let shown = if reply[..end].trim().is_empty() { "(no answer)" } else { &reply[..end] };
    let told: Vec<String> = findings
        .iter()
        .map(|finding| {
            let repeated = if earlier.contains(finding) { " (you were told before)" } else { "" };
            format!("- {}: {}{repeated}", finding.code, quoting::harmless(&finding.detail, 400))
        })
        .collect();
    let what = format!(
        "Your answer can't be used:\n{}\nAnswer again with one JSON object in the same form. `choice` has to be the id of a plan.",
        told.join("\n")
    );
    next.messages.extend([Message::assistant(shown), Message::user(what)]);
    next
}

/// What an answer that keeps the schema means.
///
/// # Errors
/// Findings, where it names no candidate.
pub fn read(
    answer: &Value,
    situation: &Situation<'_>,
    candidates: &Candidates,
) -> Result<Choice, Vec<Finding>> {
    let names = Names::of(situation.portfolio);
    let text = |value: &Value| {
        let text: String = value.as_str().unwrap_or_default().chars().take(TEXT_MAX).collect();
        names.back_in_words(&text)
    };
    let id = answer["choice"].as_str().unwrap_or_default();
    let Some(candidate) = candidates.list.iter().position(|candidate| candidate.id == id) else {
        let known: Vec<&str> = candidates.list.iter().map(|candidate| candidate.id.as_str()).collect();
        let detail =
            format!("there is no plan `{}`; there are {}", quoting::harmless(id, 60), known.join(", "));
        return Err(vec![Finding { code: "reply.choice".to_owned(), place: "reply".to_owned(), detail }]);
    };
    let list = |name: &str| answer[name].as_array().cloned().unwrap_or_default();
    let rows = candidates.list[candidate].solution.rows.len();
    let reason = |one: &Value| {
        let row = usize::try_from(one["row"].as_u64()?).ok()?.checked_sub(1)?;
        (row < rows).then(|| (row, text(&one["text"])))
    };
    let mut choice = Choice {
        candidate,
        because: text(&answer["because"]),
        summary: text(&answer["summary"]),
        reasons: list("reasons").iter().filter_map(reason).collect(),
        suggested: Vec::new(),
        refused: Vec::new(),
    };
    for one in list("preferences").iter().take(PREFERENCES_MAX) {
        let (token, words) = (text(&one["token"]), text(&one["words"]));
        match suggested(situation, &token, &words) {
            Ok(Some(token)) => choice.suggested.push(Suggested { token, words }),
            Ok(None) => {}
            Err(why) => choice.refused.push((token, why)),
        }
    }
    Ok(choice)
}

/// A preference that the investor's words back and the document lacks; nothing, where it has it already.
fn suggested(situation: &Situation<'_>, token: &str, words: &str) -> Result<Option<String>, String> {
    let p = situation.portfolio;
    let said = p.instructions.as_deref().unwrap_or_default();
    let token = second::backed_in(said, &Known::of(p), token, words)?;
    if p.preferences.contains(&token) {
        return Ok(None);
    }
    let mut all = p.preferences.clone();
    all.push(token.clone());
    let against = contradictions(&all).into_iter().find(|pair| pair.second + 1 == all.len());
    match against {
        Some(pair) => Err(format!("it contradicts `{}`", all[pair.first])),
        None => Ok(Some(token.to_string())),
    }
}
