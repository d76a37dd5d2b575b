//! What candidates are called.
//!
//! In: the candidates, the best one first. Out: an id, a label and the distinctions of each, and a sentence where there
//! are few. Invariant: ids are unique; a distinction is a fact about the candidates that are shown, and nobody
//! but its holder has it; doing nothing has none, being the end of what it is the end of by doing nothing.

use std::fmt;

use portfolio::Decimal;
use portfolio::household::Lambdas;

use super::{Candidate, Candidates};

/// What a candidate is foremost in among those that trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Distinction {
    /// The least tax.
    LeastTax,
    /// The least drift.
    Closest,
    /// The highest ESG score.
    Greenest,
    /// The fewest orders.
    FewestTrades,
}

impl Distinction {
    const ALL: [Distinction; 4] =
        [Distinction::LeastTax, Distinction::Closest, Distinction::Greenest, Distinction::FewestTrades];

    /// Its word in an id.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Distinction::LeastTax => "least_tax",
            Distinction::Closest => "closest",
            Distinction::Greenest => "greenest",
            Distinction::FewestTrades => "fewest_trades",
        }
    }

    /// The figure that it is about; the least is foremost.
    fn figure(self, plan: &Candidate) -> Decimal {
        let figures = &plan.figures;
        match self {
            Distinction::LeastTax => figures.tax_usd,
            Distinction::Closest => figures.drift,
            Distinction::Greenest => -figures.esg,
            Distinction::FewestTrades => Decimal::from(figures.orders),
        }
    }
}

impl fmt::Display for Distinction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Distinction::LeastTax => "the least tax",
            Distinction::Closest => "the closest to the targets",
            Distinction::Greenest => "the highest ESG score",
            Distinction::FewestTrades => "the fewest trades",
        })
    }
}

/// Gives ids, labels and distinctions.
pub(crate) fn name(list: &mut [Candidate]) {
    for distinction in Distinction::ALL {
        let trading = (0..list.len()).filter(|n| !list[*n].solution.rows.is_empty());
        let foremost = trading.min_by_key(|n| (distinction.figure(&list[*n]), list[*n].figures.objective));
        if let Some(n) = foremost {
            list[n].distinctions.push(distinction);
        }
    }
    let Some(own) = list.first().map(|best| best.defined.lambdas) else { return };
    let mut numbered = 0;
    for (n, plan) in list.iter_mut().enumerate() {
        plan.id = if n == 0 {
            "best".to_owned()
        } else if plan.solution.rows.is_empty() {
            "do_nothing".to_owned()
        } else if let Some(first) = plan.distinctions.first() {
            first.word().to_owned()
        } else {
            numbered += 1;
            format!("C{numbered}")
        };
        plan.label = label(n, plan, &own);
    }
}

fn label(place: usize, plan: &Candidate, own: &Lambdas) -> String {
    let mut parts = Vec::new();
    if place == 0 {
        parts.push("the best under the household's own objective".to_owned());
    }
    parts.extend(plan.distinctions.iter().map(ToString::to_string));
    parts.extend(leanings(&plan.defined.lambdas, own));
    parts.extend(plan.defined.limits.iter().map(ToString::to_string));
    parts.join("; ")
}

/// What weighs more than the household has it.
fn leanings(lambdas: &Lambdas, own: &Lambdas) -> Vec<String> {
    let pairs =
        [("drift", lambdas.drift, own.drift), ("tax", lambdas.tax, own.tax), ("ESG", lambdas.esg, own.esg)];
    let leant = pairs.into_iter().filter(|(_, now, before)| now != before);
    leant
        .map(|(goal, now, before)| match now.checked_div(before) {
            Some(times) => format!("{goal} weighs {} times as much", times.round_dp(1).normalize()),
            None => format!("{goal} weighs {} and not nothing", now.normalize()),
        })
        .collect()
}

/// Why there are fewer candidates than wanted.
pub(crate) fn shortfall(found: &Candidates, wanted: usize) -> Option<String> {
    if found.list.len() >= wanted {
        return None;
    }
    let refused: usize = found.refused.values().sum();
    let how = if found.exhausted {
        "every trade-off was followed until nothing new came of it"
    } else {
        "the search ended at its limits"
    };
    Some(format!(
        "{} distinct plan{} instead of {wanted}: {how}; of {} searches {refused} led to no plan that the household's own \
         rules allow, {} to plans that another beats in tax, drift, ESG and orders, {} to nearly the same as another, \
         and the rest to plans that were there already",
        found.list.len(),
        if found.list.len() == 1 { "" } else { "s" },
        found.searches,
        found.dominated,
        found.alike
    ))
}
