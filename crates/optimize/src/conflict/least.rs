//! The least change of one wish, or of a withdrawal, that lets a plan through.
//!
//! In: the household, the hard wishes kept, and which of them is to give. Out: a [`Relaxation`] with
//! the wish as it could be kept. Steps are tried 1, 4, 16, … until one lets a plan through and then
//! by halves, so that in the end one step less was tried and failed.

use portfolio::{Decimal, Token};
use rust_decimal::dec;

use super::Set;
use super::give::Give;
use super::given::Given;
use super::inquiry::{ANY_PLAN, Answer, Inquiry};
use crate::outcome::Relaxation;

/// Work units of one try: near the least amount a search can be long, and a hundredth is not worth it.
const TRY_UNITS: u64 = 12_000;
/// Work units for the plan that a relaxation leads to.
const WORTH_UNITS: u64 = 20_000;
/// Gap of that plan: it only ranks.
const WORTH_GAP: f64 = 1e-3;

/// The least step that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Least {
    step: u64,
    /// Whether one step less was proven to leave no plan.
    proven: bool,
}

/// How far wish `i` has to give where all of `set` is kept otherwise.
pub(super) fn relax(inquiry: &Inquiry<'_>, set: &Set, i: usize) -> Relaxation {
    relax_to(inquiry, set, i).0
}

/// The same, and the token that takes its place; `None` where it has to go.
pub(super) fn relax_to(inquiry: &Inquiry<'_>, set: &Set, i: usize) -> (Relaxation, Option<Token>) {
    let token = &inquiry.tokens[i];
    let give = Give::of(inquiry, token);
    let tokens = |milder: &Token| {
        let mut changed = inquiry.clone();
        changed.tokens[i] = milder.clone();
        changed.with(set)
    };
    let units = TRY_UNITS.min(inquiry.options.effort_max);
    let found = give.as_ref().and_then(|give| {
        let answer = |k| inquiry.ask(&inquiry.variant(&tokens(&give.at(k)), &[]), &[], ANY_PLAN, units);
        least(give.steps_max, answer).map(|least| (give, least))
    });
    let Some((give, least)) = found else {
        let rest: Set = set.iter().copied().filter(|j| *j != i).collect();
        let objective = worth(inquiry, &inquiry.with(&rest), &[]);
        return (dropped(token, objective), None);
    };
    let milder = give.at(least.step);
    let amount = give.amount(least.step);
    let way = Relaxation {
        wish: token.to_string(),
        relaxed: Some(milder.to_string()),
        amount: amount.map(|(x, _)| x),
        objective: worth(inquiry, &tokens(&milder), &[]),
        words: words(token, &milder, give, amount, least),
    };
    (way, Some(milder))
}

/// What lifting a given would take.
pub(super) fn lift(inquiry: &Inquiry<'_>, given: &Given, together: bool) -> Relaxation {
    let p = inquiry.portfolio;
    let bare = inquiry.with(&Set::new());
    let wish = given.words(p);
    if let Given::Withdrawal(account) = given
        && !together
    {
        let out = -p.accounts[*account].flow;
        let paid = |k: u64| (out - Decimal::from(k) / dec!(100)).max(dec!(0));
        let answer = |k| {
            let mut less = inquiry.variant(&bare, &[]);
            less.accounts[*account].flow = -paid(k);
            inquiry.ask(&less, &[], ANY_PLAN, TRY_UNITS.min(inquiry.options.effort_max))
        };
        let cents = u64::try_from((out * dec!(100)).ceil()).unwrap_or(u64::MAX);
        if let Some(Least { step, .. }) = least(cents, answer) {
            let (most, amount) = (paid(step), out - paid(step));
            let words = format!("{wish}: {most:.2} USD can be paid out, {amount:.2} USD less");
            let objective = worth(inquiry, &bare, std::slice::from_ref(given));
            return Relaxation { wish, relaxed: None, amount: Some(amount.normalize()), objective, words };
        }
    }
    let objective = worth(inquiry, &bare, std::slice::from_ref(given));
    let words = format!("{wish}: without it there is a plan");
    Relaxation { wish, relaxed: None, amount: None, objective, words }
}

/// The least step in 1..=`most` that is answered by a plan.
fn least(most: u64, answer: impl Fn(u64) -> Answer) -> Option<Least> {
    let (mut no, mut yes) = (0, 1.min(most));
    let mut proven = true;
    loop {
        let said = answer(yes);
        if said.is_plan() {
            break;
        }
        if yes >= most {
            return None;
        }
        proven = said == Answer::NoPlan;
        no = yes;
        yes = yes.saturating_mul(4).min(most);
    }
    while yes - no > 1 {
        let middle = no + (yes - no) / 2;
        let said = answer(middle);
        if said.is_plan() {
            yes = middle;
        } else {
            proven = said == Answer::NoPlan;
            no = middle;
        }
    }
    Some(Least { step: yes, proven })
}

/// L of the best plan with these wishes, to rank; infinite where the search finds none.
fn worth(inquiry: &Inquiry<'_>, tokens: &[Token], lifted: &[Given]) -> f64 {
    let units = WORTH_UNITS.min(inquiry.options.effort_max);
    match inquiry.ask(&inquiry.variant(tokens, lifted), lifted, WORTH_GAP, units) {
        Answer::Plan(objective) => objective,
        Answer::NoPlan | Answer::Unknown => f64::INFINITY,
    }
}

fn dropped(token: &Token, objective: f64) -> Relaxation {
    let words = format!("`{token}` would have to be dropped: there is no milder form of it that helps");
    Relaxation { wish: token.to_string(), relaxed: None, amount: None, objective, words }
}

fn words(
    token: &Token,
    milder: &Token,
    give: &Give,
    amount: Option<(Decimal, &'static str)>,
    least: Least,
) -> String {
    let by = amount.map_or_else(String::new, |(x, unit)| format!(" by {x} {unit}"));
    let mut words = format!("`{token}` would have to give{by}: `{milder}` can be kept");
    if let Some(now) = give.passed {
        words.push_str(&format!(" (before trading it is {now} %, and it does not rise)"));
    }
    if !least.proven {
        words.push_str("; whether a little less would do is not proven");
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_least(threshold: u64) -> impl Fn(u64) -> Answer {
        move |k| if k >= threshold { Answer::Plan(0.0) } else { Answer::NoPlan }
    }

    #[test]
    fn the_least_step_is_found_wherever_it_is() {
        for threshold in 1..200 {
            assert_eq!(least(200, at_least(threshold)), Some(Least { step: threshold, proven: true }));
        }
        assert_eq!(least(200, at_least(201)), None);
        assert_eq!(least(1, at_least(1)).map(|l| l.step), Some(1));
    }

    #[test]
    fn a_search_that_stopped_proves_nothing() {
        let unsure = |k: u64| if k >= 7 { Answer::Plan(0.0) } else { Answer::Unknown };
        assert_eq!(least(100, unsure), Some(Least { step: 7, proven: false }));
    }
}
