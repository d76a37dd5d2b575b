//! What is said when the work is cut short.
//!
//! In: a task, the answer with all the work, a planner. Out: faults where a plan is not valid or a bound is no
//! bound; a remark where more work makes either worse, which the model does not rule out: a search that is cut
//! short and finds nothing is followed by another. Invariant: the limit is in work units, not in time.

use optimize::{Outcome, Solution};

use super::task::{Planner, Task, gap_scale, leeway};
use super::{Examined, asked, stated};

/// Limits, in work units, up to where most documents need no more.
const LIMITS: [u64; 5] = [0, 4, 40, 400, 4_000];

/// Asks again with less and less work left out.
pub(super) fn cut_short(task: &Task, full: &Outcome, planner: &Planner, seen: &mut Examined) {
    let mut last: Option<(u64, Solution)> = None;
    for limit in LIMITS {
        let name = format!("stopped at {limit} units");
        let Some(outcome) = asked(seen, &name, task, planner, limit) else { continue };
        let faults = stated::figures(task, &outcome).into_iter().chain(stated::same(full, &outcome, task));
        seen.faults.extend(faults.map(|fault| fault.of(&name, task)));
        let Outcome::Planned(now) = outcome else { continue };
        if let Some((before, then)) = &last {
            worse(task, then, &now).into_iter().for_each(|told| {
                seen.remarks.push(format!("{told}, after {before} units and {limit}"));
            });
        }
        last = Some((limit, now));
    }
    if let (Some((before, then)), Outcome::Planned(now)) = (&last, full) {
        worse(task, then, now).into_iter().for_each(|told| {
            seen.remarks.push(format!("{told}, after {before} units and all"));
        });
    }
}

/// What became worse with more work.
fn worse(task: &Task, then: &Solution, now: &Solution) -> Option<String> {
    let leeway = leeway(task, now).max(leeway(task, then));
    let scale = gap_scale(now);
    if now.objective > then.objective + leeway {
        return Some(format!(
            "the objective rises by {:.1e} of the gap's scale",
            (now.objective - then.objective) / scale
        ));
    }
    (now.bound < then.bound - leeway)
        .then(|| format!("the bound falls by {:.1e} of the gap's scale", (then.bound - now.bound) / scale))
}
