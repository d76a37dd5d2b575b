//! A recommendation in any state, and any step, from one real plan.

use jiff::Timestamp;
use portfolio::Trade;
use rebalance::id::{CycleId, HouseholdId, PersonId, RecommendationId};
use rebalance::life::offer::NoOffer;
use rebalance::life::{
    Approval, Approved, Kept, Now, Offered, Policy, Recommendation, Rejection, Request, Shown, State, Step,
};
use rebalance::{Cycle, Options, cycle};
use rust_decimal::dec;

const TEXT: &str = r#"{"as_of": "2026-11-25", "household_id": "smith", "currency": "USD",
 "target_allocation": {"Stocks": 0.60, "Bonds": 0.40}, "preferences": [],
 "tax": {"short_term_rate": 0.3, "long_term_rate": 0.15, "ordinary_rate": 0.3},
 "cash": 0, "holdings": [
  {"ticker": "SPY", "asset_class": "Stocks", "current_price": 450.00, "lots": [
   {"lot_id": "L1", "quantity": 100, "acquisition_date": "2020-01-02", "cost_basis_per_share": 440.00}]},
  {"ticker": "AGG", "asset_class": "Bonds", "current_price": 90.00, "lots": [
   {"lot_id": "L2", "quantity": 100, "acquisition_date": "2020-01-02", "cost_basis_per_share": 90.00}]}]}"#;

pub(crate) fn person(number: u8) -> PersonId {
    PersonId::new(Timestamp::UNIX_EPOCH, [number; 10])
}

/// One plan and a time.
pub(crate) struct Stage {
    pub(crate) text: &'static str,
    pub(crate) at: Timestamp,
}

impl Stage {
    pub(crate) fn new() -> Stage {
        Stage { text: TEXT, at: "2026-11-25T15:00:00Z".parse().unwrap() }
    }

    pub(crate) fn cycle(&self) -> Cycle {
        cycle(self.text, &Options::default()).unwrap()
    }

    pub(crate) fn offered_from(&self, cycle: &Cycle) -> Result<Offered, NoOffer> {
        Offered::of(self.text, cycle, &Policy::default(), None, self.at, None)
    }

    pub(crate) fn offered_of(&self, text: &str) -> Result<Offered, NoOffer> {
        let cycle = cycle(text, &Options::default()).unwrap();
        Offered::of(text, &cycle, &Policy::default(), None, self.at, None)
    }

    pub(crate) fn offered(&self) -> Offered {
        self.offered_of(self.text).unwrap()
    }

    pub(crate) fn other_offered(&self) -> Offered {
        self.offered_of(&self.text.replace("0.60", "0.55").replace("0.40", "0.45")).unwrap()
    }

    pub(crate) fn text_at_target(&self) -> &'static str {
        r#"{"as_of": "2026-11-25", "currency": "USD", "target_allocation": {"Stocks": 1.0}, "preferences": [],
            "tax": {"short_term_rate": 0.3, "long_term_rate": 0.15, "ordinary_rate": 0.3}, "cash": 0, "holdings": [
            {"ticker": "SPY", "asset_class": "Stocks", "current_price": 450.00, "lots": [
            {"lot_id": "L1", "quantity": 100, "acquisition_date": "2020-01-02", "cost_basis_per_share": 440.00}]}]}"#
    }

    pub(crate) fn text_without_a_plan(&self) -> &'static str {
        r#"{"as_of": "2026-11-25", "currency": "USD", "target_allocation": {"Stocks": 1.0},
            "preferences": ["no_sells", "maintain_cash_balance_of_5000_usd"], "cash_flow": {"default": -1000},
            "tax": {"short_term_rate": 0.3, "long_term_rate": 0.15, "ordinary_rate": 0.3}, "cash": 0, "holdings": [
            {"ticker": "SPY", "asset_class": "Stocks", "current_price": 450.00, "lots": [
            {"lot_id": "L1", "quantity": 100, "acquisition_date": "2020-01-02", "cost_basis_per_share": 440.00}]}]}"#
    }

    pub(crate) fn plan_hash(&self) -> String {
        self.cycle().plan.plan_hash
    }

    pub(crate) fn trades(&self) -> Vec<Trade> {
        self.cycle().plan.trades
    }

    pub(crate) fn facts(&self) -> Shown {
        Shown::of(self.text, &portfolio::read(self.text).unwrap())
    }

    pub(crate) fn approvals(&self) -> Vec<Approval> {
        let approved = self.walked(&["propose", "offer"]).step(self.step("approve"), self.at).unwrap();
        approved.approval().cloned().into_iter().collect()
    }

    fn begun(&self) -> Recommendation {
        let (household, cycle) = (HouseholdId::new(self.at, [1; 10]), CycleId::new(self.at, [1; 10]));
        Recommendation::begin(RecommendationId::new(self.at, [1; 10]), household, cycle, self.at)
    }

    fn walked(&self, steps: &[&str]) -> Recommendation {
        let walk = |r: Recommendation, step: &&str| r.step(self.step(step), self.at).unwrap().after().clone();
        steps.iter().fold(self.begun(), walk)
    }

    pub(crate) fn recommendation_in(&self, state: State) -> Recommendation {
        let walked = match state {
            State::PendingGeneration => self.walked(&[]),
            State::PendingValidation => self.walked(&["propose"]),
            State::ValidationFailed => self.walked(&["propose", "invalidate"]),
            State::PendingApproval => self.walked(&["propose", "offer"]),
            State::Approved => self.walked(&["propose", "offer", "approve"]),
            State::Rejected(why) => {
                let waits = self.walked(&["propose", "offer"]);
                waits.step(Step::Reject(why), self.at).unwrap().after().clone()
            }
            State::ExecutionInProgress => self.walked(&["propose", "offer", "approve", "send"]),
            State::ExecutedSuccessfully => self.walked(&["propose", "offer", "approve", "send", "complete"]),
            State::ExecutionFailed => self.walked(&["propose", "offer", "approve", "send", "fail"]),
        };
        let restored = Recommendation::restore(Kept { ..walked.kept().clone() }).unwrap();
        assert_eq!(restored, walked);
        restored
    }

    /// A step by its word; its stamps belong to the plan of this stage.
    pub(crate) fn step(&self, word: &str) -> Step {
        match word {
            "propose" => Step::Propose(self.plan_hash()),
            "invalidate" => Step::Invalidate,
            "prompt_again" => Step::PromptAgain,
            "offer" => Step::Offer(self.offered()),
            "endorse" => self.approval(dec!(0)),
            "approve" => self.approval(dec!(1000000)),
            "reject" => Step::Reject(Rejection::ByPerson),
            "send" => {
                let approved = self.walked(&["propose", "offer", "approve"]);
                let policy = Policy::default();
                let stamp =
                    Approved::again(&approved, &self.approvals(), self.text, self.trades(), &policy, self.at);
                Step::Send(stamp.unwrap())
            }
            "complete" => Step::Complete,
            "fail" => Step::Fail,
            "retry" => Step::Retry(self.other_offered()),
            other => panic!("{other}"),
        }
    }

    fn approval(&self, second_above: portfolio::Decimal) -> Step {
        let waits = self.walked(&["propose", "offer"]);
        let request = Request { person: person(1), plan_hash: self.plan_hash() };
        let now = Now { at: self.at, facts: self.facts() };
        let policy = Policy { second_above_usd: Some(second_above), ..Policy::default() };
        rebalance::life::decide(&waits, &[], &request, &now, &policy).unwrap().into_step()
    }
}
