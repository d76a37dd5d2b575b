//! Orders, their fills, what was booked and realised, and the losses that do not count.
//!
//! In: records of the kinds `order`, `fill`, `fill_reversed`, `wash_sale` and `cash_flow`; the rows. Out: what differs.

use std::collections::BTreeMap;

use jiff::Timestamp;
use portfolio::exchange::eastern;
use rebalance::books::BooksError;
use rebalance::books::orders::client_order_id;
use rebalance::id::{RecommendationId, TransactionId};
use rust_decimal::Decimal;

use super::sheet::{Fact, Found, Sheet, Told, amount, cell, moment, money, written};
use crate::failure::Failure;
use crate::row::Row;
use crate::work::Work;

/// What the log tells of orders and of what came of them.
pub(super) struct Execution {
    orders: Sheet,
    fills: Sheet,
    transactions: Sheet,
    gains: Sheet,
    washes: Sheet,
    corrections: Sheet,
    /// What losses do not count, by the gain.
    disallowed: BTreeMap<String, (u64, Decimal)>,
    /// Cash that flowed before records named the booking: records by household, account, amount and millisecond.
    flows: BTreeMap<(String, String, String, i64), u64>,
}

impl Execution {
    pub(super) fn new() -> Execution {
        Execution {
            orders: Sheet::of("order"),
            fills: Sheet::of("fill"),
            transactions: Sheet::of("transaction"),
            gains: Sheet::of("realised gain"),
            washes: Sheet::of("loss that does not count"),
            corrections: Sheet::of("correction of a fill"),
            disallowed: BTreeMap::new(),
            flows: BTreeMap::new(),
        }
    }

    pub(super) fn order(&mut self, told: &Told<'_>) {
        let Some(name) = told.fact("order") else { return };
        let contents = told.contents;
        let line = self.orders.line(name.clone(), told.sequence, &contents.household);
        // Its name says which row of which plan it is, whose price it was approved at.
        line.tell("row", Some(name));
        line.tell("recommendation", Some(contents.subject.clone()));
        for (fact, name) in [
            ("broker", "broker"),
            ("broker_order_id", "broker_order_id"),
            ("account_id", "account_id"),
            ("ticker", "ticker"),
            ("side", "action"),
            ("lot_id", "lot_id"),
            ("state", "state"),
        ] {
            line.tell(fact, told.fact(name));
        }
        line.tell("quantity", told.amount("quantity"));
        let sent = |name: &str| written(told.body.get("sent")?.get(name)?);
        let unsent = || told.body.get("sent").is_some_and(serde_json::Value::is_null);
        let of_sent = |name: &str| sent(name).or_else(|| unsent().then(|| "nothing".to_owned()));
        line.tell("sent_quantity", of_sent("quantity").map(|text| amount(&text)));
        line.tell("sent_limit", of_sent("limit").map(|text| amount(&text)));
        line.tell("sent_at", of_sent("at").map(|text| moment(&text)));
        line.tell("sent_until", of_sent("until").map(|text| moment(&text)));
        line.tell("sent_under", of_sent("under"));
    }

    pub(super) fn fill(&mut self, told: &Told<'_>) {
        let (Some(order), Some(broker), Some(id)) =
            (told.fact("order"), told.fact("broker"), told.fact("execution_id"))
        else {
            return;
        };
        let household = &told.contents.household;
        let at = told.fact("at");
        if let Some(line) = self.orders.told(&order) {
            // Records of an older program do not say where a fill left its order.
            match told.fact("order_state") {
                Some(state) => {
                    line.record = told.sequence;
                    line.tell("state", Some(state));
                    line.tell("broker_order_id", told.fact("broker_order_id"));
                }
                None => {
                    line.forget("state");
                    line.forget("broker_order_id");
                }
            }
        }
        let line = self.fills.line(format!("{broker} {id}"), told.sequence, household);
        line.tell("order", Some(order));
        for name in ["quantity", "price", "fees"] {
            line.tell(name, told.amount(name));
        }
        line.tell("at", at.as_deref().map(moment));
        let Some(transaction) = told.fact("transaction") else { return };
        let day = at.and_then(|at| at.parse::<Timestamp>().ok()).map(|at| eastern(at).date().to_string());
        let line = self.transactions.line(transaction.clone(), told.sequence, household);
        line.tell("household", Some(household.clone()));
        for name in ["account_id", "ticker", "action", "lot_id"] {
            line.tell(name, told.fact(name));
        }
        for name in ["quantity", "price", "fees", "cash"] {
            line.tell(name, told.amount(name));
        }
        line.tell("date", day.clone());
        line.tell("fill", Some(format!("{broker} {id}")));
        let Some(gain) = told.body.get("gain").filter(|gain| gain.is_object()) else { return };
        let lot = told.fact("lot_id").filter(|lot| lot != "nothing").unwrap_or_default();
        let line = self.gains.line(format!("{transaction} {lot}"), told.sequence, household);
        let usd = gain.get("usd").and_then(written).map(|text| amount(&text));
        let proceeds = told.amount("cash");
        let both = proceeds.as_ref().zip(usd.as_ref());
        let basis = both
            .and_then(|(cash, usd)| cash.parse::<Decimal>().ok()?.checked_sub(usd.parse::<Decimal>().ok()?));
        line.tell("household", Some(household.clone()));
        line.tell("basis", basis.map(|basis| amount(&basis.to_string())));
        line.tell("gain", usd);
        line.tell("proceeds", proceeds);
        line.tell("quantity", told.amount("quantity"));
        line.tell("sold", day);
        line.tell("long_term", gain.get("long_term").and_then(written));
        line.tell("acquired", gain.get("acquired").and_then(written));
        line.tell("disallowed", Some("0".to_owned()));
    }

    /// A fill that was corrected: what takes back what it booked. What is right is told as any fill.
    pub(super) fn reversed(&mut self, told: &Told<'_>) {
        let (Some(order), Some(id), Some(transaction)) =
            (told.fact("order"), told.fact("execution_id"), told.fact("transaction"))
        else {
            return;
        };
        let household = &told.contents.household;
        if let Some(line) = self.orders.told(&order) {
            line.record = told.sequence;
            line.tell("state", told.fact("order_state"));
        }
        let line = self.corrections.line(id, told.sequence, household);
        line.tell("order", Some(order));
        line.tell("right", told.fact("right"));
        let line = self.transactions.line(transaction, told.sequence, household);
        line.tell("household", Some(household.clone()));
        for name in ["account_id", "ticker", "action", "lot_id", "date"] {
            line.tell(name, told.fact(name));
        }
        for name in ["quantity", "price", "fees", "cash"] {
            line.tell(name, told.amount(name));
        }
        line.tell("fill", Some("nothing nothing".to_owned()));
    }

    pub(super) fn wash_sale(&mut self, told: &Told<'_>) {
        for wash in told.body.get("washes").and_then(|it| it.as_array()).into_iter().flatten() {
            let fact = |name: &str| wash.get(name).and_then(written);
            let (Some(sale), Some(lot), Some(replacement)) =
                (fact("transaction"), fact("lot_id"), fact("replacement"))
            else {
                continue;
            };
            let household = &told.contents.household;
            let line = self.washes.line(format!("{sale} {lot} {replacement}"), told.sequence, household);
            line.tell("household", Some(household.clone()));
            line.tell("shares", fact("shares").map(|text| amount(&text)));
            line.tell("disallowed", fact("disallowed").map(|text| amount(&text)));
            line.tell("treatment", fact("treatment"));
            let usd = fact("disallowed").and_then(|text| text.parse::<Decimal>().ok()).unwrap_or_default();
            let sum = self.disallowed.entry(format!("{sale} {lot}")).or_default();
            *sum = (told.sequence, sum.1.saturating_add(usd));
        }
    }

    pub(super) fn cash_flow(&mut self, told: &Told<'_>) {
        let household = &told.contents.household;
        let (Some(account), Some(usd)) = (told.fact("account_id"), told.amount("usd")) else { return };
        let transaction = match (told.fact("transaction"), told.fact("told").as_deref()) {
            (Some(transaction), _) if transaction != "nothing" => transaction,
            // Written before records named the booking. That cash is asked for, or not any more, books nothing.
            (None, Some(what @ ("deposited" | "paid_out"))) => {
                let usd = if what == "paid_out" { format!("-{usd}") } else { usd };
                let flow = (household.clone(), account, usd, told.at.as_millisecond());
                *self.flows.entry(flow).or_default() += 1;
                return;
            }
            _ => return,
        };
        let line = self.transactions.line(transaction, told.sequence, household);
        line.tell("household", Some(household.clone()));
        line.tell("account_id", Some(account));
        line.tell("action", told.fact("action"));
        line.tell("cash", told.amount("moved"));
        line.tell("date", Some(eastern(told.at).date().to_string()));
        line.tell("fill", Some("nothing nothing".to_owned()));
    }

    /// Holds the rows of all tables against what was told.
    pub(super) async fn compare(mut self, work: &mut Work, found: &mut Found) -> Result<(), Failure> {
        for (gain, (record, usd)) in std::mem::take(&mut self.disallowed) {
            if let Some(line) = self.gains.told(&gain) {
                line.record = record;
                line.tell("disallowed", Some(amount(&usd.to_string())));
            }
        }
        let sql = "SELECT o.*, r.household_id FROM orders AS o LEFT JOIN recommendations AS r \
                   ON r.id = o.recommendation_id";
        each(work, sql, &mut self.orders, found, order).await?;
        let sql = "SELECT f.*, r.household_id FROM fills AS f LEFT JOIN orders AS o ON o.client_order_id = f.client_order_id \
                   LEFT JOIN recommendations AS r ON r.id = o.recommendation_id";
        each(work, sql, &mut self.fills, found, fill).await?;
        self.transactions(work, found).await?;
        each(work, "SELECT * FROM realised_gains", &mut self.gains, found, gain).await?;
        each(work, "SELECT * FROM washes", &mut self.washes, found, wash).await?;
        let sql = "SELECT b.*, r.household_id FROM blotter AS b LEFT JOIN orders AS o ON o.client_order_id = b.client_order_id \
                   LEFT JOIN recommendations AS r ON r.id = o.recommendation_id WHERE b.corrects IS NOT NULL";
        each(work, sql, &mut self.corrections, found, correction).await?;
        let sheets = [self.orders, self.fills, self.transactions, self.gains, self.washes, self.corrections];
        for sheet in sheets {
            sheet.close(found);
        }
        Ok(())
    }

    /// Bookings; those of cash that flowed before records named them by whose, where, when and how much.
    async fn transactions(&mut self, work: &mut Work, found: &mut Found) -> Result<(), Failure> {
        let (transactions, flows) = (&mut self.transactions, &mut self.flows);
        work.each("SELECT * FROM transactions", &mut |row| {
            let (name, facts) = transaction(&row);
            let household = cell(row.id_or_none("household_id"));
            let flowed = |fact: &str| facts.iter().find(|(name, _)| *name == fact).map(|(_, it)| it.clone());
            if transactions.told(&name).is_none()
                && flowed("fill").is_some_and(|fill| fill == "nothing nothing")
                && let Ok(id) = row.id("id")
            {
                let made = TransactionId::from_uuid(id).made_at().as_millisecond();
                let usd = flowed("cash").unwrap_or_default();
                let key = (household.clone(), flowed("account_id").unwrap_or_default(), usd, made);
                if let Some(left) = flows.get_mut(&key).filter(|left| **left > 0) {
                    (*left, found.rows) = (*left - 1, found.rows + 1);
                    return Ok(true);
                }
            }
            transactions.hold(&name, &household, &facts, found);
            Ok(true)
        })
        .await
    }
}

/// Holds every row of a query against its line.
pub(super) async fn each(
    work: &mut Work,
    sql: &str,
    sheet: &mut Sheet,
    found: &mut Found,
    read: fn(&Row) -> (String, Vec<Fact>),
) -> Result<(), Failure> {
    work.each(sql, &mut |row| {
        let (name, facts) = read(&row);
        let household = cell(row.id_or_none("household_id"));
        sheet.hold(&name, &household, &facts, found);
        Ok(true)
    })
    .await
}

fn order(row: &Row) -> (String, Vec<Fact>) {
    let text = |name: &str| cell(row.text_or_none(name));
    let facts = vec![
        ("recommendation", cell(row.id_or_none("recommendation_id"))),
        ("row", row_of_plan(row)),
        ("broker", text("broker")),
        ("broker_order_id", text("broker_order_id")),
        ("account_id", text("account_id")),
        ("ticker", text("ticker")),
        ("side", text("side")),
        ("lot_id", text("lot_id")),
        ("quantity", money(row.money_or_none("quantity"))),
        ("state", text("state")),
        ("sent_quantity", money(row.money_or_none("sent_quantity"))),
        ("sent_limit", money(row.money_or_none("sent_limit"))),
        ("sent_at", cell(row.time_or_none("sent_at"))),
        ("sent_until", cell(row.time_or_none("sent_until"))),
        ("sent_under", text("sent_under")),
    ];
    (text("client_order_id"), facts)
}

/// The name that an order of this row of a plan has.
fn row_of_plan(row: &Row) -> String {
    let name = || -> Result<String, BooksError> {
        let (attempt, line) = (row.count("attempt")?, row.count("line")?);
        let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        let id = RecommendationId::from_uuid(row.id("recommendation_id")?);
        Ok(client_order_id(id, small(attempt), usize::try_from(line).unwrap_or(usize::MAX)))
    };
    cell(name().map(Some))
}

fn fill(row: &Row) -> (String, Vec<Fact>) {
    let text = |name: &str| cell(row.text_or_none(name));
    let facts = vec![
        ("order", text("client_order_id")),
        ("quantity", money(row.money_or_none("quantity"))),
        ("price", money(row.money_or_none("price"))),
        ("fees", money(row.money_or_none("fees"))),
        ("at", cell(row.time_or_none("at"))),
    ];
    (format!("{} {}", text("broker"), text("execution_id")), facts)
}

fn correction(row: &Row) -> (String, Vec<Fact>) {
    let text = |name: &str| cell(row.text_or_none(name));
    (text("corrects"), vec![("order", text("client_order_id")), ("right", text("execution_id"))])
}

fn transaction(row: &Row) -> (String, Vec<Fact>) {
    let text = |name: &str| cell(row.text_or_none(name));
    let facts = vec![
        ("household", cell(row.id_or_none("household_id"))),
        ("account_id", text("account_id")),
        ("date", cell(row.date_or_none("date"))),
        ("action", text("action")),
        ("ticker", text("ticker")),
        ("lot_id", text("lot_id")),
        ("quantity", money(row.money_or_none("quantity"))),
        ("price", money(row.money_or_none("price"))),
        ("fees", money(row.money_or_none("fees"))),
        ("cash", money(row.money_or_none("cash"))),
        ("fill", format!("{} {}", text("broker"), text("execution_id"))),
    ];
    (cell(row.id_or_none("id")), facts)
}

fn gain(row: &Row) -> (String, Vec<Fact>) {
    let facts = vec![
        ("household", cell(row.id_or_none("household_id"))),
        ("acquired", cell(row.date_or_none("acquired"))),
        ("sold", cell(row.date_or_none("sold"))),
        ("quantity", money(row.money_or_none("quantity"))),
        ("proceeds", money(row.money_or_none("proceeds"))),
        ("basis", money(row.money_or_none("basis"))),
        ("gain", money(row.money_or_none("gain"))),
        ("long_term", cell(row.flag_or_none("long_term"))),
        ("disallowed", money(row.money_or_none("disallowed"))),
    ];
    (format!("{} {}", cell(row.id_or_none("transaction_id")), cell(row.text_or_none("lot_id"))), facts)
}

fn wash(row: &Row) -> (String, Vec<Fact>) {
    let text = |name: &str| cell(row.text_or_none(name));
    let facts = vec![
        ("household", cell(row.id_or_none("household_id"))),
        ("shares", money(row.money_or_none("shares"))),
        ("disallowed", money(row.money_or_none("disallowed"))),
        ("treatment", text("treatment")),
    ];
    let name =
        format!("{} {} {}", cell(row.id_or_none("transaction_id")), text("lot_id"), text("replacement"));
    (name, facts)
}
