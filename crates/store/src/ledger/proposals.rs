//! Recommendations, the plans that were proposed with their trades, and who approved them.
//!
//! In: records of the kinds `cycle_started`, `move`, `approval`, `proposal` and `plan`; the rows. Out: what differs. The rows of a plan are
//! held against the hash that is on record, which binds them to the portfolio; words and prices of theirs against the plan document.

use std::collections::{BTreeMap, BTreeSet};

use audit::Guard;
use rebalance::books::Attempt;
use rebalance::id::RecommendationId;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::execution::each;
use super::fingerprint;
use super::sheet::{Fact, Found, Sheet, Told, amount, cell, moment, money, written};
use crate::attempts;
use crate::failure::Failure;
use crate::row::Row;
use crate::value::values_of;
use crate::work::Work;

/// Recommendations whose plans are looked at together.
const PAGE: u32 = 200;

/// What the log tells of proposals.
pub(super) struct Proposals {
    recommendations: Sheet,
    attempts: Sheet,
    approvals: Sheet,
    /// What an approval depends on beside the plan; records of an older program do not tell it.
    offers: Sheet,
    /// Fingerprints of the plans on record, by recommendation and hash of the plan.
    plans: BTreeMap<(String, String), BTreeSet<String>>,
}

impl Proposals {
    pub(super) fn new() -> Proposals {
        Proposals {
            recommendations: Sheet::of("proposal"),
            attempts: Sheet::of("plan"),
            approvals: Sheet::of("approval"),
            offers: Sheet::of("offer"),
            plans: BTreeMap::new(),
        }
    }

    pub(super) fn begun(&mut self, told: &Told<'_>) {
        let Some(id) = told.fact("recommendation") else { return };
        let household = &told.contents.household;
        let line = self.recommendations.line(id, told.sequence, household);
        line.tell("household", Some(household.clone()));
        line.tell("cycle", told.fact("cycle"));
        line.tell("state", Some("Pending_Generation".to_owned()));
        line.tell("rejection", Some("nothing".to_owned()));
        line.tell("begun_at", Some(told.at.to_string()));
    }

    pub(super) fn moved(&mut self, told: &Told<'_>) {
        let (Some(id), Some(state)) = (told.fact("recommendation"), told.fact("to")) else { return };
        let household = &told.contents.household;
        let line = self.recommendations.line(id.clone(), told.sequence, household);
        line.tell("state", Some(state));
        line.tell("rejection", Some(told.fact("reason").unwrap_or_else(|| "nothing".to_owned())));
        for name in ["version", "attempt", "plan_hash"] {
            line.tell(name, told.fact(name));
        }
        line.tell("moved_at", Some(told.at.to_string()));
        if let Some(offer) = told.body.get("offer") {
            let fact = |name: &str| offer.get(name).and_then(written);
            let plan_hash = fact("plan_hash").unwrap_or_default();
            let line = self.offers.line(format!("{id} {plan_hash}"), told.sequence, household);
            line.tell("traded_usd", fact("traded_usd").map(|usd| amount(&usd)));
            line.tell("edited_by", fact("edited_by"));
            line.tell("expires_at", fact("expires_at").map(|at| moment(&at)));
        }
        let Some(approval) = told.body.get("approval") else { return };
        let fact = |name: &str| approval.get(name).and_then(written);
        if let (Some(person), Some(plan_hash)) = (fact("person"), fact("plan_hash")) {
            let line = self.approvals.line(format!("{id} {plan_hash} {person}"), told.sequence, household);
            line.tell("at", Some(told.at.to_string()));
        }
    }

    pub(super) fn proposed(&mut self, told: &Told<'_>) {
        let (Some(id), Some(number)) = (told.fact("recommendation"), told.fact("attempt")) else { return };
        let line = self.attempts.line(format!("{id} {number}"), told.sequence, &told.contents.household);
        for name in ["portfolio", "planner", "plan_hash"] {
            line.tell(name, told.fact(name));
        }
        line.tell("rows", told.fact("plan_hash"));
        line.tell("at", Some(told.at.to_string()));
    }

    pub(super) fn plan(&mut self, told: &Told<'_>) {
        let Some(plan_hash) = told.fact("plan_hash") else { return };
        let name = (told.contents.subject.clone(), plan_hash);
        self.plans.entry(name).or_default().insert(fingerprint(&told.contents.original));
    }

    pub(super) async fn compare(
        mut self,
        work: &mut Work,
        guard: &Guard,
        found: &mut Found,
    ) -> Result<(), Failure> {
        let sql = "SELECT * FROM recommendations";
        each(work, sql, &mut self.recommendations, found, recommendation).await?;
        let sql = "SELECT a.*, r.household_id FROM approvals AS a LEFT JOIN recommendations AS r \
                   ON r.id = a.recommendation_id";
        each(work, sql, &mut self.approvals, found, approval).await?;
        let sql = "SELECT o.*, r.household_id FROM offers AS o LEFT JOIN recommendations AS r \
                   ON r.id = o.recommendation_id";
        let offers = &mut self.offers;
        work.each(sql, &mut |row| {
            let (name, facts) = offer(&row);
            if offers.told(&name).is_some() {
                offers.hold(&name, &cell(row.id_or_none("household_id")), &facts, found);
            }
            Ok(true)
        })
        .await?;
        let mut last = Uuid::nil();
        loop {
            let sql = "SELECT DISTINCT recommendation_id FROM attempts WHERE recommendation_id > $1 \
                       ORDER BY recommendation_id LIMIT $2";
            let rows = work.rows(sql, values_of![last, PAGE]).await?;
            for row in &rows {
                last = row.id("recommendation_id")?;
                self.attempts_of(work, RecommendationId::from_uuid(last), guard, found).await?;
            }
            if rows.is_empty() {
                break;
            }
        }
        for sheet in [self.recommendations, self.approvals, self.offers, self.attempts] {
            sheet.close(found);
        }
        Ok(())
    }

    /// The plans of a recommendation.
    async fn attempts_of(
        &mut self,
        work: &mut Work,
        id: RecommendationId,
        guard: &Guard,
        found: &mut Found,
    ) -> Result<(), Failure> {
        let sql = "SELECT household_id FROM recommendations WHERE id = $1";
        let row = work.row(sql, values_of![id.uuid()]).await?;
        let household = row.map_or_else(String::new, |row| cell(row.id_or_none("household_id")));
        for attempt in attempts::of(work, id).await? {
            let sql = "SELECT document FROM portfolios WHERE id = $1";
            let row = work.row(sql, values_of![attempt.portfolio.uuid()]).await?;
            let text = row.map(|row| row.text("document")).transpose()?.unwrap_or_default();
            let rows = portfolio::plan::hash::plan_hash(&text, &attempt.trades);
            let kept = super::as_recorded(guard, attempt.document.as_bytes());
            let name = format!("{id} {}", attempt.attempt);
            if let (Some(line), Some(plans)) =
                (self.attempts.told(&name), self.plans.get(&(id.to_string(), attempt.plan_hash.clone())))
            {
                let told = plans.get(&kept).or_else(|| plans.first());
                line.tell("document", told.cloned());
            }
            let facts = [
                ("portfolio", attempt.portfolio.to_string()),
                ("planner", attempt.planner.clone()),
                ("plan_hash", attempt.plan_hash.clone()),
                ("rows", rows),
                ("document", kept),
                ("at", attempt.at.to_string()),
            ];
            self.attempts.hold(&name, &household, &facts, found);
            if let Some(record) = self.attempts.told(&name).map(|line| line.record) {
                trades(&name, record, &household, &attempt, found);
            }
        }
        Ok(())
    }
}

/// What no hash binds of the rows of a plan: their words and the prices that were expected, as the document has them.
fn trades(name: &str, record: u64, household: &str, attempt: &Attempt, found: &mut Found) {
    type Fields = BTreeMap<String, Box<RawValue>>;
    let document: Option<Fields> = serde_json::from_str(&attempt.document).ok();
    let rows = document.as_ref().and_then(|fields| fields.get("trades"));
    let Some(rows) = rows.and_then(|rows| serde_json::from_str::<Vec<Fields>>(rows.get()).ok()) else {
        return;
    };
    let mut sheet = Sheet::of("row of plan");
    for (place, row) in rows.iter().enumerate() {
        let line = sheet.line(format!("{name}, {}", place + 1), record, household);
        let price = row.get("estimated_price").map(|raw| amount(raw.get().trim_matches('"')));
        line.tell("estimated_price", price);
        line.tell("rationale", row.get("rationale").and_then(|raw| serde_json::from_str(raw.get()).ok()));
    }
    for (place, trade) in attempt.trades.iter().enumerate() {
        let facts = [
            ("estimated_price", amount(&trade.estimated_price.0.to_string())),
            ("rationale", trade.rationale.clone()),
        ];
        sheet.hold(&format!("{name}, {}", place + 1), household, &facts, found);
    }
    sheet.close(found);
}

fn recommendation(row: &Row) -> (String, Vec<Fact>) {
    let facts = vec![
        ("household", cell(row.id_or_none("household_id"))),
        ("cycle", cell(row.id_or_none("cycle_id"))),
        ("state", cell(row.text_or_none("state"))),
        ("rejection", cell(row.text_or_none("rejection"))),
        ("version", cell(row.int_or_none("version"))),
        ("attempt", cell(row.int_or_none("attempt"))),
        ("plan_hash", cell(row.text_or_none("plan_hash"))),
        ("begun_at", cell(row.time_or_none("begun_at"))),
        ("moved_at", cell(row.time_or_none("moved_at"))),
    ];
    (cell(row.id_or_none("id")), facts)
}

fn offer(row: &Row) -> (String, Vec<Fact>) {
    let facts = vec![
        ("traded_usd", money(row.money_or_none("traded_usd"))),
        ("edited_by", cell(row.id_or_none("edited_by"))),
        ("expires_at", cell(row.time_or_none("expires_at"))),
    ];
    (format!("{} {}", cell(row.id_or_none("recommendation_id")), cell(row.text_or_none("plan_hash"))), facts)
}

fn approval(row: &Row) -> (String, Vec<Fact>) {
    let plan_hash = cell(row.text_or_none("plan_hash"));
    let (id, person) = (cell(row.id_or_none("recommendation_id")), cell(row.id_or_none("person_id")));
    (format!("{id} {plan_hash} {person}"), vec![("at", cell(row.time_or_none("at")))])
}
