//! Is an answer what it says it is, and do two answers go together.
//!
//! In: a task and what was answered, or two answers. Out: faults. Invariant: figures are recomputed by
//! `validate`, in decimals, from the documents and the rows alone.

use optimize::{Outcome, Solution};
use portfolio::money::float;
use portfolio::plan::{ProposedPlan, Status};

use super::Fault;
use super::task::{FIGURES, Task, gap_scale, leeway};

/// Whether the plan keeps every rule and every figure is the recomputed one.
pub(super) fn figures(task: &Task, outcome: &Outcome) -> Vec<Fault> {
    let mut faults = Vec::new();
    let solution = match outcome {
        Outcome::Planned(solution) => solution,
        Outcome::Infeasible(why) => {
            if why.proven && task.validated(&ProposedPlan::default()).passed() {
                faults.push(Fault::new("status", "is called infeasible, but doing nothing breaks no rule"));
            }
            return faults;
        }
    };
    let report = task.validated(&task.proposed(&solution.rows));
    for v in &report.verdict.violations {
        faults.push(Fault::new("validate", format!("{} {}: {}", v.code, v.place, v.detail)));
    }
    let scale = gap_scale(solution);
    for (name, stated, found) in [
        ("objective", solution.objective, float(report.terms.objective)),
        ("objective_without_trades", solution.objective_without_trades, float(report.before.objective)),
    ] {
        if (stated - found).abs() > FIGURES * found.abs().max(scale) {
            faults.push(Fault::new("figures", format!("states {name} {stated:.12}, it is {found:.12}")));
        }
    }
    faults.extend(promises(solution));
    let idle = solution.objective_without_trades;
    if solution.bound > idle + FIGURES * scale && task.validated(&ProposedPlan::default()).passed() {
        let told = format!("bound {:.12} is above that of doing nothing, {idle:.12}", solution.bound);
        faults.push(Fault::new("bound", told));
    }
    faults
}

/// Bound, gap and status among themselves.
fn promises(solution: &Solution) -> Vec<Fault> {
    let mut faults = Vec::new();
    let (objective, bound, scale) = (solution.objective, solution.bound, gap_scale(solution));
    if !objective.is_finite() || bound.is_nan() || bound > objective + FIGURES * scale {
        faults
            .push(Fault::new("bound", format!("bound {bound:.12} is above the plan's own {objective:.12}")));
    }
    let gap = (objective - bound).max(0.0) / scale;
    if bound.is_finite() && (gap - solution.relative_gap).abs() > FIGURES {
        faults.push(Fault::new("figures", format!("states gap {}, it is {gap}", solution.relative_gap)));
    }
    let right = match solution.status {
        Status::Optimal => gap <= optimize::GAP_OPTIMAL && !solution.rows.is_empty(),
        Status::NoTradeNeeded => gap <= optimize::GAP_OPTIMAL && solution.rows.is_empty(),
        Status::Feasible => gap > optimize::GAP_OPTIMAL,
        Status::Infeasible => false,
    };
    if !right {
        faults.push(Fault::new("status", format!("is called {:?} with a gap of {gap:.1e}", solution.status)));
    }
    faults
}

/// Whether two answers about one household in other words go together.
pub(super) fn same(one: &Outcome, other: &Outcome, task: &Task) -> Vec<Fault> {
    match (one, other) {
        (Outcome::Planned(a), Outcome::Planned(b)) => {
            let apart = (a.bound - b.objective).max(b.bound - a.objective);
            let leeway = leeway(task, a).max(leeway(task, b));
            let told = || {
                let scale = gap_scale(a);
                format!(
                    "[{:.12}, {:.12}] and [{:.12}, {:.12}] lie {:.1e} of the gap's scale apart",
                    a.bound,
                    a.objective,
                    b.bound,
                    b.objective,
                    apart / scale
                )
            };
            if apart > leeway { vec![Fault::new("same", told())] } else { Vec::new() }
        }
        (Outcome::Planned(_), Outcome::Infeasible(why)) | (Outcome::Infeasible(why), Outcome::Planned(_))
            if why.proven =>
        {
            vec![Fault::new("same", "one has a plan, the other a proof that there is none")]
        }
        _ => Vec::new(),
    }
}

/// Whether an answer under a stricter rule goes together with the one before it.
pub(super) fn no_better(before: &Outcome, stricter: &Outcome, task: &Task) -> Vec<Fault> {
    match (before, stricter) {
        (Outcome::Planned(a), Outcome::Planned(b)) => {
            let mut faults = Vec::new();
            let leeway = leeway(task, a).max(leeway(task, b));
            if b.objective < a.bound - leeway {
                let told = format!("{:.12} is below the bound {:.12} without it", b.objective, a.bound);
                faults.push(Fault::new("stricter", told));
            }
            let proven = b.relative_gap <= optimize::GAP_OPTIMAL;
            if proven && b.bound < a.bound - optimize::GAP_OPTIMAL * gap_scale(b) - leeway {
                let told = format!("bound {:.12} is below the bound {:.12} without it", b.bound, a.bound);
                faults.push(Fault::new("stricter", told));
            }
            faults
        }
        (Outcome::Infeasible(why), Outcome::Planned(_)) if why.proven => {
            vec![Fault::new("stricter", "has a plan, and without it there is proven to be none")]
        }
        _ => Vec::new(),
    }
}
