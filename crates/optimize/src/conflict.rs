//! Why no plan keeps every rule, and what would have to give.
//!
//! In: a household for which the search found no plan. Out: an [`Infeasible`]: the wishes of which
//! dropping any one lets a plan through, what stands beside them, and for each the least change.
//!
//! | module | idea |
//! | --- | --- |
//! | [`inquiry`] | the same household with some wishes or givens left out: is there a plan? |
//! | [`given`] | what can stand in the way without being a wish: withdrawals, liquidity, wash sales |
//! | [`give`] | the milder forms of a wish, in steps of a hundredth |
//! | [`least`] | the least step that lets a plan through, and what that plan is worth |
//!
//! Every set of wishes that cannot hold together contains all wishes of which dropping one alone
//! helps. So these come first; where there are none, several conflicts stand side by side and the
//! answer is one of them (a deletion filter), with relaxations that are needed all together.
//!
//! Invariant: every claim "dropping this helps" is a plan that was found. A wish leaves the conflict only
//! where what is left is proven to have no plan, so that the conflict is as proven as the household's being
//! without a plan; where a search stopped undecided it may be larger than it need be.

mod give;
mod given;
mod inquiry;
mod least;

use std::collections::BTreeSet;

use portfolio::Portfolio;
use tax::plan_tax::Rates;

use crate::Options;
use crate::outcome::{Infeasible, Relaxation};
use given::Given;
pub(crate) use inquiry::ANY_PLAN;
use inquiry::{Answer, Inquiry};

/// Places of wishes in [`Inquiry::tokens`].
type Set = BTreeSet<usize>;

/// Names a smallest conflict of an infeasible household and the cheapest ways out, the cheapest
/// first.
///
/// # Source
/// model.md, "What the optimiser promises"; the deletion filter is Chinneck & Dravnieks (1991).
pub(crate) fn conflict(portfolio: &Portfolio, rates: &Rates, options: &Options, proven: bool) -> Infeasible {
    let inquiry = Inquiry::new(portfolio, rates, options);
    let every: Set = inquiry.hard().collect();
    match inquiry.answer(&Set::new(), &[]) {
        Answer::Plan(_) => {}
        answer => return of_givens(&inquiry, proven && answer == Answer::NoPlan),
    }
    let alone: Set = every.iter().copied().filter(|i| inquiry.holds(&without(&every, *i), &[])).collect();
    let core = irreducible(&inquiry, &every, &alone);
    let members = if alone.is_empty() { &core } else { &alone };
    let written = |i: &usize| inquiry.tokens[*i].to_string();
    let mut beside: Vec<String> = core.difference(members).map(written).collect();
    let givens = Given::all(portfolio, options);
    let matters = |g: &&Given| inquiry.holds(&core, std::slice::from_ref(*g));
    beside.extend(givens.iter().filter(matters).map(|g| g.words(portfolio)));
    let relaxation = if alone.is_empty() {
        together(&inquiry, &every)
    } else {
        let mut ways: Vec<Relaxation> = alone.iter().map(|i| least::relax(&inquiry, &every, *i)).collect();
        ways.sort_by(|a, b| a.objective.total_cmp(&b.objective));
        ways
    };
    Infeasible {
        conflict: members.iter().map(written).collect(),
        beside,
        relaxation,
        together: alone.is_empty(),
        proven,
    }
}

fn without(set: &Set, i: usize) -> Set {
    set.iter().copied().filter(|j| *j != i).collect()
}

/// A set of wishes that cannot hold together although every smaller part of it can. It contains
/// all of `alone`.
fn irreducible(inquiry: &Inquiry<'_>, every: &Set, alone: &Set) -> Set {
    if !alone.is_empty() && inquiry.clashes(alone) {
        return alone.clone();
    }
    let mut core = every.clone();
    for i in every.difference(alone) {
        let smaller = without(&core, *i);
        if inquiry.clashes(&smaller) {
            core = smaller;
        }
    }
    core
}

/// Several conflicts at once: a largest set of wishes that holds, and how far each of the others
/// has to give beside it. Wishes without a milder form are kept first.
fn together(inquiry: &Inquiry<'_>, every: &Set) -> Vec<Relaxation> {
    let (milder, firm): (Vec<usize>, Vec<usize>) = every.iter().partition(|i| inquiry.can_give(**i));
    let mut kept = Set::new();
    let mut left = Vec::new();
    for i in firm.into_iter().chain(milder) {
        let larger = with(&kept, i);
        if inquiry.holds(&larger, &[]) { kept = larger } else { left.push(i) }
    }
    let mut relaxed = inquiry.clone();
    for i in &left {
        if let Some(token) = least::relax_to(&relaxed, &with(&kept, *i), *i).1 {
            relaxed.tokens[*i] = token;
            kept.insert(*i);
        }
    }
    // What gave before the others had given perhaps gives less beside them, or not at all.
    let mut ways = Vec::new();
    for i in left {
        relaxed.tokens[i] = inquiry.tokens[i].clone();
        let set = with(&kept, i);
        if relaxed.holds(&set, &[]) {
            kept = set;
            continue;
        }
        let (way, token) = least::relax_to(&relaxed, &set, i);
        match token {
            Some(token) => {
                relaxed.tokens[i] = token;
                kept = set;
            }
            None => drop(kept.remove(&i)),
        }
        ways.push(way);
    }
    ways
}

fn with(set: &Set, i: usize) -> Set {
    set.iter().copied().chain([i]).collect()
}

/// No wish is to blame: what is given cannot hold by itself.
fn of_givens(inquiry: &Inquiry<'_>, proven: bool) -> Infeasible {
    let all = Given::all(inquiry.portfolio, inquiry.options);
    let helps = |g: &&Given| inquiry.holds(&Set::new(), std::slice::from_ref(*g));
    let alone: Vec<&Given> = all.iter().filter(helps).collect();
    let together = alone.is_empty();
    let members: Vec<&Given> = if together { needed(inquiry, &all) } else { alone };
    let words = |g: &&Given| g.words(inquiry.portfolio);
    Infeasible {
        conflict: members.iter().map(words).collect(),
        beside: Vec::new(),
        relaxation: members.iter().map(|g| least::lift(inquiry, g, together)).collect(),
        together,
        proven,
    }
}

/// Givens that have to be lifted together: the fewest that a deletion filter leaves.
fn needed<'a>(inquiry: &Inquiry<'_>, all: &'a [Given]) -> Vec<&'a Given> {
    let mut lifted: Vec<&Given> = all.iter().collect();
    for given in all {
        let fewer: Vec<&Given> = lifted.iter().copied().filter(|g| *g != given).collect();
        let list: Vec<Given> = fewer.iter().map(|g| (*g).clone()).collect();
        if inquiry.holds(&Set::new(), &list) {
            lifted = fewer;
        }
    }
    lifted
}
