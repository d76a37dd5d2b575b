//! What a model wrote, read as a plan that nobody has checked.
//!
//! In: the text of an answer and the situation that it answers. Out: a [`ProposedPlan`] with the things' own names, or every fault
//! of its form as a finding. Invariants: no text makes it panic or take long; what is read is bounded; a row that makes no
//! sense, or names what is not known, is kept as it is, for the validator to name (`order.malformed`,
//! `position.unknown_lot`); quantities keep their digits.

use llm::json_text::{self, NoJson};
use portfolio::plan::proposed::PlanError;
use portfolio::plan::{Finding, ProposedPlan, ProposedTrade, read_plan};

use crate::prompt::{Names, Situation, harmless};

/// Bytes of an answer at most.
pub const BYTES_MAX: usize = 512 * 1024;
/// Trades of a plan at most.
pub const TRADES_MAX: usize = 500;
/// Characters of the words of a trade at most.
pub const RATIONALE_CHARS_MAX: usize = 1_000;
/// Characters of the words of a plan at most.
pub const SUMMARY_CHARS_MAX: usize = 4_000;

/// Every code of a fault that [`read`] finds.
pub const CODES: [&str; 5] = [TOO_LONG, NOT_JSON, NOT_A_PLAN, TOO_MANY_TRADES, WORDS_TOO_LONG];
const TOO_LONG: &str = "reply.too_long";
const NOT_JSON: &str = "reply.not_json";
const NOT_A_PLAN: &str = "reply.not_a_plan";
const TOO_MANY_TRADES: &str = "reply.too_many_trades";
const WORDS_TOO_LONG: &str = "reply.words_too_long";

/// Reads the plan in `text`: JSON alone, between fences, or amid other words.
///
/// # Errors
/// Every fault of the form, with what would mend it. What a plan means is not looked at.
pub fn read(text: &str, situation: &Situation<'_>) -> Result<ProposedPlan, Vec<Finding>> {
    if text.len() > BYTES_MAX {
        let detail = format!(
            "the answer has {} bytes and {BYTES_MAX} are read; answer with the plan alone",
            text.len()
        );
        return Err(vec![fault(TOO_LONG, "reply", detail)]);
    }
    let is_plan = |value: &serde_json::Value| value.get("trades").is_some_and(serde_json::Value::is_array);
    let found = json_text::find(text, is_plan).map_err(|why| vec![not_json(why)])?;
    let mut plan = read_plan(&found.text).map_err(|PlanError::Shape { message, .. }| {
        let detail = format!("{}; a plan is an object with a list `trades`", harmless(&message, 300));
        vec![fault(NOT_A_PLAN, "reply", detail)]
    })?;
    let faults = form_faults(&plan);
    if !faults.is_empty() {
        return Err(faults);
    }
    let names = Names::of(situation.portfolio);
    for row in &mut plan.trades {
        named(row, &names, situation);
    }
    plan.summary_rationale = plan.summary_rationale.map(|words| names.back_in_words(&words));
    plan.plan_hash = None; // a hash that somebody states says nothing
    Ok(plan)
}

fn not_json(why: NoJson) -> Finding {
    let detail = match why {
        NoJson::None => "there is no whole JSON object in the answer; answer with one and nothing else",
        NoJson::Several => {
            "there are several JSON values in the answer; answer with one plan and nothing else"
        }
    };
    fault(NOT_JSON, "reply", detail.to_owned())
}

fn form_faults(plan: &ProposedPlan) -> Vec<Finding> {
    if plan.trades.len() > TRADES_MAX {
        let detail = format!("{} trades, and {TRADES_MAX} is the most; trade less", plan.trades.len());
        return vec![fault(TOO_MANY_TRADES, "reply", detail)];
    }
    let long =
        |words: Option<&String>, most: usize| words.is_some_and(|words| words.chars().nth(most).is_some());
    let too_long = |place: String, most: usize| {
        fault(WORDS_TOO_LONG, place, format!("more than {most} characters; say it in fewer words"))
    };
    let rows = plan.trades.iter().enumerate();
    let mut faults: Vec<Finding> = rows
        .filter(|(_, row)| long(row.rationale.as_ref(), RATIONALE_CHARS_MAX))
        .map(|(n, _)| too_long(format!("trade {n}, rationale"), RATIONALE_CHARS_MAX))
        .collect();
    if long(plan.summary_rationale.as_ref(), SUMMARY_CHARS_MAX) {
        faults.push(too_long("summary_rationale".to_owned(), SUMMARY_CHARS_MAX));
    }
    faults
}

/// The row with the things' own names instead of those of the prompt.
fn named(row: &mut ProposedTrade, names: &Names<'_>, situation: &Situation<'_>) {
    let p = situation.portfolio;
    let own = |name: &mut Option<String>, own: Option<String>| {
        if own.is_some() {
            *name = own;
        }
    };
    let account = row.account_id.as_deref().and_then(|name| names.account_of(name));
    own(&mut row.account_id, account.map(|n| p.accounts[n].account_id.clone()));
    let security = row.ticker.as_deref().and_then(|name| names.security_of(name));
    own(&mut row.ticker, security.map(|n| p.securities[n].ticker.clone()));
    let lot = row.lot_id.as_deref().and_then(|name| names.lot_of(name));
    own(&mut row.lot_id, lot.map(|n| p.lots[n].lot_id.clone()));
    row.rationale = row.rationale.take().map(|words| names.back_in_words(&words));
}

fn fault(code: &str, place: impl Into<String>, detail: String) -> Finding {
    Finding { code: code.to_owned(), place: place.into(), detail }
}
