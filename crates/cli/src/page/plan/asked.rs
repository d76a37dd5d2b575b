//! What a model had to do with the plan: among what it chose, what it changed, what it would add, which of its words were struck.
//!
//! Invariant: figures are the engine's; the model's words stand in quotes.

use portfolio::Decimal;
use propose::candidates::Figures;
use rebalance::{Asked, Chosen};

use super::super::{drawn, paragraph, table, title};
use crate::figures::{percent, usd};

/// The section; nothing where no model was asked.
pub(super) fn section(asked: Option<&Asked>) -> String {
    let Some(asked) = asked else { return String::new() };
    let mut page = "\n".to_owned() + &title(&format!("The model's part ({})", asked.model));
    if let Some(failure) = &asked.failure {
        page += &paragraph(&format!("{failure}. The optimiser's plan stands."), 0);
    }
    for attempt in &asked.attempts {
        for finding in &attempt.findings {
            let what = format!(
                "Attempt {}: {} ({}): {}",
                attempt.number, finding.code, finding.place, finding.detail
            );
            page += &paragraph(&what, 2);
        }
    }
    if let Some(chosen) = &asked.chosen {
        page += &choice(chosen);
    }
    for (place, one) in &asked.words.struck {
        page +=
            &paragraph(&format!("Struck from the model's words ({place}): “{}”: {}", one.words, one.why), 2);
    }
    page
}

fn choice(chosen: &Chosen) -> String {
    let mut t =
        table(&["Plan", ">Worse by", ">Tax", ">Costs", ">Farthest off", ">ESG", ">Orders", ">Traded"]);
    for (id, _, figures) in &chosen.candidates {
        let mark = if *id == chosen.id { "→ " } else { "" };
        t.add_row(row(format!("{mark}{id}"), figures));
    }
    let mut page = drawn(&t);
    page += &paragraph(
        "Worse by: against the best plan, with all that the household weighs counted together in dollars, a measure that is no profit.",
        0,
    );
    if let Some((best, now)) = chosen.figures().filter(|_| !chosen.is_best()) {
        page += &paragraph(&format!("What the choice changes: {}.", changes(best, now)), 0);
    }
    for one in &chosen.suggested {
        let told = format!(
            "The model would add `{}`, from “{}”. It is not applied: put it into `preferences` if you mean it.",
            one.token, one.words
        );
        page += &paragraph(&told, 2);
    }
    for (token, why) in &chosen.refused {
        page += &paragraph(&format!("The model would add `{token}`, which can't count: {why}."), 2);
    }
    page
}

fn row(id: String, f: &Figures) -> Vec<String> {
    vec![
        id,
        usd(f.loss_usd),
        usd(f.tax_usd),
        usd(f.cost_usd),
        format!("{} {}", f.deviation_of, percent(f.deviation_max)),
        format!("{:.3}", f.esg),
        f.orders.to_string(),
        usd(f.turnover_usd),
    ]
}

/// The figures that differ, the chosen plan's against the best one's.
fn changes(best: &Figures, now: &Figures) -> String {
    let money = |name: &str, from: Decimal, to: Decimal| {
        (from != to).then(|| format!("{name} {} instead of {}", usd(to), usd(from)))
    };
    let mut told: Vec<String> = [
        money("tax", best.tax_usd, now.tax_usd),
        money("costs", best.cost_usd, now.cost_usd),
        money("losses harvested", best.losses_harvested_usd, now.losses_harvested_usd),
        money("traded", best.turnover_usd, now.turnover_usd),
        money("cash", best.cash_after_usd, now.cash_after_usd),
    ]
    .into_iter()
    .flatten()
    .collect();
    if best.deviation_max != now.deviation_max {
        let off = |f: &Figures| format!("{} ({})", percent(f.deviation_max), f.deviation_of);
        told.push(format!("farthest from its target {} instead of {}", off(now), off(best)));
    }
    if best.esg.round_dp(3) != now.esg.round_dp(3) {
        told.push(format!("ESG score {:.3} instead of {:.3}", now.esg, best.esg));
    }
    if best.orders != now.orders {
        told.push(format!("{} orders instead of {}", now.orders, best.orders));
    }
    if told.is_empty() { "nothing that a figure shows".to_owned() } else { told.join("; ") }
}
