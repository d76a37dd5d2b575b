//! What an examiner reads of proposals: who recommended, approved and placed each order, from prompt to fill, with the proofs.
//!
//! In: books and proposals. Out: one page of HTML that needs nothing else: no script, no picture, no network. Invariants: every text
//! of the books is escaped; what was erased is said to be; a proof is there for every record, or the page is not made; what the books say is
//! held against the records, and a difference is named before anything else.

use std::collections::{BTreeMap, BTreeSet};

use audit::{Field, SignedCheckpoint};
use portfolio::Decimal;
use rebalance::books::{Attempt, Books, Order};
use rebalance::life::{Approval, Recommendation};

use super::log::time;
use super::prove::{covering, proven};
use crate::books::{OpenBooks, Opened};
use crate::failure::Failure;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:70em;margin:2em auto;padding:0 1em;color:#1a1a1a}\
table{border-collapse:collapse;width:100%;margin:1em 0}th,td{text-align:left;vertical-align:top;padding:.3em .6em;\
border-bottom:1px solid #ccc}td.n{text-align:right}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f5f5f5;\
padding:.6em;margin:.3em 0}code{overflow-wrap:anywhere}summary{cursor:pointer;color:#0a4a8a}section{margin-top:3em}\
@media print{details{display:none}}";

/// The page, and what the books say of these households otherwise than the log: nothing, unless somebody edited them.
pub(crate) fn page(
    books: &OpenBooks,
    proposals: &[Recommendation],
) -> Result<(String, Vec<String>), Failure> {
    let names = Names(books.names()?);
    let last = books.record_count()?;
    let checkpoint = match last.checked_sub(1) {
        Some(last) => Some(covering(books, last)?),
        None => None,
    };
    let key = books.trust().log.to_text();
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width\">\n<title>Examination of proposals</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>Examination of proposals</h1>\n<p>{} of the log <code>{}</code>, made {}. Each record below is followed by a proof that it \
         stands in the log as it was written. To check one on another machine, save it as a file and run\n\
         <code>equipoise audit check FILE --key {}</code>, or follow the log's description with other tools. Have the key from the \
         holder of the log and not from this page.</p>\n",
        counted(proposals.len(), "proposal"),
        escaped(books.trust().log.name()),
        escaped(&format!("{:.0}", crate::books::now())),
        escaped(&key),
    );
    if let Some(checkpoint) = &checkpoint {
        page += &format!(
            "<details><summary>The signed checkpoint of {} records that the proofs lead to</summary><pre>{}</pre></details>\n",
            checkpoint.unverified().size,
            escaped(&checkpoint.to_text())
        );
    }
    let (rows, differences) = compared(books, proposals)?;
    page += &rows;
    for proposal in proposals {
        page += &section(books, proposal, &names, checkpoint.as_ref())?;
    }
    Ok((page + "</body>\n</html>\n", differences))
}

/// Whether what is shown is what the log says.
fn compared(books: &OpenBooks, proposals: &[Recommendation]) -> Result<(String, Vec<String>), Failure> {
    let ledger = books.store.held_against_log().map_err(|error| books.failed(&error))?;
    let shown: BTreeSet<String> = proposals.iter().map(|it| it.kept().household.to_string()).collect();
    // What is of other households is theirs: it is told that there is something, and not what.
    let concerns = |household: &Option<String>| household.as_deref().is_some_and(|id| shown.contains(id));
    let keys = ledger.keys.iter().filter(|fault| concerns(&fault.household)).map(|it| it.words.clone());
    let rows = ledger.differences.iter().filter(|it| concerns(&it.household)).map(ToString::to_string);
    let mut differences: Vec<String> = keys.chain(rows).collect();
    let others = (ledger.differing + ledger.keys.len() as u64).saturating_sub(differences.len() as u64);
    let elsewhere = format!(
        "{others} more differences between books and log, of people or of other households, or too many to keep: `equipoise audit verify` names them"
    );
    let mut erased = 0;
    for id in &shown {
        erased += usize::from(books.store.key(id).map_err(|error| books.failed(&error))?.is_none());
    }
    if differences.is_empty() {
        let mut words =
            "<p>The books of these households say what the records of the log say.</p>\n".to_owned();
        if erased > 0 {
            words = format!(
                "<p>The books of {} among these can't be held against the log: erased.</p>\n",
                counted(erased, "household")
            );
        }
        if others > 0 {
            words = format!(
                "<p><strong>The books do not say what the log says.</strong> {}.</p>\n",
                escaped(&elsewhere)
            );
            differences.push(elsewhere);
        }
        return Ok((words, differences));
    }
    if others > 0 {
        differences.push(elsewhere);
    }
    let items: String = differences.iter().map(|it| format!("<li>{}</li>\n", escaped(it))).collect();
    let page = format!(
        "<p><strong>The books do not say what the log says.</strong> What the tables below show was edited; the records are what was \
         written:</p>\n<ul>\n{items}</ul>\n"
    );
    Ok((page, differences))
}

/// One proposal.
fn section(
    books: &OpenBooks,
    proposal: &Recommendation,
    names: &Names,
    checkpoint: Option<&SignedCheckpoint>,
) -> Result<String, Failure> {
    let kept = proposal.kept();
    let reading = books.store.reading();
    let failed = |error| books.failed(&error);
    let attempts = reading.attempts(kept.id).map_err(failed)?;
    let approvals = reading.approvals(kept.id).map_err(failed)?;
    let orders = reading.orders(kept.id).map_err(failed)?;
    let state = kept.state.rejection().map_or_else(
        || kept.state.name().to_owned(),
        |why| format!("{} ({})", kept.state.name(), why.word()),
    );
    let mut page = format!(
        "<section id=\"{id}\">\n<h2>Proposal {id}</h2>\n<p>Of household {}, begun {:.0}; it stands at <strong>{}</strong> since {:.0}.</p>\n",
        escaped(names.of(&kept.household.to_string())),
        kept.begun_at,
        escaped(&state),
        kept.moved_at,
        id = kept.id,
    );
    page += &orders_table(books, &orders, &attempts, &approvals, names)?;
    page += "<h3>From prompt to fill</h3>\n";
    let records = books.records_about(proposal)?;
    if records.is_empty() {
        page += "<p>Erased: the key of this household was destroyed, and with it what the log tells of this proposal. \
                 The records themselves are still in the log.</p>\n";
    }
    for record in &records {
        page += &one_record(books, record, names, checkpoint)?;
    }
    Ok(page + "</section>\n")
}

/// Who recommended, approved, placed and filled each order.
fn orders_table(
    books: &OpenBooks,
    orders: &[Order],
    attempts: &[Attempt],
    approvals: &[Approval],
    names: &Names,
) -> Result<String, Failure> {
    if orders.is_empty() {
        let tried = attempts.last().map_or_else(
            || "No plan was proposed".to_owned(),
            |attempt| {
                format!(
                    "A plan of {} with {} was proposed",
                    attempt.planner,
                    counted(attempt.trades.len(), "trade")
                )
            },
        );
        return Ok(format!("<p>{}; no order was placed.</p>\n", escaped(&tried)));
    }
    let mut rows = String::new();
    for order in orders {
        let attempt = attempts.iter().find(|attempt| attempt.attempt == order.attempt);
        let recommended =
            attempt.map_or_else(|| "unknown".to_owned(), |it| format!("{}, {:.0}", it.planner, it.at));
        let approved: Vec<String> = approvals
            .iter()
            .filter(|approval| attempt.is_some_and(|attempt| attempt.plan_hash == approval.plan_hash))
            .map(|approval| format!("{}, {:.0}", names.of(&approval.person.to_string()), approval.at))
            .collect();
        let placed = format!("{} ({}), {:.0}", order.broker, order.state.word(), order.at);
        let fills =
            books.store.reading().fills(&order.client_order_id).map_err(|error| books.failed(&error))?;
        let filled: Vec<String> = fills
            .iter()
            .map(|fill| {
                format!(
                    "{} at {}, fees {}, {:.0}",
                    plain(fill.quantity),
                    plain(fill.price),
                    plain(fill.fees),
                    fill.at
                )
            })
            .collect();
        let what = format!(
            "{} {} {} in {}{}",
            order.side.word(),
            plain(order.quantity),
            order.ticker,
            masked(&order.account_id),
            order.lot_id.as_ref().map(|lot| format!(", lot {lot}")).unwrap_or_default()
        );
        let cells = [what, recommended, told(&approved, "nobody"), placed, told(&filled, "not filled")];
        let cells: String = cells.iter().map(|cell| format!("<td>{}</td>", escaped(cell))).collect();
        rows += &format!("<tr>{cells}</tr>\n");
    }
    Ok(format!(
        "<table>\n<tr><th>Order</th><th>Recommended by</th><th>Approved by</th><th>Placed with</th><th>Filled</th></tr>\n{rows}</table>\n"
    ))
}

/// One record with its proof.
fn one_record(
    books: &OpenBooks,
    record: &Opened,
    names: &Names,
    checkpoint: Option<&SignedCheckpoint>,
) -> Result<String, Failure> {
    let Some(contents) = &record.contents else { return Ok(String::new()) };
    let text = String::from_utf8_lossy(&contents.original);
    let facts = serde_json::from_str::<serde_json::Value>(&text)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| text.clone().into_owned());
    let mut page = format!(
        "<h4>Record {}: {} by {}, {}</h4>\n<details{}><summary>What was recorded</summary><pre>{}</pre></details>\n",
        record.row.sequence,
        escaped(record.row.kind.as_str()),
        escaped(names.of(&contents.actor)),
        escaped(&time(record)),
        if facts.len() <= OPEN_BYTES_MAX { " open" } else { "" },
        escaped(&facts),
    );
    if let Some(checkpoint) = checkpoint {
        let proof = proven(books, record, checkpoint, &Field::ALL)?;
        page += &format!(
            "<details><summary>Its proof</summary><pre>{}</pre></details>\n",
            escaped(proof.trim_end())
        );
    }
    Ok(page)
}

/// Longer records are folded.
const OPEN_BYTES_MAX: usize = 600;

/// Names of people and households by their ids.
struct Names(BTreeMap<String, String>);

impl Names {
    fn of<'a>(&'a self, id: &'a str) -> &'a str {
        self.0.get(id).map_or(id, String::as_str)
    }
}

/// A number of things.
pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

fn told(all: &[String], none: &str) -> String {
    if all.is_empty() { none.to_owned() } else { all.join("; ") }
}

fn plain(amount: Decimal) -> String {
    amount.normalize().to_string()
}

/// An account's number, of which the end is enough to know it by.
fn masked(account: &str) -> String {
    let digits = account.chars().filter(char::is_ascii_digit).count();
    if digits < 6 {
        return account.to_owned();
    }
    let end: String = account.chars().skip(account.chars().count() - 4).collect();
    format!("…{end}")
}

/// Text as HTML shows it, whatever is in it.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            '\'' => safe += "&#39;",
            char if char.is_control() && !matches!(char, '\n' | '\t') => safe.push('\u{fffd}'),
            char => safe.push(char),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        assert_eq!(escaped("<b a='\"&\u{1b}"), "&lt;b a=&#39;&quot;&amp;\u{fffd}");
    }

    #[test]
    fn an_account_is_known_by_its_end() {
        assert_eq!(masked("joint"), "joint");
        assert_eq!(masked("Z12345678"), "…5678");
    }
}
