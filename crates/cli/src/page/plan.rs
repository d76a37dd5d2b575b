//! The page of `plan`: weights before and after, orders with their lots, totals, the reasons, the lots
//! that are kept, the proof, warnings.
//!
//! Invariant: every figure is the validator's; weights add up to 100.00 %, and the tax of the orders
//! adds up to the tax of the plan.

mod asked;
mod kept;
mod orders;

use monitor::DriftReport;
use portfolio::Decimal;
use portfolio::plan::{Plan, Status};
use rebalance::instructions::instructions;
use rebalance::{Cycle, Verdict};
use rust_decimal::prelude::FromPrimitive;
use serde_json::Value;
use validate::Report;

use super::{drawn, paragraph, table, title};
use portfolio::money::percents;

use crate::figures::{percent, rounded, still_off, usd};

/// Orders and reasons shown unless all are asked for.
const SHOWN_MAX: usize = 30;

const NO_ADVICE: &str = "This is a calculation on the figures given, not investment or tax advice.";

/// The whole page.
pub(crate) fn page(cycle: &Cycle, all: bool) -> String {
    let shown_max = if all { usize::MAX } else { SHOWN_MAX };
    let report = cycle.verdict.report();
    let household = cycle.portfolio.household_id.as_deref().map_or_else(String::new, |id| format!("{id} · "));
    let mut page = title(&format!("{household}{} · {}", cycle.portfolio.as_of, usd(report.terms.value_usd)));
    page += &paragraph(&cycle.plan.summary_rationale, 0);
    page += "\n";
    page += &weights(cycle, report, shown_max);
    if !report.orders.is_empty() {
        page += "\n";
        page += &orders::table(cycle, report, shown_max);
        page += &totals(report);
        page += &reasons(&cycle.plan, shown_max);
    }
    if all {
        page += &off_target(&cycle.plan);
    }
    page += &kept::section(cycle, all);
    page += "\n";
    page += &paragraph(&proof(cycle, report), 0);
    page += &asked::section(cycle.asked.as_ref());
    page += &own_words(cycle);
    let warnings = &cycle.plan.validation.warnings;
    if !warnings.is_empty() {
        page += "\n";
        page += &title("Warnings");
        for warning in warnings.iter().take(shown_max) {
            page += &paragraph(&format!("{} ({}): {}", warning.place, warning.code, warning.detail), 2);
        }
        page += &left_out(warnings.len(), shown_max, "warnings");
    }
    page + "\n" + &paragraph(NO_ADVICE, 0)
}

/// What the instructions of the document ask for, and that words alone change no plan.
fn own_words(cycle: &Cycle) -> String {
    let Some(read) = instructions(&cycle.portfolio) else { return String::new() };
    let mut page = "\n".to_owned() + &title("In your own words");
    page += &super::preferences::page(&read.meaning);
    if !read.not_applied.is_empty() {
        let told = format!(
            "Not applied to this plan: {}. Put into `preferences` of the document what you mean.",
            read.not_applied.join(", ")
        );
        page += &paragraph(&told, 0);
    }
    for against in &read.against {
        page += &paragraph(&format!("Note: {against}"), 0);
    }
    page
}

/// Says what was not shown.
fn left_out(count: usize, shown_max: usize, what: &str) -> String {
    match count.saturating_sub(shown_max) {
        0 => String::new(),
        more => paragraph(&format!("… and {more} more {what}; --all shows them"), 2),
    }
}

/// Before, target, after, per class; where securities have targets, the classes are summed up.
fn weights(cycle: &Cycle, report: &Report, shown_max: usize) -> String {
    let drift = &cycle.drift;
    let after: Vec<Decimal> = drift.classes.iter().map(|c| class_after(cycle, report, &c.class)).collect();
    let before = percents(&drift.classes.iter().map(|c| c.weight.0).collect::<Vec<_>>());
    let after_shown = percents(&after);
    let target = percents(&drift.classes.iter().map(|c| c.target.0).collect::<Vec<_>>());
    let mut t = table(&["Class", ">Before", ">Target", ">After", ">Still off", ">Band ±", ""]);
    for (i, class) in drift.classes.iter().enumerate().take(shown_max) {
        let off = after[i] - class.target.0;
        let mark = if off.abs() > class.tolerance.tau.0 { "outside its band" } else { "" };
        t.add_row(vec![
            class.class.clone(),
            rounded(before[i]),
            rounded(target[i]),
            rounded(after_shown[i]),
            still_off(after_shown[i], target[i]),
            percent(class.tolerance.tau.0),
            mark.to_owned(),
        ]);
    }
    let sum = |parts: &[Decimal]| rounded(parts.iter().sum::<Decimal>());
    let mut total = vec!["Total".to_owned(), sum(&before), sum(&target), sum(&after_shown)];
    total.resize(7, String::new());
    t.add_row(total);
    drawn(&t) + &left_out(drift.classes.len(), shown_max, "classes") + &by_security(cycle, drift)
}

/// Weight of a class after the plan, cash before costs.
fn class_after(cycle: &Cycle, report: &Report, class: &str) -> Decimal {
    if cycle.portfolio.security_targets.is_none() || class == portfolio::household::CASH {
        return report.weights_after.get(class).copied().unwrap_or_default();
    }
    let of_class = cycle.portfolio.securities.iter().filter(|s| s.asset_class == class);
    of_class.filter_map(|s| report.weights_after.get(&s.ticker)).sum()
}

fn by_security(cycle: &Cycle, drift: &DriftReport) -> String {
    let Some(targets) = &cycle.portfolio.security_targets else { return String::new() };
    let line = format!(
        "Drift is measured against the targets of {} securities: {:.8} before, {:.8} after.",
        targets.len(),
        cycle.plan.before.drift,
        cycle.plan.after.drift
    );
    let line =
        if drift.trade_to == "target" { line } else { format!("{line} Plans go to the {}.", drift.trade_to) };
    paragraph(&line, 0)
}

fn totals(report: &Report) -> String {
    let t = &report.terms;
    let totals = orders::Totals::of(report);
    let drag = if t.location_drag_usd.is_zero() {
        String::new()
    } else {
        format!(", tax drag of what is held where {} a year", usd(t.location_drag_usd))
    };
    paragraph(
        &format!(
            "In all: {} traded; gains {} short-term and {} long-term; tax {}; costs {}; cash after costs {}{drag}.",
            usd(totals.traded),
            usd(totals.gain_short),
            usd(totals.gain_long),
            usd(t.tax_usd),
            usd(totals.cost),
            usd(report.shown().cash)
        ),
        0,
    )
}

fn reasons(plan: &Plan, shown_max: usize) -> String {
    let told: Vec<&str> =
        plan.trades.iter().map(|t| t.rationale.as_str()).filter(|r| !r.is_empty()).collect();
    if told.is_empty() {
        return String::new();
    }
    let mut page = format!("\n{}", title("Why"));
    for reason in told.iter().take(shown_max) {
        page += &paragraph(reason, 2);
    }
    page + &left_out(told.len(), shown_max, "reasons")
}

/// Why each class that stays off its target does.
fn off_target(plan: &Plan) -> String {
    let notes = plan.more.get("off_target").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let told: String =
        notes.iter().filter_map(|n| n["text"].as_str()).map(|text| paragraph(text, 2)).collect();
    if told.is_empty() { told } else { format!("\n{}{told}", title("Off target")) }
}

/// How good the plan is, in plain words.
fn proof(cycle: &Cycle, report: &Report) -> String {
    let plan = &cycle.plan;
    if let Verdict::Infeasible(..) = cycle.verdict {
        return "There is no plan: these are the figures of doing nothing.".to_owned();
    }
    let usd_of = |l: f64| Decimal::from_f64(l).and_then(|l| l.checked_mul(report.terms.value_usd));
    let gap = explain::at_most_better(plan.objective.total, plan.bound, report.terms.value_usd);
    let gap = gap.map_or_else(|| "an unknown amount".to_owned(), usd);
    let better = usd_of(plan.objective_without_trades - plan.objective.total).unwrap_or_default();
    let proven = format!("no plan that keeps these rules can be better by more than {gap}");
    let measure = "distance from the targets, costs, tax and wishes counted together in dollars, a measure that is no profit";
    let than_nothing = format!("By the same measure it is {} better than doing nothing.", usd(better));
    match plan.status {
        Status::NoTradeNeeded => format!("Proven: {proven} than doing nothing ({measure})."),
        Status::Optimal => format!("Proven: {proven} ({measure}). {than_nothing}"),
        Status::Feasible | Status::Infeasible => {
            format!(
                "The search ended before the proof was complete. Proven so far: {proven} ({measure}). {than_nothing}"
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::*;

    #[test]
    fn what_is_still_off_is_after_less_target_as_shown() {
        let parts = [dec!(0.333349), dec!(0.333349), dec!(0.333302)];
        let targets = percents(&[dec!(0.3333), dec!(0.3333), dec!(0.3334)]);
        let after = percents(&parts);
        assert_eq!(after, [dec!(33.34), dec!(33.33), dec!(33.33)]);
        let off: Vec<String> = after.iter().zip(&targets).map(|(a, t)| still_off(*a, *t)).collect();
        assert_eq!(off, ["+0.01 %", "–", "−0.01 %"]);
        assert_eq!(still_off(dec!(45.5), dec!(40)), "+5.50 %");
    }
}
