//! The households that the sentences are about, each with a fixed plan, so that no sentence ages.

use explain::claims::Facts;
use portfolio::plan::{Number, ProposedPlan, read_plan};
use portfolio::{Decimal, Portfolio, Trade};
use tax::plan_tax::Rates;

/// A household with a plan.
pub(crate) struct Household {
    pub(crate) name: &'static str,
    pub(crate) facts: Facts,
    plan: ProposedPlan,
}

impl Household {
    pub(crate) fn all() -> Vec<Household> {
        vec![
            Household::of("gains", include_str!("gains.json"), include_str!("gains.plan.json")),
            Household::of(
                "household",
                include_str!("../../../../examples/household.json"),
                include_str!("household.plan.json"),
            ),
            Household::of(
                "design",
                include_str!("../../../../examples/design-prompt.json"),
                include_str!("design.plan.json"),
            ),
        ]
    }

    fn of(name: &'static str, document: &str, plan: &str) -> Household {
        let portfolio = portfolio::read(document).unwrap();
        let rates = rates(&portfolio);
        let plan = read_plan(plan).unwrap();
        let report = validate::validate(&portfolio, &rates, &plan, None);
        assert!(report.passed(), "{name}: {:?}", report.verdict.violations);
        Household { name, facts: Facts::of(&portfolio, &rates, &report, &plan), plan }
    }

    /// A row of the plan as a trade.
    pub(crate) fn trade(&self, row: usize) -> Trade {
        let row = &self.plan.trades[row];
        Trade {
            action: row.action.unwrap(),
            account_id: row.account_id.clone().unwrap(),
            ticker: row.ticker.clone().unwrap(),
            lot_id: row.lot_id.clone(),
            quantity: Number(row.quantity.unwrap()),
            estimated_price: Number(row.estimated_price.unwrap()),
            rationale: String::new(),
        }
    }
}

/// The rates that a document gives.
pub(crate) fn rates(p: &Portfolio) -> Rates {
    let (tax, usual) = (&p.tax, Rates::default());
    let short_term = tax.short_term_rate.unwrap_or(usual.short_term);
    let long_term = tax.long_term_rate.unwrap_or(usual.long_term);
    Rates {
        short_term,
        long_term,
        ordinary: tax.ordinary_rate.unwrap_or(short_term),
        carryforward: tax.carryforward_rate.unwrap_or(long_term / Decimal::TWO),
        harvest_usd: p.wishes.harvest_usd,
        ..usual
    }
}
